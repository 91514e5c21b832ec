"""Is this file ours, is it too new, and how does it become what this version needs."""

import errno
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from app.library import schema
from app.library.database import Database, disk_full
from app.library.errors import (
    LibraryError,
    NewerLibraryError,
    NotALibraryError,
    ReadOnlyLibraryError,
)

MIGRATIONS = Path(__file__).parent / "migrations"

# The header of a SQLite file: https://www.sqlite.org/fileformat.html section 1.3
_MAGIC = b"SQLite format 3\x00"
_HEADER_BYTES = 100
_USER_VERSION = slice(60, 64)
_APPLICATION_ID = slice(68, 72)


def check_file(path: Path) -> bool:
    """Look at the file without opening it as a database, so that a foreign one is not touched.

    Returns:
        True if there is a library, False if one is to be made here (no file, or an empty one).

    Raises:
        NotALibraryError: It is a folder, no SQLite file, or one that another program made.
        NewerLibraryError: A newer Lumitag made it.
        ReadOnlyLibraryError: It may not be read or written.
        LibraryError: It cannot be read for another reason.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise NotALibraryError(
                f"{path} is a folder, not a library; name a file, such as "
                f"{path / 'library.sqlite'}."
            )
        # Opening a named pipe would wait for ever for somebody to write into it.
        if not stat.S_ISREG(mode):
            raise NotALibraryError(f"{path} is not a regular file; name another file.")
        with path.open("rb") as stream:
            header = stream.read(_HEADER_BYTES)
    except FileNotFoundError:
        return False
    except PermissionError as error:
        raise ReadOnlyLibraryError(
            f"The library {path} may not be read; give yourself permission, "
            "or name another library."
        ) from error
    except OSError as error:
        raise LibraryError(f"The library {path} cannot be read: {error.strerror}.") from error
    if not header:
        return False
    application_id = int.from_bytes(header[_APPLICATION_ID], "big")
    if not header.startswith(_MAGIC) or application_id != schema.APPLICATION_ID:
        raise NotALibraryError(
            f"{path} is not a Lumitag library; name another file, it was left as it is."
        )
    if int.from_bytes(header[_USER_VERSION], "big") > schema.SCHEMA_VERSION:
        raise _newer(path)
    return True


def prepare_place(path: Path) -> None:
    """Make the folder that the library lies in, and check that it may be written.

    Raises:
        ReadOnlyLibraryError: No permission, or a read-only disk.
        DiskFullError: No room for a folder.
        LibraryError: A part of the path is a file, or cannot be made for another reason.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_place(path, error) from error
    for place in (path.parent, path):
        # access(2) knows what the mode bits do not: a read-only disk, for root as well.
        if place.exists() and not os.access(place, os.W_OK):
            raise ReadOnlyLibraryError(
                f"The library {path} cannot be written; make the file and its folder writable, "
                "or name another library."
            )


def bring_up_to_date(database: Database, *, exists: bool) -> None:
    """Make the tables, or migrate them; an up-to-date library costs one small query.

    A library that is migrated is copied first, to ``<library>.backup-<revision>`` beside it. The
    whole way up is one transaction: it is done, or nothing is.

    Raises:
        NewerLibraryError: A newer Lumitag made it.
        NotALibraryError: It has other tables than a library.
        DiskFullError: No room for the copy or the migration.
    """
    stored = _stored_revision(database)
    if stored == schema.REVISION:
        database.write_ahead()  # done long ago, unless a kill came between the tables and this
        return
    if stored is not None and not _is_older(stored):
        raise _newer(database.path)
    if exists and stored is not None:
        back_up(database, backup_path(database.path, stored))
    _migrate(database)
    # After the tables: a file with a journal mode but without tables would look foreign.
    database.write_ahead()


def backup_path(path: Path, revision: str) -> Path:
    """Return where the copy of a library of an older revision is kept."""
    return path.with_name(f"{path.name}.backup-{revision}")


def back_up(database: Database, target: Path) -> None:
    """Copy the whole library to ``target``, with all that is committed and nothing half done."""
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        with (
            database.outside_transactions() as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _stored_revision(database: Database) -> str | None:
    """Return the alembic revision of the library, or None if there are no tables at all."""
    with database.read() as connection:
        tables = set(
            connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        )
        if "alembic_version" in tables:
            stored = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
            return None if stored is None else str(stored)
    if tables:
        raise NotALibraryError(
            f"{database.path} is not a Lumitag library; name another file, it was left as it is."
        )
    return None


def _is_older(revision: str) -> bool:
    return revision.isdecimal() and int(revision) < int(schema.REVISION)


def _migrate(database: Database) -> None:
    # Alembic takes longer to import than a library takes to open, and is rarely needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with database.write(durable=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, schema.REVISION)
        connection.exec_driver_sql(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {schema.SCHEMA_VERSION}")


def _newer(path: Path) -> NewerLibraryError:
    return NewerLibraryError(
        f"The library {path} was made by a newer Lumitag; install that version "
        "or name another library, this one was left as it is."
    )


def _no_place(path: Path, error: OSError) -> LibraryError:
    if error.errno == errno.ENOSPC:
        return disk_full(path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyLibraryError(
            f"The folder {path.parent} for the library cannot be made; "
            "choose a place that you may write, or make it writable."
        )
    return LibraryError(
        f"The folder {path.parent} for the library cannot be made "
        f"({error.strerror}); choose another place."
    )
