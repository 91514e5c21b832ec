"""Who reads which photo now: programs that share a library do not read the same page twice."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int, place: int, *, free: bool = False) -> None:
        os.lseek(file, place, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK if free else msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: int, place: int, *, free: bool = False) -> None:
        fcntl.lockf(file, fcntl.LOCK_UN if free else fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)


class Claims:
    """The photos that this program reads now.

    A claim is a lock on one byte of an empty file beside the library, at the place of the photo's
    number; it ends with the program, however that ends. Where a file cannot be locked every claim
    is granted: pages may be read twice there, and nothing else comes of it.
    """

    def __init__(self, file: int | None) -> None:
        self._file = file

    def take(self, photo_id: int) -> bool:
        """Claim a photo; return whether no other program has claimed it."""
        with suppress(OSError):
            try:
                if self._file is not None:
                    _lock(self._file, photo_id)
            except (BlockingIOError, PermissionError):
                return False
        return True

    def give_back(self, photo_id: int) -> None:
        """End a claim."""
        with suppress(OSError):
            if self._file is not None:
                _lock(self._file, photo_id, free=True)


@contextmanager
def claiming(library: Path) -> Iterator[Claims]:
    """Give the claims on the photos of a library; in the end all are given back."""
    try:
        file = os.open(library.with_name(library.name + ".reading"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield Claims(None)
        return
    try:
        yield Claims(file)
    finally:
        os.close(file)
