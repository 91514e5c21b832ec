"""Photos: contents, whatever their paths."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.library import schema
from app.library.changes import LibraryDatabase, json_ids
from app.library.columns import decode_name, wall_time
from app.library.lost_thumbnails import without_thumbnail
from app.library.names import join_relpath
from app.library.records import (
    FailedFile,
    PhotoCard,
    PhotoDetails,
    PhotoPath,
    StoredFile,
    StoreOutcome,
)
from app.library.storing import find_photos, store_batch
from app.library.thumbnails import Thumbnails

# The path that a photo is shown with: an online one if there is one, and of those the oldest.
_CARDS = sa.text("""
    SELECT photo.id, photo.content_hash, photo.width, photo.height, photo.taken,
           (SELECT file.name
            FROM file
            JOIN directory ON directory.id = file.directory_id
            JOIN folder ON folder.id = directory.folder_id
            WHERE file.photo_id = photo.id
            ORDER BY folder.offline, file.id
            LIMIT 1) AS name
    FROM photo
    WHERE photo.id IN (SELECT value FROM json_each(:ids))
""")
_PATHS = sa.text("""
    SELECT file.photo_id, file.id, folder.id AS folder_id, folder.path AS folder,
           directory.relpath, file.name, folder.offline
    FROM file
    JOIN directory ON directory.id = file.directory_id
    JOIN folder ON folder.id = directory.folder_id
    WHERE file.photo_id IN (SELECT value FROM json_each(:ids))
    ORDER BY file.photo_id, folder.offline, file.id
""")
_COUNT = sa.text("SELECT count(*) FROM photo WHERE visible = 1")


class Photos:
    """Finds, shows and stores photos."""

    def __init__(self, database: LibraryDatabase, thumbnails: Thumbnails) -> None:
        self._database = database
        self._thumbnails = thumbnails

    def find(self, hashes: Iterable[bytes]) -> dict[bytes, int]:
        """Return the photo of each content hash that is known (also of hidden photos)."""
        with self._database.read() as connection:
            return find_photos(connection, hashes)

    def store(self, items: Sequence[StoredFile | FailedFile]) -> StoreOutcome:
        """Store one batch of files: all of it, or nothing.

        Thumbnails go first, into their own file. A new content at a known path inherits the
        decisions of the former one, marked as carried over, if that has no other path left.
        Paths that vanished should be removed first (``files.remove``): a photo whose path is gone
        and that turns up at a new path then counts as moved.

        Raises:
            DiskFullError: No room; nothing of the batch was stored, save perhaps thumbnails.
            LibraryError: A pack version is not registered, or the library cannot be written.
        """
        if not items:
            return StoreOutcome()
        self._store_thumbnails(items)
        # Not durable: after a power cut the files are still there, to be read again.
        with self._database.change(durable=False) as change:
            return store_batch(change, items)

    def cards(self, photo_ids: Sequence[int]) -> list[PhotoCard]:
        """Return what the grid draws, in the order asked; numbers that are no photos are left out.

        A photo asked for twice comes twice.
        """
        found: dict[int, PhotoCard] = {}
        with self._database.read() as connection:
            for row in connection.execute(_CARDS, {"ids": json_ids(photo_ids)}):
                found[row.id] = PhotoCard(
                    id=row.id,
                    content_hash=row.content_hash,
                    name="" if row.name is None else decode_name(row.name),
                    width=row.width,
                    height=row.height,
                    taken=wall_time(row.taken),
                )
        return [found[photo] for photo in map(int, photo_ids) if photo in found]

    def details(self, photo_ids: Sequence[int]) -> list[PhotoDetails]:
        """Return all facts of photos, in the order asked; others are left out."""
        cards = self.cards(photo_ids)
        ids = {"ids": json_ids(photo_ids)}
        paths: defaultdict[int, list[PhotoPath]] = defaultdict(list)
        rest: dict[int, Any] = {}
        table = schema.photo
        query = sa.select(table).where(table.c.id.in_(sa.text("SELECT value FROM json_each(:ids)")))
        with self._database.read() as connection:
            for row in connection.execute(_PATHS, ids):
                paths[row.photo_id].append(
                    PhotoPath(
                        file_id=row.id,
                        folder_id=row.folder_id,
                        folder=Path(decode_name(row.folder)),
                        relpath=join_relpath(decode_name(row.relpath), decode_name(row.name)),
                        offline=bool(row.offline),
                    )
                )
            rest = {row.id: row for row in connection.execute(query, ids)}
        return [
            PhotoDetails(
                card=card,
                paths=tuple(paths[card.id]),
                bytes=rest[card.id].bytes,
                format=rest[card.id].format,
                camera=rest[card.id].camera,
                taken_from=rest[card.id].taken_from,
                added_at=rest[card.id].added_at,
            )
            for card in cards
        ]

    def count(self) -> int:
        """Return how many photos have a path."""
        with self._database.read() as connection:
            return int(connection.execute(_COUNT).scalar_one())

    def without_thumbnail(self) -> list[int]:
        """Return photos whose thumbnail is missing and can be made anew, ascending.

        Answered at once as long as none is missing (see ``lost_thumbnails``).

        Raises:
            DiskFullError: No room to remember what is missing.
        """
        return without_thumbnail(self._database, self._thumbnails)

    def _store_thumbnails(self, items: Sequence[StoredFile | FailedFile]) -> None:
        by_hash = {
            item.photo.content_hash: item.thumbnail
            for item in items
            if isinstance(item, StoredFile) and item.photo and item.thumbnail is not None
        }
        self._thumbnails.store(by_hash)
