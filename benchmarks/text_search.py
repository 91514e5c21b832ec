"""How fast pictures are found by their words: ``python -m benchmarks.text_search``.

Takes the library that ``benchmarks.search`` makes, or makes one, and gives a part of its photos
pages of words: invented ones, as frequent as words are (Zipf's law), some read without the space
between them; or lines that were really read, mixed (``--lines words.jsonl …``). Times are of one
thread; every query is asked once, so no answer is a kept one.
"""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from app.engine.words import PictureWords
from app.labeling.device import choose_device
from app.library.folding import words_of
from app.library.library import Library
from app.library.records import NewReading
from app.reading import Line, lines_to_bytes, plain_text
from app.search.searcher import Searcher
from benchmarks.search import COMMON, DECISIONS, PACKS, memory, percentiles, seconds, timed
from tests.support.libraries import fill

WORDS_ON_A_PAGE = 60
WORDS_IN_A_LINE = 5
DISTINCT = 40_000
ZIPF = 1.05
GLUED = 0.05  # the share of spaces that are lost: every twentieth, as on film posters
ENGINE = "benchmark"
AT_ONCE = 1_000
QUERIES = 200
SYLLABLES = [start + vowel for start in "bcdfghklmnprstvw" for vowel in ("a", "e", "i", "o", "un")]
RARELY_ASKED = 30  # the most frequent words (the, of, and): nobody looks for those


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=100_000, help="photos with words")
    parser.add_argument(
        "--lines", type=Path, nargs="+", default=(), help="files of lines that were read (JSON)"
    )
    parser.add_argument("--library", type=Path, help="kept and taken again; default: temporary")
    options = parser.parse_args(arguments)
    path = options.library or Path(tempfile.gettempdir()) / f"lumitag-search-{options.photos}"
    path = path if path.suffix else path / "library.sqlite"
    for name, value in measured(path, options.photos, options.pages, options.lines):
        print(f"{name:<58} {value}", flush=True)


def measured(
    path: Path, photos: int, pages: int, files: Sequence[Path]
) -> Iterator[tuple[str, str]]:
    """Make what is missing, and ask."""
    exists = path.exists()
    with Library.open(path) as library:
        if not exists:
            fill(library, photos=photos, packs=PACKS, decisions=DECISIONS)
        if library.words.count().with_words < pages:
            yield from written(library, pages, made_pages(pages, files))
        yield f"{photos:,} photos", f"{library.words.count().with_words:,} pages"
        searcher = Searcher(library)
        yield "open", seconds(searcher.refresh)
        yield "  memory", memory()
        sample = list(islice(made_pages(pages, files), 400))
        yield from asked(library, searcher, sample)
        yield (
            "photos still to be read, counted",
            seconds(lambda: library.words.count_needing(ENGINE, kinds={"photos/poster": 26})),
        )
        yield "  memory", memory()
        searcher.close()


def written(
    library: Library, pages: int, made: Iterator[Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Give photos their words, spread over the library."""
    everything = library.facts.facts_since(0).ids
    chosen = everything[:: max(1, len(everything) // pages)][:pages]
    before, started = library.path.stat().st_size, time.perf_counter()
    drawn = map(placed_lines, made)
    readings = (NewReading(ENGINE, lines_to_bytes(page), plain_text(page)) for page in drawn)
    for start in range(0, len(chosen), AT_ONCE):
        part = chosen[start : start + AT_ONCE].tolist()
        library.words.store(dict(zip(part, islice(readings, len(part)), strict=True)))
    taken = time.perf_counter() - started
    with library._database.outside_transactions() as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        sizes = connection.execute(
            "SELECT name, sum(pgsize) FROM dbstat "
            "WHERE name GLOB 'words_*' OR name GLOB 'pieces_*' OR name = 'reading' GROUP BY name"
        ).fetchall()
    yield f"stored {pages:,} pages, made and all", f"{taken:.0f} s"
    yield "  library grown by", megabytes(library.path.stat().st_size - before)
    for table in ("reading", "words", "pieces"):
        yield (
            f"  {table}",
            megabytes(sum(size for name, size in sizes if name.split("_")[0] == table)),
        )


def placed_lines(lines: Sequence[str]) -> tuple[Line, ...]:
    """Spread lines over a picture."""
    count = len(lines)
    return tuple(
        Line(line, 0.9, (0.1, at / count, 0.9, (at + 0.8) / count)) for at, line in enumerate(lines)
    )


def made_pages(count: int, files: Sequence[Path]) -> Iterator[Sequence[str]]:
    """Yield the lines of pages, the same ones each time."""
    return really_read(count, files) if files else invented(count)


def really_read(count: int, files: Sequence[Path]) -> Iterator[Sequence[str]]:
    """Mix lines that were read in pictures to pages of some sixty words."""
    random = np.random.default_rng(1)
    read = [msgspec.json.decode(line)["lines"] for file in files for line in file.open()]
    known = [text for lines in read for text, *_ in lines if text.strip()]
    for _ in range(count):
        page: list[str] = []
        words = 0
        while words < WORDS_ON_A_PAGE:
            page.append(known[int(random.integers(len(known)))])
            words += len(page[-1].split())
        yield page


def invented(count: int) -> Iterator[Sequence[str]]:
    """Invent pages of sixty words, five in a line."""
    random = np.random.default_rng(1)
    known = vocabulary()
    weights = 1 / np.arange(1, DISTINCT + 1) ** ZIPF
    for _ in range(0, count, AT_ONCE):
        shape = (AT_ONCE, WORDS_ON_A_PAGE)
        ranks = random.choice(DISTINCT, shape, p=weights / weights.sum())
        lost = random.random(shape) < GLUED
        for page, glued in zip(ranks.tolist(), lost.tolist(), strict=True):
            text = [
                known[rank] + ("" if gone else " ") for rank, gone in zip(page, glued, strict=True)
            ]
            yield [
                "".join(text[at : at + WORDS_IN_A_LINE]).strip()
                for at in range(0, WORDS_ON_A_PAGE, WORDS_IN_A_LINE)
            ]


def vocabulary() -> list[str]:
    """Invent words, the most frequent first; those are the shortest, as in any language."""
    random = np.random.default_rng(0)
    words: dict[str, None] = {}
    while len(words) < DISTINCT:
        syllables = 1 + min(4, len(words) // 60 and 1 + int(random.geometric(0.5)))
        words["".join(random.choice(SYLLABLES, syllables))] = None
    return list(words)


def asked(
    library: Library, searcher: Searcher, sample: Sequence[Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Ask for words of which some are frequent and most are rare, as on the pages.

    Args:
        library: The library.
        searcher: Searches it.
        sample: The lines of some pages.
    """
    random = np.random.default_rng(2)
    lines = [words_of(line) for page in sample for line in page]
    often = Counter(word for line in lines for word in line)
    frequent = [word for word, _ in often.most_common(RARELY_ASKED)]
    pairs = [line[at : at + 2] for line in lines for at in range(len(line) - 1)]
    phrases = list(dict.fromkeys(" ".join(pair) for pair in pairs if not {*frequent} & {*pair}))
    # As often as it stands there: a word that is frequent is also asked for more often.
    words = [word for line in lines for word in line if word not in frequent and len(word) > 2]
    random.shuffle(phrases)
    random.shuffle(words)
    words = list(dict.fromkeys(words))
    some = iter(words)

    def take() -> list[str]:
        return list(islice(some, QUERIES))

    kinds = {
        "word": [f"text:{word}" for word in take()],
        "phrase": [f'text:"{phrase}"' for phrase in phrases[:QUERIES]],
        "beginning": [f"text:{word[:4]}*" for word in take()],
        "part": [f"text:*{word[1:6]}*" for word in take() if len(word) > 5],
        "word and label": [
            f"text:{word} {label}"
            for word, label in zip(take(), random.choice(COMMON, QUERIES), strict=False)
        ],
        "word without a word": [
            f"text:{one} -text:{other}" for one, other in zip(take(), take(), strict=False)
        ],
        "word, best match first": [f"text:{word} sort:match" for word in take()],
    }
    searcher.search("")
    for title, queries in kinds.items():
        queries = list(dict.fromkeys(queries))
        yield f"{title} ({len(queries)})", percentiles(queries, searcher)
    together = [query for queries in kinds.values() for query in queries[QUERIES // 2 :]]
    yield "of all of these, asked in turn again", percentiles(together[::3], searcher)
    yield (
        "the ten most frequent words",
        percentiles([f"text:{each}" for each in frequent[:10]], searcher),
    )
    yield "  again", percentiles([f"text:{frequent[9]}"] * 20, searcher)
    yield "is:read", percentiles(["is:read"], searcher)
    shown = PictureWords(library, device=partial(choose_device, "cpu"), follower=lambda: None)
    results = [searcher.search(query) for query in kinds["word"]]
    lines_shown = [
        lambda result=result: shown.lines_matched(result.ids[:60].tolist(), result.terms)
        for result in results[:40]
    ]
    yield "lines to show of the first 60", timed(lines_shown)
    yield "one label", percentiles(random.choice(COMMON, QUERIES).tolist(), searcher)


def megabytes(size: int) -> str:
    """Write a size."""
    return f"{size / 1e6:.1f} MB"


if __name__ == "__main__":
    main()
