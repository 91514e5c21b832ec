"""The folders that the user added."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from app import paths
from app.library import schema
from app.library.changes import Change, LibraryDatabase, insert
from app.library.columns import encode_name
from app.library.errors import FolderError
from app.library.records import Folder

_PHOTOS_OF = sa.text("""
    SELECT DISTINCT file.photo_id
    FROM directory JOIN file ON file.directory_id = directory.id
    WHERE directory.folder_id = :folder AND file.photo_id IS NOT NULL
""")
_RE_ROOT = sa.text("""
    UPDATE directory
    SET folder_id = :parent,
        relpath = CASE WHEN length(relpath) = 0 THEN :prefix
                       ELSE CAST(:prefix || '/' || relpath AS BLOB) END
    WHERE folder_id = :child
""").bindparams(sa.bindparam("prefix", type_=sa.LargeBinary))


class Folders:
    """Adds, lists and removes folders; no folder ever lies inside another."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def all(self) -> list[Folder]:
        """Return every folder, by path."""
        with self._database.read() as connection:
            return _all(connection)

    def check(self, path: Path) -> None:
        """Raise where ``add`` would; a known folder may be away.

        Raises:
            FolderError: ``path`` is missing, is a file, or may not be read.
        """
        resolved = paths.resolved(path)
        if not any(_same(known.path, resolved) for known in self.all()):
            _check(resolved)

    def holding(self, path: Path) -> Folder | None:
        """Return the folder that is ``path`` or that it lies in; None if no folder of ours is."""
        return _holding(self.all(), paths.resolved(path))

    def add(self, path: Path) -> Folder:
        """Add a folder and return it.

        A folder that is known, or lies inside a known one, gives that one. Known folders inside
        the new one become part of it: their files keep their photos and everything decided.

        Raises:
            FolderError: ``path`` is missing, is a file, or may not be read.
        """
        resolved = paths.resolved(path)
        for known in self.all():
            if _same(known.path, resolved):
                return known
        _check(resolved)
        with self._database.change() as change:
            folders = _all(change.connection)
            if (holding := _holding(folders, resolved)) is not None:
                return holding
            added_at = datetime.now(UTC).replace(microsecond=0)
            folder_id = insert(
                change.connection,
                schema.folder.insert().values(path=resolved, offline=False, added_at=added_at),
            )
            for known in folders:
                if _inside(known.path, resolved):
                    _absorb(change, folder_id, resolved, known)
            change.paths_changed()
        return Folder(id=folder_id, path=resolved, offline=False, added_at=added_at)

    def remove(self, folder_id: int) -> None:
        """Forget a folder and its paths; photos and decisions stay, hidden until they are back."""
        with self._database.change() as change:
            photos = list(change.connection.scalars(_PHOTOS_OF, {"folder": folder_id}))
            change.connection.execute(schema.folder.delete().where(schema.folder.c.id == folder_id))
            change.touch(photos)
            change.paths_changed()

    def set_offline(self, folder_id: int, offline: bool) -> None:
        """Note that a folder's drive is away, or back; does nothing if that is known."""
        if any(known.id == folder_id and known.offline == offline for known in self.all()):
            return
        with self._database.change(durable=False) as change:
            change.connection.execute(
                schema.folder.update()
                .where(schema.folder.c.id == folder_id)
                .values(offline=offline)
            )


def _all(connection: sa.Connection) -> list[Folder]:
    rows = connection.execute(schema.folder.select().order_by(schema.folder.c.path))
    return [Folder(row.id, row.path, row.offline, row.added_at) for row in rows]


def _absorb(change: Change, parent: int, root: Path, child: Folder) -> None:
    prefix = Path(os.path.relpath(child.path, root)).as_posix()
    change.connection.execute(
        _RE_ROOT, {"parent": parent, "child": child.id, "prefix": encode_name(prefix)}
    )
    change.connection.execute(schema.folder.delete().where(schema.folder.c.id == child.id))


def _holding(folders: Iterable[Folder], resolved: Path) -> Folder | None:
    for known in folders:
        if _same(known.path, resolved) or _inside(resolved, known.path):
            return known
    return None


def _same(one: Path, other: Path) -> bool:
    return os.path.normcase(one) == os.path.normcase(other)


def _inside(inner: Path, outer: Path) -> bool:
    return Path(os.path.normcase(outer)) in Path(os.path.normcase(inner)).parents


def _check(path: Path) -> None:
    try:
        with os.scandir(path):
            return
    except FileNotFoundError as error:
        raise FolderError(
            f"There is no folder {path}; check the name, or plug in its drive."
        ) from error
    except NotADirectoryError as error:
        raise FolderError(f"{path} is a file; add the folder it lies in.") from error
    except PermissionError as error:
        raise FolderError(
            f"The folder {path} may not be read; allow your account to read it and add it again."
        ) from error
    except OSError as error:
        raise FolderError(f"The folder {path} cannot be read: {error.strerror}.") from error
