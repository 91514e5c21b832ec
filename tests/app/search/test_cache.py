"""The cache file makes a start quick, and is never believed when it is wrong."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.library.errors import LibraryBusyError
from app.library.library import Library
from app.library.records import Verdict
from app.library.settings import Settings
from app.search import cache, store
from app.search.cache import BadCacheError
from app.search.searcher import Searcher
from tests.support.libraries import MadePack, fill

PACK = MadePack("photos", ("dog", "cat", "beach", "rare"))
OTHER = MadePack("genres", ("drama",), sees=0.5)


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.sqlite") as library:
        fill(library, photos=3_000, packs=(PACK, OTHER), decisions=50)
        yield library


def cache_of(library: Library) -> Path:
    return library.path.with_name("library.sqlite.cache")


def answers(searcher: Searcher) -> list[object]:
    results = [
        searcher.search(query)
        for query in ("", "dog", "cat -dog", "drama>0.5", "rare", "is:decided", "sort:taken dog")
    ]
    return [(result.ids.tolist(), dict(result.counts), result.sections) for result in results]


@pytest.fixture
def first(filled: Library) -> list[object]:
    searcher = Searcher(filled)
    found = answers(searcher)
    searcher.close()
    return found


def test_the_second_start_reads_the_cache_and_answers_the_same(
    filled: Library, first: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.Store, "rebuilt", lambda _: pytest.fail("read all anew"))

    assert answers(Searcher(filled)) == first


def test_a_start_catches_up_with_what_happened_since(filled: Library, first: list[object]) -> None:
    dogs = Searcher(filled).search("dog").ids
    filled.decisions.decide(dogs[:10].tolist(), "photos/dog", Verdict.REJECTED)
    searcher = Searcher(filled)

    assert np.array_equal(searcher.search("dog").ids, dogs[10:])
    assert answers(searcher) != first
    cache_of(filled).unlink()
    assert answers(Searcher(filled)) == answers(searcher)


def test_many_changes_are_saved_at_the_end(filled: Library, first: list[object]) -> None:
    searcher = Searcher(filled)
    ids = list(range(1, 1_500))
    searcher.refresh()
    filled.decisions.decide(ids, "photos/rare", Verdict.ACCEPTED)
    searcher.refresh()
    before = cache_of(filled).read_bytes()
    expected = answers(searcher)
    searcher.close()

    assert cache_of(filled).read_bytes() != before
    assert answers(Searcher(filled)) == expected != first


@pytest.mark.parametrize("part", ["preamble", "columns", "bits", "index", "short", "empty", "text"])
def test_a_damaged_cache_is_made_anew(filled: Library, first: list[object], part: str) -> None:
    path = cache_of(filled)
    data = bytearray(path.read_bytes())
    columns_end = 64 + 5 * 3_001
    places = {"preamble": 9, "columns": 1_000, "bits": columns_end + 100, "index": len(data) - 20}
    if part in places:
        data[places[part]] ^= 0xFF
    damaged = {"short": data[: len(data) // 2], "empty": b"", "text": b"not a cache\n" * 50}
    path.write_bytes(damaged.get(part, data))

    assert answers(Searcher(filled)) == first
    assert answers(Searcher(filled)) == first
    assert cache.read(path).index.size == 3_001


def test_a_library_put_back_from_a_backup_does_not_get_the_cache_of_its_future(
    tmp_path: Path, filled: Library, first: list[object]
) -> None:
    backup = tmp_path / "backup"
    filled.close()
    shutil.copytree(tmp_path, backup, ignore=shutil.ignore_patterns("backup", "*.cache"))
    with Library.open(filled.path) as library:
        searcher = Searcher(library)
        searcher.refresh()
        library.decisions.decide(list(range(1, 2_000)), "photos/cat", Verdict.ACCEPTED)
        searcher.refresh()
        searcher.close()
    shutil.copy(backup / "library.sqlite", filled.path)
    with Library.open(filled.path) as library:
        # As many changes as the cache has seen, but others.
        for number in range(10):
            library.settings.set("anything", number)

        assert answers(Searcher(library)) == first


def test_a_cache_of_another_library_is_not_taken(
    tmp_path: Path, filled: Library, first: list[object]
) -> None:
    with Library.open(tmp_path / "other" / "library.sqlite") as other:
        fill(other, photos=100, packs=(PACK,), seed=7)
        shutil.copy(cache_of(filled), cache_of(other))

        assert len(Searcher(other).search("").ids) == 100


@pytest.mark.parametrize("memory_only", [False, True])
def test_where_nothing_can_be_written_search_works_without_a_cache(
    filled: Library, monkeypatch: pytest.MonkeyPatch, memory_only: bool
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    if memory_only:
        monkeypatch.setattr(cache.tempfile, "TemporaryFile", refused)
    searcher = Searcher(filled, cache=filled.path.parent / "missing" / "search.cache")

    assert len(searcher.search("dog>0.5").ids) > 0
    searcher.close()


def test_a_full_disk_costs_the_cache_and_nothing_else(
    filled: Library, first: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache_of(filled).unlink()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "finish", full)

    assert answers(Searcher(filled)) == first
    assert list(filled.path.parent.glob("*.cache*")) == []


def test_a_busy_library_costs_the_cache_and_nothing_else(
    filled: Library, first: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache_of(filled).unlink()

    def busy(*_: object) -> None:
        raise LibraryBusyError("Another program is writing.")

    monkeypatch.setattr(Settings, "set", busy)

    assert answers(Searcher(filled)) == first
    assert list(filled.path.parent.glob("*.cache*")) == []


def test_what_a_killed_process_left_is_swept_away(filled: Library) -> None:
    left = filled.path.with_name("library.sqlite.cache.99-abcd.new")
    young = filled.path.with_name("library.sqlite.cache.98-abcd.new")
    for path in (left, young):
        path.write_bytes(b"half a cache")
    os.utime(left, (0, 0))
    Searcher(filled).refresh()

    assert not left.exists()
    assert young.exists()


def test_a_missing_cache_is_told_from_a_good_one(tmp_path: Path) -> None:
    with pytest.raises(BadCacheError):
        cache.read(tmp_path / "missing")


def test_more_photos_than_fit_in_one_chunk(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.sqlite") as library:
        fill(library, photos=70_000, packs=(PACK,))
        searcher = Searcher(library)
        dogs = np.zeros(70_001, np.bool_)
        sure = np.zeros(70_001, np.bool_)
        for block in library.facts.predictions_since(0):
            dogs[block.ids] = block.codes[:, 0] >= 128
            sure[block.ids] = block.codes[:, 0] > 0.8 * 255
        for opened in (searcher, Searcher(library)):
            result = opened.search("dog sort:added")
            assert np.array_equal(result.ids, np.flatnonzero(dogs))
            assert result.counts["photos/dog"] == dogs.sum()
            assert np.array_equal(opened.search("dog>0.8 sort:added").ids, np.flatnonzero(sure))
        library.decisions.decide([1, 65_535, 65_536, 70_000], "photos/dog", Verdict.ACCEPTED)
        searcher.refresh()
        dogs[[1, 65_535, 65_536, 70_000]] = True
        assert np.array_equal(searcher.search("dog sort:added").ids, np.flatnonzero(dogs))
        assert searcher.search("-dog").counts["photos/dog"] == 0
