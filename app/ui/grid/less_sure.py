"""The head over the less sure photos: a button that folds them away and out."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.icons import icon
from app.ui.theme import GAP, RADIUS, TITLE_PX, color, font
from app.ui.wording import counted, number

AROUND: Final = 6
"""Pixels at either side between its edge and what is written on it."""
_BASELINE: Final = 27
_SECOND_BASELINE: Final = 47
_ICON: Final = 14
_ICON_TOP: Final = 15
_TEXT_LEFT: Final = _ICON + GAP
_TOP: Final = 6
_BOTTOM: Final = 4
_HOVER: Final = 0.05
_KEY = Qt.Key


class LessSureHead(QAbstractButton):
    """Says "Less sure  12", and in a line below what these are.

    The arrows lead on from it as from a row of photos; Left folds, Right unfolds.
    """

    focused = Signal()
    """It has the focus of the keyboard now, and should be in sight."""
    left_upwards = Signal()
    left_downwards = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._count = 0
        self._any_sure = True
        self._unfolded = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    @property
    def explanation(self) -> str:
        """The line below the title."""
        if self._any_sure:
            return self.tr("Lumitag is not sure of these; the likeliest come first.")
        return self.tr("No photo is sure; these may be what you look for, the likeliest first.")

    def show_fold(self, count: int, *, any_sure: bool, unfolded: bool) -> None:
        """Say how many less sure photos there are.

        Args:
            count: How many, 1 or more.
            any_sure: There are sure ones above.
            unfolded: The less sure ones stand below.
        """
        self._count, self._any_sure, self._unfolded = count, any_sure, unfolded
        state = self.tr("unfolded") if unfolded else self.tr("folded")
        photos = counted(self.tr("{n} photo(s)", "", count), count)
        name = self.tr("Less sure, {photos}, {state}").format(photos=photos, state=state)
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setAccessibleDescription(self.explanation)
        self.setToolTip(self.tr("Fold away") if unfolded else self.tr("Show them"))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Fold and unfold; go on to the photos above and below."""
        key = event.key()
        folding = {_KEY.Key_Left: True, _KEY.Key_Right: False}.get(_KEY(key))
        if key in (_KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Space):
            self.click()
        elif folding is not None:
            if folding is self._unfolded:
                self.click()
        elif key == _KEY.Key_Up:
            self.left_upwards.emit()
        elif key == _KEY.Key_Down:
            self.left_downwards.emit()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Come into sight."""
        super().focusInEvent(event)
        self.focused.emit()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Brighten under the pointer."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the sign of the fold, the title, the count and the line below."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(self.rect()).adjusted(1, _TOP, -1, -_BOTTOM)
        painter.setPen(color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(color("text", _HOVER) if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ground, RADIUS, RADIUS)
        left = AROUND
        sign = icon("opened" if self._unfolded else "closed", "dim")
        sign.paint(painter, QRect(left, _ICON_TOP, _ICON, _ICON))
        left += _TEXT_LEFT
        title = self.tr("Less sure")
        big = font(TITLE_PX, bold=True)
        painter.setFont(big)
        painter.setPen(color("text"))
        painter.drawText(left, _BASELINE, title)
        after = left + QFontMetrics(big).horizontalAdvance(title) + GAP
        painter.setFont(font())
        painter.setPen(color("dim"))
        painter.drawText(after, _BASELINE, number(self._count))
        room = self.width() - left - AROUND
        line = QFontMetrics(font()).elidedText(self.explanation, Qt.TextElideMode.ElideRight, room)
        painter.drawText(left, _SECOND_BASELINE, line)
        painter.end()
