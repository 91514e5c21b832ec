"""What is dropped on the window: folders to add, files to try."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.ui.background import Background


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was dropped, told apart.

    Attributes:
        folders: To be added to the library.
        files: To be tried.
    """

    folders: tuple[Path, ...]
    files: tuple[Path, ...]


class DropTarget(QObject):
    """Makes a widget take files and folders."""

    held = Signal(bool)
    """Something is held over the widget now (True), or no longer."""
    dropped = Signal(object)
    """Dropped: told apart, which is done in the background."""

    def __init__(self, widget: QWidget, background: Background) -> None:
        super().__init__(widget)
        self._background = background
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Take what is dropped."""
        if isinstance(event, QDragEnterEvent):
            if local_paths(event.mimeData()):
                event.acceptProposedAction()
                self.held.emit(True)
                return True
        elif event.type() == QEvent.Type.DragLeave:
            self.held.emit(False)
        elif event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.held.emit(False)
            paths = local_paths(event.mimeData())
            event.acceptProposedAction()
            self._background.run(lambda: told_apart(paths), self.dropped.emit, owner=self)
            return True
        return super().eventFilter(watched, event)


def local_paths(data: QMimeData) -> list[Path]:
    """Return what is held over the window, or dropped; addresses on the web are passed over."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def told_apart(paths: Iterable[Path]) -> Dropped:
    """Look which paths are folders. Asks the disk: not for the GUI thread."""
    kinds = [(path, path.is_dir()) for path in paths]
    return Dropped(
        tuple(path for path, folder in kinds if folder),
        tuple(path for path, folder in kinds if not folder),
    )
