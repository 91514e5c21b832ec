"""pytest-qt's robot, which waits without an event loop of its own."""

import time

from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

_STEP_SECONDS = 0.002


class Bot(QtBot):  # type: ignore[misc]  # pytest-qt has no types
    """Waits by looking for events again and again.

    pytest-qt's own ``wait`` starts an event loop that only a timer's signal can end. Should that
    signal be lost, the test stands for ever, and as no Python runs then, no time limit ends it.
    """

    def wait(self, ms: int) -> None:
        """Handle events for some milliseconds."""
        until = time.monotonic() + ms / 1000
        while True:
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            left = until - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _STEP_SECONDS))
