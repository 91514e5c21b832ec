"""Column types: how names, moments and flags are written in the database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_NAIVE_EPOCH = datetime(1970, 1, 1)
_SECOND = timedelta(seconds=1)
_AWARE_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def encode_name(name: str) -> bytes:
    """Return the bytes that stand for a file name or path in the database.

    Python reads a name that is not UTF-8 as a string with lone surrogates (surrogateescape on
    POSIX, surrogatepass on Windows). SQLite's text cannot hold those, so names are stored as
    blobs, UTF-8 with surrogates let through: reversible for every string, and blobs sort by code
    point, so that all paths below a directory lie side by side.
    """
    return name.encode("utf-8", "surrogatepass")


def decode_name(stored: bytes) -> str:
    """Return the name that ``encode_name`` made ``stored`` of."""
    return stored.decode("utf-8", "surrogatepass")


def wall_seconds(moment: datetime) -> int:
    """Return a naive wall-clock time as seconds since 1970, as if it were UTC."""
    return (moment.replace(tzinfo=None) - _NAIVE_EPOCH) // _SECOND


def wall_time(seconds: int) -> datetime:
    """Return the naive wall-clock time of ``wall_seconds``."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


class FileName(sa.types.TypeDecorator[str]):
    """A file name or path; any that the operating system can have, round-trips."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:
        """Write."""
        return None if value is None else encode_name(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Read."""
        return None if value is None else decode_name(value)


class FolderPath(sa.types.TypeDecorator[Path]):
    """An absolute path, stored as ``FileName`` stores names."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Path | None, dialect: sa.Dialect) -> bytes | None:
        """Write."""
        return None if value is None else encode_name(str(value))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Path | None:
        """Read."""
        return None if value is None else Path(decode_name(value))


class WallClock(sa.types.TypeDecorator[datetime]):
    """A camera's wall clock: naive, whole seconds since 1970 as if it were UTC."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Write."""
        return None if value is None else wall_seconds(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Read."""
        return None if value is None else wall_time(value)


class Instant(sa.types.TypeDecorator[datetime]):
    """A moment: aware, in UTC, stored as whole seconds since 1970."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Write."""
        return None if value is None else (value - _AWARE_EPOCH) // _SECOND

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Read."""
        return None if value is None else datetime.fromtimestamp(value, UTC)
