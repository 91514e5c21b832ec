"""Reads photos again that lack something: the labels of a present pack, or the thumbnail."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass

from app.errors import LumitagError
from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from app.imaging.thumbnail import thumbnail
from app.indexing.batches import batches
from app.indexing.control import Control
from app.indexing.events import Committed, Event, Progress
from app.indexing.known_photos import PhotoFile, PhotoJob, photo_file, photo_jobs
from app.indexing.labelled import gate_decisions, known_words, predictions
from app.indexing.notices import Notices
from app.indexing.pace import Pace
from app.indexing.pipeline import Pipeline
from app.labeling.labeler import Labeler, PackLabels, Prepared
from app.labeling.pack import Pack
from app.library.library import Library
from app.library.records import NewPrediction

_ASKED_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A picture read again: ready for the networks if any is to see it, and its thumbnail."""

    prepared: Prepared | None
    thumbnail: bytes | None


@dataclass(frozen=True, slots=True)
class _Answer:
    said: Mapping[int, list[NewPrediction]]
    thumbnails: Mapping[bytes, bytes]
    trouble: LumitagError | None


class RelabelingSteps:
    """The steps of photos that some packs have yet to see (see ``pipeline.Steps``).

    A photo whose file is gone, changed or unreadable is passed over: the next rescan says so.

    Args:
        library: Holds the photos.
        labeler: Labels them.
        only: Ids of the packs that are to see them; none, and no network runs.
        large: Lets one large picture at a time into memory.
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
        return photo_file(job, self._large)

    def recognise(self, jobs: Sequence[PhotoJob], read: Sequence[object]) -> Sequence[object]:
        """Nothing to recognise: these are known."""
        del jobs
        return read

    def develop(self, job: PhotoJob, recognised: object) -> object:
        """The network's input, and the thumbnail if it is missing."""
        if not isinstance(recognised, PhotoFile):
            return None
        try:
            picture = decode(recognised.data, name=recognised.name, large=self._large)
        except UnreadablePictureError:
            return None
        return _Read(
            self._labeler.prepare(picture.image) if self._only else None,
            thumbnail(picture.image) if job.lacks_thumbnail else None,
        )

    def label(self, jobs: Sequence[PhotoJob], developed: Sequence[object]) -> _Answer:
        """Labels with the packs in question; what gates said before is not asked again."""
        read = [
            (job, one) for job, one in zip(jobs, developed, strict=True) if isinstance(one, _Read)
        ]
        thumbnails = {
            job.content_hash: one.thumbnail for job, one in read if one.thumbnail is not None
        }
        ready = {job.photo_id: one.prepared for job, one in read if one.prepared is not None}
        if not ready:
            return _Answer({}, thumbnails, None)
        photos = list(ready)
        decided = gate_decisions(self._library, self._labeler, photos)
        words = known_words(self._library, photos)
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
                list(ready.values()),
                gate_decisions=decided,
                only=self._only,
                known=known,
                words=[words[photo].text if photo in words else None for photo in photos],
            )
        except LumitagError as error:
            return _Answer({}, thumbnails, error)
        by_photo = {
            photo: list(predictions(each, words.get(photo)))
            for photo, each in zip(photos, said, strict=True)
            if each
        }
        return _Answer(by_photo, thumbnails, None)


class Relabeling:
    """One pass over all photos that are online and lack something.

    Args:
        library: Holds the photos.
        labeler: Labels them.
        control: Pauses and cancels within a batch.
        large: Lets one large picture at a time into memory.
        notices: Tells what keeps pictures from being labelled.
    """

    def __init__(
        self,
        library: Library,
        labeler: Labeler,
        control: Control,
        large: AbstractContextManager[object],
        notices: Notices,
    ) -> None:
        self._library = library
        self._labeler = labeler
        self._control = control
        self._large = large
        self._notices = notices
        self._without_thumbnail: set[int] = set()

    def run(self) -> Iterator[Event]:
        """Labels what a present pack has not seen in its version, and makes lost thumbnails.

        Raises:
            LibraryError: The library could not be written.
        """
        yield from self._notices.fresh()
        self._without_thumbnail.update(self._library.photos.without_thumbnail())
        packs = self._labeler.packs
        for pack in packs:
            if waiting := self._needing(pack):
                # A gate that answers anew may open or close: who stands behind it looks again.
                behind = {one.id for one in packs if one.gate and one.gate.pack == pack.id}
                yield from self._read_again(waiting, frozenset({pack.id} | behind), pack)
            if self._control.cancelled:
                return
        if self._without_thumbnail:
            yield from self._read_again(sorted(self._without_thumbnail), frozenset(), None)

    def sharpen(self, photo_ids: Sequence[int]) -> Iterator[Event]:
        """Lets packs that read look again at photos whose words have just become known.

        Args:
            photo_ids: The photos; of those, each pack sees the ones that its gate let it see.

        Yields:
            No progress: it is part of the reading.

        Raises:
            LibraryError: As for ``run``.
        """
        for pack in self._labeler.packs:
            if pack.reads is None:
                continue
            said = self._library.predictions.of(photo_ids)
            seen = [
                photo
                for photo, each in said.items()
                if any(one.pack == pack.id and one.codes is not None for one in each)
            ]
            if seen:
                again = self._read_again(seen, frozenset({pack.id}), pack)
                yield from (event for event in again if not isinstance(event, Progress))
            if self._control.cancelled:
                return

    def _needing(self, pack: Pack) -> list[int]:
        if pack not in self._labeler.packs or self._is_behind_a_broken_gate(pack):
            return []
        gate = None if pack.gate is None else (pack.gate.pack, pack.gate.key)
        ids: list[int] = []
        while part := self._library.predictions.needing(
            pack.id,
            pack.version,
            gate=gate,
            words=pack.reads is not None,
            limit=_ASKED_AT_ONCE,
            after_id=ids[-1] if ids else 0,
        ):
            ids += part
        return ids

    def _is_behind_a_broken_gate(self, pack: Pack) -> bool:
        """Whether the gate's pack is there but could not be opened.

        It counts as closed then, but not for good: photos would be read in vain in every pass.
        """
        if pack.gate is None or any(one.id == pack.gate.pack for one in self._labeler.packs):
            return False
        return any(one.current and one.pack == pack.gate.pack for one in self._library.packs.all())

    def _read_again(
        self, photo_ids: Sequence[int], only: frozenset[str], pack: Pack | None
    ) -> Iterator[Event]:
        """Reads photos again; ends early if ``pack``, the one they are read for, fails."""
        pace = Pace(len(photo_ids), labelling=pack is not None, control=self._control)
        steps = RelabelingSteps(self._library, self._labeler, only, self._large)
        lacking = self._without_thumbnail
        jobs = photo_jobs(self._library, photo_ids, without_thumbnail=lacking)
        running = Pipeline(steps).run(batches(jobs), self._control)
        with closing(running) as done:
            for batch, answer in done:
                self._library.thumbnails.store(answer.thumbnails)
                made = {job.photo_id for job in batch if job.content_hash in answer.thumbnails}
                self._without_thumbnail -= made
                yield from self._notices.fresh(answer.trouble)
                failed = answer.trouble is not None or pack not in (None, *self._labeler.packs)
                # What packs behind a failed one say of these photos is not worth keeping.
                said = {} if failed else answer.said
                self._library.predictions.store(said)
                if made or said:
                    yield Committed(tuple(sorted(made | set(said))))
                if failed:
                    return
                yield pace.advance(len(batch))
