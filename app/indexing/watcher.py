"""Hints of what changed in the folders, while it changes; only a rescan gives the truth."""

import errno
import os
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from app.imaging.formats import is_picture
from app.library.records import Folder

# Not those of opening and of closing without writing: our own reading causes them.
_EVENTS: list[type[FileSystemEvent]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


@dataclass(frozen=True, slots=True)
class Hint:
    """Something may have changed in this directory of a folder, or in all directories below."""

    folder_id: int
    under: str
    recursive: bool


class Watcher:
    """Watches folders for as long as it is open.

    Attributes:
        limited: Ids of watched folders of which not everything can be watched, because the system
            limits it; they need a rescan now and then.
    """

    def __init__(self, hint: Callable[[Hint], None], *, is_excluded: Callable[[str], bool]) -> None:
        """Begins to watch nothing.

        Args:
            hint: Called from a thread of the watcher.
            is_excluded: Tells names that are left out.
        """
        self._hint = hint
        self._is_excluded = is_excluded
        self._lock = threading.Lock()
        self._limited: set[int] = set()
        self._roots: dict[int, Path] = {}
        self._watches: dict[int, ObservedWatch] = {}
        self._places: dict[int, tuple[int, int] | None] = {}
        self._observer = self._start()

    @property
    def limited(self) -> frozenset[int]:
        """Ids of folders that are not watched in full."""
        with self._lock:
            return frozenset(self._limited)

    def watch(self, folders: Iterable[Folder]) -> None:
        """Watches exactly these folders from now on; returns when they are watched.

        A folder that was replaced by another of the same name is watched anew, and hinted at.
        """
        wanted = {folder.id: folder.path for folder in folders}
        replaced = set()
        for folder_id, path in list(self._roots.items()):
            if wanted.get(folder_id) != path:
                self._forget(folder_id)
            elif self._was_replaced(folder_id, path):
                self._forget(folder_id)
                replaced.add(folder_id)
        for folder_id, path in wanted.items():
            if folder_id not in self._roots:
                self._watch(folder_id, path)
        for folder_id in replaced:
            self._hint(Hint(folder_id, "", recursive=True))

    def close(self) -> None:
        """Watches nothing any more; all threads have ended when it returns."""
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()

    def _start(self) -> BaseObserver | None:
        try:
            observer = self._new_observer()
        except OSError:  # the system's limit of watching programs is reached
            return None
        observer.start()
        return observer

    def _new_observer(self) -> BaseObserver:
        if sys.platform == "linux":
            from app.indexing.inotify import InotifyObserver

            observer: BaseObserver = InotifyObserver(
                limited=self._mark_limited, lost=self._hint_everything
            )
        else:
            observer = Observer()
        return observer

    def _was_replaced(self, folder_id: int, path: Path) -> bool:
        """Whether a watch goes on in a folder that was moved away, or ended with a deleted one.

        Another folder may lie there since, sooner than its absence was noticed. A deleted one
        often hands its number on to the next, so the end of its watch counts, too.
        """
        watch = self._watches.get(folder_id)
        if watch is None or self._observer is None:
            return False
        alive = any(one.watch == watch and one.is_alive() for one in self._observer.emitters)
        place = _place(path)
        return place is not None and not (alive and place == self._places[folder_id])

    def _watch(self, folder_id: int, path: Path) -> None:
        with self._lock:
            self._roots[folder_id] = path
        self._places[folder_id] = _place(path)
        handler = _Handler(folder_id, path, self._hint, self._is_excluded)
        try:
            if self._observer is None:
                raise OSError(errno.EMFILE, "no observer")
            self._watches[folder_id] = self._observer.schedule(
                handler, os.fspath(path), recursive=True, event_filter=_EVENTS
            )
        except OSError:
            # Gone, or no permission, or the limit is reached: a rescan says what there is.
            with self._lock:
                self._limited.add(folder_id)

    def _forget(self, folder_id: int) -> None:
        with self._lock:
            del self._roots[folder_id]
            self._limited.discard(folder_id)
        watch = self._watches.pop(folder_id, None)
        if watch is not None and self._observer is not None:
            self._observer.unschedule(watch)

    def _mark_limited(self, directory: str) -> None:
        with self._lock:
            for folder_id, path in self._roots.items():
                if Path(directory).is_relative_to(path):
                    self._limited.add(folder_id)

    def _hint_everything(self) -> None:
        with self._lock:
            folders = list(self._roots)
        for folder_id in folders:
            self._hint(Hint(folder_id, "", recursive=True))


def _place(path: Path) -> tuple[int, int] | None:
    """Device and number of a directory; None where it cannot be seen."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


class _Handler(FileSystemEventHandler):
    """Turns the events of one folder into hints."""

    def __init__(
        self,
        folder_id: int,
        root: Path,
        hint: Callable[[Hint], None],
        is_excluded: Callable[[str], bool],
    ) -> None:
        self._folder_id = folder_id
        self._start = os.fspath(root).rstrip(os.sep) + os.sep
        self._hint = hint
        self._is_excluded = is_excluded

    def on_any_event(self, event: FileSystemEvent) -> None:
        for path in (event.src_path, event.dest_path):
            if path:
                self._changed(os.fsdecode(path), event.is_directory)

    def _changed(self, path: str, is_directory: bool) -> None:
        if path == self._start.rstrip(os.sep):
            self._hint(Hint(self._folder_id, "", recursive=True))
        if not path.startswith(self._start):
            return
        parts = PurePath(path[len(self._start) :]).parts
        if any(self._is_excluded(part) for part in parts):
            return
        if is_directory:
            self._hint(Hint(self._folder_id, "/".join(parts), recursive=True))
        elif is_picture(parts[-1]):
            self._hint(Hint(self._folder_id, "/".join(parts[:-1]), recursive=False))
