"""Starts the program with its window."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from app import __version__
from app.paths import shipped
from app.ui import theme
from app.ui.app_icon import app_icon
from app.ui.background import Background
from app.ui.frame import Frame
from app.ui.garbage import collected_on_this_thread
from app.ui.magnify import magnified
from app.ui.signals import closing_on_signals
from app.ui.single_instance import SingleInstance
from app.ui.window_memory import WindowMemory

if TYPE_CHECKING:
    from app.engine import Engine
    from app.labeling.device import Requested

# The window is gone by then: this only bounds how long the process lives on behind it.
_END_SECONDS: Final = 15.0

# The indexing shares the interpreter with the window, which is to have its turn sooner than
# after Python's usual 5 ms.
_TURN_SECONDS: Final = 0.001

_log = logging.getLogger(__name__)


def run(*, library: Path, device: Requested = "auto", folders: Sequence[Path] = ()) -> int:
    """Open the window on a library and stay until it is closed.

    If a window is open on this library already, it comes to the front and gets the folders.

    Args:
        library: The SQLite file; it is made where there is none.
        device: Where the networks run.
        folders: Folders to add.

    Returns:
        The exit code of the process.
    """
    memory = WindowMemory()
    with magnified(memory.percent):
        app = application()
    door = SingleInstance(library)
    if door.hand_over(folders):
        return 0
    door.listen()
    theme.apply(app, memory.scheme)
    background = Background()
    frame = Frame(_opener(library, device), background, memory)
    door.asked.connect(frame.come_forward)
    # A start from now on is to open a window of its own, not to knock at one that goes.
    frame.closing.connect(door.close)
    frame.come_forward(folders)
    frame.open_library()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    with closing_on_signals(frame), collected_on_this_thread():
        code = app.exec()
    sys.setswitchinterval(usual)
    door.close()
    if not frame.finish(_END_SECONDS):
        _log.warning("the indexing did not end in time; what it had stored is safe")
        sys.stderr.flush()
        os._exit(code)
    return code


def application() -> QApplication:
    """Return the application, made and set up if there is none yet."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    app = QApplication(["lumitag"])
    app.setApplicationName("lumitag")
    app.setApplicationDisplayName("Lumitag")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("lumitag")
    app.setWindowIcon(app_icon())
    _translate(app)
    return app


def _opener(library: Path, device: Requested) -> Callable[[], Engine]:
    def open_engine() -> Engine:
        # Loads the database and the search, which the empty window need not wait for.
        from app.engine import Engine

        return Engine.open(library, device=device)

    return open_engine


def _translate(app: QApplication) -> None:
    """Speak the user's language where there are translations."""
    places = (
        ("lumitag", str(shipped("resources") / "translations")),
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
    )
    spoken = set()
    for name, folder in places:
        translator = QTranslator(app)
        if translator.load(QLocale(), name, "_", folder):
            app.installTranslator(translator)
            spoken.add(name)
    if "lumitag" not in spoken:
        # Qt's own words in Arabic or Hebrew would turn a window round that is written in English.
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
