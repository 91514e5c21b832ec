"""The user's own labels, and the labels the user never wants to see."""

import re

import sqlalchemy as sa

from app.library import schema
from app.library.changes import LibraryDatabase
from app.library.errors import LabelNameError
from app.library.names import fold
from app.library.records import UserLabel

USER_PREFIX = "user/"

_NOT_IN_A_SLUG = re.compile(r"[\W_]+")
_ENSURE = sa.text("INSERT INTO label (key, muted) VALUES (:key, 0) ON CONFLICT (key) DO NOTHING")
_MUTE = sa.text("""
    INSERT INTO label (key, muted) VALUES (:key, :muted)
    ON CONFLICT (key) DO UPDATE SET muted = excluded.muted
""")


_HELD = "EXISTS (SELECT 1 FROM decision WHERE decision.label_id = label.id)"


class Labels:
    """Makes the user's labels and remembers which labels are muted."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def create(self, name: str) -> UserLabel:
        """Return the user's label of that name, made if there is none; case does not matter.

        Raises:
            LabelNameError: The name is empty.
        """
        with self._database.change() as change:
            return make_user_label(change.connection, name)

    def user(self) -> list[UserLabel]:
        """Return the user's own labels that a decision holds, or that are muted, by name.

        One that nothing holds any more is forgotten until somebody uses its name again, or a
        decision on it is taken back.
        """
        query = (
            sa.select(schema.label.c.key, schema.label.c.name)
            .where(schema.label.c.name.is_not(None), sa.text(f"({_HELD} OR label.muted)"))
            .order_by(schema.label.c.name_folded)
        )
        with self._database.read() as connection:
            return [UserLabel(row.key, row.name) for row in connection.execute(query)]

    def muted(self) -> frozenset[str]:
        """Return the keys of muted labels."""
        query = sa.select(schema.label.c.key).where(schema.label.c.muted)
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def set_muted(self, key: str, muted: bool) -> None:
        """Mute the label with this key, or show it again."""
        with self._database.change() as change:
            change.connection.execute(_MUTE, {"key": key, "muted": muted})


def label_id(connection: sa.Connection, key: str, name: str | None) -> int:
    """Return the number of the label ``key``, made if it has none yet.

    Args:
        connection: Of a transaction that may write.
        key: "pack/id" or "user/slug".
        name: Name for a label of the user's own that is made here; its slug if None.

    Raises:
        LabelNameError: The key is malformed.
    """
    owner, slash, rest = key.partition("/")
    if not (owner and slash and rest):
        raise LabelNameError(f'"{key}" is no label key; it must read "pack/label".')
    query = sa.select(schema.label.c.id).where(schema.label.c.key == key)
    found = connection.scalar(query)
    if found is None:
        connection.execute(_ENSURE, {"key": key})
        found = connection.execute(query).scalar_one()
    if key.startswith(USER_PREFIX):
        _name_user_label(connection, int(found), key, name or rest)
    return int(found)


def is_held(connection: sa.Connection, label: int) -> bool:
    """Return whether there is any decision on a label, or it is muted."""
    held = sa.text(f"SELECT {_HELD} OR label.muted FROM label WHERE id = :label")  # noqa: S608
    return bool(connection.scalar(held, {"label": label}))


def cleaned(name: str) -> str:
    """Return a label's name with single spaces.

    Raises:
        LabelNameError: The name is empty.
    """
    clean = " ".join(name.split())
    if not clean:
        raise LabelNameError("A label needs a name; type at least one letter.")
    return clean


def make_user_label(connection: sa.Connection, name: str) -> UserLabel:
    """Return the user's label called ``name``, made in this transaction if there is none."""
    clean = cleaned(name)
    folded = fold(clean)
    known = connection.execute(
        sa.select(schema.label.c.id, schema.label.c.key, schema.label.c.name).where(
            schema.label.c.name_folded == folded
        )
    ).one_or_none()
    if known is not None:
        if known.name != clean and not is_held(connection, known.id):
            # It was forgotten; now it is written as it is written now.
            connection.execute(
                schema.label.update().where(schema.label.c.id == known.id).values(name=clean)
            )
            return UserLabel(known.key, clean)
        return UserLabel(known.key, known.name)
    key = _free_key(connection, clean)
    connection.execute(
        schema.label.insert().values(key=key, name=clean, name_folded=folded, muted=False)
    )
    return UserLabel(key, clean)


def _name_user_label(connection: sa.Connection, found: int, key: str, name: str) -> None:
    """Give a label of the user's own a name, if it has none; its key where that name is taken."""
    unnamed = sa.select(schema.label.c.id).where(
        schema.label.c.id == found, schema.label.c.name.is_(None)
    )
    if connection.scalar(unnamed) is None:
        return
    taken = sa.select(schema.label.c.id).where(schema.label.c.name_folded == fold(name))
    free = key if connection.scalar(taken) is not None else name
    connection.execute(
        schema.label.update()
        .where(schema.label.c.id == found)
        .values(name=free, name_folded=fold(free))
    )


def slug_of(name: str) -> str:
    """Return what the key of a label made with this name says of it: "aunt-mary"."""
    return _NOT_IN_A_SLUG.sub("-", fold(name)).strip("-") or "label"


def _free_key(connection: sa.Connection, name: str) -> str:
    slug = slug_of(name)
    # "c", "C++" and "c#" make the same slug: the second and third get a number.
    taken = set(
        connection.scalars(
            sa.select(schema.label.c.key).where(
                schema.label.c.key.startswith(USER_PREFIX + slug, autoescape=True)
            )
        )
    )
    key, number = USER_PREFIX + slug, 1
    while key in taken:
        number += 1
        key = f"{USER_PREFIX}{slug}-{number}"
    return key
