"""Paths: what lies where, what could not be read, and how to find photos by their names."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.library.changes import LibraryDatabase, fetch_all, json_ids
from app.library.columns import decode_name, encode_name
from app.library.names import DirectoryPattern, fold, join_relpath, sqlite_glob
from app.library.records import Failure, KnownFile
from app.library.tree import PhotoTree, read_tree

_KNOWN = """
    SELECT directory.relpath, file.id, file.name, file.size, file.mtime_ns, file.photo_id,
           file.failure_reason IS NOT NULL
    FROM directory JOIN file ON file.directory_id = directory.id
    WHERE directory.folder_id = ?
"""
_IN = " AND directory.relpath = ?"
# Blobs compare byte by byte, so everything below "a" lies between "a/" and "a0" ("0" follows "/").
_BELOW = " AND (directory.relpath = ? OR (directory.relpath >= ? AND directory.relpath < ?))"
_REMOVE = sa.text("DELETE FROM file WHERE id IN (SELECT value FROM json_each(:ids))")
_PHOTOS_AT = sa.text("""
    SELECT DISTINCT photo_id FROM file
    WHERE id IN (SELECT value FROM json_each(:ids)) AND photo_id IS NOT NULL
""")
_FAILURES = sa.text("""
    SELECT file.id, folder.path AS folder, directory.relpath, file.name, file.failure_reason,
           file.failure_message, folder.offline
    FROM file
    JOIN directory ON directory.id = file.directory_id
    JOIN folder ON folder.id = directory.folder_id
    WHERE file.failure_reason IS NOT NULL
    ORDER BY folder.path, directory.relpath, file.name
""")
_FORGET = sa.text("""
    UPDATE file SET failure_reason = NULL, failure_message = NULL, size = -1, mtime_ns = -1
    WHERE id IN (SELECT value FROM json_each(:ids)) AND failure_reason IS NOT NULL
""")
_DIRECTORIES = sa.text("""
    SELECT directory.id, folder.path, directory.relpath
    FROM directory JOIN folder ON folder.id = directory.folder_id
""")


class Files:
    """The paths of all folders."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def known(
        self, folder_id: int, under: str = "", *, recursive: bool = True
    ) -> dict[str, KnownFile]:
        """Return every known path of a folder, by its path relative to the folder.

        Args:
            folder_id: The folder.
            under: Only paths in this directory of it (POSIX, relative); "" for the folder itself.
            recursive: Also paths in the directories below.
        """
        query, under = _KNOWN, under.strip("/")
        parameters: list[Any] = [folder_id]
        if not recursive:
            query += _IN
            parameters += [encode_name(under)]
        elif under:
            query += _BELOW
            parameters += [encode_name(under), encode_name(under + "/"), encode_name(under + "0")]
        known: dict[str, KnownFile] = {}
        prefixes: dict[bytes, str] = {}
        with self._database.read() as connection:
            rows = fetch_all(connection, query, tuple(parameters))
            for directory, file_id, name, size, mtime_ns, photo_id, failed in rows:
                prefix = prefixes.get(directory)
                if prefix is None:
                    prefix = prefixes[directory] = join_relpath(decode_name(directory), "")
                relpath = prefix + decode_name(name)
                known[relpath] = KnownFile(file_id, relpath, size, mtime_ns, photo_id, bool(failed))
        return known

    def remove(self, file_ids: Iterable[int]) -> int:
        """Forget paths that are gone; a photo without a path is hidden and keeps everything.

        Returns:
            How many paths were forgotten.
        """
        ids = json_ids(file_ids)
        with self._database.change(durable=False) as change:
            photos = list(change.connection.scalars(_PHOTOS_AT, {"ids": ids}))
            removed = change.connection.execute(_REMOVE, {"ids": ids}).rowcount
            change.touch(photos)
            change.paths_changed()
        return int(removed)

    def failures(self) -> list[Failure]:
        """Return every path that could not be read, by path."""
        with self._database.read() as connection:
            return [
                Failure(
                    file_id=row.id,
                    path=Path(decode_name(row.folder))
                    / join_relpath(decode_name(row.relpath), decode_name(row.name)),
                    reason=row.failure_reason,
                    message=row.failure_message,
                    offline=bool(row.offline),
                )
                for row in connection.execute(_FAILURES)
            ]

    def forget_failures(self, file_ids: Iterable[int]) -> None:
        """Have these files read again by the next scan, whatever their stat says.

        Until then they are no failures, and known with size and mtime -1.
        """
        with self._database.change(durable=False) as change:
            change.connection.execute(_FORGET, {"ids": json_ids(file_ids)})

    def photo_ids(
        self,
        *,
        name_glob: str | None = None,
        name_contains: str | None = None,
        folder: str | None = None,
    ) -> NDArray[np.int64]:
        """Return the visible photos with a path that meets all that is given.

        Case does not matter, nor how accents are composed.

        Args:
            name_glob: The whole file name; ``*`` and ``?`` are wildcards, all else is literal.
            name_contains: A part of the file name, literally.
            folder: A folder as a person names it (see ``names.DirectoryPattern``).

        Returns:
            int64[N], ascending, each photo once.
        """
        query = "SELECT photo_id FROM file WHERE photo_id IS NOT NULL"
        values: list[Any] = []
        if name_glob is not None:
            query += " AND name_folded GLOB ?"
            values.append(sqlite_glob(name_glob))
        if name_contains is not None:
            query += " AND instr(name_folded, ?) > 0"
            values.append(fold(name_contains))
        with self._database.read() as connection:
            if folder is not None:
                query += " AND directory_id IN (SELECT value FROM json_each(?))"
                values.append(json_ids(_directories(connection, folder)))
            rows = fetch_all(connection, query, tuple(values))
            return np.unique(np.array(rows, np.int64).reshape(-1))

    def tree(self) -> PhotoTree:
        """Return the directories of all folders with their photos.

        Directories without a readable picture are left out.
        """
        with self._database.read() as connection:
            return read_tree(connection)


def _directories(connection: sa.Connection, question: str) -> list[int]:
    pattern = DirectoryPattern(question)
    folders: dict[bytes, Path] = {}
    found = []
    for directory_id, folder, relpath in connection.execute(_DIRECTORIES):
        if folder not in folders:
            folders[folder] = Path(decode_name(folder))
        if pattern.matches(folders[folder], decode_name(relpath)):
            found.append(directory_id)
    return found
