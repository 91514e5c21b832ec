"""The cache file makes a start quick, and is never believed when it is wrong."""

import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Library]:
    """A library with so few photos that it is read anew in no time, and its cache."""
    with Library.open(tmp_path / "library.sqlite") as library:
        fill(library, photos=200, packs=(PACK, OTHER), decisions=20)
        Searcher(library).refresh()
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


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_became_of_the_cache_the_answers_are_the_same(
    small: Library, data: st.DataObject
) -> None:
    path = cache_of(small)
    token, whole = small.settings.get(store._SETTING), path.read_bytes()
    expected = answers(Searcher(small))
    damaged = bytearray(whole)
    # The preamble and the index hold what all else hangs on, so they are hit more often.
    places = st.integers(0, len(whole) - 1) | st.integers(0, 40) | st.integers(-900, -1)
    for place in data.draw(st.lists(places, max_size=4)):
        damaged[place] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        place = data.draw(places)
        damaged[place:] = data.draw(st.binary(max_size=20))
    path.write_bytes(damaged)

    searcher = Searcher(small)

    assert answers(searcher) == expected
    path.write_bytes(whole)
    small.settings.set(store._SETTING, token)


def drop_part(index: dict[str, Any], name: str) -> None:
    del index["parts"][name]


def without(index: dict[str, Any], name: str) -> None:
    del index[name]


def other(index: dict[str, Any], name: str, value: object) -> None:
    index[name] = value


@pytest.mark.parametrize(
    "change",
    [
        *(partial(drop_part, name=name) for name in ("taken_order", "bits/0", "checksums")),
        *(partial(without, name=name) for name in ("rows", "columns_size", "parts")),
        *(partial(other, name="size", value=value) for value in (-1, 0, 1, 201 + 65_536, 2**62)),
        *(partial(other, name="columns_size", value=value) for value in (-1, 100, 10**6)),
        *(partial(other, name="rows", value=value) for value in ([], ["#visible"] * 8, "rows")),
        partial(other, name="revision", value=-5),
        partial(other, name="columns", value=["photos/dog"]),
        partial(other, name="columns", value=["photos/dog"] * 5),
        lambda index: index["parts"].update(more=index["parts"]["taken"]),
        lambda index: index["parts"].update(taken_order=index["parts"]["checksums"]),
        lambda index: index["parts"].update(taken_order=index["parts"]["taken"]),
        lambda index: index["parts"].update(taken=index["parts"]["taken_order"]),
        lambda index: index["parts"]["taken"].update(length=2**62),
        lambda index: index["parts"]["taken"].update(start=-8),
    ],
)
def test_a_cache_that_other_code_wrote_is_made_anew(
    small: Library, change: Callable[[dict[str, Any]], None]
) -> None:
    path = cache_of(small)
    expected = answers(Searcher(small))
    whole = path.read_bytes()
    magic, version, _, place, length = cache._PREAMBLE.unpack(whole[: cache._PREAMBLE.size])
    index = json.loads(whole[place : place + length])
    change(index)
    text = json.dumps(index).encode()
    preamble = cache._PREAMBLE.pack(magic, version, zlib.crc32(text), place, len(text))
    path.write_bytes(preamble + whole[len(preamble) : place] + text)

    with pytest.raises(BadCacheError):
        cache.read(path)
    assert answers(Searcher(small)) == expected
    assert cache.read(path).index.size == 201


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


def test_a_disk_that_is_still_full_when_a_cache_is_given_up_costs_nothing_else(
    small: Library,
) -> None:
    """The system lets the file grow all but to its end, so its last lines are held back."""
    resource = pytest.importorskip("resource")
    before = answers(Searcher(small))
    room = cache_of(small).stat().st_size - 20
    cache_of(small).unlink()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        searcher = Searcher(small)
        searcher.refresh()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert answers(searcher) == before
    assert list(small.path.parent.glob("*.cache*")) == []


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
