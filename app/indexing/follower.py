"""Keeps the library in step with the disk: a rescan at the start, then every change, live."""

import os
import time
from collections.abc import Generator, Iterable, Iterator

from app.indexing.agenda import Agenda, Pending
from app.indexing.control import Control
from app.indexing.events import Event, Idle, Notice, Summary
from app.indexing.indexer import Indexer, Target
from app.indexing.scanner import SETTLE_NS
from app.indexing.watcher import Hint, Watcher
from app.library.library import Library
from app.library.records import Folder

POLL_SECONDS = 5.0
"""How often it is looked whether drives went or came back; no event tells."""
RESCAN_SECONDS = 300.0
"""How often a folder that cannot be watched in full is looked through."""


class Follower:
    """Follows all folders of a library. Requests may come from any thread."""

    def __init__(
        self, indexer: Indexer, library: Library, *, poll_seconds: float = POLL_SECONDS
    ) -> None:
        """Takes what it works with.

        Args:
            indexer: Looks through folders.
            library: Holds the folders; they are read again whenever there is something to do.
            poll_seconds: How often it is looked whether drives went or came back.
        """
        self._indexer = indexer
        self._library = library
        self._poll_seconds = poll_seconds
        self._pending = Pending()
        self._unwatched: dict[int, float] = {}

    def request(self, folder_id: int | None = None, under: str = "") -> None:
        """Asks to look through a folder, a directory of it, or everything (None)."""
        self._pending.request(None if folder_id is None else Hint(folder_id, under, recursive=True))

    def request_relabel(self) -> None:
        """Asks to label photos that the packs have yet to see, as after a decision on a gate."""
        self._pending.request_relabel()

    def request_read(self) -> None:
        """Asks to read photos, as when the user wants to know the words in one."""
        self._pending.request_read()

    def run(self, control: Control) -> Iterator[Event]:
        """Looks through everything, then follows changes until it is cancelled or closed.

        Yields:
            The events of each look, each ending with a ``Summary``; ``Idle`` when all is done.

        Raises:
            LibraryError: The library could not be written; all threads have ended.
        """
        self._pending.request(None)
        watcher = Watcher(self._pending.hint, is_excluded=self._indexer.is_excluded)
        control.add_listener(self._pending.wake)
        try:
            yield from self._follow(control, watcher)
        finally:
            control.remove_listener(self._pending.wake)
            watcher.close()

    def _follow(self, control: Control, watcher: Watcher) -> Iterator[Event]:
        idle = False
        while True:
            control.wait_while_paused()
            if control.cancelled:
                return
            folders = self._library.folders.all()
            # Watched before it is looked through: what changes in between is not missed.
            watcher.watch(folder for folder in folders if not folder.offline)
            yield from self._limits(folders, watcher)
            agenda = self._pending.take()
            if agenda:
                idle = False
                yield from self._work(agenda, folders, control)
                continue
            if not idle and self._pending.is_empty:
                idle = True
                yield Idle()
            self._pending.wait(self._poll_seconds)
            self._poll(folders)

    def _work(
        self, agenda: Agenda, folders: Iterable[Folder], control: Control
    ) -> Generator[Event, None, None]:
        by_id = {folder.id: folder for folder in folders}
        hinted = _targets(agenda.hinted, by_id)
        asked = [Target(folder) for folder in by_id.values()] if agenda.everything else []
        asked += _targets(agenda.requested, by_id)
        if asked:
            # This looks for photos without labels, too.
            yield from self._indexer.look(asked, control)
        elif agenda.relabel:
            yield from self._indexer.relabel(control)
        # Reading comes last, and lets everything else go first.
        if asked or agenda.relabel or (hinted and agenda.read):
            self._pending.request_read()
        elif agenda.read:
            yield from self._read(by_id.values(), control)
        if hinted and not control.cancelled:
            left = yield from self._indexer.look(hinted, control, live=True)
            if left.unlabelled:
                self._pending.request_relabel()
            if left.stored:
                self._pending.request_read()
            for target in left.unsettled:
                hint = Hint(target.folder.id, target.under, target.recursive)
                self._pending.hint_later(hint, SETTLE_NS / 1e9)

    def _read(self, folders: Iterable[Folder], control: Control) -> Generator[Event, None, None]:
        """Reads pages until something else is due; reading everything may take a day."""
        began = polled = time.monotonic()

        def is_due() -> bool:
            nonlocal polled
            if time.monotonic() - polled >= self._poll_seconds:
                self._poll(folders)
                polled = time.monotonic()
            return self._pending.is_due

        done = yield from self._indexer.read_words(control, until=is_due)
        if done.interrupted:
            self._pending.request_read()
        if control.cancelled:
            seconds = time.monotonic() - began
            yield Summary(0, 0, 0, 0, 0, 0, 0, seconds, cancelled=True, read=done.read)

    def _limits(self, folders: Iterable[Folder], watcher: Watcher) -> Iterator[Event]:
        limited = watcher.limited
        now = time.monotonic()
        self._unwatched = {one: due for one, due in self._unwatched.items() if one in limited}
        for folder in folders:
            if folder.id in limited and folder.id not in self._unwatched:
                self._unwatched[folder.id] = now + RESCAN_SECONDS
                yield Notice(
                    f"This system cannot watch all of {folder.path}, so it is looked through"
                    f" every {RESCAN_SECONDS / 60:.0f} minutes instead; raise"
                    " fs.inotify.max_user_watches to see changes at once."
                )

    def _poll(self, folders: Iterable[Folder]) -> None:
        """Asks for folders whose drive went or came back, and for those that are not watched."""
        now = time.monotonic()
        for folder in folders:
            if _is_there(folder) == folder.offline:
                self.request(folder.id)
            elif self._unwatched.get(folder.id, now + 1) <= now:
                self._unwatched[folder.id] = now + RESCAN_SECONDS
                self.request(folder.id)


def _targets(hints: Iterable[Hint], folders: dict[int, Folder]) -> list[Target]:
    return [
        Target(folders[hint.folder_id], hint.under, hint.recursive)
        for hint in hints
        if hint.folder_id in folders
    ]


def _is_there(folder: Folder) -> bool:
    """Whether a folder has come back, or has not gone away.

    An offline one has to hold something: the mount point of a drive stays when the drive goes.
    """
    if not folder.offline:
        return folder.path.is_dir()
    try:
        with os.scandir(folder.path) as entries:
            return next(entries, None) is not None
    except OSError:
        return False
