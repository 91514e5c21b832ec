"""Labelling runs: when, on which device, how many."""

from datetime import UTC, datetime

from app.library import schema
from app.library.changes import LibraryDatabase, insert


class Runs:
    """Keeps a row for every labelling run."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def start(self, device: str) -> int:
        """Note that a run begins on ``device`` and return its number."""
        with self._database.change(durable=False) as change:
            return insert(
                change.connection,
                schema.run.insert().values(
                    device=device, started_at=datetime.now(UTC), labelled=0, failed=0
                ),
            )

    def finish(self, run_id: int, *, labelled: int, failed: int) -> None:
        """Note that a run is over, and how many pictures it labelled and could not read."""
        with self._database.change(durable=False) as change:
            change.connection.execute(
                schema.run.update()
                .where(schema.run.c.id == run_id)
                .values(finished_at=datetime.now(UTC), labelled=labelled, failed=failed)
            )
