"""SQLite's own "database or disk is full", from a limit on the pages that a file may have."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from app.library.database import Database, plain_error
from app.library.errors import DiskFullError, LibraryError
from app.library.library import Library
from app.library.records import Folder, Verdict
from tests.support.libraries import content_of, stored_file


@contextmanager
def no_room(database: Database) -> Iterator[None]:
    """Let the file grow no further."""

    def limit(driver: sqlite3.Connection, _: object) -> None:
        (pages,) = driver.execute("PRAGMA page_count").fetchone()
        driver.execute(f"PRAGMA max_page_count = {pages}")

    engine = database._engine
    engine.dispose()
    sa.event.listen(engine, "connect", limit)
    yield
    sa.event.remove(engine, "connect", limit)
    engine.dispose()


def many(folder: Folder, start: int) -> list[object]:
    return [
        stored_file(folder.id, f"{start + at}.jpg", f"{start + at}", thumbnail=b"x" * 5000)
        for at in range(200)
    ]


def test_a_full_disk_loses_nothing_and_says_what_to_do(library: Library, folder: Folder) -> None:
    library.photos.store(many(folder, 0))
    library.decisions.decide([1], "photos/dog", Verdict.ACCEPTED)
    before = library.revision
    with no_room(library._database):
        with pytest.raises(DiskFullError, match="is full; make room") as caught:
            library.photos.store(many(folder, 200))
        assert str(library.path) in str(caught.value)
        assert library.revision == before
        assert library.photos.count() == 200
        assert len(library.decisions.of([1])[1]) == 1
    assert library.photos.store(many(folder, 200)).added == 200


def test_no_room_for_thumbnails_stores_nothing_of_the_batch(
    library: Library, folder: Folder
) -> None:
    library.thumbnails.store({content_of("x"): b"x"})
    with no_room(library.thumbnails._database):
        with pytest.raises(DiskFullError, match="thumbnails is full"):
            library.photos.store(many(folder, 0))
        assert library.photos.count() == 0
    library.photos.store(many(folder, 0))
    assert library.thumbnails.missing([content_of("199")]) == []


def test_a_disk_too_full_for_the_shared_memory_is_a_full_disk(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite then reports an input/output error, seen on a real full disk.
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    assert isinstance(plain_error(error, library.path), DiskFullError)


def test_a_failing_disk_says_so(library: Library) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    said = plain_error(error, library.path)
    assert type(said) is LibraryError
    assert "cannot be read or written" in str(said)


def test_our_own_mistakes_keep_their_traceback(library: Library) -> None:
    with (
        library._database.read() as connection,
        pytest.raises(sa.exc.OperationalError, match="no such table"),
    ):
        connection.exec_driver_sql("SELECT * FROM nowhere")
