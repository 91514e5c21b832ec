"""`lumitag read`: print the words written in pictures, without a library."""

import argparse
from pathlib import Path

from app.cli.files import picture_files
from app.cli.output import print_file_problem, print_json, print_line, print_problem
from app.imaging.content import read_bytes
from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from app.labeling.opening import Opener
from app.reading import DECODE_SIZE, Line, Page, Reader, ReadingError, UnavailableError


def run_read(asked: argparse.Namespace) -> int:
    """Print the lines of each file, top to bottom; 1 if any file could not be read."""
    try:
        return _read(asked)
    except UnavailableError as error:
        # Not a wrong usage: it is the installation that keeps the work from going on.
        print_problem(str(error))
        return 1


def _read(asked: argparse.Namespace) -> int:
    failed: list[Path] = []

    def fail(path: Path, message: str) -> None:
        failed.append(path)
        print_file_problem(path, message, as_json=asked.json)

    with Reader(Opener(asked.device)) as reader:
        engine = reader.engine
        first = True
        for path in picture_files(asked.paths, fail):
            try:
                picture = decode(read_bytes(path), name=path.name, working_size=DECODE_SIZE)
                page = reader.read_page(picture.pixels)
            except (UnreadablePictureError, ReadingError) as error:
                fail(path, str(error))
                continue
            if asked.json:
                lines = [_as_json(line, picture.width, picture.height) for line in page.lines]
                print_json({"path": str(path), "engine": engine, "lines": lines})
            else:
                _print_page(path, page, first=first)
                first = False
            if page.cut_short:
                print_problem(f"{path} has more words than are read in one picture.")
    return 1 if failed else 0


def _print_page(path: Path, page: Page, *, first: bool) -> None:
    """Print a file's name and below it its lines, an empty line before all but the first."""
    if not first:
        print_line("")
    print_line(str(path))
    for line in page.lines:
        print_line(f"  {line.text}")


def _as_json(line: Line, width: int, height: int) -> dict[str, object]:
    """Return a line with its box: left, top, right, bottom in pixels, as ``words.jsonl`` has it."""
    x0, y0, x1, y1 = line.box
    return {
        "text": line.text,
        "confidence": round(line.confidence, 2),
        "box": [round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height)],
    }
