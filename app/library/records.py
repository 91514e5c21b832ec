"""What the library takes and gives: plain frozen records, no database behind them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Verdict(StrEnum):
    """The user's word on a photo and a label."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Folder:
    """A root that the user added.

    Attributes:
        id: Stable number of the folder.
        path: Absolute, resolved path.
        offline: True while its drive is away; nothing of it is deleted then.
        added_at: When it was added (UTC, aware).
    """

    id: int
    path: Path
    offline: bool
    added_at: datetime


class KnownFile(NamedTuple):
    """A path as the library remembers it, for comparison with the disk.

    A named tuple, as a million of them are made at a time: a frozen dataclass takes three times as
    long to make.

    Attributes:
        id: Stable number of the path.
        relpath: POSIX path relative to its folder; may hold surrogates (a name that is not UTF-8).
        size: Bytes at the last look; -1 if the file is to be read again whatever its stat says.
        mtime_ns: Modification time at the last look, nanoseconds; -1 as for ``size``.
        photo_id: The photo whose content lies there; None if the file could not be read.
        failed: True if the last read failed.
    """

    id: int
    relpath: str
    size: int
    mtime_ns: int
    photo_id: int | None
    failed: bool


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A path as the scanner saw it; ``relpath`` is POSIX and relative to the folder."""

    folder_id: int
    relpath: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """The facts of one content.

    Attributes:
        content_hash: BLAKE3-256 of the file's bytes, 32 bytes.
        width: Pixels, after EXIF orientation.
        height: Pixels, after EXIF orientation.
        bytes: Size of the file.
        format: Name of the format, such as "JPEG".
        taken: The camera's wall clock, naive; whole seconds are kept.
        taken_from: Where ``taken`` came from: "exif", "name" or "file".
        camera: Make and model, if the file names them.
    """

    content_hash: bytes
    width: int
    height: int
    bytes: int
    format: str
    taken: datetime
    taken_from: str
    camera: str | None


@dataclass(frozen=True, slots=True, eq=False)
class NewPrediction:
    """What one pack version said of one photo.

    Attributes:
        pack: Id of the pack; it and ``version`` must be registered.
        version: Version of the pack.
        codes: uint8[L], probabilities times 255 in the pack's order of labels; None if the pack's
            gate was closed.
        embedding: float16[D], or None.
        gate_version: Version of the gate's pack that closed the gate; None if there is none.
        words: The engine of the reading that the probabilities took into account; None if none.
    """

    pack: str
    version: str
    codes: NDArray[np.uint8] | None
    embedding: NDArray[np.float16] | None
    gate_version: str | None
    words: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StoredPrediction:
    """A prediction as it is stored; ``codes`` is None for a closed gate (uint8[L] otherwise)."""

    pack: str
    version: str
    codes: NDArray[np.uint8] | None
    gate_version: str | None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class NewReading:
    """What was read in one photo.

    Attributes:
        engine: The version of the engine that read it.
        lines: The lines with their places, as ``app.reading`` writes them; empty for none.
        text: The text of the lines in the order of reading, each on a line of its own. Only the
            folded form is kept, for search.
    """

    engine: str
    lines: bytes = field(repr=False)  # what was read comes into no log
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the library knows of the words in one photo.

    Attributes:
        photo_id: The photo.
        engine: The version of the engine that read it; None if it was only asked for.
        lines: The lines, as ``app.reading`` writes them; empty for none.
        read_at: When it was read (UTC, aware); None if it was only asked for.
        wanted: The user asked to have it read, whatever it shows.
        waiting: It is to be read (again) at the next opportunity.
    """

    photo_id: int
    engine: str | None
    lines: bytes = field(repr=False)
    read_at: datetime | None
    wanted: bool
    waiting: bool


@dataclass(frozen=True, slots=True)
class WordsCount:
    """How many visible photos were read, have words, and wait to be read at the user's wish."""

    read: int
    with_words: int
    waiting: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was read, to be stored.

    Attributes:
        file: The path and its stat.
        photo: The content's facts; None if ``photo_id`` is given.
        photo_id: The photo, where its content is known already.
        predictions: What the packs said; may be empty for a known photo.
        thumbnail: JPEG bytes, stored with ``photo``; None if it is stored already.
    """

    file: SeenFile
    photo: NewPhoto | None
    photo_id: int | None = None
    predictions: tuple[NewPrediction, ...] = ()
    thumbnail: bytes | None = None


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that could not be read: a short stable ``reason`` and one sentence for the user."""

    file: SeenFile
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """What one batch changed; every stored or failed file counts in exactly one of the numbers.

    Attributes:
        added: Paths that were not known, of new contents or of copies of visible photos.
        updated: Known paths, now with another content or read at last.
        moved: Paths that were not known, whose photo was known but had no path left.
        unchanged: Known paths with the content they had.
        failed: Files recorded as failures.
        carried: Photos that inherited decisions from the former content of their path.
        photo_ids: The photo of each StoredFile, in the order given.
    """

    added: int = 0
    updated: int = 0
    moved: int = 0
    unchanged: int = 0
    failed: int = 0
    carried: int = 0
    photo_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoCard:
    """What the grid draws of a photo; ``name`` is "" for a photo without a path."""

    id: int
    content_hash: bytes
    name: str
    width: int
    height: int
    taken: datetime


@dataclass(frozen=True, slots=True)
class PhotoPath:
    """One place where a photo's content lies."""

    file_id: int
    folder_id: int
    folder: Path
    relpath: str
    offline: bool

    @property
    def path(self) -> Path:
        """The absolute path."""
        return self.folder / self.relpath


@dataclass(frozen=True, slots=True)
class PhotoDetails:
    """All facts of a photo; ``paths`` has the online ones first, ``added_at`` is UTC, aware."""

    card: PhotoCard
    paths: tuple[PhotoPath, ...]
    bytes: int
    format: str
    camera: str | None
    taken_from: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A path that could not be read, and why."""

    file_id: int
    path: Path
    reason: str
    message: str
    offline: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The user's word on a photo and a label.

    Attributes:
        photo_id: The photo.
        label: Key of the label, "pack/id" or "user/slug".
        verdict: What the user said.
        carried_over: True if it was inherited from the former content of the photo's path.
        decided_at: When (UTC, aware).
    """

    photo_id: int
    label: str
    verdict: Verdict
    carried_over: bool
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionTally:
    """The decisions on several photos about one label: how many of each kind there are.

    Attributes:
        accepted: On how many of the photos the label was accepted.
        rejected: On how many it was rejected.
        carried_over: How many of both were inherited from the former content of a path.
    """

    accepted: int = 0
    rejected: int = 0
    carried_over: int = 0


@dataclass(frozen=True, slots=True)
class Renaming:
    """What a label of the user's own was called, and what it is called then."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One undoable batch of decisions, or another name for a label of the user's own.

    Attributes:
        id: Number in the log; 0 if nothing changed, and then nothing is in the log.
        label: Key of the label.
        verdict: What was decided; None if decisions were taken back.
        photo_ids: The photos whose decision changed, ascending.
        name: What the label is called, if it is the user's own.
        renamed: The names, if it was renamed; then there is neither verdict nor photo.
    """

    id: int
    label: str
    verdict: Verdict | None
    photo_ids: tuple[int, ...]
    name: str = ""
    renamed: Renaming | None = None


@dataclass(frozen=True, slots=True)
class UserLabel:
    """A label of the user's own; ``key`` is "user/slug"."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class PackVersion:
    """A pack version the library knows; only the current one of a pack labels photos."""

    id: int
    pack: str
    version: str
    labels_json: str
    current: bool


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What search keeps of photos, one row each, ids ascending.

    Attributes:
        revision: The library's revision that these facts are of.
        ids: int64[N].
        taken: int64[N], seconds since 1970 of the wall clock, as if it were UTC.
        added: int64[N], seconds since 1970 (UTC).
        visible: bool[N], False for photos without a path.
    """

    revision: int
    ids: NDArray[np.int64]
    taken: NDArray[np.int64]
    added: NDArray[np.int64]
    visible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PredictionBlock:
    """Predictions of one pack version for some photos.

    Attributes:
        pack_version_id: Id of the PackVersion.
        ids: int64[n], photos that the pack looked at, ascending.
        codes: uint8[n, L], probabilities times 255.
        closed: int64[m], photos for which the pack's gate was closed, ascending.
    """

    pack_version_id: int
    ids: NDArray[np.int64]
    codes: NDArray[np.uint8]
    closed: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


PhotoPredictions = Mapping[int, list[NewPrediction]]
