"""What the user said of photos and labels, with a log that can take it back."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.library import renaming, schema
from app.library.changes import Change, LibraryDatabase, insert, json_ids
from app.library.labels import cleaned, label_id
from app.library.records import Decision, DecisionTally, Operation, Renaming, Verdict

# A decision that was carried over and is now made by the user is a change; one that the user made
# before and makes again is none, and leaves nothing to undo.
_FIND = sa.text("""
    INSERT INTO operation_item
        (operation_id, photo_id, accepted_before, carried_before, decided_before)
    SELECT :operation, photo.id, decision.accepted, decision.carried_over, decision.decided_at
    FROM photo
    LEFT JOIN decision ON decision.photo_id = photo.id AND decision.label_id = :label
    WHERE photo.id IN (SELECT value FROM json_each(:ids))
      AND (decision.accepted IS NOT :accepted OR decision.carried_over)
""")
_DECIDE = sa.text("""
    INSERT INTO decision (photo_id, label_id, accepted, carried_over, decided_at)
    SELECT photo_id, :label, :accepted, 0, :made_at
    FROM operation_item WHERE operation_id = :operation
    ON CONFLICT (photo_id, label_id) DO UPDATE
    SET accepted = excluded.accepted, carried_over = 0, decided_at = excluded.decided_at
""")
_TAKE_BACK = sa.text("""
    DELETE FROM decision
    WHERE label_id = :label
      AND photo_id IN (SELECT photo_id FROM operation_item WHERE operation_id = :operation)
""")
_RESTORE = sa.text("""
    INSERT INTO decision (photo_id, label_id, accepted, carried_over, decided_at)
    SELECT photo_id, :label, accepted_before, carried_before, decided_before
    FROM operation_item WHERE operation_id = :operation AND accepted_before IS NOT NULL
    ON CONFLICT (photo_id, label_id) DO UPDATE
    SET accepted = excluded.accepted, carried_over = excluded.carried_over,
        decided_at = excluded.decided_at
""")
_ITEMS = sa.text(
    "SELECT photo_id FROM operation_item WHERE operation_id = :operation ORDER BY photo_id"
)
_COLUMNS = """
    decided.id, decided.label_id, decided.accepted, decided.made_at, label.key, label.name
    FROM operation AS decided JOIN label ON label.id = decided.label_id
"""
# The newest "decide" that is not undone: the last word on it is a "redo", or there is none.
_TO_UNDO = sa.text(f"""
    SELECT {_COLUMNS}
    WHERE decided.kind = 'decide'
      AND coalesce((SELECT word.kind FROM operation AS word WHERE word.target_id = decided.id
                    ORDER BY word.id DESC LIMIT 1), 'redo') = 'redo'
    ORDER BY decided.id DESC
    LIMIT 1
""")  # noqa: S608  (only our own words)
# The "decide" that was undone last and is still undone, unless something was decided since.
_TO_REDO = sa.text(f"""
    SELECT {_COLUMNS}
    JOIN operation AS undone ON undone.target_id = decided.id AND undone.kind = 'undo'
    WHERE undone.id > (SELECT max(id) FROM operation WHERE kind = 'decide')
      AND NOT EXISTS (SELECT 1 FROM operation AS later
                      WHERE later.target_id = decided.id AND later.id > undone.id)
    ORDER BY undone.id DESC
    LIMIT 1
""")  # noqa: S608  (only our own words)
_NAME = sa.text("SELECT name FROM label WHERE id = :label")
_HOLD = sa.text("SELECT photo_id FROM decision WHERE label_id = :label ORDER BY photo_id")
_OF = sa.text("""
    SELECT decision.photo_id, label.key, decision.accepted, decision.carried_over,
           decision.decided_at
    FROM decision JOIN label ON label.id = decision.label_id
    WHERE decision.photo_id IN (SELECT value FROM json_each(:ids))
    ORDER BY decision.photo_id, decision.decided_at, label.key
""")
# The photos first: among the decisions those of a photo lie together.
_TALLY = sa.text("""
    SELECT label.key, count(*) AS decided, sum(decision.accepted) AS accepted,
           sum(decision.carried_over) AS carried_over
    FROM (SELECT DISTINCT value AS photo_id FROM json_each(:ids)) AS asked
    CROSS JOIN decision ON decision.photo_id = asked.photo_id
    JOIN label ON label.id = decision.label_id
    GROUP BY decision.label_id
""")


class Decisions:
    """Decides, takes back, repeats. Every change is on the disk before the call returns."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def decide(
        self,
        photo_ids: Iterable[int],
        label_key: str,
        verdict: Verdict | None,
        *,
        label_name: str | None = None,
    ) -> Operation:
        """Accept or reject a label for photos, or take the decision back, as one undoable batch.

        Args:
            photo_ids: The photos; numbers that are no photos are passed over.
            label_key: "pack/id" or "user/slug"; a label of the user's own is made if need be.
            verdict: None takes the decisions back.
            label_name: Name of a label of the user's own that is made here.

        Returns:
            What changed. Deciding what was decided already changes nothing, and is not logged.

        Raises:
            LabelNameError: The key is malformed.
        """
        accepted = None if verdict is None else verdict is Verdict.ACCEPTED
        with self._database.change() as change:
            label = label_id(change.connection, label_key, label_name)
            operation = _log(change, "decide", label, accepted)
            change.connection.execute(
                _FIND,
                {
                    "operation": operation,
                    "label": label,
                    "accepted": accepted,
                    "ids": json_ids(photo_ids),
                },
            )
            photos = _items(change, operation)
            if not photos:
                change.drop()
                return Operation(0, label_key, verdict, ())
            _apply(change, operation, label, accepted)
            change.touch(photos)
            name = change.connection.scalar(_NAME, {"label": label}) or ""
        return Operation(operation, label_key, verdict, photos, name)

    def rename(self, label_key: str, name: str) -> Operation:
        """Give a label of the user's own another name; it keeps its key and its photos.

        Raises:
            LabelNameError: It is not the user's own, or the name is empty.
            NameTakenError: Another label has the name.
        """
        with self._database.change() as change:
            label, before = renaming.own_label(change.connection, label_key)
            renamed = Renaming(before, cleaned(name))
            if renamed.before == renamed.after:
                change.drop()
                return Operation(0, label_key, None, (), before)
            renaming.call(change.connection, label, renamed.after)
            operation = _log(change, "decide", label, None)
            renaming.note(change.connection, operation, renamed)
        return Operation(operation, label_key, None, (), renamed.after, renamed)

    def forget(self, label_key: str) -> Operation:
        """Take back every decision on a label of the user's own, so that nothing holds it.

        Returns:
            What changed. Taken back in its turn, every photo has its decision again.

        Raises:
            LabelNameError: It is not the user's own.
        """
        with self._database.read() as connection:
            label, name = renaming.own_label(connection, label_key)
            photos = connection.scalars(_HOLD, {"label": label}).all()
        return replace(self.decide(photos, label_key, None), name=name)

    def undo(self) -> Operation | None:
        """Take the last operation back, also one of an earlier start.

        Returns:
            The operation that was taken back (its verdict is what was decided), or None.
        """
        with self._database.change() as change:
            found = change.connection.execute(_TO_UNDO).one_or_none()
            if found is None:
                change.drop()
                return None
            _log(change, "undo", found.label_id, found.accepted, target=found.id)
            values = {"operation": found.id, "label": found.label_id}
            change.connection.execute(_TAKE_BACK, values)
            change.connection.execute(_RESTORE, values)
            renamed = renaming.noted(change.connection, found.id)
            if renamed is not None:
                renaming.call(change.connection, found.label_id, renamed.before, again=True)
            return _done(change, found, renamed)

    def redo(self) -> Operation | None:
        """Repeat the operation that was undone last, unless something was decided since.

        Returns:
            The operation that was repeated, or None.
        """
        with self._database.change() as change:
            found = change.connection.execute(_TO_REDO).one_or_none()
            if found is None:
                change.drop()
                return None
            _log(change, "redo", found.label_id, found.accepted, target=found.id)
            accepted = None if found.accepted is None else bool(found.accepted)
            _apply(change, found.id, found.label_id, accepted)
            renamed = renaming.noted(change.connection, found.id)
            if renamed is not None:
                renaming.call(change.connection, found.label_id, renamed.after, again=True)
            return _done(change, found, renamed)

    def of(self, photo_ids: Sequence[int]) -> dict[int, list[Decision]]:
        """Return the decisions on each photo, in the order they were made."""
        found: dict[int, list[Decision]] = {int(photo): [] for photo in photo_ids}
        with self._database.read() as connection:
            for row in connection.execute(_OF, {"ids": json_ids(photo_ids)}):
                found[row.photo_id].append(
                    Decision(
                        photo_id=row.photo_id,
                        label=row.key,
                        verdict=_verdict(row.accepted) or Verdict.REJECTED,
                        carried_over=bool(row.carried_over),
                        decided_at=datetime.fromtimestamp(row.decided_at, UTC),
                    )
                )
        return found

    def tally(self, photo_ids: Sequence[int] | NDArray[np.int64]) -> dict[str, DecisionTally]:
        """Return how many of some photos each label was decided on, by label key."""
        with self._database.read() as connection:
            return {
                row.key: DecisionTally(row.accepted, row.decided - row.accepted, row.carried_over)
                for row in connection.execute(_TALLY, {"ids": json_ids(photo_ids)})
            }


def _log(
    change: Change, kind: str, label: int, accepted: bool | None, *, target: int | None = None
) -> int:
    return insert(
        change.connection,
        schema.operation.insert().values(
            kind=kind,
            target_id=target,
            label_id=label,
            accepted=accepted,
            made_at=datetime.now(UTC),
        ),
    )


def _apply(change: Change, operation: int, label: int, accepted: bool | None) -> None:
    values = {"operation": operation, "label": label}
    if accepted is None:
        change.connection.execute(_TAKE_BACK, values)
        return
    made_at = int(datetime.now(UTC).timestamp())
    change.connection.execute(_DECIDE, values | {"accepted": accepted, "made_at": made_at})


def _done(
    change: Change,
    found: sa.Row[tuple[int, int, int | None, int, str, str | None]],
    renamed: Renaming | None,
) -> Operation:
    photos = _items(change, found.id)
    change.touch(photos)
    verdict = _verdict(found.accepted)
    return Operation(found.id, found.key, verdict, photos, found.name or "", renamed)


def _items(change: Change, operation: int) -> tuple[int, ...]:
    return tuple(change.connection.scalars(_ITEMS, {"operation": operation}))


def _verdict(accepted: int | None) -> Verdict | None:
    if accepted is None:
        return None
    return Verdict.ACCEPTED if accepted else Verdict.REJECTED
