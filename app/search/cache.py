"""The cache file beside the library: a snapshot that a start takes over in well under a second.

It holds nothing that the library does not; without it a start only takes longer. So it is not
trusted: every part has a checksum, and a token that the library holds too says that the library
has not become another one since (put back from a backup, say). It is written under another name
and then renamed, so that it is there in full or not at all.

Layout: 64 bytes of preamble, the probability columns, the other parts, and last a JSON index of
them, which the preamble points at.
"""

import logging
import os
import secrets
import struct
import tempfile
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from app.search.bits import CHUNK_WORDS, chunks_for
from app.search.columns import Columns, ColumnWriter
from app.search.snapshot import Snapshot
from app.search.versions import DECIDED, VISIBLE

_log = logging.getLogger(__name__)

_MAGIC = b"LUMITAGS"
_FORMAT = 2  # another one for every change of what is written, however small
_PREAMBLE = struct.Struct("<8sIIQQ")  # magic, format, CRC-32 of the index, its place, its length
COLUMNS_AT = 64
_MOST_PHOTOS = np.iinfo(np.int32).max  # ids in the order by date take four bytes
UNFINISHED = ".new"

Scalar = TypeVar("Scalar", bound=np.generic)


class BadCacheError(Exception):
    """The file is not a whole cache of this format."""


class Part(msgspec.Struct, frozen=True):
    """A part of the file: where it begins, its bytes, its CRC-32."""

    start: int
    length: int
    checksum: int


class Index(msgspec.Struct, frozen=True):
    """What the file holds.

    Attributes:
        token: What the library must hold, too.
        revision: The library's revision.
        size: All photo ids are below it.
        rows: The name of each row of bits.
        columns: The label of each column.
        columns_size: The columns hold photos with ids below it.
        parts: The arrays, by name.
    """

    token: str
    revision: int
    size: int
    rows: list[str]
    columns: list[str]
    columns_size: int
    parts: dict[str, Part]


class Stored(msgspec.Struct, frozen=True):
    """What was read from a cache file."""

    index: Index
    chunks: tuple[NDArray[np.uint64], ...]
    taken: NDArray[np.int64]
    added: NDArray[np.int64]
    taken_order: NDArray[np.int32]
    columns: Columns


def read(path: Path) -> Stored:
    """Read a cache file; its columns stay in the file, which stays open.

    Raises:
        BadCacheError: It is missing, damaged, or of another format.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadCacheError(str(error)) from error
    try:
        return _read(file)
    except (OSError, ValueError, struct.error, msgspec.MsgspecError) as error:
        file.close()
        raise BadCacheError(f"{path}: {error}") from error
    except BaseException:
        file.close()
        raise


def _read(file: IO[bytes]) -> Stored:
    magic, version, checksum, place, length = _PREAMBLE.unpack(file.read(_PREAMBLE.size))
    if (magic, version) != (_MAGIC, _FORMAT):
        raise BadCacheError("not a cache of this format")
    index = msgspec.json.decode(_checked(file, Part(place, length, checksum)), type=Index)
    _check_index(index)

    def array(name: str, kind: type[Scalar], *shape: int) -> NDArray[Scalar]:
        return np.frombuffer(_checked(file, index.parts[name]), kind).reshape(shape)

    rows, size = len(index.rows), index.size
    chunks = tuple(
        array(f"bits/{at}", np.uint64, rows, CHUNK_WORDS) for at in range(chunks_for(size))
    )
    blocks = chunks_for(index.columns_size), len(index.columns)
    checksums = array("checksums", np.uint32, *blocks)
    stored = Stored(
        index,
        chunks,
        array("taken", np.int64, size),
        array("added", np.int64, size),
        array("taken_order", np.int32, -1),
        Columns(file, COLUMNS_AT, index.columns, index.columns_size, checksums),
    )
    order = stored.taken_order
    if len(order) and not (
        order.min() >= 0 and order.max() < size and np.bincount(order).max() == 1
    ):
        raise BadCacheError("no order of its photos")
    return stored


def _check_index(index: Index) -> None:
    """Refuse an index that is not all that it must be: older code may have written it."""
    parts = {f"bits/{at}" for at in range(chunks_for(max(0, min(index.size, _MOST_PHOTOS))))}
    parts |= {"taken", "added", "taken_order", "checksums"}
    if not (
        index.revision >= 0
        and 0 <= index.columns_size == index.size <= _MOST_PHOTOS
        and index.parts.keys() == parts
        and len(set(index.rows)) == len(index.rows)
        and {VISIBLE, DECIDED} <= set(index.rows)
        and len(set(index.columns)) == len(index.columns)
    ):
        raise BadCacheError("not what this version writes")


def _checked(file: IO[bytes], part: Part) -> bytes:
    # More than there is must not be asked for: room would be made for it.
    if min(part.start, part.length) < 0 or part.start + part.length > file.seek(0, os.SEEK_END):
        raise BadCacheError("cut short")
    file.seek(part.start)
    data = file.read(part.length)
    if len(data) != part.length or zlib.crc32(data) != part.checksum:
        raise BadCacheError("damaged")
    return data


def finish(file: IO[bytes], snapshot: Snapshot, token: str) -> None:
    """Write all but the columns, which are in the file already.

    Args:
        file: Open for reading and writing.
        snapshot: What is saved; its probabilities are in the columns of ``file``.
        token: What the library is given, too.
    """
    columns = snapshot.probabilities.columns
    end = COLUMNS_AT + len(columns.keys) * columns.size
    rows = list(snapshot.versions.rows)
    arrays: dict[str, NDArray[Any]] = {
        f"bits/{at}": chunk.bits[: len(rows)] for at, chunk in enumerate(snapshot.chunks)
    }
    arrays["taken"] = snapshot.taken[: snapshot.size]
    arrays["added"] = snapshot.added[: snapshot.size]
    arrays["taken_order"] = snapshot.taken_order
    arrays["checksums"] = columns.checksums
    parts: dict[str, Part] = {}
    file.seek(end)
    for name, values in arrays.items():
        data = np.ascontiguousarray(values).data.cast("B") if values.size else memoryview(b"")
        parts[name] = Part(end, len(data), zlib.crc32(data))
        file.write(data)
        end += len(data)
    index = Index(
        token,
        snapshot.revision,
        snapshot.size,
        rows,
        list(columns.keys),
        columns.size,
        parts,
    )
    text = msgspec.json.encode(index)
    file.write(text)
    file.seek(0)
    file.write(_PREAMBLE.pack(_MAGIC, _FORMAT, zlib.crc32(text), end, len(text)))
    file.flush()


class Draft:
    """A file that columns are written to, and that may become the cache file.

    It lies beside the cache file; where that cannot be written, in the system's folder for
    temporary files, and where that cannot be written either, in memory.

    Args:
        path: The cache file.
        in_memory: Use no disk at all.
    """

    def __init__(self, path: Path, *, in_memory: bool = False) -> None:
        self._path = path
        self._own: Path | None = None
        self.file: IO[bytes] = BytesIO()
        if in_memory:
            return
        beside = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}{UNFINISHED}")
        try:
            self.file = beside.open("w+b")
            self._own = beside
        except OSError as error:
            _log.info("No search cache here: %s", error)
            with suppress(OSError):
                self.file = tempfile.TemporaryFile()  # noqa: SIM115  (Columns closes it)

    def writer(self, keys: tuple[str, ...], size: int) -> ColumnWriter:
        """Begin to write columns."""
        return ColumnWriter(self.file, COLUMNS_AT, keys, size)

    @property
    def can_stay(self) -> bool:
        """Whether the file can become the cache file."""
        return self._own is not None

    def keep(self) -> None:
        """Make the file the cache file, if that can be done.

        On Windows a cache file that another snapshot still reads cannot be replaced.
        """
        if self._own is None:
            return
        try:
            os.fsync(self.file.fileno())
            self._own.replace(self._path)
        except OSError as error:
            _log.info("The search cache was not saved: %s", error)
            self.drop_name()
        self._own = None

    def drop_name(self) -> None:
        """Remove the file from its folder; it may be read until it is closed."""
        if self._own is not None:
            with suppress(OSError):
                self._own.unlink()
            self._own = None

    def abandon(self) -> None:
        """Close the file, and remove it."""
        # Closing writes what is held back: on a full disk that fails again, and yet it is closed.
        with suppress(OSError):
            self.file.close()
        self.drop_name()
