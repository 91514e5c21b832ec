"""How much is read at once: batches that fit into memory."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from app.imaging.content import read_bytes

FIRST_BATCH, LARGEST_BATCH = 8, 32
"""Small at first, so that something is seen soon; a network gains nothing above 32 on a CPU."""
BATCH_BYTES = 64 << 20
"""A batch is closed when its files reach this size: four batches' bytes may be in memory."""
LARGE_FILE = 64 << 20
"""Files above this many bytes are read one at a time, whatever the number of threads."""


class Sized(Protocol):
    """A job that reads a file."""

    @property
    def size(self) -> int:
        """Bytes of the file, as far as is known."""


SizedJob = TypeVar("SizedJob", bound=Sized)


def batches(jobs: Iterable[SizedJob]) -> Iterator[Sequence[SizedJob]]:
    """Cuts the jobs, in order, into batches that fit into memory."""
    batch: list[SizedJob] = []
    size, most = 0, FIRST_BATCH
    for job in jobs:
        if batch and (len(batch) >= most or size + job.size > BATCH_BYTES):
            yield batch
            batch, size, most = [], 0, min(2 * most, LARGEST_BATCH)
        batch.append(job)
        size += job.size
    if batch:
        yield batch


def read(path: Path, size: int, large: AbstractContextManager[object]) -> bytes:
    """Reads a file.

    Args:
        path: The file.
        size: Its bytes, as far as is known.
        large: Lets one large file at a time into memory.

    Raises:
        UnreadablePictureError: As ``imaging.content.read_bytes``.
    """
    if size <= LARGE_FILE:
        return read_bytes(path)
    with large:
        return read_bytes(path)
