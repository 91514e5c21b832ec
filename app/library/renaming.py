"""Other names for labels of the user's own, with the log that takes them back.

A renaming stands in the log as a decision on no photo, so that undo and redo walk over both in the
order in which they were made.
"""

import sqlalchemy as sa

from app.library import schema
from app.library.errors import LabelNameError, NameTakenError
from app.library.labels import cleaned, is_held
from app.library.names import fold
from app.library.records import Renaming

_label, _renaming = schema.label.c, schema.renaming.c


def own_label(connection: sa.Connection, key: str) -> tuple[int, str]:
    """Return the number and the name of a label of the user's own.

    Raises:
        LabelNameError: There is none with this key.
    """
    query = sa.select(_label.id, _label.name).where(_label.key == key, _label.name.is_not(None))
    found = connection.execute(query).one_or_none()
    if found is None:
        raise LabelNameError(f'"{key}" is no label of your own; only those can be changed.')
    return found.id, found.name


def call(connection: sa.Connection, label: int, name: str, *, again: bool = False) -> None:
    """Give a label of the user's own another name.

    A label that nothing holds any more may have that name: it takes the old one in its place, and
    gets its own back when this is undone.

    Args:
        connection: Of a transaction that may write.
        label: The label.
        name: Its name.
        again: It had that name before: where another has it now, it is called by its key.

    Raises:
        LabelNameError: The name is empty.
        NameTakenError: A label has it that something holds.
    """
    clean = cleaned(name)
    before = connection.execute(
        sa.select(_label.key, _label.name, _label.name_folded).where(_label.id == label)
    ).one()
    taken = sa.select(_label.id, _label.name).where(
        _label.name_folded == fold(clean), _label.id != label
    )
    other = connection.execute(taken).one_or_none()
    if other is not None:
        if is_held(connection, other.id) and again:
            _set(connection, label, before.key, fold(before.key))
            return
        if is_held(connection, other.id):
            raise NameTakenError(other.name)
        _set(connection, other.id, None, None)
    _set(connection, label, clean, fold(clean))
    if other is not None:
        _set(connection, other.id, before.name, before.name_folded)


def note(connection: sa.Connection, operation: int, renaming: Renaming) -> None:
    """Note in the log what an operation renamed."""
    connection.execute(
        schema.renaming.insert().values(
            operation_id=operation, name_before=renaming.before, name_after=renaming.after
        )
    )


def noted(connection: sa.Connection, operation: int) -> Renaming | None:
    """Return what an operation renamed; None if it was a decision."""
    query = sa.select(_renaming.name_before, _renaming.name_after).where(
        _renaming.operation_id == operation
    )
    found = connection.execute(query).one_or_none()
    return None if found is None else Renaming(found.name_before, found.name_after)


def _set(connection: sa.Connection, label: int, name: str | None, folded: str | None) -> None:
    connection.execute(
        schema.label.update().where(_label.id == label).values(name=name, name_folded=folded)
    )
