"""Which photos have lost their thumbnail: with their file, or with the last moments of a power cut.

A photo is looked up once. The thumbnails' own file remembers up to which photo that was done, and
what was missing, so whatever befalls the file, its memory goes with it; and as long as nothing is
missing, the question costs two rows, however many photos there are.
"""

import sqlalchemy as sa

from app.library.changes import LibraryDatabase, json_ids
from app.library.schema import ONLINE
from app.library.thumbnails import Checked, Thumbnails

_AT_ONCE = 10_000

_IS_SAME = sa.text("SELECT 1 FROM photo WHERE id = :id AND content_hash = :hash").bindparams(
    sa.bindparam("hash", type_=sa.LargeBinary)
)
_AFTER = sa.text("SELECT id, content_hash FROM photo WHERE id > :after ORDER BY id LIMIT :limit")
_ONLINE_OF = sa.text(f"""
    SELECT photo.id FROM photo
    WHERE photo.id IN (SELECT value FROM json_each(:ids)) AND {ONLINE}
    ORDER BY photo.id
""")  # noqa: S608  (only our own words)


def without_thumbnail(database: LibraryDatabase, thumbnails: Thumbnails) -> list[int]:
    """Return photos that have no thumbnail, and a path that is online to make it from, ascending.

    Raises:
        DiskFullError: No room to remember what is missing.
    """
    _check_new_photos(database, thumbnails)
    lacking = thumbnails.lacking()
    if not lacking:
        return []
    with database.read() as connection:
        return list(connection.scalars(_ONLINE_OF, {"ids": json_ids(lacking)}))


def _check_new_photos(database: LibraryDatabase, thumbnails: Thumbnails) -> None:
    checked = thumbnails.checked()
    if checked is not None and not _is_of(database, checked):
        thumbnails.forget_checked()  # the library beside them is another one now
        checked = None
    after = 0 if checked is None else checked.photo_id
    while photos := _hashes_after(database, after):
        missing = set(thumbnails.missing(photos.values()))
        after = max(photos)
        lacking = {photo: content for photo, content in photos.items() if content in missing}
        thumbnails.note_checked(Checked(after, photos[after]), lacking)


def _is_of(database: LibraryDatabase, checked: Checked) -> bool:
    values = {"id": checked.photo_id, "hash": checked.content_hash}
    with database.read() as connection:
        return connection.scalar(_IS_SAME, values) is not None


def _hashes_after(database: LibraryDatabase, photo_id: int) -> dict[int, bytes]:
    with database.read() as connection:
        rows = connection.execute(_AFTER, {"after": photo_id, "limit": _AT_ONCE})
        return {row.id: row.content_hash for row in rows}
