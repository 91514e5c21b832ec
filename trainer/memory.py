"""Keeps the memory of freed tensors for the next ones."""

import ctypes
import sys
from typing import Final

# mallopt(3), glibc's malloc.h.
_M_TRIM_THRESHOLD: Final = -1
_M_MMAP_MAX: Final = -4
_MOST: Final = 2**31 - 1
"""Bytes at the end of the heap that are not given back: the largest C int, 2 GiB."""


def keep_freed_memory() -> bool:
    """Let the C library reuse what was freed instead of giving it back to the system each time.

    glibc maps every large block of its own and unmaps it when it is freed, so the system clears
    each tensor's pages anew: three fifths of the time of a frozen network's first stages
    (``benchmarks.features``). The program may take a little more memory for it. Where the C library
    is another one, nothing changes.

    Returns:
        Whether the C library took it.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # musl has none
        return False
    return bool(mallopt(_M_MMAP_MAX, 0)) and bool(mallopt(_M_TRIM_THRESHOLD, _MOST))
