"""Linux only: watchdog's inotify observer, which also tells what it could not see.

watchdog keeps two things to itself: that the system's limit of watches was reached below a folder,
and that events were lost because too much happened at once. One thing it warns of on the terminal:
that a directory is watched twice for the same folder. That is so whenever directories are made one
inside the other faster than they are walked, and harmless. And it calls an error, on the terminal,
that a folder is no longer watched just when its thread looks for the next event.
"""

import errno
import logging
import os
from collections.abc import Callable

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

logging.getLogger(InotifyEmitter.__module__).addFilter(
    lambda record: "called when the thread is inactive" not in record.getMessage()
)

_NO_WATCH = -1
_LIMITS = frozenset({errno.ENOSPC, errno.EMFILE, errno.ENOMEM})


class InotifyObserver(BaseObserver):
    """Watches directories through one inotify of its own."""

    def __init__(self, *, limited: Callable[[str], None], lost: Callable[[], None]) -> None:
        """Takes whom to tell.

        Args:
            limited: Told a directory that cannot be watched, because the limit is reached.
            lost: Told that events were lost.
        """
        self._inotify = _Inotify(limited, lost)
        self._inotify.start()
        super().__init__(InotifyEmitter, inotify_fd=self._inotify)

    def on_thread_stop(self) -> None:
        """Ends the inotify's own thread, too."""
        super().on_thread_stop()
        self._inotify.stop()
        self._inotify.join()


class _Inotify(InotifyFD):
    def __init__(self, limited: Callable[[str], None], lost: Callable[[], None]) -> None:
        super().__init__()
        self._limited = limited
        self._lost = lost

    def add_callback(
        self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId
    ) -> WatchDescriptor:
        try:
            return super().add_callback(path, mask, callback, id_)
        except OSError as error:
            if error.errno in _LIMITS:
                self._limited(os.fsdecode(path))
            raise

    def _add_callback(
        self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId
    ) -> WatchDescriptor:
        watch = self._get_or_create_watch(path, mask)
        if watch.wd == _NO_WATCH:  # no permission: watchdog would put all such directories together
            self._remove_watch(watch.wd)
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), os.fsdecode(path))
        watch.callbacks[id_] = callback
        return watch.wd

    def handle_event(self, event: InotifyEvent) -> None:
        super().handle_event(event)
        if event.is_queue_overflow:
            self._lost()
