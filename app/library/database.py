"""One SQLite file: connections for any thread, one writer, errors in plain words."""

import random
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc, pool

from app.library.errors import (
    DamagedLibraryError,
    DiskFullError,
    LibraryBusyError,
    LibraryError,
    NotALibraryError,
    ReadOnlyLibraryError,
)

BUSY_TIMEOUT_SECONDS = 10.0  # a batch of another process takes milliseconds; a backup, seconds
_SHORT_WAITS = (0.01, 0.1)  # seconds
_CACHE_KIBIBYTES = 16_384  # per connection; the system's page cache holds the rest
_IDLE_CONNECTIONS = 4
_CLOSE_PATIENCE_SECONDS = 30.0
_LEAST_FREE_BYTES = 65_536  # SQLite grows its shared memory by half of this
_JOURNAL_BYTES = 64 << 20  # what the write-ahead log is cut back to after a large change
_PRIMARY_CODE = 0xFF  # SQLite's extended result codes keep the primary one in their low byte
_BEGIN = "begin"
_WRITE_AHEAD = "wal"


class Database:
    """A SQLite file in WAL mode: readers in any thread, writers one after the other.

    Python's driver opens transactions by itself at surprising moments; that is switched off
    (``isolation_level=None``) and every transaction begins with our own BEGIN: DEFERRED for
    readers, who see one snapshot from their first query on, IMMEDIATE for the writer, who then
    never has to give up half-way because somebody else wrote first.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = threading.Lock()
        self._using = threading.Condition()
        self._in_use = 0
        self._closed = False
        self._engine = sa.create_engine(
            "sqlite://",
            creator=lambda: self._connect(),
            poolclass=pool.QueuePool,
            pool_size=_IDLE_CONNECTIONS,
            max_overflow=-1,
            hide_parameters=True,  # what was read in pictures comes into no error
        )
        event.listen(self._engine, "begin", _begin)

    def _connect(self, patience: float | None = None) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_TIMEOUT_SECONDS if patience is None else patience,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute(f"PRAGMA journal_size_limit = {_JOURNAL_BYTES}")
            # What is deleted is overwritten: words read in pictures must not stay in free pages.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection that sees one snapshot; any number of threads may read at once."""
        with self._used(), self.plain_errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, *, durable: bool) -> Iterator[sa.Connection]:
        """Give the one writing transaction; it is committed at the end, or rolled back whole.

        Args:
            durable: Wait until the disk has it (synchronous=FULL), so that it survives a power
                cut. What the user said is durable. What can be read from the files again is not:
                without the wait a power cut costs the last batches, never the file's soundness.

        Raises:
            LibraryBusyError: Another process holds the file.
            DiskFullError: No room; nothing of the transaction was kept.
            LibraryError: Other failures.
        """
        with self._used(), self._writer, self.plain_errors(), self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)  # noqa: S101  (narrows for the checker)
            driver.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
            with connection.begin():
                yield connection

    @contextmanager
    def outside_transactions(self, patience: float | None = None) -> Iterator[sqlite3.Connection]:
        """Give the driver's own connection, in no transaction (for PRAGMAs and backups).

        Args:
            patience: Seconds to wait for another program; as long as everywhere if None.
        """
        with self._used(), self._writer, self.plain_errors():
            connection = self._connect(patience)
            try:
                yield connection
            finally:
                connection.close()

    def write_ahead(self) -> None:
        """Switch to the write-ahead log, if that was not done yet; the file remembers it.

        Two programs that begin one file both need it for themselves here, and stand in each
        other's way until one gives up; so each waits for a short and uneven time, and tries again.

        Raises:
            LibraryBusyError: Another program holds the file.
        """
        deadline = time.monotonic() + BUSY_TIMEOUT_SECONDS
        while self._journal_mode() != _WRITE_AHEAD:
            try:
                with self.outside_transactions(random.uniform(*_SHORT_WAITS)) as connection:
                    connection.execute("PRAGMA journal_mode = WAL")
                    # The header is read without SQLite when the file is opened again.
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                return  # also where the disk does not allow it: then without
            except LibraryBusyError:
                if time.monotonic() > deadline:
                    raise

    def _journal_mode(self) -> str:
        with self.read() as connection:
            # A connection that has read nothing yet knows the mode of long ago.
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
            return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())

    def close(self) -> None:
        """Wait for readers and writers that are under way, and close every connection."""
        with self._using:
            self._closed = True
            self._using.wait_for(lambda: self._in_use == 0, _CLOSE_PATIENCE_SECONDS)
        self._engine.dispose()

    @contextmanager
    def _used(self) -> Iterator[None]:
        with self._using:
            if self._closed:
                raise LibraryError(f"The library {self.path} is closed; open it again.")
            self._in_use += 1
        try:
            yield
        finally:
            with self._using:
                self._in_use -= 1
                self._using.notify_all()

    @contextmanager
    def plain_errors(self) -> Iterator[None]:
        """Turn what SQLite says into what the user can do."""
        try:
            yield
        except exc.DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise plain_error(error.orig, self.path) or error from error
            raise
        except sqlite3.Error as error:
            raise plain_error(error, self.path) or error from error


def plain_error(error: sqlite3.Error, path: Path) -> LibraryError | None:
    """Return the error in plain words, or None if it is a mistake of ours."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE
    match code:
        case sqlite3.SQLITE_FULL:
            return disk_full(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LibraryBusyError(
                f"The library {path} is in use by another program; "
                "close that program or wait until it is done, then try again."
            )
        case sqlite3.SQLITE_READONLY:
            return ReadOnlyLibraryError(
                f"The library {path} cannot be written; make the file and its folder writable, "
                "or name another library."
            )
        case sqlite3.SQLITE_NOTADB:
            return NotALibraryError(
                f"{path} is not a Lumitag library; name another file, it was left as it is."
            )
        case sqlite3.SQLITE_CORRUPT:
            return DamagedLibraryError(
                f"The library {path} is damaged; restore it from a backup or name another library."
            )
        case sqlite3.SQLITE_CANTOPEN:
            return LibraryError(
                f"The library {path} cannot be opened; check that its folder exists "
                "and may be written, or name another library."
            )
        case sqlite3.SQLITE_IOERR:
            # Where SQLite cannot grow its shared memory it says no more than this.
            with suppress(OSError):
                if shutil.disk_usage(path.parent).free < _LEAST_FREE_BYTES:
                    return disk_full(path)
            return LibraryError(
                f"The library {path} cannot be read or written ({error}); "
                "check the disk and its free space, then try again."
            )
    return None


def disk_full(path: Path) -> DiskFullError:
    """Return the error that tells the user to make room."""
    return DiskFullError(
        f"The disk with the library {path} is full; make room and try again, "
        "nothing that was stored before is lost."
    )


def _begin(connection: sa.Connection) -> None:
    begin: Any = connection.get_execution_options().get(_BEGIN, "BEGIN")
    connection.exec_driver_sql(begin)
