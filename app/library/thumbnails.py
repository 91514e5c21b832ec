"""Thumbnails, in a database file of their own beside the library.

Losing it does no harm: thumbnails are made again from the pictures. So a file that is damaged,
foreign or of another version is simply begun anew, and nothing waits for the disk to sync it.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from app.library.changes import chunks
from app.library.database import Database
from app.library.errors import DamagedLibraryError, NotALibraryError
from app.library.schema import THUMBNAILS_APPLICATION_ID

THUMBNAILS_VERSION = 2
_PAGE_BYTES = 16_384  # about one thumbnail

_STORE = "INSERT OR REPLACE INTO thumbnail (content_hash, jpeg) VALUES (?, ?)"
_FOUND = "DELETE FROM lacking WHERE content_hash = ?"
_LACKING = "INSERT OR REPLACE INTO lacking (content_hash, photo_id) VALUES (?, ?)"
_CHECKED = "INSERT OR REPLACE INTO checked (id, photo_id, content_hash) VALUES (1, ?, ?)"
_MANY = sa.text(
    "SELECT content_hash, jpeg FROM thumbnail WHERE content_hash IN :hashes"
).bindparams(sa.bindparam("hashes", expanding=True, type_=sa.LargeBinary))
_PRESENT = sa.text("SELECT content_hash FROM thumbnail WHERE content_hash IN :hashes").bindparams(
    sa.bindparam("hashes", expanding=True, type_=sa.LargeBinary)
)


def thumbnails_path(library: Path) -> Path:
    """Return where the thumbnails of a library lie."""
    return library.with_name(library.name + ".thumbnails")


class Checked(NamedTuple):
    """The last photo whose thumbnail was looked for; the hash tells the library it is of."""

    photo_id: int
    content_hash: bytes


class Thumbnails:
    """JPEG thumbnails by content hash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> "Thumbnails":
        """Open the thumbnails at ``path``, begun anew if they are missing or unusable.

        Raises:
            LibraryError: No thumbnails can be made there.
        """
        database = Database(path)
        try:
            if path.exists() and not _ours(database):
                database.close()
                _delete(path)
                database = Database(path)
            _make_table(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def get(self, content_hash: bytes) -> bytes | None:
        """Return a thumbnail, or None if there is none."""
        return self.many([content_hash]).get(content_hash)

    def many(self, hashes: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the thumbnails that there are."""
        found: dict[bytes, bytes] = {}
        with self._database.read() as connection:
            for part in chunks(hashes):
                rows = connection.execute(_MANY, {"hashes": part})
                found.update((row.content_hash, row.jpeg) for row in rows)
        return found

    def missing(self, hashes: Iterable[bytes]) -> list[bytes]:
        """Return the hashes that have no thumbnail, in the order given."""
        wanted = list(hashes)
        present: set[bytes] = set()
        with self._database.read() as connection:
            for part in chunks(wanted):
                present.update(connection.scalars(_PRESENT, {"hashes": part}))
        return [one for one in wanted if one not in present]

    def store(self, thumbnails: Mapping[bytes, bytes]) -> None:
        """Keep thumbnails; a newer one replaces an older.

        Raises:
            DiskFullError: No room.
        """
        if not thumbnails:
            return
        with self._database.write(durable=False) as connection:
            connection.exec_driver_sql(_STORE, list(thumbnails.items()))
            connection.exec_driver_sql(_FOUND, [(one,) for one in thumbnails])

    def checked(self) -> Checked | None:
        """Return up to which photo ``lacking`` is complete; None if nothing was checked yet."""
        with self._database.read() as connection:
            row = connection.execute(sa.text("SELECT photo_id, content_hash FROM checked")).first()
        return None if row is None else Checked(row.photo_id, row.content_hash)

    def lacking(self) -> list[int]:
        """Return the checked photos that have had no thumbnail since, in no order."""
        with self._database.read() as connection:
            return list(connection.scalars(sa.text("SELECT photo_id FROM lacking")))

    def note_checked(self, checked: Checked, lacking: Mapping[int, bytes]) -> None:
        """Note that photos up to ``checked`` were looked up, and which of them lack a thumbnail.

        Args:
            checked: The last of them.
            lacking: Content hash by photo id.

        Raises:
            DiskFullError: No room.
        """
        with self._database.write(durable=False) as connection:
            if lacking:
                rows = [(content, photo) for photo, content in lacking.items()]
                connection.exec_driver_sql(_LACKING, rows)
            connection.exec_driver_sql(_CHECKED, tuple(checked))

    def forget_checked(self) -> None:
        """Begin to check anew, with the first photo."""
        with self._database.write(durable=False) as connection:
            connection.exec_driver_sql("DELETE FROM checked")
            connection.exec_driver_sql("DELETE FROM lacking")

    def close(self) -> None:
        """Close every connection."""
        self._database.close()


def _ours(database: Database) -> bool:
    """Tell whether the file can be used: a thumbnail file of this version, or an empty one."""
    try:
        with database.outside_transactions() as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables:
                connection.execute("SELECT jpeg FROM thumbnail LIMIT 1").fetchone()
    except (NotALibraryError, DamagedLibraryError, sqlite3.Error):
        return False
    if not tables:
        return True
    return bool(application == THUMBNAILS_APPLICATION_ID and version == THUMBNAILS_VERSION)


def _delete(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}-journal"):
        path.with_name(name).unlink(missing_ok=True)


def _make_table(database: Database) -> None:
    with database.outside_transactions() as connection:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            connection.executescript(f"""
                BEGIN IMMEDIATE;
                CREATE TABLE IF NOT EXISTS thumbnail (
                    id INTEGER PRIMARY KEY,
                    content_hash BLOB NOT NULL UNIQUE,
                    jpeg BLOB NOT NULL
                );
                CREATE TABLE IF NOT EXISTS checked (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    photo_id INTEGER NOT NULL,
                    content_hash BLOB NOT NULL
                );
                CREATE TABLE IF NOT EXISTS lacking (
                    content_hash BLOB PRIMARY KEY,
                    photo_id INTEGER NOT NULL
                ) WITHOUT ROWID;
                PRAGMA application_id = {THUMBNAILS_APPLICATION_ID};
                PRAGMA user_version = {THUMBNAILS_VERSION};
                COMMIT;
            """)
    database.write_ahead()
