"""What the packs said of the photos, and which photos they have yet to see."""

from collections.abc import Iterable, Sequence

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.library.changes import Change, LibraryDatabase, json_ids
from app.library.errors import LibraryError
from app.library.records import NewPrediction, PhotoPredictions, StoredPrediction
from app.library.schema import ONLINE

_VERSIONS = sa.text("SELECT pack, version, max(id) AS id FROM pack_version GROUP BY pack, version")
_STORE = """
    INSERT INTO prediction (pack, photo_id, pack_version_id, codes, gate_version, words)
    VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (pack, photo_id) DO UPDATE
    SET pack_version_id = excluded.pack_version_id, codes = excluded.codes,
        gate_version = excluded.gate_version, words = excluded.words
"""
_DROP_EMBEDDING = """
    DELETE FROM embedding
    WHERE photo_id = ? AND pack_version_id IN (SELECT id FROM pack_version WHERE pack = ?)
"""
_EMBED = "INSERT INTO embedding (photo_id, pack_version_id, vector) VALUES (?, ?, ?)"
_OF = sa.text("""
    SELECT prediction.photo_id, prediction.pack, pack_version.version, prediction.codes,
           prediction.gate_version, prediction.words
    FROM (SELECT DISTINCT pack FROM pack_version) AS known
    JOIN prediction ON prediction.pack = known.pack
    JOIN pack_version ON pack_version.id = prediction.pack_version_id
    WHERE prediction.photo_id IN (SELECT value FROM json_each(:ids))
    ORDER BY prediction.photo_id, pack_version.id
""")
_EMBEDDINGS = sa.text("""
    SELECT embedding.photo_id, embedding.vector
    FROM pack_version JOIN embedding ON embedding.pack_version_id = pack_version.id
    WHERE pack_version.pack = :pack AND pack_version.current
      AND embedding.photo_id IN (SELECT value FROM json_each(:ids))
""")
# The pack has not taken into account what was read since, or has taken into account what was
# erased since. A picture without words looks the same read and unread.
_OTHER_WORDS = """
    (prediction.words IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM reading
        WHERE reading.photo_id = photo.id AND reading.engine IS NOT NULL
     )
     OR EXISTS (
        SELECT 1 FROM reading
        WHERE reading.photo_id = photo.id AND reading.engine IS NOT NULL
          AND prediction.words IS NOT reading.engine
          AND (reading.searched != '' OR prediction.words IS NOT NULL)
     ))
"""
_NEEDING = f"""
    SELECT photo.id
    FROM photo
    LEFT JOIN prediction ON prediction.pack = :pack AND prediction.photo_id = photo.id
    WHERE photo.id > :after AND photo.visible
      AND (prediction.photo_id IS NULL OR prediction.pack_version_id IS NOT :version_id
           OR prediction.codes IS NULL {{or_words}})
      AND {ONLINE}
    ORDER BY photo.id
    LIMIT :limit
"""  # noqa: S608  (only our own words)
_NEEDING_GATED = f"""
    SELECT photo.id
    FROM photo
    LEFT JOIN prediction ON prediction.pack = :pack AND prediction.photo_id = photo.id
    LEFT JOIN decision ON decision.photo_id = photo.id AND decision.label_id = :label_id
    WHERE photo.id > :after AND photo.visible
      AND (prediction.photo_id IS NULL OR prediction.pack_version_id IS NOT :version_id
           OR (prediction.codes IS NULL AND CASE
                   WHEN decision.accepted IS NULL THEN prediction.gate_version IS NOT :gate_version
                   ELSE decision.accepted END)
           OR (prediction.codes IS NOT NULL AND (decision.accepted IS 0 {{or_words}})))
      AND {ONLINE}
    ORDER BY photo.id
    LIMIT :limit
"""  # noqa: S608  (only our own words)
_GATE = sa.text("""
    SELECT (SELECT version FROM pack_version WHERE pack = :pack AND current) AS version,
           (SELECT id FROM label WHERE key = :label) AS label_id
""")


class Predictions:
    """Predictions of all photos and packs."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def store(self, predictions: PhotoPredictions) -> None:
        """Replace what the named packs said of the photos, all of it or nothing.

        Args:
            predictions: Photo id to what the packs say of it now.

        Raises:
            LibraryError: A pack version is not registered.
        """
        if not predictions:
            return
        with self._database.change(durable=False) as change:
            store_predictions(change, predictions)
            change.touch(predictions)

    def of(self, photo_ids: Sequence[int]) -> dict[int, list[StoredPrediction]]:
        """Return what the packs said of each photo, the pack registered first coming first."""
        found: dict[int, list[StoredPrediction]] = {int(photo): [] for photo in photo_ids}
        with self._database.read() as connection:
            for row in connection.execute(_OF, {"ids": json_ids(photo_ids)}):
                codes = None if row.codes is None else np.frombuffer(row.codes, np.uint8)
                found[row.photo_id].append(
                    StoredPrediction(row.pack, row.version, codes, row.gate_version, row.words)
                )
        return found

    def embeddings(self, pack: str, photo_ids: Sequence[int]) -> dict[int, NDArray[np.float16]]:
        """Return the float16[D] embeddings by the pack's current version, where there is one."""
        with self._database.read() as connection:
            rows = connection.execute(_EMBEDDINGS, {"pack": pack, "ids": json_ids(photo_ids)})
            return {row.photo_id: np.frombuffer(row.vector, np.float16) for row in rows}

    def needing(
        self,
        pack: str,
        version: str,
        *,
        gate: tuple[str, str] | None = None,
        words: bool = False,
        limit: int = 1024,
        after_id: int = 0,
    ) -> list[int]:
        """Return photos that this pack version has to look at.

        Those are photos that the pack never saw, or saw in another version, or whose gate was
        closed by another version of the gate's pack, or stands against a decision on the gate's
        label (closed and accepted, open and rejected). Only photos with a path that is online.

        Args:
            pack: Id of the pack.
            version: Its version.
            gate: (id of the gate's pack, key of the gate's label), or None.
            words: The pack takes the words in pictures into account: it also has to look at photos
                with another reading than the one that its probabilities are of, or none any more.
            limit: At most so many.
            after_id: Only photos with a greater id, to go on from the last answer.

        Returns:
            Photo ids, ascending.
        """
        with self._database.read() as connection:
            values = {
                "pack": pack,
                "version_id": _version_ids(connection).get((pack, version)),
                "limit": limit,
                "after": after_id,
            }
            or_words = f"OR {_OTHER_WORDS}" if words else ""
            if gate is None:
                query = sa.text(_NEEDING.format(or_words=or_words))
                return list(connection.scalars(query, values))
            known = connection.execute(_GATE, {"pack": gate[0], "label": gate[1]}).one()
            values |= {"gate_version": known.version, "label_id": known.label_id}
            query = sa.text(_NEEDING_GATED.format(or_words=or_words))
            return list(connection.scalars(query, values))


def store_predictions(change: Change, predictions: PhotoPredictions) -> None:
    """Replace predictions inside a change; the caller marks the photos as touched."""
    versions = _version_ids(change.connection)
    rows: list[tuple[str, int, int, bytes | None, str | None, str | None]] = []
    dropped: list[tuple[int, str]] = []
    vectors: list[tuple[int, int, bytes]] = []
    for photo_id, prediction in _each(predictions):
        version_id = versions.get((prediction.pack, prediction.version))
        if version_id is None:
            raise LibraryError(
                f"The label pack {prediction.pack} {prediction.version} is not registered in "
                f"the library; restart Lumitag."
            )
        codes = None
        if prediction.codes is not None:
            codes = np.ascontiguousarray(prediction.codes, np.uint8).tobytes()
        said = (codes, prediction.gate_version, prediction.words)
        rows.append((prediction.pack, photo_id, version_id, *said))
        dropped.append((photo_id, prediction.pack))
        if prediction.embedding is not None:
            vector = np.ascontiguousarray(prediction.embedding, np.float16).tobytes()
            vectors.append((photo_id, version_id, vector))
    if rows:
        change.connection.exec_driver_sql(_DROP_EMBEDDING, dropped)
        change.connection.exec_driver_sql(_STORE, rows)
    if vectors:
        change.connection.exec_driver_sql(_EMBED, vectors)


def _each(predictions: PhotoPredictions) -> Iterable[tuple[int, NewPrediction]]:
    for photo_id, said in predictions.items():
        for prediction in said:
            yield int(photo_id), prediction


def _version_ids(connection: sa.Connection) -> dict[tuple[str, str], int]:
    return {(row.pack, row.version): row.id for row in connection.execute(_VERSIONS)}
