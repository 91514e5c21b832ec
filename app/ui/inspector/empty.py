"""What the inspector says while nothing is selected."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.ui.theme import SECTION_PX, color, font

_KEY_HEIGHT: Final = 20
_KEY_EDGE: Final = 6
_KEY_RADIUS: Final = 4


class KeyCap(QWidget):
    """A key as it looks on a keyboard."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setFont(font(SECTION_PX))
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for the key's name."""
        wide = self.fontMetrics().horizontalAdvance(self._text) + 2 * _KEY_EDGE
        return QSize(max(wide, _KEY_HEIGHT), _KEY_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the key."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("line"), 1))
        painter.setBrush(color("raised"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, _KEY_RADIUS, _KEY_RADIUS)
        painter.setPen(color("text"))
        painter.setFont(self.font())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


class NothingSelected(QWidget):
    """A calm page: what to do, and the keys that do it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Nothing selected"), self)
        title.setProperty("role", "title")
        text = QLabel(
            self.tr("Select a picture to see what is in it, and to say what is right."), self
        )
        text.setProperty("role", "dim")
        text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(text)
        column.addSpacing(12)
        column.addLayout(self._hints())
        column.addStretch(1)

    def _hints(self) -> QGridLayout:
        native = QKeySequence.SequenceFormat.NativeText
        everything = QKeySequence(QKeySequence.StandardKey.SelectAll).toString(native)
        undo = QKeySequence(QKeySequence.StandardKey.Undo).toString(native)
        hints = (
            (self.tr("Space"), self.tr("full size")),
            (everything or "Ctrl+A", self.tr("select all")),
            (self.tr("Tab"), self.tr("go to its labels")),
            (self.tr("A"), self.tr("accept the label")),
            (self.tr("R"), self.tr("reject the label")),
            (undo or "Ctrl+Z", self.tr("take the last decision back")),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for at, (key, meaning) in enumerate(hints):
            label = QLabel(meaning, self)
            label.setProperty("role", "dim")
            grid.addWidget(KeyCap(key, self), at, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(label, at, 1)
        return grid
