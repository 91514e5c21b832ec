"""Lines of text to read, select and copy, with what was looked for marked in them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from app.search.text import Stretch
from app.ui.theme import color, font
from app.ui.words.excerpt import qt_length

MARK_ALPHA: Final = 0.28
EDGE: Final = 4
"""Border and padding around the text, in pixels, as the stylesheet has them."""
_USUAL_WIDTH: Final = 288
_APART: Final = 3
"""Between two lines, so that one which wraps is seen to be one."""
GAP_LINE: Final = "…"
"""Stands for the lines between two that are left out."""


class LinesView(QTextEdit):
    """As high as its lines need: whatever it stands in scrolls. Long lines wrap anywhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[str, ...] = ()
        self._marks: tuple[Sequence[Stretch], ...] = ()
        self._heights: dict[int, int] = {}
        self.setProperty("role", "words")
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        room = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        room.setHeightForWidth(True)
        self.setSizePolicy(room)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(0)
        self.setFont(font())

    def show_lines(self, lines: Sequence[str], marks: Sequence[Sequence[Stretch]]) -> None:
        """Show these lines; a selection in the same ones stays.

        Args:
            lines: As they were read.
            marks: For each line, (start, end) of what is to be marked; may be empty altogether.
        """
        shown, marked = tuple(lines), tuple(marks) or ((),) * len(lines)
        if shown != self._lines:
            self._lines = shown
            self.setPlainText("\n".join(shown))
        self._marks = marked
        self._dress()
        self._heights.clear()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return the height that all lines need, in pixels."""
        if width not in self._heights:
            document = self.document().clone()
            document.setTextWidth(max(width - 2 * EDGE, 1))
            self._heights[width] = math.ceil(document.size().height()) + 2 * EDGE
            document.deleteLater()
        return self._heights[width]

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return a size that never widens what it stands in."""
        return QSize(0, 0)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for all lines."""
        return QSize(_USUAL_WIDTH, self.heightForWidth(self.width()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Leave the wheel to what scrolls."""
        event.ignore()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Mark in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._dress()

    def _dress(self) -> None:
        """Mark what was looked for: a ground and heavier letters, never colour alone."""
        if not hasattr(self, "_lines"):
            return  # Qt dresses the widget while it is being made
        found = QTextCharFormat()
        found.setBackground(color("warn", MARK_ALPHA))
        found.setFontWeight(QFont.Weight.DemiBold)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setCharFormat(QTextCharFormat())
        apart = QTextBlockFormat()
        apart.setBottomMargin(_APART)
        cursor.setBlockFormat(apart)
        for at, marks in enumerate(self._marks):
            start = self.document().findBlockByNumber(at).position()
            line = self._lines[at]
            for first, last in marks:
                cursor.setPosition(start + qt_length(line[:first]))
                cursor.setPosition(start + qt_length(line[:last]), QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(found)
