"""The line where a term of the query is written: a line edit that lets the row around it know."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.top_bar.chips import draw_wave

_CARET_ROOM = 4


class TermEdit(QLineEdit):
    """The part of the query that is text.

    Keys that lead out of the text (Left at its start, Backspace at its start, and so on) become
    signals. ``truth`` is the text as it was set, also where a line edit cannot hold it (it drops
    byte order marks and the like).
    """

    walked = Signal(int)
    backspaced = Signal()
    deleted = Signal()
    everything_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setMaxLength(2**31 - 1)
        self.setStyleSheet(
            "QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }"
        )
        self.setTextMargins(0, 0, 0, 0)
        self._set = ("", "")
        self._wrong: tuple[int, int] | None = None

    def set_truth(self, text: str, caret: int | None = None) -> None:
        """Replace the text; the caret goes to ``caret`` (a position in it), else to its end."""
        self.setText(text)
        self._set = (text, self.text())
        if caret is not None:
            self.setCursorPosition(min(max(caret, 0), len(self.text())))
        self._wrong = None

    def truth(self) -> str:
        """Return the text as set, or as written since."""
        text, held = self._set
        return text if self.text() == held else self.text()

    def set_wrong(self, stretch: tuple[int, int] | None) -> None:
        """Mark the characters from start to end as the place where the query fails."""
        if stretch != self._wrong:
            self._wrong = stretch
            self.update()

    def wished_width(self) -> int:
        """Return the width in pixels at which the whole text is seen."""
        return self.fontMetrics().horizontalAdvance(self.text()) + 2 * _CARET_ROOM

    def x_of(self, position: int) -> float:
        """Return where a character begins, in pixels from the left edge of the widget."""
        metrics = self.fontMetrics()
        text = self.text()
        caret = self.cursorRect().center().x()
        before_caret = metrics.horizontalAdvance(text[: self.cursorPosition()])
        return caret - before_caret + metrics.horizontalAdvance(text[:position])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the text, and the wavy line where it goes wrong."""
        super().paintEvent(event)
        if self._wrong is None:
            return
        left, right = self.x_of(self._wrong[0]), self.x_of(self._wrong[1])
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_wave(painter, QPointF(left, self.height() - 3.5), right - left)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Hand over the keys that lead out of the text."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        at_start = self.cursorPosition() == 0 and not self.hasSelectedText()
        at_end = self.cursorPosition() == len(self.text()) and not self.hasSelectedText()
        key = event.key()
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.everything_wanted.emit()
        elif plain and at_start and key == Qt.Key.Key_Left:
            self.walked.emit(-1)
        elif plain and at_end and key == Qt.Key.Key_Right:
            self.walked.emit(1)
        elif plain and at_start and key == Qt.Key.Key_Backspace:
            self.backspaced.emit()
        elif plain and at_end and key == Qt.Key.Key_Delete:
            self.deleted.emit()
        else:
            super().keyPressEvent(event)
