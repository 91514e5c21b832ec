"""The label packs that the library has predictions of."""

import sqlalchemy as sa

from app.library import schema
from app.library.changes import Change, LibraryDatabase, insert
from app.library.records import PackVersion

_SET_CURRENT = sa.text("UPDATE pack_version SET current = (id = :id) WHERE pack = :pack")
_NONE_CURRENT = sa.text("UPDATE pack_version SET current = 0 WHERE pack = :pack")
# The embeddings go with the predictions they belong to; see Predictions.
_DROP_UNUSED = sa.text("""
    DELETE FROM pack_version
    WHERE NOT current
      AND NOT EXISTS (SELECT 1 FROM prediction WHERE pack_version_id = pack_version.id)
      AND NOT EXISTS (SELECT 1 FROM embedding WHERE pack_version_id = pack_version.id)
""")
# What follows from a label that the user accepted where no network looked depends on the version.
_ONLY_DECIDED = sa.text("""
    SELECT DISTINCT decision.photo_id
    FROM decision
    JOIN label ON label.id = decision.label_id
    LEFT JOIN prediction ON prediction.pack = :pack AND prediction.photo_id = decision.photo_id
    WHERE decision.accepted AND prediction.codes IS NULL
      AND substr(label.key, 1, length(:pack) + 1) = :pack || '/'
""")


class Packs:
    """Registers pack versions; each pack has one current version, or none if it is retired."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def register(self, pack: str, version: str, labels_json: str) -> PackVersion:
        """Make a pack version current, and return it.

        The same version with other labels is another pack version: its predictions would not fit.
        Older versions are kept while predictions of them are left, so that search has something
        to show while photos are labelled anew.
        """
        for known in self.all():
            if known.current and (known.pack, known.version, known.labels_json) == (
                pack,
                version,
                labels_json,
            ):
                return known
        table = schema.pack_version
        with self._database.change() as change:
            found = change.connection.scalar(
                sa.select(sa.func.max(table.c.id)).where(
                    table.c.pack == pack,
                    table.c.version == version,
                    table.c.labels_json == labels_json,
                )
            )
            change.connection.execute(_NONE_CURRENT, {"pack": pack})
            if found is None:
                found = insert(
                    change.connection,
                    table.insert().values(
                        pack=pack, version=version, labels_json=labels_json, current=True
                    ),
                )
            change.connection.execute(_SET_CURRENT, {"pack": pack, "id": found})
            change.connection.execute(_DROP_UNUSED)
            _touch_only_decided(change, pack)
        return PackVersion(int(found), pack, version, labels_json, current=True)

    def all(self) -> list[PackVersion]:
        """Return every pack version that is current or has predictions left, oldest first."""
        query = schema.pack_version.select().order_by(schema.pack_version.c.id)
        with self._database.read() as connection:
            return [
                PackVersion(row.id, row.pack, row.version, row.labels_json, row.current)
                for row in connection.execute(query)
            ]

    def retire(self, pack: str) -> None:
        """Note that a pack is not there any more; its predictions wait for its return."""
        with self._database.change() as change:
            change.connection.execute(_NONE_CURRENT, {"pack": pack})
            change.connection.execute(_DROP_UNUSED)
            _touch_only_decided(change, pack)


def _touch_only_decided(change: Change, pack: str) -> None:
    change.touch(change.connection.scalars(_ONLY_DECIDED, {"pack": pack}))
