"""The panels beside the pictures: both fold away, and the right one also where room is short."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from app.ui.theme import color
from app.ui.window_memory import WindowMemory

# Beside both panels a grid of two usual columns must remain.
_LEAST_MIDDLE: Final = 400
# Less than that beside both panels, and the right one would be cut by the edge of the window.
_LEAST_BETWEEN: Final = 280


class Edge(QSplitterHandle):
    """The line between two parts, to be dragged; lights up under the mouse."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("accent" if self.underMouse() else "line"))
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Light up."""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Go dark."""
        self.update()


class Panels(QSplitter):
    """Left panel, pictures, right panel."""

    shown_changed = Signal(bool, bool)
    """Whether the left and the right panel are seen now."""

    def __init__(
        self, left: QWidget, middle: QWidget, right: QWidget, memory: WindowMemory
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._left, self._right, self._memory = left, right, memory
        self._left_wanted = memory.sidebar_shown
        self._right_wanted = memory.inspector_shown
        # Opened by hand although room is short: stays open until there is room again.
        self._right_insisted = False
        self._right_allowed = True
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        for index, widget in enumerate((left, middle, right)):
            self.addWidget(widget)
            self.setStretchFactor(index, 1 if widget is middle else 0)
        self.setSizes([memory.sidebar_width, 10_000, memory.inspector_width])
        self.splitterMoved.connect(lambda _position, _index: self._remember_widths())
        self._apply()

    @property
    def left_shown(self) -> bool:
        """Whether the left panel is seen now."""
        return self._left_wanted and not self._crowded()

    @property
    def right_shown(self) -> bool:
        """Whether the right panel is seen now."""
        return self._right_allowed and self._right_wanted and self._has_room()

    def createHandle(self) -> QSplitterHandle:  # noqa: N802
        """Return a line."""
        return Edge(self.orientation(), self)

    def toggle_left(self) -> None:
        """Fold or open the left panel."""
        self._left_wanted = not self.left_shown
        if self._left_wanted and self._crowded():
            self._right_insisted = False
        self._memory.sidebar_shown = self._left_wanted
        self._apply()

    def toggle_right(self) -> None:
        """Fold or open the right panel."""
        shown = self.right_shown
        self._right_wanted = not shown
        self._right_insisted = not shown
        self._memory.inspector_shown = self._right_wanted
        self._apply()

    def allow_right(self, allowed: bool) -> None:
        """Say whether the page in the middle has anything to show at the right."""
        if allowed != self._right_allowed:
            self._right_allowed = allowed
            self._apply()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fold the right panel where room is short."""
        super().resizeEvent(event)
        if self._roomy():
            self._right_insisted = False
        self._apply()

    def _roomy(self) -> bool:
        left = self._memory.sidebar_width if self._left_wanted else 0
        return self.width() - left - self._memory.inspector_width >= _LEAST_MIDDLE

    def _crowded(self) -> bool:
        """Return whether the right panel, opened by hand, leaves no room for the left one."""
        least = self._left.minimumWidth() + _LEAST_BETWEEN + self._right.minimumWidth()
        return self.right_shown and self.width() < least

    def _has_room(self) -> bool:
        return self._right_insisted or self._roomy()

    def _apply(self) -> None:
        before = (not self._left.isHidden(), not self._right.isHidden())
        after = (self.left_shown, self.right_shown)
        self._left.setVisible(after[0])
        self._right.setVisible(after[1])
        if before != after:
            self._restore_widths()
            self.shown_changed.emit(*after)

    def _restore_widths(self) -> None:
        left = self._memory.sidebar_width if self.left_shown else 0
        right = self._memory.inspector_width if self.right_shown else 0
        self.setSizes([left, max(self.width() - left - right - 2, 1), right])

    def _remember_widths(self) -> None:
        left, _, right = self.sizes()
        if self.left_shown and left:
            self._memory.sidebar_width = left
        if self.right_shown and right:
            self._memory.inspector_width = right
