"""Small things to remember: a name and a JSON value."""

import json
from typing import Any

import sqlalchemy as sa

from app.library import schema
from app.library.changes import LibraryDatabase

_SET = sa.text("""
    INSERT INTO setting (name, value) VALUES (:name, :value)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
""")


class Settings:
    """Settings that belong to the library and travel with it."""

    def __init__(self, database: LibraryDatabase) -> None:
        self._database = database

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a setting, or ``default`` if it was never set."""
        query = sa.select(schema.setting.c.value).where(schema.setting.c.name == name)
        with self._database.read() as connection:
            stored = connection.scalar(query)
        return default if stored is None else json.loads(stored)

    def set(self, name: str, value: Any) -> None:
        """Remember a value; anything that JSON can hold."""
        with self._database.change() as change:
            change.connection.execute(_SET, {"name": name, "value": json.dumps(value)})
