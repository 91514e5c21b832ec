"""Probabilities label by label, in a file.

A comparison such as ``drama>0.7`` needs one label of all photos. The library keeps all labels of
one photo together; here they are turned round, 64 kB blocks of one label and 65,536 photos each.
Blocks are read when a query asks for them, not mapped: mapped pages would count as the program's
memory, 425 MB for a million photos, and a mapped file cannot be replaced on Windows. Every block
has a checksum that is compared on every read.
"""

import threading
import weakref
import zlib
from collections.abc import Sequence
from typing import IO

import numpy as np
from numpy.typing import NDArray

from app.search.bits import CHUNK, chunks_for

Codes = NDArray[np.uint8]
Ids = NDArray[np.int64]


class DamagedColumnsError(Exception):
    """A block is not what was written; whoever reads it makes the file anew from the library."""


class Columns:
    """The label columns of a finished file; safe in any thread.

    Attributes:
        keys: The labels, in the order of the columns.
        size: Photos with ids below it are in the columns.
        checksums: uint32 [chunks, labels], CRC-32 of each block.
    """

    def __init__(
        self,
        file: IO[bytes],
        offset: int,
        keys: Sequence[str],
        size: int,
        checksums: NDArray[np.uint32],
    ) -> None:
        self.keys = tuple(keys)
        self.size = size
        self.checksums = checksums
        self._file = file
        self._offset = offset
        self._lock = threading.Lock()
        self._at = {key: column for column, key in enumerate(self.keys)}
        # Snapshots come and go in several threads; the last one to be let go closes the file.
        weakref.finalize(self, file.close)

    def block(self, key: str, chunk: int) -> Codes:
        """Return the codes of a label for the photos of a chunk.

        Returns:
            uint8 [65536] or fewer at the end of the columns; empty for an unknown label or chunk.

        Raises:
            DamagedColumnsError: The file does not hold what was written.
        """
        column = self._at.get(key)
        length = block_length(self.size, chunk)
        if column is None or length == 0:
            return np.empty(0, np.uint8)
        place = self._offset + chunk * len(self.keys) * CHUNK + column * length
        try:
            with self._lock:
                self._file.seek(place)
                data = self._file.read(length)
        except (OSError, ValueError) as error:
            raise DamagedColumnsError(str(error)) from error
        if len(data) != length or zlib.crc32(data) != self.checksums[chunk, column]:
            raise DamagedColumnsError(f"{key}, block {chunk}")
        return np.frombuffer(data, np.uint8)


class ColumnWriter:
    """Writes columns; codes may come in any order, fastest by pack and ascending id."""

    def __init__(self, file: IO[bytes], offset: int, keys: Sequence[str], size: int) -> None:
        self.keys = tuple(keys)
        self.size = size
        self._file = file
        self._offset = offset
        self._checksums = np.zeros((chunks_for(size), len(self.keys)), np.uint32)
        self._written = np.zeros_like(self._checksums, dtype=np.bool_)
        self._place: tuple[int, int, int] | None = None
        self._buffer: Codes = np.empty((0, 0), np.uint8)
        self._at = {key: column for column, key in enumerate(self.keys)}
        file.truncate(self.end)

    @property
    def end(self) -> int:
        """The place in the file just behind the columns."""
        return self._offset + len(self.keys) * self.size

    def put(self, keys: Sequence[str], ids: Ids, codes: Codes) -> None:
        """Take the codes of some photos.

        Args:
            keys: The L labels; they must lie near each other among the columns (one pack).
            ids: int64 [n], ascending, below ``size``.
            codes: uint8 [n, L].
        """
        if not len(ids) or not len(keys):
            return
        columns = np.array([self._at[key] for key in keys])
        first, last = int(columns.min()), int(columns.max()) + 1
        for chunk in range(int(ids[0]) // CHUNK, int(ids[-1]) // CHUNK + 1):
            start, end = np.searchsorted(ids, [chunk * CHUNK, (chunk + 1) * CHUNK])
            if start == end:
                continue
            self._load(chunk, first, last)
            places = ids[start:end] - chunk * CHUNK
            if places[-1] - places[0] + 1 == len(places):
                self._buffer[columns - first, places[0] : places[-1] + 1] = codes[start:end].T
            else:
                self._buffer[np.ix_(columns - first, places)] = codes[start:end].T

    def put_block(self, key: str, chunk: int, codes: Codes) -> None:
        """Take one whole block of one label: uint8 [length of the block]."""
        column = self._at[key]
        self._load(chunk, column, column + 1)
        self._buffer[0] = codes

    def finish(self) -> Columns:
        """Write what is left and return the columns for reading (of the same file)."""
        self._flush()
        for chunk in range(len(self._checksums)):
            nothing = zlib.crc32(bytes(block_length(self.size, chunk)))
            self._checksums[chunk, ~self._written[chunk]] = nothing
        return Columns(self._file, self._offset, self.keys, self.size, self._checksums)

    def _load(self, chunk: int, first: int, last: int) -> None:
        """Make the buffer stand for some columns of a chunk."""
        if self._place == (chunk, first, last):
            return
        self._flush()
        length = block_length(self.size, chunk)
        self._place = (chunk, first, last)
        if self._written[chunk, first:last].any():
            self._file.seek(self._start(chunk, first))
            data = self._file.read((last - first) * length)
            self._buffer = np.frombuffer(data, np.uint8).reshape(last - first, length).copy()
        else:
            self._buffer = np.zeros((last - first, length), np.uint8)

    def _flush(self) -> None:
        if self._place is None:
            return
        chunk, first, last = self._place
        self._file.seek(self._start(chunk, first))
        self._file.write(self._buffer.data)
        self._checksums[chunk, first:last] = [zlib.crc32(row) for row in self._buffer]
        self._written[chunk, first:last] = True
        self._place = None

    def _start(self, chunk: int, column: int) -> int:
        return (
            self._offset + chunk * len(self.keys) * CHUNK + column * block_length(self.size, chunk)
        )


def block_length(size: int, chunk: int) -> int:
    """Return how many of ``size`` photos lie in a chunk: the last one is shorter."""
    return max(0, min(CHUNK, size - chunk * CHUNK))
