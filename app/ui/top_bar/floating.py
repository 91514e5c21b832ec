"""A calm panel that floats under a field, inside its window.

It is a child of the window, not a window of its own: no focus is taken, no window manager has a
say, and a picture of the window shows it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from app.ui import theme

_GAP = 4
_MARGIN = 8


class Floating(QFrame):
    """A panel under ``anchor``, as wide as it unless ``wanted_width`` says otherwise.

    ``inset`` is how far inside its edges, in pixels, the anchor draws itself.
    """

    def __init__(self, anchor: QWidget, inset: int = 0) -> None:
        super().__init__(anchor)
        self._inset = inset
        self._anchor = anchor
        self._following: QWidget | None = None
        self.hide()

    def wanted_width(self, most: int) -> int:
        """Return the width to take; ``most`` is the anchor's."""
        return most

    def wanted_height(self, width: int, most: int) -> int:
        """Return the height to take at ``width``; ``most`` is what the window has room for."""
        return min(self.sizeHint().height(), most)

    def open(self) -> None:
        """Show the panel under its anchor, above all else in the window."""
        window = self._anchor.window()
        if self._following is not window:
            if self._following is not None:
                self._following.removeEventFilter(self)
            self.setParent(window)
            window.installEventFilter(self)
            self._following = window
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        """Take the right place and size."""
        window = self._anchor.window()
        below = QPoint(self._inset, self._anchor.height() - self._inset + _GAP)
        corner = self._anchor.mapTo(window, below)
        width = self.wanted_width(self._anchor.width() - 2 * self._inset)
        most = max(window.height() - corner.y() - _MARGIN, 0)
        self.setGeometry(corner.x(), corner.y(), width, self.wanted_height(width, most))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow the window when its size changes."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw ground and border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.color("raised"))
        painter.setPen(QPen(theme.color("line"), 1))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, theme.SEARCH_RADIUS, theme.SEARCH_RADIUS)
