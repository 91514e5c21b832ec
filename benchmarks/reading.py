"""How well and how fast words are read: ``python -m benchmarks.reading``.

Character error rates on pages drawn here, whose text is known: the edit distance (Levenshtein) of
all lines in reading order, over the characters that stand there. Seconds and memory by kind of
picture, where folders of pictures are given (``--pictures poster=FOLDER screenshot=FOLDER …``).
"""

import argparse
import math
import statistics
import time
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from app.imaging.content import read_bytes
from app.imaging.decode import decode
from app.imaging.formats import is_picture
from app.labeling.opening import Opener
from app.reading import DECODE_SIZE, Line, Reader
from benchmarks.pages import Look, draw_page, fonts

SIZES = (8, 10, 12, 16, 24, 32, 48)
ANGLES = (0.0, 3.0, -3.0, 90.0, 180.0, 270.0)
QUALITIES = (90, 60, 30)
GROUNDS = ("plain", "photo")
LINES = 8
ROW = 0.6
"""Of the type's size: what lies no lower than that below another stands in the same row."""
PATIENCE = 10_000.0
"""Seconds for a page of known text: the error rate must not depend on how busy the machine is."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2, help="pages for each figure (default 2)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=("auto", "cuda", "cpu"), default="cpu")
    parser.add_argument(
        "--pictures", nargs="*", default=[], metavar="KIND=FOLDER", help="timed; only read"
    )
    parser.add_argument("--count", type=int, default=20, help="pictures of each kind")
    options = parser.parse_args(arguments)
    opener = Opener(options.device, threads=options.threads)
    with Reader(opener, max_seconds=PATIENCE) as reader:
        began = time.process_time()
        reader.read(np.zeros((64, 64, 3), np.uint8))
        print(f"{reader.engine} on {opener.device.name}, {options.threads} thread(s)")
        print(f"loading: {time.process_time() - began:.1f} s of processor, {resident()} MB\n")
        if options.pages:
            measure_errors(reader, options.pages)
    with Reader(opener) as reader:
        for named in options.pictures:
            kind, _, folder = named.partition("=")
            measure_time(reader, kind, Path(folder), options.count)


def measure_errors(reader: Reader, pages: int) -> None:
    """Print the character error rate for each size, then for each single change of 20-px type."""
    print(f"{'page':<28}{'CER':>8}{'lines':>8}{'s':>8}")
    plain = Look(size=20)
    looks = [(f"{size} px", replace(plain, size=size)) for size in SIZES]
    looks += [(f"20 px, {kind}", replace(plain, font=kind)) for kind in fonts()]
    looks += [(f"20 px, turned {angle:g}°", replace(plain, angle=angle)) for angle in ANGLES]
    looks += [(f"20 px, JPEG {one}", replace(plain, quality=one)) for one in QUALITIES]
    looks += [(f"20 px, {ground} ground", replace(plain, ground=ground)) for ground in GROUNDS]
    looks += [("10 px, JPEG 30", Look(size=10, quality=30))]
    looks += [("10 px, JPEG 60, photo ground", Look(size=10, quality=60, ground="photo"))]
    for name, look in looks:
        wrong = characters = found = 0
        seconds = []
        for seed in range(pages):
            page, text = draw_page(look, lines=LINES, seed=seed)
            began = time.process_time()
            lines = reader.read(page)
            seconds.append(time.process_time() - began)
            wrong += distance(in_reading_order(lines, look, page), text)
            characters += len(" ".join(text))
            found += len(lines)
        rate = wrong / characters
        print(
            f"{name:<28}{rate:>8.2%}{found / pages:>8.1f}{statistics.median(seconds):>8.2f}",
            flush=True,
        )
    print("s: of the processor, whatever else ran\n")


def distance(read: Iterable[str], text: Sequence[str]) -> int:
    """Return the edit distance of lines read and lines written, spaces for line ends."""
    said = unicodedata.normalize("NFC", " ".join(read))
    return Levenshtein.distance(said, unicodedata.normalize("NFC", " ".join(text)))


def in_reading_order(lines: Sequence[Line], look: Look, page: NDArray[np.uint8]) -> list[str]:
    """Return the lines as they stood before the page was turned, top to bottom, left to right."""
    height, width = page.shape[:2]
    turned = math.radians(look.angle)

    def place(line: Line) -> tuple[float, float]:
        x = (line.box[0] + line.box[2] - 1) / 2 * width
        y = (line.box[1] + line.box[3] - 1) / 2 * height
        across = x * math.cos(turned) - y * math.sin(turned)
        down = x * math.sin(turned) + y * math.cos(turned)
        return down, across

    rows: list[list[tuple[float, float, str]]] = []
    for down, across, text in sorted((*place(line), line.text) for line in lines):
        if rows and down - rows[-1][0][0] < ROW * look.size:
            rows[-1].append((down, across, text))
        else:
            rows.append([(down, across, text)])
    return [text for row in rows for _, _, text in sorted(row, key=lambda one: one[1])]


def measure_time(reader: Reader, kind: str, folder: Path, count: int) -> None:
    """Print what reading the pictures of one kind takes, decoding left out."""
    files = sorted(path for path in folder.rglob("*") if is_picture(path.name))
    files = files[:: max(1, len(files) // count)][:count]
    wall, cpu, characters, cut = [], [], 0, 0
    for file in files:
        picture = decode(read_bytes(file), name=file.name, working_size=DECODE_SIZE)
        pixels = picture.pixels
        began, began_cpu = time.monotonic(), time.process_time()
        page = reader.read_page(pixels)
        wall.append(time.monotonic() - began)
        cpu.append(time.process_time() - began_cpu)
        characters += sum(len(line.text) for line in page.lines)
        cut += page.cut_short
    if not files:
        print(f"{kind}: no pictures in {folder}")
        return
    print(
        f"{kind}: {len(files)} pictures, median {statistics.median(wall):.2f} s "
        f"({statistics.median(cpu):.2f} s of processor), longest {max(wall):.2f} s, "
        f"{characters / len(files):.0f} characters a picture, {cut} cut short, {resident()} MB"
    )


def resident() -> str:
    """Return this process's memory and its peak in MB, where the system tells."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return "?"
    told = dict(line.split(":", 1) for line in status.splitlines())
    now, most = (int(told[name].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))
    return f"{now} (at most {most})"


if __name__ == "__main__":
    main()
