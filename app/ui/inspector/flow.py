"""A row that goes on below where it is too narrow."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from app.ui.flow import LineLayout


class Flow(LineLayout):
    """Places widgets side by side as wide as they want to be, and the next in the next line."""

    def __init__(self, *, apart: int, below: int) -> None:
        """Begin empty.

        Args:
            apart: Pixels between two in a line.
            below: Pixels between two lines.
        """
        super().__init__()
        self._apart, self._below = apart, below

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return the height of all lines, in pixels."""
        return self._placed(width)[1]

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for one line."""
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        across = sum(size.width() for size in sizes) + self._apart * max(len(sizes) - 1, 0)
        return QSize(across, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802
        """Return a size that never widens what it stands in."""
        return QSize(0, self.sizeHint().height())

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Place them; from the right where people write from there."""
        super().setGeometry(rect)
        parent = self.parentWidget()
        to_left = isinstance(parent, QWidget) and parent.isRightToLeft()
        for item, place in zip(self._shown(), self._placed(rect.width())[0], strict=True):
            place.translate(rect.topLeft())
            if to_left:
                place.moveRight(rect.left() + rect.right() - place.left())
            item.setGeometry(place)

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _placed(self, width: int) -> tuple[list[QRect], int]:
        """Return where they go, and how high that is."""
        places: list[QRect] = []
        at, high = QPoint(0, 0), 0
        for item in self._shown():
            size = item.sizeHint()
            if at.x() and at.x() + size.width() > width:
                at = QPoint(0, at.y() + high + self._below)
                high = 0
            # What is wider than the whole line is cut by itself.
            places.append(QRect(at, QSize(min(size.width(), width), size.height())))
            at += QPoint(size.width() + self._apart, 0)
            high = max(high, size.height())
        return places, at.y() + high
