"""How fast indexing is: ``python -m benchmarks.indexing FOLDER``.

In one run, in turns, so that a busy machine is busy for all: what cannot be skipped (decoding with
Pillow alone, the networks alone on tensors that lie ready, both on all cores), and the real indexer
into a new library. Then rescans of a tree of tiny files in which nothing has changed.
"""

import argparse
import io
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import blake3
import numpy as np
import onnxruntime
from PIL import Image

from app.imaging.decode import WORKING_SIZE
from app.imaging.formats import is_picture
from app.imaging.resize import resize
from app.indexing.control import Control
from app.indexing.events import Committed, Event, Summary
from app.indexing.indexer import Indexer, Target
from app.labeling.labeler import Labeler
from app.labeling.pack import Pack, find_packs
from app.labeling.runtime import default_threads
from app.labeling.session import CHUNK, PRECISIONS
from app.library.library import Library
from app.library.records import Folder, NewPhoto, SeenFile, StoredFile

BUDGET = 0.9
"""Of what decoding and the networks alone cost together (docs/architecture.md, budgets)."""
RESCAN_BUDGET = 50_000
"""Files a second."""
READY = 64
"""Different tensors that lie ready for the bare network; more would only cost memory."""
FILES_A_DIRECTORY = 500
STORED_AT_ONCE = 2000

Decoded = tuple[int, int]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="pictures; they are only read")
    parser.add_argument("--photos", type=int, default=1500, help="how many of them (default 1500)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--packs", type=Path, default=Path("models"))
    parser.add_argument("--tiny-files", type=int, default=50_000, help="of the rescan; 0: none")
    options = parser.parse_args(arguments)
    if options.photos:
        measure_indexing(options.folder, options.photos, options.rounds, options.packs)
    if options.tiny_files:
        measure_rescan(options.tiny_files, options.rounds)


def measure_indexing(folder: Path, photos: int, rounds: int, pack_folder: Path) -> None:
    """Compares the indexer with what cannot be skipped."""
    packs, errors = find_packs([pack_folder])
    for error in errors:
        print(error)
    with (
        tempfile.TemporaryDirectory(prefix="lumitag-benchmark-") as scratch,
        Labeler(packs, "cpu", resize=resize) as labeler,
        ThreadPoolExecutor(default_threads()) as cores,
    ):
        files = sample(folder, photos, Path(scratch) / "pictures")
        labeler.label([np.zeros((8, 8, 3), np.uint8)], ignore_gate=True)
        _, counts = index(files, labeler, Path(scratch) / "warm-up")
        networks = [BareNetwork(pack) for pack in packs]
        table: dict[str, list[float]] = {"bare decoding (Pillow, draft)": []}
        for one in networks:
            table[f"bare network {one.pack.id} ({counts[one.pack.id]} pictures)"] = []
        table["together"], table["the indexer, into a new library"] = [], []
        for at in range(rounds):
            works: list[Callable[[], object]] = [
                lambda: list(cores.map(bare_decode, sorted(files.iterdir())))
            ]
            works += [partial(one.run, counts[one.pack.id], cores) for one in networks]
            bare = [timed(work) for work in works]
            seconds, _ = index(files, labeler, Path(scratch) / f"round-{at}")
            for name, value in zip(table, [*bare, sum(bare), seconds], strict=True):
                table[name].append(value)
    count = counts["files"]
    print(f"\n{count} pictures, {rounds} rounds, medians")
    print(f"{'':<48}{'seconds':>9}{'ms each':>9}{'a second':>10}{'spread':>9}")
    for name, values in table.items():
        middle = statistics.median(values)
        spread = (max(values) - min(values)) / middle
        each = f"{middle / count * 1e3:>9.2f}{count / middle:>10.0f}{spread:>9.0%}"
        print(f"{name:<48}{middle:>9.2f}{each}")
    *_, together, indexing = table.values()
    ratio = statistics.median(a / b for a, b in zip(together, indexing, strict=True))
    print(f"{'together / indexer':<48}{ratio:>9.2f}   budget: {BUDGET} or more")


def sample(folder: Path, count: int, into: Path) -> Path:
    """Links (or copies) pictures from all over a folder into a flat one."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and is_picture(path.name))
    if not found:
        raise SystemExit(f"There is no picture in {folder}.")
    into.mkdir()
    for at in np.linspace(0, len(found) - 1, min(count, len(found)), dtype=int):
        copy = into / f"{at:07}{found[at].suffix}"
        try:
            copy.hardlink_to(found[at])
        except OSError:
            copy.write_bytes(found[at].read_bytes())
    return into


def bare_decode(path: Path) -> Decoded:
    """Decodes as little as there must be decoded, and nothing else."""
    try:
        with Image.open(io.BytesIO(path.read_bytes())) as image:
            image.draft("RGB", (WORKING_SIZE, WORKING_SIZE))
            return image.convert("RGB").size
    except OSError:  # the indexer records it as a failure, in about the same time
        return (0, 0)


class BareNetwork:
    """A pack's network without the app around it: as many threads as cores, small batches."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        path = pack.directory / pack.network(PRECISIONS["cpu"]).name
        self._session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        shape = (READY, pack.input.height, pack.input.width, 3)
        self._ready = {"images": np.random.default_rng(0).integers(0, 256, shape, np.uint8)}
        for each in self._session.get_inputs():
            if each.name == "words":  # zeros: a picture whose words are not known yet
                self._ready["words"] = np.zeros((READY, each.shape[1]), np.float32)

    def run(self, count: int, cores: ThreadPoolExecutor) -> None:
        """Labels so many pictures."""

        def chunk(start: int) -> None:
            size = min(CHUNK, count - start)
            at = start % (READY - CHUNK)
            given = {name: ready[at : at + size] for name, ready in self._ready.items()}
            self._session.run(None, given)

        list(cores.map(chunk, range(0, count, CHUNK)))


def index(files: Path, labeler: Labeler, place: Path) -> tuple[float, dict[str, int]]:
    """Indexes into a new library; returns seconds, and how many pictures each pack looked at."""
    with Library.open(place / "library.sqlite") as library:
        for pack in labeler.packs:
            library.packs.register(pack.id, pack.version, pack.labels_json())
        folder = library.folders.add(files)
        indexer = Indexer(library, labeler)
        started = time.perf_counter()
        events = run(indexer, folder)
        seconds = time.perf_counter() - started
        ids = [
            photo for event in events if isinstance(event, Committed) for photo in event.photo_ids
        ]
        counts = {pack.id: 0 for pack in labeler.packs}
        for predictions in library.predictions.of(ids).values():
            for prediction in predictions:
                counts[prediction.pack] += prediction.codes is not None
        summary = events[-1]
        assert isinstance(summary, Summary)
        counts["files"] = summary.added + summary.failed
    return seconds, counts


def run(indexer: Indexer, folder: Folder) -> list[Event]:
    """Runs the indexer to its end."""
    return list(indexer.run([Target(folder)], Control()))


def measure_rescan(count: int, rounds: int) -> None:
    """Times looking through a folder in which nothing has changed."""
    with (
        tempfile.TemporaryDirectory(prefix="lumitag-benchmark-") as scratch,
        Library.open(Path(scratch) / "library.sqlite") as library,
        Labeler([], "cpu", resize=resize) as labeler,
    ):
        root = Path(scratch) / "tree"
        tiny_tree(root, count)
        folder = library.folders.add(root)
        remember(library, folder)
        indexer = Indexer(library, labeler)
        bare, real = [], []
        for _ in range(rounds):
            bare.append(timed(lambda: list(walk(root))))
            with no_surprise(count) as events:
                real.append(timed(lambda: events.extend(run(indexer, folder))))
    print(f"\nrescan of {count} files, nothing changed, {rounds} rounds, medians")
    for name, values in (("bare scandir and stat", bare), ("the indexer", real)):
        middle = statistics.median(values)
        print(f"{name:<48}{middle:>9.2f} s{count / middle:>12,.0f} files a second")
    print(f"{'':<48}budget: {RESCAN_BUDGET:,} files a second or more")


def tiny_tree(root: Path, count: int) -> None:
    """Writes files of a few bytes that are called pictures."""
    for start in range(0, count, FILES_A_DIRECTORY):
        directory = root / f"{start // 10_000:03}" / f"{start:07}"
        directory.mkdir(parents=True)
        for at in range(start, min(start + FILES_A_DIRECTORY, count)):
            (directory / f"picture-{at:07}.jpg").write_bytes(b"%d" % at)


def walk(root: Path) -> Iterator[tuple[str, int, int]]:
    """What a rescan cannot do without: each file's size and time."""
    stack = [os.fspath(root)]
    while stack:
        with os.scandir(stack.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)
                else:
                    stat = entry.stat()
                    yield entry.path, stat.st_size, stat.st_mtime_ns


def remember(library: Library, folder: Folder) -> None:
    """Lets the library know the tree as if it had been indexed."""
    seen: list[StoredFile] = []
    for path, size, mtime_ns in walk(folder.path):
        relpath = Path(path).relative_to(folder.path).as_posix()
        file = SeenFile(folder.id, relpath, size, mtime_ns)
        content = blake3.blake3(relpath.encode()).digest()
        photo = NewPhoto(content, 8, 8, size, "JPEG", datetime(2020, 1, 1), "file", None)
        # A photo without a thumbnail would be read again to make one.
        seen.append(StoredFile(file, photo, thumbnail=b"a thumbnail"))
    for start in range(0, len(seen), STORED_AT_ONCE):
        library.photos.store(seen[start : start + STORED_AT_ONCE])


@contextmanager
def no_surprise(count: int) -> Iterator[list[Event]]:
    """Makes sure that a rescan found what it should."""
    events: list[Event] = []
    yield events
    summary = events[-1]
    if not isinstance(summary, Summary) or summary.unchanged != count:
        raise SystemExit(f"The rescan was to find {count} unchanged files, but said {summary}.")


def timed(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
