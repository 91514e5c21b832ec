"""Labels photos that the present packs have not seen: after a new pack, or a failed attempt."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from app.errors import LumitagError
from app.imaging.content import content_hash, read_bytes
from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from app.indexing.control import Control
from app.indexing.events import Committed, Event, Notice
from app.indexing.labelled import gate_decisions, predictions
from app.indexing.pace import Pace
from app.indexing.pipeline import Pipeline
from app.labeling.labeler import Labeler, PackLabels, Prepared
from app.labeling.pack import Pack
from app.library.library import Library
from app.library.records import NewPrediction

_ASKED_AT_ONCE = 10_000
_BATCH = 32


@dataclass(frozen=True, slots=True)
class PhotoJob:
    """A photo to be labelled, and where its file lies (one path suffices)."""

    photo_id: int
    content_hash: bytes
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _File:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Labelled:
    said: Mapping[int, list[NewPrediction]]
    trouble: LumitagError | None


class RelabelingSteps:
    """The steps of photos that one pack has yet to see (see ``pipeline.Steps``).

    A photo whose file is gone, changed or unreadable is passed over: the next rescan says so.
    """

    def __init__(
        self,
        library: Library,
        labeler: Labeler,
        only: frozenset[str],
        large: AbstractContextManager[object],
    ) -> None:
        self._library = library
        self._labeler = labeler
        self._only = only
        self._large = large

    def read(self, job: PhotoJob) -> object:
        """The bytes at the first path that still holds this content."""
        for path in job.paths:
            try:
                data = read_bytes(path)
            except UnreadablePictureError:
                continue
            if content_hash(data) == job.content_hash:
                return _File(path.name, data)
        return None

    def recognise(self, jobs: Sequence[PhotoJob], read: Sequence[object]) -> Sequence[object]:
        """Nothing to recognise: these are known."""
        del jobs
        return read

    def develop(self, job: PhotoJob, recognised: object) -> object:
        """The network's input."""
        del job
        if not isinstance(recognised, _File):
            return None
        try:
            picture = decode(recognised.data, name=recognised.name, large=self._large)
        except UnreadablePictureError:
            return None
        return self._labeler.prepare(picture.pixels)

    def label(self, jobs: Sequence[PhotoJob], developed: Sequence[object]) -> _Labelled:
        """Labels with the packs in question; what gates said before is not asked again."""
        ready = [
            (job.photo_id, one)
            for job, one in zip(jobs, developed, strict=True)
            if isinstance(one, Prepared)
        ]
        photos = [photo for photo, _ in ready]
        if not photos:
            return _Labelled({}, None)
        known = [
            {
                one.pack: PackLabels(one.pack, one.version, one.codes, None, one.gate_version)
                for one in said
                if one.pack not in self._only
            }
            for said in self._library.predictions.of(photos).values()
        ]
        try:
            said = self._labeler.label(
                [one for _, one in ready],
                gate_decisions=gate_decisions(self._library, self._labeler, photos),
                only=self._only,
                known=known,
            )
        except LumitagError as error:
            return _Labelled({}, error)
        return _Labelled(
            {
                photo: list(predictions(each))
                for photo, each in zip(photos, said, strict=True)
                if each
            },
            None,
        )


def relabel(
    library: Library, labeler: Labeler, control: Control, large: AbstractContextManager[object]
) -> Iterator[Event]:
    """Labels everything that is online and that a present pack has not seen in its version.

    Raises:
        LibraryError: The library could not be written.
    """
    for pack in labeler.packs:
        waiting = _needing(library, pack)
        if not waiting:
            continue
        # A gate that answers anew may open or close: whoever stands behind it looks again.
        behind = {one.id for one in labeler.packs if one.gate and one.gate.pack == pack.id}
        only = frozenset({pack.id} | behind)
        steps = RelabelingSteps(library, labeler, only, large)
        pace = Pace(len(waiting), labelling=True)
        pipeline = Pipeline(steps)
        with closing(pipeline.run(_batches(library, waiting), control)) as batches:
            for jobs, answer in batches:
                if answer.trouble is not None:
                    yield Notice(f"{answer.trouble} Nothing is lost; it is tried again later.")
                    return
                library.predictions.store(answer.said)
                yield Committed(tuple(answer.said))
                yield pace.advance(len(jobs))
        if control.cancelled:
            return


def _needing(library: Library, pack: Pack) -> list[int]:
    gate = None if pack.gate is None else (pack.gate.pack, pack.gate.key)
    ids: list[int] = []
    while part := library.predictions.needing(
        pack.id, pack.version, gate=gate, limit=_ASKED_AT_ONCE, after_id=ids[-1] if ids else 0
    ):
        ids += part
    return ids


def _batches(library: Library, photo_ids: Sequence[int]) -> Iterator[Sequence[PhotoJob]]:
    waiting = iter(photo_ids)
    while part := list(islice(waiting, _BATCH)):
        jobs = [
            PhotoJob(
                photo.card.id,
                photo.card.content_hash,
                tuple(path.path for path in photo.paths if not path.offline),
            )
            for photo in library.photos.details(part)
        ]
        yield jobs
