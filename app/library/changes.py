"""The library's own database: every change has a number, and photos remember theirs."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.library.database import Database

Item = TypeVar("Item")

CHUNK = 500  # values in one IN list; SQLite allows 32,766 parameters in a statement

_NEXT_REVISION = sa.text("UPDATE state SET revision = revision + 1 WHERE id = 1 RETURNING revision")
# The revision of the last change of paths lies among the settings, which every library has.
_PATHS = "library.paths"
_NOTE_PATHS = sa.text("""
    INSERT INTO setting (name, value) VALUES (:name, :revision)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
""")
_PATHS_REVISION = sa.text("SELECT value FROM setting WHERE name = :name")
_TOUCH = sa.text("""
    UPDATE photo
    SET revision = :revision,
        visible = EXISTS (SELECT 1 FROM file WHERE file.photo_id = photo.id)
    WHERE id IN (SELECT value FROM json_each(:ids))
""")


@dataclass(frozen=True, slots=True)
class Change:
    """A transaction under way: its connection, and the revision it will be."""

    connection: sa.Connection
    revision: int

    def drop(self) -> None:
        """Leave the library as it was, revision and all; nothing may be done after this."""
        transaction = self.connection.get_transaction()
        assert transaction is not None  # noqa: S101  (a change is a transaction)
        transaction.rollback()

    def touch(self, photo_ids: Iterable[int]) -> None:
        """Note that these photos changed, and whether they have a path."""
        self.connection.execute(_TOUCH, {"revision": self.revision, "ids": json_ids(photo_ids)})

    def paths_changed(self) -> None:
        """Note that photos got other paths, or directories others: see ``paths_revision``."""
        self.connection.execute(_NOTE_PATHS, {"name": _PATHS, "revision": str(self.revision)})


class LibraryDatabase(Database):
    """The library file; it counts its changes."""

    @contextmanager
    def change(self, *, durable: bool = True) -> Iterator[Change]:
        """Give the one writing transaction (see ``Database.write``), with its revision."""
        with self.write(durable=durable) as connection:
            yield Change(connection, connection.execute(_NEXT_REVISION).scalar_one())

    def revision(self) -> int:
        """Return the number of the last committed change, of whichever process."""
        with self.read() as connection:
            return int(connection.exec_driver_sql("SELECT revision FROM state").scalar_one())

    def paths_revision(self) -> int:
        """Return the number of the last committed change of paths; 0 if there was none."""
        with self.read() as connection:
            return int(connection.execute(_PATHS_REVISION, {"name": _PATHS}).scalar() or 0)


def insert(connection: sa.Connection, row: sa.Insert) -> int:
    """Insert one row and return its number."""
    key = connection.execute(row).inserted_primary_key
    assert key is not None  # noqa: S101  (an INSERT of one row has a key)
    return int(key[0])


def json_ids(ids: Iterable[int] | NDArray[np.int64]) -> str:
    """Return ids as JSON for ``json_each``: one parameter, however many they are."""
    if isinstance(ids, np.ndarray):
        return json.dumps(ids.tolist())
    return json.dumps([int(one) for one in ids])


def fetch_all(connection: sa.Connection, query: str, values: tuple[Any, ...]) -> Sequence[Any]:
    """Return all rows as the driver's tuples: SQLAlchemy's take several times as long to make."""
    cursor = connection.exec_driver_sql(query, values).cursor
    assert cursor is not None  # noqa: S101  (a SELECT has a cursor)
    return cursor.fetchall()


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """Yield ``items`` in lists of at most ``size``."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
