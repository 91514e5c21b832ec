"""The window on the screen: there at once, filled when the library is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.errors import LumitagError
from app.ui.cannot_open import CannotOpen
from app.ui.theme import TITLE_BAR
from app.ui.window_memory import WindowMemory

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.background import Background
    from app.ui.main_window import MainWindow

_SIZE: Final = QSize(1440, 900)
_SMALLEST: Final = QSize(640, 420)
# Most libraries are open before anyone could read a word.
_SAY_AFTER_MS: Final = 600


class Frame(QWidget):
    """Holds the place of the main window while the library is opened, or says why it is not."""

    closing = Signal()
    """The user closes the window; the work behind it is about to end."""

    def __init__(
        self, open_engine: Callable[[], Engine], background: Background, memory: WindowMemory
    ) -> None:
        super().__init__()
        self._open_engine = open_engine
        self._background = background
        self._memory = memory
        self._folders: list[Path] = []
        self.engine: Engine | None = None
        self.main: MainWindow | None = None
        self.setWindowTitle("Lumitag")
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(_SMALLEST)
        self.opening = _Opening(self)
        self.failed = CannotOpen(self)
        self.failed.retry_requested.connect(self.open_library)
        self.failed.quit_requested.connect(self.close)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.opening)
        self._pages.addWidget(self.failed)
        self._restore_geometry()

    def open_library(self) -> None:
        """Open the library in the background."""
        self._pages.setCurrentWidget(self.opening)
        self.opening.wait()
        self._background.run(self._open_engine, self._show_library, self._show_failure)

    def come_forward(self, folders: Sequence[Path] = ()) -> None:
        """Come to the front, and add folders (as soon as the library is open)."""
        self._folders += folders
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self._add_folders()

    def finish(self, seconds: float) -> bool:
        """Let go of the library once the window is closed.

        Returns:
            False if work is still going on after some seconds; the library is left open then.
        """
        if self.main is not None and not self.main.following.finish(seconds):
            return False
        if self.engine is not None:
            self.engine.close()
            self.engine = None
        return True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Vanish at once; the work ends behind the scenes."""
        self.closing.emit()
        self._memory.geometry = self.saveGeometry()
        self._memory.store()
        self.hide()
        if self.main is not None:
            self.main.shut_down()
        else:
            self._background.close()
        super().closeEvent(event)

    def _show_library(self, engine: Engine) -> None:
        from app.ui.main_window import MainWindow

        self.engine = engine
        self.main = MainWindow(engine, self._background, memory=self._memory)
        self._pages.addWidget(self.main)
        self._pages.setCurrentWidget(self.main)
        self.main.start()
        self._add_folders()

    def _show_failure(self, error: Exception) -> None:
        known = isinstance(error, LumitagError)
        self.failed.show_reason(str(error) if known else self._background.sentence(error))
        self._pages.setCurrentWidget(self.failed)

    def _add_folders(self) -> None:
        if self.main is not None and self._folders:
            folders, self._folders = self._folders, []
            self.main.library.add_folders(folders)

    def _restore_geometry(self) -> None:
        if self._memory.geometry.isEmpty() or not self.restoreGeometry(self._memory.geometry):
            screen = QApplication.primaryScreen()
            room = screen.availableSize() if screen is not None else _SIZE
            self.resize(_SIZE.boundedTo(room.shrunkBy(TITLE_BAR)))


class _Opening(QWidget):
    """The empty window; a library that takes its time gets a word."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = QLabel(self.tr("Opening your library…"), self)
        self._text.setProperty("role", "dim")
        self._text.hide()
        column = QVBoxLayout(self)
        column.addWidget(self._text, 0, Qt.AlignmentFlag.AlignCenter)
        self._say = QTimer(self)
        self._say.setSingleShot(True)
        self._say.setInterval(_SAY_AFTER_MS)
        self._say.timeout.connect(self._text.show)

    def wait(self) -> None:
        """Begin to wait."""
        self._text.hide()
        self._say.start()
