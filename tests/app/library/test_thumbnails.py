import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.library.errors import LibraryError
from app.library.library import Library
from app.library.records import Folder
from app.library.thumbnails import Thumbnails, thumbnails_path
from tests.support.libraries import content_of, stored_file

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


def stored(library: Library, folder: Folder, names: str) -> None:
    library.photos.store(
        [stored_file(folder.id, f"{name}.jpg", name, thumbnail=name.encode()) for name in names]
    )


def lose(library: Library, name: str) -> None:
    with library.thumbnails._database.write(durable=False) as connection:
        connection.exec_driver_sql(
            "DELETE FROM thumbnail WHERE content_hash = ?", (content_of(name),)
        )


def test_photos_without_a_thumbnail_are_known_until_they_have_one(
    library: Library, folder: Folder, place: Path
) -> None:
    stored(library, folder, "abc")
    assert library.photos.without_thumbnail() == []
    library.close()
    thumbnails_path(place).unlink()
    with Library.open(place) as again:
        assert again.photos.without_thumbnail() == [1, 2, 3]
        again.thumbnails.store({content_of("b"): b"again"})
        assert again.photos.without_thumbnail() == [1, 3]
        stored(again, folder, "d")
        assert again.photos.without_thumbnail() == [1, 3]


def test_a_thumbnail_that_a_power_cut_took_is_missed(library: Library, folder: Folder) -> None:
    stored(library, folder, "ab")
    assert library.photos.without_thumbnail() == []
    stored(library, folder, "cd")
    lose(library, "d")
    assert library.photos.without_thumbnail() == [4]


def test_photos_that_cannot_be_read_now_are_asked_for_when_they_can(
    library: Library, folder: Folder
) -> None:
    library.photos.store([stored_file(folder.id, f"{name}.jpg", name) for name in "ab"])
    library.files.remove([library.files.known(folder.id)["a.jpg"].id])
    assert library.photos.without_thumbnail() == [2]
    library.folders.set_offline(folder.id, True)
    assert library.photos.without_thumbnail() == []
    library.folders.set_offline(folder.id, False)
    library.photos.store([stored_file(folder.id, "back.jpg", "a")])
    assert library.photos.without_thumbnail() == [1, 2]


def test_thumbnails_of_another_library_are_looked_through_anew(
    library: Library, folder: Folder, place: Path, fresh: Path
) -> None:
    stored(library, folder, "abc")
    assert library.photos.without_thumbnail() == []
    library.close()
    shutil.copy(fresh, place)
    with Library.open(place) as other:
        other.photos.store([stored_file(other.folders.add(folder.path).id, "c.jpg", "c")])
        other.photos.store([stored_file(other.folders.all()[0].id, "x.jpg", "x")])
        assert other.photos.without_thumbnail() == [2]


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
