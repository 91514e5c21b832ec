"""Widgets one after the other, in as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayoutItem, QWidget

from app.ui.flow import LineLayout


class FlowLayout(LineLayout):
    """Fills lines from left to right, as words do."""

    def __init__(self, parent: QWidget | None = None, *, gap: int, centred: bool = False) -> None:
        super().__init__(parent)
        self._gap = gap
        self._centred = centred

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return the height of the lines in some width."""
        lines = self._lines(width)
        return sum(self._line_height(line) for line in lines) + self._gap * max(len(lines) - 1, 0)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size of everything in one line."""
        return QSize(
            self._line_width(self._items), self._line_height(self._items) if self._items else 0
        )

    def minimumSize(self) -> QSize:  # noqa: N802
        """Return the size of the largest item."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Place the items."""
        super().setGeometry(rect)
        y = rect.top()
        for line in self._lines(rect.width()):
            height = self._line_height(line)
            x = rect.left()
            if self._centred:
                x += max((rect.width() - self._line_width(line)) // 2, 0)
            for item in line:
                size = item.sizeHint()
                item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
                x += size.width() + self._gap
            y += height + self._gap

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        for item in self._items:
            if lines and self._line_width([*lines[-1], item]) <= width:
                lines[-1].append(item)
            else:
                lines.append([item])
        return lines

    def _line_width(self, line: list[QLayoutItem]) -> int:
        return sum(item.sizeHint().width() for item in line) + self._gap * max(len(line) - 1, 0)

    def _line_height(self, line: list[QLayoutItem]) -> int:
        return max(item.sizeHint().height() for item in line)
