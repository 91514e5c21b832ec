"""The line that a query's terms stand in: laid out, moved sideways, walked along."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.ui import theme
from app.ui.top_bar.chips import CHIP_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.ui.top_bar.term_edit import TermEdit

_GAP: Final = 6
_LEAST_TEXT: Final = 48
_CARET_WIDTH: Final = 8
_PEEK: Final = 24
"""How much of the neighbour is seen beside the place of work: there is more."""


class Strip:
    """Stops in one line: chips, with the text among them.

    Where the line is longer than the row it is moved so that the stop with the focus is in sight.
    """

    def __init__(self, row: QWidget, edit: TermEdit) -> None:
        self._row = row
        self._edit = edit
        self._stops: list[QWidget] = [edit]
        self._fades = (Fade(row, left=True), Fade(row, left=False))

    def set_stops(self, stops: Sequence[QWidget]) -> None:
        """Say what stands in the line, from left to right; the text is one of them."""
        self._stops = list(stops)

    def arrange(self) -> None:
        """Give every stop its place."""
        room = self._text_room()
        widths = [room if stop is self._edit else stop.sizeHint().width() for stop in self._stops]
        lefts = list(accumulate((width + _GAP for width in widths), initial=0))
        content = lefts.pop() - _GAP
        shift = self._shift(widths, lefts, content)
        top = (self._row.height() - CHIP_HEIGHT) // 2
        for stop, left, width in zip(self._stops, lefts, widths, strict=True):
            stop.setGeometry(left - shift, top, width, CHIP_HEIGHT)
        before, after = self._fades
        before.place(shown=shift > 0)
        after.place(shown=content - shift > self._row.width())

    def walk(self, stop: QWidget, by: int) -> None:
        """Lead the focus from a stop to another one, at most to the first or last."""
        index = min(max(self._stops.index(stop) + by, 0), len(self._stops) - 1)
        if self._stops[index] is stop:
            return
        self._stops[index].setFocus(Qt.FocusReason.TabFocusReason)
        if self._stops[index] is self._edit:
            self._edit.setCursorPosition(len(self._edit.text()) if by < 0 else 0)

    def _text_room(self) -> int:
        """Return the width of the text: at the end of the line it takes what is left."""
        wished = min(self._edit.wished_width(), self._row.width())
        if self._stops[-1] is not self._edit:
            return max(wished, _CARET_WIDTH)
        taken = sum(stop.sizeHint().width() + _GAP for stop in self._stops[:-1])
        return max(self._row.width() - taken, wished, _LEAST_TEXT)

    def _shift(self, widths: list[int], lefts: list[int], content: int) -> int:
        """Return by how many pixels the line is moved left."""
        room = self._row.width()
        seen = next((at for at, stop in enumerate(self._stops) if stop.hasFocus()), None)
        if content <= room or seen is None:
            return 0
        right = lefts[seen] + widths[seen]
        peek = min(_GAP + _PEEK, content - right) if seen + 1 < len(lefts) else 0
        return min(max(right + peek - room, 0), max(lefts[seen] - (_PEEK if seen else 0), 0))


class Fade(QWidget):
    """Lets the line run out softly where it goes on beyond the row's edge."""

    def __init__(self, row: QWidget, *, left: bool) -> None:
        super().__init__(row)
        self._left = left
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def place(self, *, shown: bool) -> None:
        """Lie over the row's edge, or go away."""
        row = self.parentWidget()
        self.setVisible(shown)
        if shown and row is not None:
            self.setGeometry(0 if self._left else row.width() - _PEEK, 0, _PEEK, row.height())
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw from the field's ground to nothing."""
        ground = QLinearGradient(0, 0, self.width(), 0)
        ground.setColorAt(0 if self._left else 1, theme.color("raised"))
        ground.setColorAt(1 if self._left else 0, theme.color("raised", 0))
        QPainter(self).fillRect(self.rect(), ground)
