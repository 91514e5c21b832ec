"""Sets of photos as bits: the photo with id n is bit n.

Bits lie in bytes from the lowest up (``np.packbits(..., bitorder="little")``), and are handled as
uint64 words, which is only a faster way to look at the same bytes: no word is ever shifted.
"""

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]

CHUNK = 65_536
"""Photos in one chunk: 8 kB a label, so that a chunk of 425 labels (3.5 MB) stays in the cache
while it is counted, and a change of one photo copies no more than that."""

CHUNK_WORDS = CHUNK // 64
CHUNK_BYTES = CHUNK // 8


def chunks_for(size: int) -> int:
    """Return how many chunks hold ``size`` photos."""
    return -(-size // CHUNK)


def from_mask(mask: NDArray[np.bool_], words: int) -> Bits:
    """Pack bool [n] into uint64 [words]; what lies beyond n is off."""
    packed = np.zeros(words * 8, np.uint8)
    content = np.packbits(mask, bitorder="little")
    packed[: len(content)] = content
    return packed.view(np.uint64)


def from_ids(ids: NDArray[np.integer], words: int) -> Bits:
    """Pack photo ids into uint64 [words]; ids beyond are left out."""
    mask = np.zeros(words * 64, np.bool_)
    mask[ids[ids < words * 64]] = True
    return from_mask(mask, words)


def to_mask(bits: Bits) -> NDArray[np.bool_]:
    """Unpack uint64 [words] into bool [words * 64]."""
    return np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)


def to_ids(bits: Bits) -> NDArray[np.int64]:
    """Unpack into ascending photo ids, int64."""
    return np.flatnonzero(to_mask(bits)).astype(np.int64, copy=False)


def count(bits: Bits) -> int:
    """Return how many bits are set."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))
