"""Which photos are to be read: the question, put together from the kinds that are."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from app.library.schema import ONLINE

Kinds = Mapping[str, int]

# Where a label stands among the codes of each version of its pack that has said anything.
_PLACES = sa.text("""
    SELECT pack_version.id AS version_id, label.key AS place
    FROM pack_version, json_each(pack_version.labels_json) AS label
    WHERE pack_version.pack = :pack AND json_extract(label.value, '$.id') = :label
      AND EXISTS (SELECT 1 FROM prediction WHERE pack_version_id = pack_version.id)
""")
_LABEL = sa.text("SELECT id FROM label WHERE key = :key")
_NEEDING = """
    FROM photo LEFT JOIN reading ON reading.photo_id = photo.id
    WHERE photo.id > {after} AND photo.visible
      AND (reading.waiting
           OR (reading.engine IS NOT :engine AND ({asked})))
      AND {online}
"""
# Blobs of one byte compare as the codes do.
_LIKELY = """
    prediction.pack_version_id = {version} AND substr(prediction.codes, {place}, 1) >= x'{least}'
"""
_NOT_REJECTED = """
    AND NOT EXISTS (
        SELECT 1 FROM decision
        WHERE photo_id = photo.id AND label_id = {label} AND NOT accepted
    )
"""
_ACCEPTED = """
    EXISTS (
        SELECT 1 FROM decision
        WHERE photo_id = photo.id AND label_id IN ({labels}) AND accepted
    )
"""
_PREDICTED = """
    EXISTS (
        SELECT 1 FROM prediction
        WHERE prediction.pack = {pack} AND prediction.photo_id = photo.id AND ({likely})
    )
"""


@dataclass(frozen=True, slots=True)
class NeedingPhotos:
    """Two questions to the library, and the values that both take.

    Attributes:
        ids: The photos; takes ``engine``, ``after`` and ``limit``, too.
        count: How many they are; takes ``engine``, too.
        values: Values by name.
    """

    ids: sa.TextClause
    count: sa.TextClause
    values: Mapping[str, str | int]


def needing_photos(connection: sa.Connection, kinds: Kinds, *, everything: bool) -> NeedingPhotos:
    """Return the questions for the photos that are to be read (see ``Words.needing``)."""
    values: dict[str, str | int] = {}
    asked = ["1"] if everything else ["reading.wanted"]
    if not everything:
        asked += _kind_terms(connection, kinds, values)
    ids, count = (
        _NEEDING.format(after=after, asked=" OR ".join(asked), online=ONLINE)
        for after in (":after", "0")
    )
    return NeedingPhotos(
        sa.text(f"SELECT photo.id {ids} ORDER BY photo.id LIMIT :limit"),
        sa.text(f"SELECT count(*) {count}"),
        values,
    )


def _kind_terms(connection: sa.Connection, kinds: Kinds, values: dict[str, str | int]) -> list[str]:
    """Return conditions on a photo: what the user accepted, and what each pack predicts.

    Args:
        connection: To the library.
        kinds: Label keys, each with its least code.
        values: Takes the values of the conditions.
    """
    accepted: list[int] = []
    likely: defaultdict[str, list[str]] = defaultdict(list)
    for key, least in kinds.items():
        pack, _, label = key.partition("/")
        label_id = connection.execute(_LABEL, {"key": key}).scalar()
        if label_id is not None:
            accepted.append(int(label_id))
        for row in connection.execute(_PLACES, {"pack": pack, "label": label}):
            likely[pack].append(
                _LIKELY.format(
                    version=int(row.version_id), place=int(row.place) + 1, least=f"{least:02x}"
                )
                + ("" if label_id is None else _NOT_REJECTED.format(label=int(label_id)))
            )
    terms = [_ACCEPTED.format(labels=", ".join(map(str, accepted)))] if accepted else []
    for at, (pack, conditions) in enumerate(likely.items()):
        values[f"pack_{at}"] = pack
        either = " OR ".join(f"({condition})" for condition in conditions)
        terms.append(_PREDICTED.format(pack=f":pack_{at}", likely=either))
    return terms
