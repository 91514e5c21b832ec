"""Photos of the library whose files are read again, for what the library lacks of them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from app.imaging.content import content_hash
from app.imaging.errors import UnreadablePictureError
from app.indexing.batches import read
from app.library.library import Library

_DETAILS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PhotoJob:
    """A photo to be read again, where its file lies (one path suffices), and what it lacks."""

    photo_id: int
    content_hash: bytes
    size: int
    paths: tuple[Path, ...]
    lacks_thumbnail: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PhotoFile:
    """The bytes of a photo, and the name of the file that they come from."""

    name: str
    data: bytes


def photo_jobs(
    library: Library, photo_ids: Sequence[int], *, without_thumbnail: Collection[int] = ()
) -> Iterator[PhotoJob]:
    """Finds where photos lie; a few hundred are asked for at once."""
    for start in range(0, len(photo_ids), _DETAILS_AT_ONCE):
        for photo in library.photos.details(photo_ids[start : start + _DETAILS_AT_ONCE]):
            yield PhotoJob(
                photo_id=photo.card.id,
                content_hash=photo.card.content_hash,
                size=photo.bytes,
                paths=tuple(path.path for path in photo.paths if not path.offline),
                lacks_thumbnail=photo.card.id in without_thumbnail,
            )


def photo_file(job: PhotoJob, large: AbstractContextManager[object]) -> PhotoFile | None:
    """Reads the first file that still holds the photo.

    Args:
        job: The photo.
        large: Lets one large file at a time into memory.

    Returns:
        None where the files are gone, changed or unreadable: the next rescan says so.
    """
    for path in job.paths:
        try:
            data = read(path, job.size, large)
        except UnreadablePictureError:
            continue
        if content_hash(data) == job.content_hash:
            return PhotoFile(path.name, data)
    return None
