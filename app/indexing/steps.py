"""What is done with new and changed files, batch by batch, until they can be stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import LumitagError
from app.indexing.labelled import gate_decisions, predictions
from app.indexing.reading import Content, Job, Reader, Ready, Vanished
from app.labeling.labeler import Labeler, PackLabels
from app.library.library import Library
from app.library.records import FailedFile, StoredFile


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch, ready to be stored.

    Attributes:
        items: Files to store.
        vanished: Files that went away before they were read.
        labelled: How many pictures the networks saw.
        trouble: Why the pictures of this batch have no labels, if so.
    """

    items: Sequence[StoredFile | FailedFile]
    vanished: Sequence[tuple[Job, Vanished]]
    labelled: int
    trouble: LumitagError | None


class StoringSteps:
    """The steps of files that are new or changed (see ``pipeline.Steps``)."""

    def __init__(self, library: Library, labeler: Labeler, reader: Reader) -> None:
        self._library = library
        self._labeler = labeler
        self._reader = reader

    def read(self, job: Job) -> object:
        """The file's bytes and their hash, or why not."""
        return self._reader.read(job)

    def recognise(self, jobs: Sequence[Job], read: Sequence[object]) -> Sequence[object]:
        """Replaces contents that the library knows by what is stored of them: no decoding."""
        hashes = [one.hash for one in read if isinstance(one, Content)]
        known = self._library.photos.find(hashes) if hashes else {}
        return [
            StoredFile(job.seen, None, photo_id=known[one.hash])
            if isinstance(one, Content) and one.hash in known
            else one
            for job, one in zip(jobs, read, strict=True)
        ]

    def develop(self, job: Job, recognised: object) -> object:
        """Decodes what is new."""
        if isinstance(recognised, Content):
            return self._reader.develop(job, recognised)
        return recognised

    def label(self, jobs: Sequence[Job], developed: Sequence[object]) -> Batch:
        """Labels what is new. If the networks fail, the photos are stored without labels."""
        ready = [
            (job, one) for job, one in zip(jobs, developed, strict=True) if isinstance(one, Ready)
        ]
        trouble = None
        said: Sequence[Mapping[str, PackLabels]] = [{} for _ in ready]
        if ready:
            formers = [job.former for job, _ in ready]
            decided = gate_decisions(self._library, self._labeler, formers)
            try:
                said = self._labeler.label(
                    [one.picture for _, one in ready], gate_decisions=decided
                )
            except LumitagError as error:
                trouble = error
        fresh = iter(
            StoredFile(job.seen, one.photo, None, predictions(labels), one.thumbnail)
            for (job, one), labels in zip(ready, said, strict=True)
        )
        return Batch(
            items=[
                next(fresh) if isinstance(one, Ready) else one
                for one in developed
                if isinstance(one, Ready | StoredFile | FailedFile)
            ],
            vanished=[
                (job, one)
                for job, one in zip(jobs, developed, strict=True)
                if isinstance(one, Vanished)
            ],
            labelled=0 if trouble else len(ready),
            trouble=trouble,
        )
