"""Brings the library in step with folders: look, read what is new, label, store, forget."""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from app.indexing.control import Control
from app.indexing.events import Event, Scanning
from app.indexing.exclusion import DEFAULT_EXCLUDED, excluder
from app.indexing.notices import Notices
from app.indexing.relabeling import Relabeling
from app.indexing.run import Run
from app.indexing.scanner import Findings, Scan
from app.indexing.transcribing import PageReader, Transcribed, Transcribing, never
from app.indexing.wishes import Leave, wishes
from app.labeling.labeler import Labeler
from app.library.library import Library
from app.library.records import Folder


@dataclass(frozen=True, slots=True)
class Target:
    """What to look through.

    Attributes:
        folder: The folder.
        under: Only this directory of it (POSIX, relative to it); "" for all of it.
        recursive: Also what lies in the directories below.
    """

    folder: Folder
    under: str = ""
    recursive: bool = True

    def covers(self, other: "Target") -> bool:
        """Whether looking through this looks through ``other``, too."""
        if self.folder.id != other.folder.id:
            return False
        if self.under == other.under:
            return self.recursive or not other.recursive
        return self.recursive and (not self.under or other.under.startswith(f"{self.under}/"))


@dataclass(frozen=True, slots=True)
class Left:
    """What a live look left for later.

    Attributes:
        unsettled: Where files still grow.
        unlabelled: Whether photos turned up that the present packs have not seen.
        stored: Whether photos were stored, whose words are perhaps to be read.
    """

    unsettled: Sequence[Target]
    unlabelled: bool
    stored: bool


class Indexer:
    """Looks through folders and labels what is new. One run at a time."""

    def __init__(
        self,
        library: Library,
        labeler: Labeler,
        *,
        excluded: Sequence[str] = DEFAULT_EXCLUDED,
        reader: PageReader | None = None,
        leave: Leave | None = None,
    ) -> None:
        """Takes what it works on.

        Args:
            library: Where everything is stored; the labeler's packs are registered in it.
            labeler: Labels pictures.
            excluded: Patterns of names that are left out (see ``exclusion``).
            reader: Reads the words in pictures; None: they are not read.
            leave: Leave to read, for who may withdraw it.
        """
        self._library = library
        self._labeler = labeler
        self._matches = excluder(excluded)
        self._notices = Notices(labeler)
        self._reader = reader
        self._leave = leave or Leave()
        # Reentrant: a large file is read and then decoded under it.
        self._large = threading.RLock()

    def exclude(self, patterns: Sequence[str]) -> None:
        """Changes what is left out, from the next look on."""
        self._matches = excluder(patterns)

    def is_excluded(self, name: str) -> bool:
        """Whether files and folders of this name are left out."""
        return self._matches(name)

    def run(
        self, targets: Sequence[Target], control: Control, *, words: bool = True
    ) -> Iterator[Event]:
        """Looks through ``targets``, stores what is new, labels and reads what was not yet.

        Args:
            targets: What to look through.
            control: Pauses and cancels within a batch, and within a page that is read.
            words: Read the words in pictures, too.

        Yields:
            Events; the last is the ``Summary``.

        Raises:
            LibraryError: The library could not be written (a full disk, …); every batch that was
                committed before stays. All threads have ended.
        """
        yield from self.look(targets, control, words=words)

    def relabel(self, control: Control) -> Iterator[Event]:
        """Labels photos that the present packs have not seen, and makes lost thumbnails anew.

        Raises:
            LibraryError: As for ``run``.
        """
        yield from self._relabeling(control).run()

    def read_words(
        self, control: Control, *, until: Callable[[], bool] = never
    ) -> Generator[Event, None, Transcribed]:
        """Reads the words in photos that are to be read.

        Args:
            control: Pauses and cancels within a page.
            until: Asked after each page; True lets something more urgent go first.

        Returns:
            How much was read.

        Raises:
            LibraryError: As for ``run``.
        """
        if self._reader is None:
            return Transcribed()
        mark = self._leave.mark
        return (
            yield from Transcribing(
                self._library,
                self._reader,
                wishes(self._library, self._labeler.packs),
                (self._leave, mark),
                control,
                self._large,
                self._notices,
                self._relabeling(control).sharpen,
            ).run(until)
        )

    def look(
        self,
        targets: Sequence[Target],
        control: Control,
        *,
        live: bool = False,
        words: bool = False,
    ) -> Generator[Event, None, Left]:
        """Like ``run``, and returns what is left for later.

        Args:
            targets: What to look through.
            control: Pauses and cancels.
            live: Something has just changed there: leave files alone that still grow, and do not
                search the library for photos without labels or thumbnails.
            words: Also read the words in photos, at last.

        Returns:
            What is left; nothing unless ``live``.
        """
        if not live:
            self._notices.begin_anew()
        run = Run(self._library, self._labeler, control, self._large, self._notices)
        unsettled: list[Target] = []
        wanted = [one for one in targets if not _covered(one, targets)]
        for target in dict.fromkeys(wanted):
            findings = yield from self._scan(target, control, live=live)
            if control.cancelled:
                break
            yield from run.take(target.folder, findings)
            unsettled += [replace(target, under=at, recursive=False) for at in findings.unsettled]
        yield from run.read_and_store()
        if not live and not control.cancelled:
            yield from self.relabel(control)
        read = 0
        if words and not control.cancelled:
            read = (yield from self.read_words(control)).read
        summary = replace(run.summary(), read=read)
        yield summary
        stored = bool(summary.added or summary.updated or summary.moved)
        return Left(unsettled, live and run.unlabelled, stored)

    def _relabeling(self, control: Control) -> Relabeling:
        return Relabeling(self._library, self._labeler, control, self._large, self._notices)

    def _scan(
        self, target: Target, control: Control, *, live: bool
    ) -> Generator[Event, None, Findings]:
        folder = target.folder
        known = self._library.files.known(folder.id, target.under, recursive=target.recursive)
        scan = Scan(
            folder,
            known,
            is_excluded=self._matches,
            under=target.under,
            recursive=target.recursive,
            roots=tuple(other.path for other in self._library.folders.all()),
            now_ns=time.time_ns() if live else None,
        )
        for found in scan.run():
            yield Scanning(folder.path, found)
            control.wait_while_paused()
            if control.cancelled:
                break
        else:
            yield Scanning(folder.path, scan.findings.found)
        return scan.findings


def _covered(target: Target, by: Sequence[Target]) -> bool:
    return any(other != target and other.covers(target) for other in by)
