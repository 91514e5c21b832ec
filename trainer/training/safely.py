"""Writes files so that a kill or a full disk never costs the one that was there."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final

from trainer.errors import TrainerError

_TEMPORARY: Final = ".writing"


@contextlib.contextmanager
def to_disk(path: Path) -> Iterator[None]:
    """Turn the system's errors about ``path`` into one sentence.

    Raises:
        TrainerError: The disk is full or cannot be written to.
    """
    try:
        yield
    except OSError as error:
        raise TrainerError(
            f"{path} cannot be written: {error.strerror or error}. What was there before is whole; "
            "make room on the disk and give the same command again."
        ) from error


def claim_room(path: Path) -> None:
    """Have the disk keep all of a file's room, for one that is then written as memory.

    Without it a full disk ends the process (SIGBUS). Systems without ``posix_fallocate`` (macOS,
    Windows) are left as they are.

    Raises:
        OSError: The disk has not got so much.
    """
    if not hasattr(os, "posix_fallocate"):
        return
    with path.open("r+b") as file:
        os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file whole or not at all: under another name, to the disk, then renamed.

    Args:
        path: The file.
        write: Writes its bytes.

    Raises:
        TrainerError: It cannot be written; the former one is still there.
    """
    other = path.with_name(path.name + _TEMPORARY)
    try:
        with to_disk(path):
            with other.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            other.replace(path)
            _sync_folder(path.parent)
    except BaseException:
        other.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Make a renaming last through a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
