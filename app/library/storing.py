"""One batch of files into the library, in a few set-based steps and one transaction."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import sqlalchemy as sa

from app.library import schema
from app.library.changes import Change, chunks, json_ids
from app.library.columns import decode_name, encode_name, wall_seconds
from app.library.names import fold, split_relpath
from app.library.predictions import store_predictions
from app.library.records import FailedFile, NewPrediction, StoredFile, StoreOutcome

Place = tuple[int, str]  # a directory's number and a file's name

_ADD_DIRECTORY = """
    INSERT INTO directory (folder_id, relpath) VALUES (?, ?)
    ON CONFLICT (folder_id, relpath) DO NOTHING
"""
# Joins, because SQLite scans the whole table for "(a, b) IN (VALUES …)".
_DIRECTORIES = """
    WITH wanted (folder_id, relpath) AS (VALUES {pairs})
    SELECT directory.id, directory.folder_id, directory.relpath
    FROM wanted CROSS JOIN directory USING (folder_id, relpath)
"""
_FILES = """
    WITH wanted (directory_id, name) AS (VALUES {pairs})
    SELECT file.directory_id, file.name, file.photo_id, file.last_photo_id
    FROM wanted CROSS JOIN file USING (directory_id, name)
"""
_ADD_PHOTO = """
    INSERT INTO photo (content_hash, width, height, bytes, format, taken, taken_from, camera,
                       added_at, visible, revision)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
    ON CONFLICT (content_hash) DO NOTHING
"""
_PUT_FILE = """
    INSERT INTO file (directory_id, name, name_folded, size, mtime_ns, photo_id, last_photo_id,
                      failure_reason, failure_message)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (directory_id, name) DO UPDATE
    SET size = excluded.size, mtime_ns = excluded.mtime_ns, photo_id = excluded.photo_id,
        last_photo_id = excluded.last_photo_id, failure_reason = excluded.failure_reason,
        failure_message = excluded.failure_message
"""
_PLACES = sa.text("""
    SELECT photo_id, count(*) AS places FROM file
    WHERE photo_id IN (SELECT value FROM json_each(:ids)) GROUP BY photo_id
""")
# The second path of a photo that was changed in the same way at both: its new content is known by
# then, but only as the successor of the same photo.
_SUCCESSORS = sa.text("""
    SELECT DISTINCT last_photo_id, photo_id FROM file
    WHERE photo_id IN (SELECT value FROM json_each(:ids)) AND last_photo_id != photo_id
""")
# Of several former contents the one decided last has the say; what is decided already stays.
_CARRY = sa.text("""
    INSERT INTO decision (photo_id, label_id, accepted, carried_over, decided_at)
    SELECT json_extract(heir.value, '$[0]'), decision.label_id, decision.accepted, 1,
           decision.decided_at
    FROM json_each(:heirs) AS heir
    JOIN decision ON decision.photo_id = json_extract(heir.value, '$[1]')
    WHERE true
    ORDER BY decision.decided_at DESC
    ON CONFLICT (photo_id, label_id) DO NOTHING
    RETURNING photo_id
""")


@dataclass(slots=True)
class _Known:
    """What lay at a path before this batch, or at an earlier place in it."""

    photo_id: int | None
    last_photo_id: int | None

    @property
    def former(self) -> int | None:
        return self.last_photo_id if self.photo_id is None else self.photo_id


@dataclass(slots=True)
class _Tally:
    """What the batch does, as it becomes known."""

    kinds: Counter[str] = field(default_factory=Counter)
    photo_ids: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    fresh: list[int] = field(default_factory=list)  # photos at paths that were not known
    replaced: list[tuple[int, int]] = field(default_factory=list)  # (former photo, new photo)


def store_batch(change: Change, items: Sequence[StoredFile | FailedFile]) -> StoreOutcome:
    """Store files inside a change (see ``Photos.store``)."""
    places = _places(change, items)
    known = _known(change, places)
    photo_ids, brand_new = _photos(change, items)
    successors = _successors(change, {one for one in photo_ids if one is not None} - brand_new)
    tally = _put_files(change, items, places, known, photo_ids)
    _predictions(change, items, photo_ids)
    standing = _standing(change, tally.touched)
    heirs = {
        (new, old)
        for old, new in tally.replaced
        if old not in standing and (new in brand_new or (old, new) in successors)
    }
    carried = _carry_over(change, heirs)
    moved = _moved(tally.fresh, standing, brand_new)
    change.touch(tally.touched)
    if tally.kinds["unchanged"] < len(items):
        change.paths_changed()
    return StoreOutcome(
        added=len(tally.fresh) - moved,
        updated=tally.kinds["updated"],
        moved=moved,
        unchanged=tally.kinds["unchanged"],
        failed=tally.kinds["failed"],
        carried=carried,
        photo_ids=tuple(tally.photo_ids),
    )


def _places(change: Change, items: Sequence[StoredFile | FailedFile]) -> list[Place]:
    """Return directory number and name of every item; directories are made as needed."""
    split = [(item.file.folder_id, *split_relpath(item.file.relpath)) for item in items]
    wanted = sorted({(folder, directory) for folder, directory, _ in split})
    change.connection.exec_driver_sql(
        _ADD_DIRECTORY, [(folder, encode_name(directory)) for folder, directory in wanted]
    )
    numbers: dict[tuple[int, str], int] = {}
    for part in chunks(wanted):
        rows = _rows_of(change, _DIRECTORIES, part)
        numbers.update(((folder, decode_name(directory)), at) for at, folder, directory in rows)
    return [(numbers[folder, directory], name) for folder, directory, name in split]


def _known(change: Change, places: Sequence[Place]) -> dict[Place, _Known]:
    known: dict[Place, _Known] = {}
    for part in chunks(set(places)):
        for directory, name, photo_id, last_photo_id in _rows_of(change, _FILES, part):
            known[directory, decode_name(name)] = _Known(photo_id, last_photo_id)
    return known


def _rows_of(change: Change, query: str, wanted: Sequence[Place]) -> Sequence[Any]:
    """Return the rows of ``query`` for pairs of a number and a name."""
    pairs = ", ".join(["(?, ?)"] * len(wanted))
    values = tuple(chain.from_iterable((at, encode_name(name)) for at, name in wanted))
    return change.connection.exec_driver_sql(query.format(pairs=pairs), values).all()


def _photos(
    change: Change, items: Sequence[StoredFile | FailedFile]
) -> tuple[list[int | None], set[int]]:
    """Return the photo of every item (None for failures), and the photos made here."""
    new = {
        item.photo.content_hash: item.photo
        for item in items
        if isinstance(item, StoredFile) and item.photo_id is None and item.photo is not None
    }
    before = find_photos(change.connection, new)
    now = int(datetime.now(UTC).timestamp())
    rows = [
        (
            photo.content_hash,
            photo.width,
            photo.height,
            photo.bytes,
            photo.format,
            wall_seconds(photo.taken),
            photo.taken_from,
            photo.camera,
            now,
            change.revision,
        )
        for photo in new.values()
        if photo.content_hash not in before
    ]
    if rows:
        change.connection.exec_driver_sql(_ADD_PHOTO, rows)
    numbers = find_photos(change.connection, new)
    photo_ids: list[int | None] = []
    for item in items:
        if isinstance(item, FailedFile):
            photo_ids.append(None)
        elif item.photo_id is not None:
            photo_ids.append(item.photo_id)
        elif item.photo is not None:
            photo_ids.append(numbers[item.photo.content_hash])
        else:
            raise ValueError(f"{item.file.relpath}: a stored file has a photo or its number")
    brand_new = {number for content, number in numbers.items() if content not in before}
    return photo_ids, brand_new


def find_photos(connection: sa.Connection, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """Return the photo of each content hash that is known."""
    table = schema.photo
    found: dict[bytes, int] = {}
    for part in chunks(hashes):
        rows = connection.execute(
            sa.select(table.c.content_hash, table.c.id).where(table.c.content_hash.in_(part))
        )
        found.update((row.content_hash, row.id) for row in rows)
    return found


def _put_files(
    change: Change,
    items: Sequence[StoredFile | FailedFile],
    places: Sequence[Place],
    known: dict[Place, _Known],
    photo_ids: Sequence[int | None],
) -> _Tally:
    tally = _Tally()
    rows = []
    for item, place, photo_id in zip(items, places, photo_ids, strict=True):
        was = known.get(place)
        former = was.former if was else None
        if photo_id is None:
            last = former
            tally.kinds["failed"] += 1
        else:
            last = former if former != photo_id or was is None else was.last_photo_id
            tally.photo_ids.append(photo_id)
            tally.touched.add(photo_id)
            _count(tally, was, former, photo_id)
        if former is not None:
            tally.touched.add(former)
        known[place] = _Known(photo_id, last)
        failed = item if isinstance(item, FailedFile) else None
        rows.append(
            (
                place[0],
                encode_name(place[1]),
                fold(place[1]),
                item.file.size,
                item.file.mtime_ns,
                photo_id,
                last,
                failed.reason if failed else None,
                failed.message if failed else None,
            )
        )
    change.connection.exec_driver_sql(_PUT_FILE, rows)
    return tally


def _count(tally: _Tally, was: _Known | None, former: int | None, photo_id: int) -> None:
    if was is None:
        tally.fresh.append(photo_id)
    elif was.photo_id == photo_id:
        tally.kinds["unchanged"] += 1
    else:
        tally.kinds["updated"] += 1
    if former is not None and former != photo_id:
        tally.replaced.append((former, photo_id))


def _predictions(
    change: Change,
    items: Sequence[StoredFile | FailedFile],
    photo_ids: Sequence[int | None],
) -> None:
    # By photo and pack: two copies of a picture in one batch bring the same predictions twice.
    said: defaultdict[int, dict[str, NewPrediction]] = defaultdict(dict)
    for item, photo_id in zip(items, photo_ids, strict=True):
        if isinstance(item, StoredFile) and photo_id is not None:
            said[photo_id].update({one.pack: one for one in item.predictions})
    store_predictions(
        change, {photo_id: list(by_pack.values()) for photo_id, by_pack in said.items()}
    )


def _standing(change: Change, photo_ids: set[int]) -> dict[int, int]:
    """Return how many paths each photo has now; photos without a path are not in it."""
    rows = change.connection.execute(_PLACES, {"ids": json_ids(photo_ids)})
    return {row.photo_id: row.places for row in rows}


def _successors(change: Change, known: set[int]) -> set[tuple[int, int]]:
    """Return (former, new) photo of every path where one of these took another's place."""
    if not known:
        return set()
    rows = change.connection.execute(_SUCCESSORS, {"ids": json_ids(known)})
    return {(row.last_photo_id, row.photo_id) for row in rows}


def _carry_over(change: Change, heirs: set[tuple[int, int]]) -> int:
    """Let (heir, former photo) pairs inherit; return how many photos inherited anything."""
    if not heirs:
        return 0
    inherited = change.connection.scalars(_CARRY, {"heirs": json.dumps(sorted(heirs))})
    return len(set(inherited))


def _moved(fresh: Sequence[int], standing: Mapping[int, int], brand_new: set[int]) -> int:
    """Count known photos all of whose paths are new: each has moved once."""
    places = Counter(fresh)
    return sum(
        1
        for photo_id, new_places in places.items()
        if photo_id not in brand_new and standing.get(photo_id, 0) == new_places
    )
