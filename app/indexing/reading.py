"""What is done with one file, in a thread of its own: read, hash, decode, reduce."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from app.imaging.content import content_hash
from app.imaging.decode import decode
from app.imaging.errors import Reason, UnreadablePictureError
from app.imaging.taken import taken_at
from app.imaging.thumbnail import thumbnail
from app.indexing.batches import read
from app.labeling.labeler import Labeler, Prepared
from app.library.records import FailedFile, NewPhoto, SeenFile


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be read.

    Attributes:
        seen: The file as the scanner saw it.
        root: Its folder.
        former: The photo that lay at this path before, if any.
    """

    seen: SeenFile
    root: Path
    former: int | None = None

    @property
    def path(self) -> Path:
        """The absolute path."""
        return self.root / self.seen.relpath

    @property
    def size(self) -> int:
        """Its bytes when it was seen."""
        return self.seen.size


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file and their identity."""

    data: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Vanished:
    """The file, or its whole folder, went away before it could be read: no failure of the file."""

    root_too: bool


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A decoded picture, ready for the networks and for the library."""

    photo: NewPhoto
    thumbnail: bytes
    picture: Prepared


class Reader:
    """Reads files for one run; every method may be called from any thread.

    Args:
        labeler: Knows the sizes that its networks want.
        large: Lets one large file or picture at a time into memory.
    """

    def __init__(self, labeler: Labeler, large: AbstractContextManager[object]) -> None:
        self._labeler = labeler
        self._large = large

    def read(self, job: Job) -> Content | FailedFile | Vanished:
        """Reads and hashes a file."""
        try:
            data = read(job.path, job.size, self._large)
        except UnreadablePictureError as error:
            # A pulled drive must not turn all its pictures into failures.
            if error.reason in (Reason.MISSING, Reason.UNREADABLE):
                gone = not job.root.is_dir()
                if gone or error.reason is Reason.MISSING:
                    return Vanished(root_too=gone)
            return _failed(job, error)
        return Content(data, content_hash(data))

    def develop(self, job: Job, content: Content) -> Ready | FailedFile:
        """Decodes a file's bytes, and makes everything that is stored or labelled of it."""
        name = job.seen.relpath.rpartition("/")[2]
        try:
            picture = decode(content.data, name=name, large=self._large)
        except UnreadablePictureError as error:
            return _failed(job, error)
        taken, source = taken_at(picture.metadata, name=name, mtime_ns=job.seen.mtime_ns)
        photo = NewPhoto(
            content_hash=content.hash,
            width=picture.width,
            height=picture.height,
            bytes=len(content.data),
            format=picture.format,
            taken=taken,
            taken_from=source,
            camera=picture.metadata.camera,
        )
        return Ready(photo, thumbnail(picture.image), self._labeler.prepare(picture.image))


def _failed(job: Job, error: UnreadablePictureError) -> FailedFile:
    return FailedFile(job.seen, error.reason, str(error))
