"""Ctrl+C and a polite kill close the window as its button does."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QWidget

_POLITE = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def closing_on_signals(window: QWidget) -> Iterator[None]:
    """Close a window when the process is asked to end. For the main thread only.

    Python runs its signal handlers between its own instructions, and while Qt waits there are none:
    a byte on a socket, which Qt hears, wakes it.
    """
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: reading.recv(64))
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    handlers = {
        number: signal.signal(number, lambda _number, _frame: window.close()) for number in _POLITE
    }
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        reading.close()
        writing.close()
