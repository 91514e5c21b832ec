"""Lines of text that never ask for more room than they get: plain, and as a link."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from app.ui.theme import color, font

DOT: Final = " · "
_DASH: Final = " – "
_LINE: Final = 24
"""High enough to be hit: WCAG 2.2, 2.5.8."""
_FOCUS_LINE: Final = 2
_FADED: Final = 0.5
_ICON: Final = 12
_ICON_GAP: Final = 6


class ElidedLabel(QLabel):
    """One line that is cut where it is too long."""

    def __init__(
        self,
        role: str,
        parent: QWidget | None = None,
        *,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        """Make an empty line.

        Args:
            role: Its look, one of the label roles of ``app.ui.theme``.
            parent: What it stands in.
            cut: Where it is cut: names and paths in the middle, sentences at the end.
        """
        super().__init__(parent)
        self._cut = cut
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def shown_text(self) -> str:
        """Return the text as it is drawn."""
        return self.fontMetrics().elidedText(self.text(), self._cut, self.width())

    def natural_width(self) -> int:
        """Return the pixels that the whole text needs."""
        return self.fontMetrics().horizontalAdvance(self.text()) + 1

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return a size that never widens the inspector."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Cut anew."""
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line, cut to the room there is."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), middle, self.shown_text())


class FactsLabel(QLabel):
    """Facts with dots between them, on as many lines as they need.

    A dot that would end a line is left out. A fact that is longer than a line is broken: a range
    behind its dash, anything else between two words.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: list[str] = []
        self.setProperty("role", "dim")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_facts(self, text: str) -> None:
        """Show facts that ``DOT`` parts."""
        self._facts = text.split(DOT) if text else []
        self._break()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Break anew."""
        super().resizeEvent(event)
        self._break()

    def _break(self) -> None:
        lines: list[str] = []
        for fact in self._facts:
            between = DOT
            for part in self._parts(fact):
                longer = f"{lines[-1]}{between}{part}" if lines else part
                if lines and self._fits(longer):
                    lines[-1] = longer
                else:
                    lines.append(part)
                between = " "
        self.setText("\n".join(lines))

    def _parts(self, fact: str) -> list[str]:
        if self._fits(fact):
            return [fact]
        first, dash, last = fact.partition(_DASH)
        parts = [f"{first}{_DASH.rstrip()}", last] if dash else [fact]
        if all(map(self._fits, parts)):
            return parts
        return fact.split(" ")

    def _fits(self, text: str) -> bool:
        return self.fontMetrics().horizontalAdvance(text) <= self.width()


class TextLink(QAbstractButton):
    """A word or a line that can be clicked, flush with the text around it; may have an icon."""

    def __init__(self, text: str = "", tint: str = "accent", parent: QWidget | None = None) -> None:
        """Make a link.

        Args:
            text: What it says.
            tint: Its colour, a name of ``theme.Tokens``.
            parent: What it stands in.
        """
        super().__init__(parent)
        self._tint = tint
        self.setText(text)
        self.setFont(font())
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def shown_text(self) -> str:
        """Return the text as it is drawn."""
        room = self.width() - self._text_left()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)

    def _text_left(self) -> int:
        return 0 if self.icon().isNull() else _ICON + _ICON_GAP

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for icon and text."""
        text = self.fontMetrics().horizontalAdvance(self.text()) + 1
        return QSize(self._text_left() + text, _LINE)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Return a size that never widens what it stands in."""
        return QSize(0, _LINE)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Underline."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Take the underline away."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the line and, for the keyboard, a bar below: a ring would cut into letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.underMouse() and self.isEnabled()
        written = self.font()
        written.setUnderline(hovered)
        painter.setFont(written)
        # A line that only leads somewhere at times stays readable when it does not.
        faded = self._tint == "accent" and not self.isEnabled()
        painter.setPen(color(self._tint, _FADED if faded else 1.0))
        middle = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        room = self.rect().adjusted(self._text_left(), 0, 0, 0)
        painter.drawText(room, middle, self.shown_text())
        if not self.icon().isNull():
            self.icon().paint(painter, QRect(0, (self.height() - _ICON) // 2, _ICON, _ICON))
        if self.hasFocus():
            under = QRect(0, self.height() - 2 * _FOCUS_LINE, self.sizeHint().width(), _FOCUS_LINE)
            painter.fillRect(under, color("accent"))
