"""The sets of 65,536 photos, and how many photos of a result are in each."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.search.bits import CHUNK_WORDS, Bits

# A set of fewer photos is counted faster one by one than word by word: a place costs about 2 ns,
# the 1,024 words of a row 16 µs. The bound is lower, to keep the lists of places small.
_FEW = 1_024


@dataclass(frozen=True, eq=False)
class _Split:
    """Rows parted by how they are counted.

    Attributes:
        full: int64, the rows of many photos.
        full_bits: uint64 [rows, 1024], their bits.
        places: uint16, the places of all photos in all other rows, row by row.
        ends: int64 [rows + 1], where each row's places end (the first is 0); of the full rows
            there are none.
    """

    full: NDArray[np.int64]
    full_bits: Bits
    places: NDArray[np.uint16]
    ends: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Which of 65,536 photos are in which set. Never changed once it is made.

    Attributes:
        bits: uint64 [rows, 1024], a row for each set.
    """

    bits: Bits

    def counts(self, selected: Bits) -> NDArray[np.int64]:
        """Return how many of some photos are in each set.

        Args:
            selected: uint64 [1024].

        Returns:
            int64 [rows].
        """
        split = self._split
        mask = np.unpackbits(selected.view(np.uint8), bitorder="little").view(np.bool_)
        hits = np.flatnonzero(mask[split.places])
        counts = np.diff(np.searchsorted(hits, split.ends))
        both = np.bitwise_and(split.full_bits, selected)
        counts[split.full] = np.bitwise_count(both).sum(axis=1, dtype=np.uint32)
        return counts

    @cached_property
    def _split(self) -> _Split:
        sizes = np.bitwise_count(self.bits).sum(axis=1, dtype=np.int64)
        full = np.flatnonzero(sizes >= _FEW)
        sizes[full] = 0
        few = np.flatnonzero(sizes)
        raw = self.bits[few].view(np.uint8).reshape(-1)
        there = np.flatnonzero(raw != 0)
        byte, bit = np.nonzero(np.unpackbits(raw[there, np.newaxis], axis=1, bitorder="little"))
        places = (there[byte] % (CHUNK_WORDS * 8)) * 8 + bit
        ends = np.concatenate([[0], np.cumsum(sizes)])
        return _Split(full, self.bits[full], places.astype(np.uint16), ends)
