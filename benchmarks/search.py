"""How fast search is: ``python -m benchmarks.search --photos 1000000``.

Makes a library of invented photos (or takes the one that is there), then measures, each in a
process of its own so that memory is told apart: reading it all for the first time, and opening it
again from the cache with all kinds of queries. Times are of one thread.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from app.library.library import Library
from app.library.records import StoredFile, Verdict
from app.search.searcher import Searcher
from tests.support.libraries import GENRES, PHOTOS, MadePack, fill, predicted, stored_file

LABELS = 400
PACKS = (
    MadePack("photos", tuple(PHOTOS.words[:20]) + tuple(f"thing {at}" for at in range(20, LABELS))),
    GENRES,
)
DECISIONS = 5_000
COMMON = ("photo", "person", "dog", "beach", "drama", "comedy", "romance", "cat", "car")
ROUNDS = 200


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--library", type=Path, help="kept and taken again; default: temporary")
    parser.add_argument("--stage", choices=("cold", "warm"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    path = options.library or Path(tempfile.gettempdir()) / f"lumitag-search-{options.photos}"
    path = path if path.suffix else path / "library.sqlite"
    if options.stage:
        stage = {"cold": cold, "warm": warm}[options.stage]
        for name, value in stage(path):
            print(f"{name:<58} {value}")
        return
    if not path.exists():
        started = time.perf_counter()
        with Library.open(path) as library:
            fill(library, photos=options.photos, packs=PACKS, decisions=DECISIONS)
        print(f"{'(making the library)':<58} {time.perf_counter() - started:.0f} s")
    print(f"{options.photos:,} photos, {sum(len(pack.words) for pack in PACKS)} labels")
    path.with_name(f"{path.name}.cache").unlink(missing_ok=True)
    for name in ("cold", "warm"):
        command = ["--photos", str(options.photos), "--library", str(path), "--stage", name]
        subprocess.run([sys.executable, "-m", "benchmarks.search", *command], check=True)


def cold(path: Path) -> Iterator[tuple[str, str]]:
    """Read the library for the first time."""
    with Library.open(path) as library:
        searcher = Searcher(library)
        yield "first build, from the library, cache written", seconds(searcher.refresh)
        yield "  memory, highest", highest_memory()
        searcher.close()


def warm(path: Path) -> Iterator[tuple[str, str]]:
    """Open the library again and ask it things."""
    with Library.open(path) as library:
        yield "memory before search", memory()
        searcher = Searcher(library)
        yield "open from the cache", seconds(searcher.refresh)
        yield "  memory", memory()
        random = np.random.default_rng(0)
        labels = [label.name for label in searcher.vocabulary.labels.values()]
        some = [f'"{name}"' for name in random.choice(labels, ROUNDS)]
        pairs = [f"{one} {two}" for one, two in random.choice(COMMON, (ROUNDS, 2))]
        either = [f"{one} OR {two}" for one, two in random.choice(COMMON, (ROUNDS, 2))]
        without = [f"{one} -{two}" for one, two in random.choice(COMMON, (ROUNDS, 2))]
        yield "all photos, first time", seconds(lambda: searcher.search(""))
        for title, queries in (
            ("one label, with order, months and all counts", some),
            ("one common label", [str(each) for each in random.choice(COMMON, ROUNDS)]),
            ("both of two", pairs),
            ("either of two", either),
            ("one without another", without),
            ("-label", [f"-{name}" for name in some]),
            ("probability (label>0.9)", [f"{name}>0.9" for name in some[:50]]),
            ("sorted by probability", [f"{name} sort:probability" for name in some[:50]]),
            ("taken:2015..2016-06", ["taken:2015..2016-06"] * 20),
            ("all photos again", [""] * 20),
        ):
            yield title, percentiles(queries, searcher)
        for title, queries in (
            ("less sure of one label, after the answer", some[:50]),
            ("less sure of both of two", pairs[:50]),
        ):
            yield title, less_sure(queries, searcher)
        yield "  memory", memory()
        for title, query in (
            ("first page: one label and 60 cards", "dog"),
            ("first page: all photos and 60 cards", ""),
        ):
            yield title, seconds(lambda query=query: page(library, searcher, query))
        for query in ("IMG_00012", "name:*99.jpg", "folder:2015", "dog sort:name"):
            yield f"first {query}", seconds(lambda query=query: searcher.search(query))
            yield f"  {query} again", seconds(lambda query=query: searcher.search(query))
        yield "explore", seconds(searcher.explore)
        near = np.arange(1, min(10_000, len(searcher.search("").ids)) + 1)
        far = near * max(1, len(searcher.search("").ids) // len(near))
        for title, ids in (("side by side", near), ("far apart", far)):
            work = partial(searcher.summary_of, ids)
            yield f"labels of {len(ids):,} photos {title}", seconds(work)
            yield "  again", seconds(work)
        yield "complete", seconds(lambda: searcher.complete("thing 1", 7))
        yield "  memory", memory()
        yield from changes(library, searcher)


def changes(library: Library, searcher: Searcher) -> Iterator[tuple[str, str]]:
    """Change the library, and catch up."""
    ids = searcher.search("dog").ids[:1_000].tolist()
    library.decisions.decide(ids[:1], "photos/dog", Verdict.REJECTED)
    yield "refresh after one decision", seconds(searcher.refresh)
    yield "dog sort:name after that", seconds(lambda: searcher.search("dog sort:name"))
    library.decisions.decide(ids, "photos/dog", Verdict.REJECTED)
    yield "refresh after 1,000 decisions", seconds(searcher.refresh)
    library.decisions.decide(ids, "photos/dog", None)
    yield "refresh after taking them back", seconds(searcher.refresh)
    folder = library.folders.all()[0].id
    for count in (64, 64):
        stamp = time.time_ns()
        library.photos.store(list(new_files(folder, count, stamp)))
        yield f"refresh after {count} new photos", seconds(searcher.refresh)
    yield "one label after that", percentiles(["dog", "beach", "thing 77"] * 10, searcher)
    yield "probability after that", percentiles(["dog>0.9"] * 10, searcher)
    yield "memory, highest", highest_memory()


def new_files(folder: int, count: int, stamp: int) -> Iterator[StoredFile]:
    """Invent photos that nobody has seen."""
    random = np.random.default_rng(stamp)
    for number in range(count):
        predictions = [predicted(pack.id, *random.random(len(pack.words))) for pack in PACKS]
        name = f"new/{stamp}-{number}.jpg"
        yield stored_file(folder, name, f"{stamp}-{number}", predictions=predictions)


def page(library: Library, searcher: Searcher, query: str) -> None:
    """Do what the window does before it can draw."""
    library.photos.cards(searcher.search(query).ids[:60].tolist())


def less_sure(queries: Sequence[str], searcher: Searcher) -> str:
    """Time what is asked when the results are already there."""
    return timed([partial(searcher.less_sure, searcher.search(query)) for query in queries])


def percentiles(queries: Sequence[str], searcher: Searcher) -> str:
    """Time queries one by one."""
    return timed([partial(searcher.search, query) for query in queries])


def timed(calls: Sequence[Callable[[], object]]) -> str:
    """Time calls one by one; on a busy machine the processor's time says more than the wall's."""
    times, processor = [], []
    for call in calls:
        started, busy = time.perf_counter(), time.thread_time()
        call()
        times.append((time.perf_counter() - started) * 1000)
        processor.append((time.thread_time() - busy) * 1000)
    median, late = np.percentile(times, [50, 95])
    return f"p50 {median:.1f} ms, p95 {late:.1f} ms (CPU p95 {np.percentile(processor, 95):.1f} ms)"


def seconds(work: Callable[[], object]) -> str:
    """Time one call."""
    started = time.perf_counter()
    work()
    taken = time.perf_counter() - started
    return f"{taken:.2f} s" if taken >= 1 else f"{taken * 1000:.1f} ms"


def memory() -> str:
    """Return the memory in use, resident."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return f"{pages * resource.getpagesize() / 2**20:.0f} MB"


def highest_memory() -> str:
    """Return the most memory that was in use, resident."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10:.0f} MB"


if __name__ == "__main__":
    main()
