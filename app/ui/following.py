"""Keeps the library in step with the disk while the window is open, in a thread of its own."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QThread, Signal

from app.errors import LumitagError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.engine import Engine
    from app.indexing.control import Control
    from app.indexing.events import Event

# A line that changes more often than this cannot be read, and drawing it would cost the work time.
_PROGRESS_SECONDS: Final = 0.1

_log = logging.getLogger(__name__)


class FollowThread(QThread):
    """Runs ``Engine.follow`` until it is cancelled, and passes its events on."""

    event_came = Signal(object)
    failed = Signal(str)

    def __init__(self, engine: Engine, control: Control, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self.control = control

    def run(self) -> None:
        """Follow; called by Qt in the thread."""
        try:
            for event in thinned(self._engine.follow(self.control)):
                self.event_came.emit(event)
        except LumitagError as error:
            self.failed.emit(str(error))
        except Exception as error:  # noqa: BLE001  # the window lives on and says so
            _log.exception("following the folders ended")
            self.failed.emit(
                self.tr("Lumitag stopped following your folders: {error}").format(error=error)
            )


class Following(QObject):
    """Starts, pauses, stops and starts again."""

    event_came = Signal(object)
    """An event of the indexing, on the GUI thread."""
    failed = Signal(str)
    running_changed = Signal(bool)

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._thread: FollowThread | None = None
        self._again = False

    @property
    def running(self) -> bool:
        """True while folders are followed."""
        return self._thread is not None

    def start(self) -> None:
        """Follow from now on; if it is about to end, follow again afterwards."""
        if self._thread is not None:
            self._again = self._thread.control.cancelled
            return
        from app.indexing.control import Control  # loads the whole indexing

        thread = FollowThread(self._engine, Control(), self)
        thread.event_came.connect(self.event_came)
        thread.failed.connect(self.failed)
        thread.finished.connect(self._ended)
        self._thread = thread
        self.running_changed.emit(True)
        # The window's own thread comes first where there are few cores.
        thread.start(QThread.Priority.LowPriority)

    def pause(self, paused: bool) -> None:
        """Pause, or go on."""
        if self._thread is not None:
            if paused:
                self._thread.control.pause()
            else:
                self._thread.control.resume()

    def stop(self) -> None:
        """Ask the work to end; ``running_changed`` tells when it has."""
        self._again = False
        if self._thread is not None:
            self._thread.control.cancel()

    def finish(self, seconds: float) -> bool:
        """End the work and wait for it.

        Returns:
            False if it has not ended in time; call again before the object goes.
        """
        self.stop()
        thread = self._thread
        if thread is None or thread.wait(round(seconds * 1000)):
            self._thread = None
            return True
        return False

    def _ended(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.deleteLater()
        self.running_changed.emit(False)
        if self._again:
            self._again = False
            self.start()


def thinned(events: Iterator[Event]) -> Iterator[Event]:
    """Pass events on, of progress only as much as can be read; other events are never dropped."""
    from app.indexing.events import Progress, Scanning  # as above

    last = 0.0
    held: Event | None = None
    for event in events:
        now = time.monotonic()
        if isinstance(event, Progress | Scanning) and now - last < _PROGRESS_SECONDS:
            held = event
            continue
        if not isinstance(event, Progress | Scanning) and held is not None:
            yield held
        held = None
        last = now
        yield event
    if held is not None:
        yield held
