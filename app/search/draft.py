"""The bits of the next snapshot while they are being changed."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.search.bits import CHUNK, CHUNK_BYTES, CHUNK_WORDS, chunks_for
from app.search.chunk import Chunk

# Rows kept free, so that a new label does not move all bits.
_SPARE_ROWS = 16

Ids = NDArray[np.int64]


class Draft:
    """Chunks of bits, each copied when it is first changed.

    Args:
        chunks: The chunks of the last snapshot; they are never changed.
        size: All photo ids are below it.
        rows: How many sets there are.
    """

    def __init__(self, chunks: tuple[Chunk, ...], size: int, rows: int) -> None:
        self._finished: list[Chunk | None] = list(chunks)
        self._bits = [chunk.bits for chunk in chunks]
        for at, bits in enumerate(self._bits):
            if len(bits) < rows:
                self._bits[at] = np.zeros((rows + _SPARE_ROWS, CHUNK_WORDS), np.uint64)
                self._bits[at][: len(bits)] = bits
                self._finished[at] = None
        while len(self._bits) < chunks_for(size):
            self._bits.append(np.zeros((rows + _SPARE_ROWS, CHUNK_WORDS), np.uint64))
            self._finished.append(None)

    def chunks(self) -> tuple[Chunk, ...]:
        """Return the finished chunks; those in which nothing changed are the old ones."""
        return tuple(
            Chunk(bits) if old is None else old
            for bits, old in zip(self._bits, self._finished, strict=True)
        )

    def any(self, row: int) -> bool:
        """Tell whether any photo is in a set."""
        return any(bits[row].any() for bits in self._bits)

    def clear(self, ids: Ids) -> None:
        """Take photos (ascending) out of every set."""
        for chunk, places in self._split(ids):
            mask = np.zeros(CHUNK, np.bool_)
            mask[places] = True
            gone = np.packbits(mask, bitorder="little").view(np.uint64)
            self._bits[chunk] &= ~gone

    def put(self, row: int, ids: Ids) -> None:
        """Put photos (ascending) into one set."""
        for chunk, places in self._split(ids):
            mask = np.zeros(CHUNK, np.bool_)
            mask[places] = True
            self._bits[chunk][row] |= np.packbits(mask, bitorder="little").view(np.uint64)

    def put_matches(self, rows: Ids, ids: Ids, matches: NDArray[np.bool_]) -> None:
        """Put photos into the sets of the labels they match.

        Args:
            rows: int64 [L], the labels' rows.
            ids: int64 [n], ascending.
            matches: bool [n, L].
        """
        for chunk, places, start in self._split_from(ids):
            part = matches[start : start + len(places)]
            labels, photos = np.nonzero(part.T)
            at = rows[labels] * CHUNK_BYTES + (places >> 3)[photos]
            bits = (1 << (places & 7)).astype(np.uint8)[photos]
            flat = self._bits[chunk].view(np.uint8).reshape(-1)
            np.bitwise_or.at(flat, at, bits)

    def _split(self, ids: Ids) -> Iterator[tuple[int, Ids]]:
        for chunk, places, _ in self._split_from(ids):
            yield chunk, places

    def _split_from(self, ids: Ids) -> Iterator[tuple[int, Ids, int]]:
        """Yield chunks to change, the photos' places in them, and where these begin in ``ids``."""
        if not len(ids):
            return
        for chunk in range(int(ids[0]) // CHUNK, int(ids[-1]) // CHUNK + 1):
            start, end = np.searchsorted(ids, [chunk * CHUNK, (chunk + 1) * CHUNK])
            if start < end:
                if self._finished[chunk] is not None:
                    self._bits[chunk] = self._bits[chunk].copy()
                    self._finished[chunk] = None
                yield chunk, ids[start:end] - chunk * CHUNK, int(start)
