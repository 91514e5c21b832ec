"""What indexing tells whoever watches it; both faces show it in their own way."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scanning:
    """A folder is being looked through; ``found`` is how many pictures were seen in it so far."""

    folder: Path
    found: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the run is.

    Attributes:
        done: Pictures finished, stored or failed.
        total: Pictures that this run has to read.
        per_second: Pictures finished per second lately; 0 before the first.
        seconds_left: At this rate; None as long as it would be a guess.
        labelling: False if pictures are only read: there is no label pack, or all that is missing
            are thumbnails.
        words: The words in pictures are read; counts the pictures that are to be read.
    """

    done: int
    total: int
    per_second: float
    seconds_left: float | None
    labelling: bool
    words: bool = False


@dataclass(frozen=True, slots=True)
class FileFailed:
    """A file, or a sub-folder, could not be read; ``message`` is one sentence without the path."""

    path: Path
    message: str


@dataclass(frozen=True, slots=True)
class Committed:
    """These photos were stored, or stored anew, and can be found from now on."""

    photo_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FolderOffline:
    """A folder is not there (a drive is away): nothing of it is removed."""

    path: Path


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence that the user should know, about the run as a whole.

    For instance that labelling failed, or that a folder cannot be watched.
    """

    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of a run; counts files.

    Attributes:
        added: Not known before, of new contents, or copies of known ones.
        updated: Known, now with another content, or readable at last.
        moved: At a new path, while the path they had is gone.
        removed: Known, now gone (moved ones aside).
        unchanged: Known, with the content they had.
        skipped: No pictures: videos and everything else (excluded names aside).
        failed: Could not be read, now or at an earlier look at the same bytes; sub-folders too.
        seconds: The whole run.
        cancelled: The run was stopped; what it counts is what it had done by then.
        read: Pictures whose words were read.
    """

    added: int
    updated: int
    moved: int
    removed: int
    unchanged: int
    skipped: int
    failed: int
    seconds: float
    cancelled: bool
    read: int = 0


@dataclass(frozen=True, slots=True)
class Idle:
    """Everything is in step with the disk; the follower waits for changes."""


Event = Scanning | Progress | FileFailed | Committed | FolderOffline | Notice | Summary | Idle
