"""What search keeps in memory, read in bulk: never a Python object for a label.

Each answer of ``Facts`` is of its own moment; ``Facts.snapshot`` gives several of one moment.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.library.changes import LibraryDatabase, fetch_all
from app.library.records import Facts, PredictionBlock

_ROWS_AT_ONCE = 2_000  # more at once is slower: the rows no longer fit the processor's cache

_REVISION = "SELECT revision FROM state"
# "+id" and CROSS JOIN hold SQLite to the index on revisions: it would rather go through all photos
# in the order asked for than sort the few that changed.
_PHOTOS = "SELECT id, taken, added_at, visible FROM photo WHERE revision > ? ORDER BY +id"
_ALL_PHOTOS = "SELECT id, taken, added_at, visible FROM photo WHERE ? <= 0 ORDER BY id"
_PACKS = "SELECT DISTINCT pack FROM pack_version ORDER BY pack"
_PREDICTIONS = """
    SELECT prediction.pack_version_id, photo.id, prediction.codes
    FROM photo CROSS JOIN prediction ON prediction.pack = ? AND prediction.photo_id = photo.id
    WHERE photo.revision > ?
    ORDER BY +photo.id
"""
_ALL_PREDICTIONS = """
    SELECT pack_version_id, photo_id, codes FROM prediction
    WHERE pack = ? AND ? <= 0 ORDER BY photo_id
"""
_DECISIONS = """
    SELECT decision.photo_id, label.key, decision.accepted
    FROM photo
    CROSS JOIN decision ON decision.photo_id = photo.id
    JOIN label ON label.id = decision.label_id
    WHERE photo.revision > ?
    ORDER BY +photo.id
"""
_ALL_DECISIONS = """
    SELECT decision.photo_id, label.key, decision.accepted
    FROM decision JOIN label ON label.id = decision.label_id
    WHERE ? <= 0
    ORDER BY decision.photo_id
"""
_NAMES = "SELECT photo_id FROM file WHERE photo_id IS NOT NULL ORDER BY name_folded, photo_id"


class Snapshot:
    """The library at one moment, whatever is written meanwhile. Use it in one thread."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        # The first query fixes the moment.
        self.revision = int(connection.exec_driver_sql(_REVISION).scalar_one())

    def facts_since(self, revision: int) -> Facts:
        """Return the facts of photos that changed after ``revision`` (0: of all photos)."""
        columns: tuple[list[NDArray[np.int64]], ...] = ([], [], [], [])
        for rows in self._blocks(_PHOTOS if revision > 0 else _ALL_PHOTOS, (revision,)):
            block = np.array(rows, np.int64)
            for column, values in zip(columns, block.T, strict=True):
                column.append(values)
        ids, taken, added, visible = (
            np.concatenate(column) if column else np.empty(0, np.int64) for column in columns
        )
        return Facts(self.revision, ids, taken, added, visible.astype(np.bool_))

    def predictions_since(self, revision: int) -> Iterator[PredictionBlock]:
        """Yield all predictions of photos that changed after ``revision`` (0: of all photos).

        Blocks come pack by pack, each of one pack version, ids ascending within a pack.
        """
        packs = [row[0] for row in self._connection.exec_driver_sql(_PACKS)]
        query = _PREDICTIONS if revision > 0 else _ALL_PREDICTIONS
        for pack in packs:
            for rows in self._blocks(query, (pack, revision)):
                yield from _prediction_blocks(rows)

    def decisions_since(self, revision: int) -> list[tuple[int, str, bool]]:
        """Return (photo id, label key, accepted) of photos that changed after ``revision``.

        All decisions of such a photo come; one that does not was taken back. 0: of all photos.
        """
        query = _DECISIONS if revision > 0 else _ALL_DECISIONS
        rows = fetch_all(self._connection, query, (revision,))
        return [(photo, key, bool(accepted)) for photo, key, accepted in rows]

    def name_order(self) -> NDArray[np.int64]:
        """Return the ids of visible photos by file name, whatever the case: int64[N].

        A photo with several names stands at the first of them.
        """
        blocks = [np.array(rows, np.int64).reshape(-1) for rows in self._blocks(_NAMES, ())]
        if not blocks:
            return np.empty(0, np.int64)
        ids = np.concatenate(blocks)
        _, first = np.unique(ids, return_index=True)
        return ids[np.sort(first)]

    def _blocks(self, query: str, values: tuple[Any, ...]) -> Iterator[Sequence[Any]]:
        result = self._connection.exec_driver_sql(query, values)
        cursor = result.cursor
        assert cursor is not None  # noqa: S101  (a SELECT has a cursor)
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield rows
        result.close()


class FactsReader:
    """Facts of all photos, in bulk, for search."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the library at one moment, so that several answers fit together."""
        with self._database.read() as connection:
            yield Snapshot(connection)

    def facts_since(self, revision: int) -> Facts:
        """Answer as ``Snapshot.facts_since``, of now."""
        with self.snapshot() as snapshot:
            return snapshot.facts_since(revision)

    def predictions_since(self, revision: int) -> Iterator[PredictionBlock]:
        """Answer as ``Snapshot.predictions_since``, of now."""
        with self.snapshot() as snapshot:
            yield from snapshot.predictions_since(revision)

    def decisions_since(self, revision: int) -> list[tuple[int, str, bool]]:
        """Answer as ``Snapshot.decisions_since``, of now."""
        with self.snapshot() as snapshot:
            return snapshot.decisions_since(revision)

    def name_order(self) -> NDArray[np.int64]:
        """Answer as ``Snapshot.name_order``, of now."""
        with self.snapshot() as snapshot:
            return snapshot.name_order()


def _prediction_blocks(
    rows: Sequence[tuple[int, int, bytes | None]],
) -> Iterator[PredictionBlock]:
    versions, ids, codes = zip(*rows, strict=True)
    photos = np.array(ids, np.int64)
    if len(set(versions)) == 1 and None not in codes:
        yield _block(versions[0], photos, codes, photos[:0])
        return
    looked = np.fromiter((one is not None for one in codes), np.bool_, len(codes))
    # While photos are labelled anew, two versions stand side by side.
    of = np.array(versions, np.int64)
    for version in np.unique(of).tolist():
        mine = of == version
        present = list(compress(codes, mine & looked))
        yield _block(version, photos[mine & looked], present, photos[mine & ~looked])


def _block(
    version: int,
    ids: NDArray[np.int64],
    codes: Sequence[bytes],
    closed: NDArray[np.int64],
) -> PredictionBlock:
    matrix = np.frombuffer(b"".join(codes), np.uint8).reshape(len(codes), -1 if codes else 0)
    return PredictionBlock(pack_version_id=version, ids=ids, codes=matrix, closed=closed)
