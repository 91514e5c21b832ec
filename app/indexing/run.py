"""One run of the indexer: what the scans found, then reading and storing, then the counts."""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path

from app.imaging.errors import Reason
from app.indexing.batches import batches
from app.indexing.control import Control
from app.indexing.events import Committed, Event, FileFailed, FolderOffline, Summary
from app.indexing.notices import Notices
from app.indexing.pace import Pace
from app.indexing.pipeline import Pipeline
from app.indexing.reading import Job, Reader
from app.indexing.scanner import Findings
from app.indexing.steps import Batch, StoringSteps
from app.indexing.writer import Writer
from app.labeling.labeler import Labeler
from app.library.library import Library
from app.library.records import FailedFile, Folder, KnownFile, SeenFile, StoredFile

_OF_THE_PLACE = frozenset({Reason.NO_PERMISSION})
"""Reasons that go away without a change of the file: such files are read again in every run."""


class Run:
    """One run. Take the findings of all scans first, then read and store, then ask for counts.

    Attributes:
        unlabelled: Whether known photos turned up that a present pack has not seen.
    """

    def __init__(
        self,
        library: Library,
        labeler: Labeler,
        control: Control,
        large: AbstractContextManager[object],
        notices: Notices,
    ) -> None:
        """Takes what it works on; ``large`` lets one large picture at a time into memory."""
        self._library = library
        self._labeler = labeler
        self._control = control
        self._large = large
        self._notices = notices
        self._started = time.monotonic()
        self._writer = Writer(library)
        self._new: list[Job] = []
        self._changed: list[Job] = []
        self._away: set[int] = set()
        self._roots: dict[int, Path] = {}
        self.unlabelled = False

    def take(self, folder: Folder, findings: Findings) -> Iterator[Event]:
        """Takes what a scan of ``folder``, or of a part of it, found."""
        if findings.away:
            yield from self._goes_away(folder.id, folder.path)
            return
        self._library.folders.set_offline(folder.id, False)
        self._roots[folder.id] = folder.path
        tally = self._writer.tally
        tally.unchanged += findings.unchanged
        tally.skipped += findings.skipped
        tally.failed += len(findings.trouble)
        for trouble in findings.trouble:
            yield FileFailed(folder.path / trouble.relpath, trouble.message)
        self._writer.gone(folder.id, findings.gone)
        self._new += [Job(seen, folder.path) for seen in findings.new]
        self._changed += [Job(seen, folder.path, file.photo_id) for seen, file in findings.changed]
        if findings.failed_again:
            yield from self._fail_again(folder, findings.failed_again)

    def read_and_store(self) -> Iterator[Event]:
        """Reads, labels and stores what was found, and forgets what is gone.

        New files come before changed ones: when one picture took another's name, the other is
        known at its new path before the old path gets its new content, and keeps its decisions.

        Raises:
            LibraryError: The library could not be written; what was committed before stays.
        """
        jobs = [
            *sorted(self._new, key=lambda job: job.seen.relpath),
            *sorted(self._changed, key=lambda job: job.seen.relpath),
        ]
        if jobs:
            yield from self._store_all(jobs)
        if not self._control.cancelled:
            self._writer.forget_gone(except_in=self._away)

    def summary(self) -> Summary:
        """The counts so far."""
        tally = self._writer.tally
        return Summary(
            added=tally.added,
            updated=tally.updated,
            moved=tally.moved,
            removed=tally.removed,
            unchanged=tally.unchanged,
            skipped=tally.skipped,
            failed=tally.failed,
            seconds=time.monotonic() - self._started,
            cancelled=self._control.cancelled,
        )

    def _store_all(self, jobs: Sequence[Job]) -> Iterator[Event]:
        steps = StoringSteps(self._library, self._labeler, Reader(self._labeler, self._large))
        pace = Pace(len(jobs), labelling=bool(self._labeler.packs), control=self._control)
        yield pace.now()
        run_id, labelled = None, 0
        with closing(Pipeline(steps).run(batches(jobs), self._control)) as done:
            for batch_jobs, batch in done:
                if run_id is None and batch.labelled:
                    run_id = self._library.runs.start(self._labeler.device.name)
                labelled += batch.labelled
                yield from self._store(batch)
                yield pace.advance(len(batch_jobs))
        if run_id is not None:
            failed = self._writer.tally.failed
            self._library.runs.finish(run_id, labelled=labelled, failed=failed)

    def _store(self, batch: Batch) -> Iterator[Event]:
        self._check_labels(batch)
        outcome = self._writer.store(batch.items)
        if outcome.photo_ids:
            yield Committed(outcome.photo_ids)
        for item in batch.items:
            if isinstance(item, FailedFile):
                yield FileFailed(self._path(item.file), item.message)
        yield from self._notices.fresh(batch.trouble)
        for job, vanished in batch.vanished:
            if vanished.root_too and job.seen.folder_id not in self._away:
                yield from self._goes_away(job.seen.folder_id, job.root)

    def _check_labels(self, batch: Batch) -> None:
        """Notes whether a known content turned up that a present pack has not seen."""
        known = [
            item.photo_id
            for item in batch.items
            if isinstance(item, StoredFile) and item.photo_id is not None
        ]
        if self.unlabelled or not known:
            return
        present = {(pack.id, pack.version) for pack in self._labeler.packs}
        self.unlabelled = any(
            present - {(one.pack, one.version) for one in said}
            for said in self._library.predictions.of(known).values()
        )

    def _goes_away(self, folder_id: int, path: Path) -> Iterator[Event]:
        self._away.add(folder_id)
        self._library.folders.set_offline(folder_id, True)
        yield FolderOffline(path)

    def _fail_again(self, folder: Folder, files: Sequence[KnownFile]) -> Iterator[Event]:
        """Counts files whose bytes are as unreadable as before, without reading them."""
        known = {one.file_id: one for one in self._library.files.failures()}
        for file in files:
            failure = known.get(file.id)
            if failure is None or failure.reason in _OF_THE_PLACE:
                seen = SeenFile(folder.id, file.relpath, file.size, file.mtime_ns)
                self._changed.append(Job(seen, folder.path))
            else:
                self._writer.tally.failed += 1
                yield FileFailed(failure.path, failure.message)

    def _path(self, file: SeenFile) -> Path:
        return self._roots[file.folder_id] / file.relpath
