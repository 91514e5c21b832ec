import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.library.errors import LibraryError
from app.library.library import Library
from app.library.thumbnails import Thumbnails, thumbnails_path
from tests.support.libraries import content_of

ONE, TWO, THREE = (content_of(word) for word in ("one", "two", "three"))


def test_thumbnails_are_kept_beside_the_library(library: Library, place: Path) -> None:
    library.thumbnails.store({ONE: b"first", TWO: b"second"})
    library.thumbnails.store({TWO: b"newer"})
    library.thumbnails.store({})
    library.close()
    assert thumbnails_path(place).is_file()
    with Library.open(place) as again:
        assert again.thumbnails.get(ONE) == b"first"
        assert again.thumbnails.get(THREE) is None
        assert again.thumbnails.many([ONE, TWO, THREE]) == {ONE: b"first", TWO: b"newer"}
        assert again.thumbnails.missing([THREE, ONE, THREE]) == [THREE, THREE]


def test_many_thumbnails_come_at_once(library: Library) -> None:
    many = {content_of(str(at)): str(at).encode() for at in range(1200)}
    library.thumbnails.store(many)
    assert library.thumbnails.many(many) == many
    assert library.thumbnails.missing(many) == []


def test_lost_thumbnails_do_no_harm(library: Library, place: Path) -> None:
    library.thumbnails.store({ONE: b"first"})
    library.close()
    thumbnails_path(place).unlink()
    with Library.open(place) as again:
        assert again.thumbnails.missing([ONE]) == [ONE]
        again.thumbnails.store({ONE: b"again"})


def damaged(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[:100] + b"\xff" * (len(raw) - 100))


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE something (else_ TEXT)")


def of_another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")


def no_database(path: Path) -> None:
    path.write_bytes(b"not a database at all " * 100)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "spoil", [damaged, of_another_program, of_another_version, no_database, empty]
)
def test_unusable_thumbnails_are_begun_anew(library: Library, place: Path, spoil: object) -> None:
    library.thumbnails.store({ONE: b"first"})
    library.close()
    spoil(thumbnails_path(place))
    with Library.open(place) as again:
        assert again.thumbnails.get(ONE) is None
        again.thumbnails.store({ONE: b"again"})
        assert again.thumbnails.get(ONE) == b"again"


def test_thumbnails_that_cannot_be_made_stop_the_opening(place: Path) -> None:
    thumbnails_path(place).mkdir(parents=True)
    with pytest.raises(LibraryError, match="cannot be opened"):
        Library.open(place)


def test_two_programs_may_begin_the_same_thumbnails(tmp_path: Path) -> None:
    path = tmp_path / "thumbnails"
    first, second = Thumbnails.open(path), Thumbnails.open(path)
    first.store({ONE: b"first"})
    assert second.get(ONE) == b"first"
    first.close()
    second.close()
