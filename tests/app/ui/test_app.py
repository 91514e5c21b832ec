"""The program begins, shows its window, and ends when it is closed."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.library.library import Library
from app.ui.app import run
from app.ui.app_icon import SIZES, app_icon
from app.ui.frame import Frame

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LOOK_MS = 20


def the_frame() -> Frame:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, Frame) and w.isVisible())


def once(ready: Callable[[], bool], act: Callable[[], object]) -> QTimer:
    """Do something from within the running program, as soon as it is ready for it."""
    timer = QTimer()

    def look() -> None:
        if ready():
            timer.stop()
            act()

    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    return timer


def library_is_shown() -> bool:
    frames = [w for w in QApplication.topLevelWidgets() if isinstance(w, Frame) and w.isVisible()]
    return bool(frames) and frames[0].main is not None


def test_closing_the_window_ends_the_program(qapp: QApplication, tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    timer = once(library_is_shown, lambda: the_frame().close())
    assert run(library=path, device="cpu") == 0
    assert not timer.isActive()
    with Library.open(path) as library:  # it was closed in good order
        assert library.folders.all() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_polite_kill_closes_the_window(
    qapp: QApplication, tmp_path: Path, number: signal.Signals
) -> None:
    before = signal.getsignal(number)
    timer = once(library_is_shown, lambda: os.kill(os.getpid(), number))
    assert run(library=tmp_path / "library.sqlite", device="cpu") == 0
    assert not timer.isActive()
    assert signal.getsignal(number) is before


def test_a_library_that_is_none_keeps_the_window_open_with_the_reason(
    qapp: QApplication, tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear grandmother, " * 200)
    said: list[str] = []

    def read_and_leave() -> None:
        said.append(the_frame().failed.message.text())
        the_frame().failed.quit_requested.emit()

    def told() -> bool:
        frames = [w for w in QApplication.topLevelWidgets() if isinstance(w, Frame)]
        return any(frame.failed.isVisible() for frame in frames)

    timer = once(told, read_and_leave)
    assert run(library=path, device="cpu") == 0
    assert not timer.isActive()
    assert "letter.txt" in said[0]


def test_the_icon_is_there_in_every_size(qapp: QApplication) -> None:
    icon: QIcon = app_icon()
    assert sorted(size.width() for size in icon.availableSizes()) == sorted(SIZES)
