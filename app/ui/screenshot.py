"""Draws the real window into a picture file, also where there is no display."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QEventLoop, QIODevice, Qt, QTimer
from PySide6.QtGui import QPixmap

from app.errors import LumitagError
from app.ui import theme
from app.ui.app import application
from app.ui.background import Background
from app.ui.main_window import MainWindow
from app.ui.window_memory import WindowMemory

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.theme import Scheme

_LOOK_MS: Final = 20
_MOST_SECONDS: Final = 60.0
# Some parts of the window wait a moment for the user's hand to rest before they ask for more.
_QUIET_SECONDS: Final = 0.4


class ScreenshotError(LumitagError):
    """The picture of the window could not be made."""


def save(
    engine: Engine,
    path: Path,
    *,
    query: str = "",
    size: tuple[int, int] = (1440, 900),
    scheme: Scheme = "dark",
    then: Sequence[Callable[[MainWindow], None]] = (),
) -> None:
    """Draw the window as a user would see it, its first photo selected.

    Args:
        engine: The library to show.
        path: The file to write; its suffix names the format (PNG, JPEG, WebP, …).
        query: What is searched for; empty shows Explore.
        size: Width and height in pixels.
        scheme: The theme.
        then: What to do with the window before it is drawn, as a user would; after each step it is
            waited until everything is on the screen.

    Raises:
        QueryError: The query does not parse.
        ScreenshotError: The window was not ready in time, or the file cannot be written.
    """
    engine.refresh()
    engine.search(query)
    _without_display()
    theme.apply(application(), scheme)
    background = Background()
    # A memory of its own: the picture does not depend on how the user left the window.
    window = MainWindow(engine, background, memory=WindowMemory(Path(os.devnull)))
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    try:
        window.resize(*size)
        window.show()
        window.start(follow=False)
        if query.strip():
            window.navigation.search(query)
        _wait(lambda: window.settled)
        if query.strip():
            window.pages.grid.go_to(0)
            _wait(lambda: window.settled)
        for step in then:
            step(window)
            _wait(lambda: window.settled)
        _write(window.grab(), path)
    finally:
        window.close()
        window.deleteLater()


def _write(picture: QPixmap, path: Path) -> None:
    """Write the picture: first in memory, for Qt does not say why a file cannot be written.

    Raises:
        ScreenshotError: The suffix names no format, or the file cannot be written.
    """
    drawn = QBuffer()
    drawn.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(drawn, path.suffix.removeprefix(".") or "-"):
        raise ScreenshotError(
            f"The picture cannot be written to {path}: there is no format of that suffix; "
            "name it .png."
        )
    try:
        path.write_bytes(drawn.data().data())
    except OSError as error:
        raise ScreenshotError(
            f"The picture cannot be written to {path} ({error.strerror}); name another place."
        ) from error


def _without_display() -> None:
    """Choose Qt's platform that needs no screen where there is none."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    ):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # One pixel is one pixel, whatever screen this is run on.
    os.environ.setdefault("QT_ENABLE_HIGHDPI_SCALING", "0")


def _wait(ready: Callable[[], bool]) -> None:
    """Let the window live until it has been ready for a moment.

    Raises:
        ScreenshotError: It takes too long.
    """
    loop = QEventLoop()
    begun = time.monotonic()
    quiet_since = [begun]

    def look() -> None:
        now = time.monotonic()
        if not ready():
            quiet_since[0] = now
        if now - quiet_since[0] >= _QUIET_SECONDS or now - begun > _MOST_SECONDS:
            loop.quit()

    timer = QTimer()
    timer.setInterval(_LOOK_MS)
    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    timer.stop()
    if not ready():
        raise ScreenshotError("The window took too long to draw; try again when the disk is idle.")
