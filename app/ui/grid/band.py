"""The band that is drawn around photos to select them."""

from PySide6.QtCore import QObject, QPoint, QRect, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QApplication

from app.ui.theme import color


class RubberBand(QObject):
    """A rectangle between where the mouse was pressed and where it is, on the scrolled page."""

    moved = Signal(QRect)
    """The band, in pixels of the page."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._from: QPoint | None = None
        self._to: QPoint | None = None

    @property
    def active(self) -> bool:
        """True while the mouse is held."""
        return self._from is not None

    def begin(self, place: QPoint, scrolled: int) -> None:
        """Hold one corner at a place of the viewport."""
        self._from = place + QPoint(0, scrolled)
        self._to = None

    def follow(self, place: QPoint, scrolled: int) -> None:
        """Draw the other corner along; a tremble of the hand is no band yet."""
        if self._from is None:
            return
        corner = place + QPoint(0, scrolled)
        far_enough = (corner - self._from).manhattanLength() >= QApplication.startDragDistance()
        if self._to is not None or far_enough:
            self._to = corner
            self.moved.emit(self._box())

    def end(self) -> None:
        """Let go."""
        self._from = self._to = None

    def paint(self, painter: QPainter) -> None:
        """Draw the band on the page."""
        if self._from is None or self._to is None:
            return
        painter.setPen(QPen(color("accent"), 1))
        painter.setBrush(color("accent", 0.15))
        painter.drawRect(self._box())

    def _box(self) -> QRect:
        start = self._from or QPoint()
        return QRect(start, self._to or start).normalized()
