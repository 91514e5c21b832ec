"""The lowest row of the viewer: a photo's name at the left, how it is seen at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter

from app.ui.theme import GAP, MARGIN, font
from app.ui.where.caption import TEXT

ROW: Final = 36
"""Pixels from the lower end of the window that belong to it."""
_LOWEST: Final = 4
_DIM: Final = QColor(170, 178, 190)
_SHADE: Final = 200
_SHADED: Final = 72
"""The height of the shade that makes the row readable on a bright picture."""


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands there.

    Attributes:
        room: The whole viewer.
        name: Of the photo's file; empty while it is not known.
        facts: The scale, and where the photo stands among the others.
    """

    room: QRect
    name: str
    facts: str

    def free(self) -> QRect:
        """Return the part of the row between the two texts."""
        row = self._row()
        row.setLeft(self._name().right() + MARGIN)
        row.setRight(self._facts().left() - MARGIN)
        return row if row.isValid() else QRect()

    def shaded(self, picture: QRectF) -> QRectF:
        """Return the row where it darkens a picture to be read; empty where it lies beside it."""
        texts = (self._name(), self._facts())
        if any(QRectF(text).intersects(picture) for text in texts):
            return QRectF(0, self.room.height() - ROW, self.room.width(), ROW)
        return QRectF()

    def paint(self, painter: QPainter, picture: QRectF) -> None:
        """Write it over a picture that lies at ``picture``, or beside it."""
        if not self.shaded(picture).isEmpty():
            shaded = self.room.adjusted(0, self.room.height() - _SHADED, 0, 0)
            shade = QLinearGradient(QPointF(0, shaded.top()), QPointF(0, self.room.height()))
            shade.setColorAt(0, QColor(0, 0, 0, 0))
            shade.setColorAt(1, QColor(0, 0, 0, _SHADE))
            painter.fillRect(shaded, shade)
        middle = Qt.AlignmentFlag.AlignVCenter
        name = self._name()
        painter.setFont(font(bold=True))
        painter.setPen(TEXT)
        text = painter.fontMetrics().elidedText(
            self.name, Qt.TextElideMode.ElideMiddle, name.width()
        )
        painter.drawText(name, int(Qt.AlignmentFlag.AlignLeft | middle), text)
        painter.setFont(font())
        painter.setPen(_DIM)
        painter.drawText(self._facts(), int(Qt.AlignmentFlag.AlignRight | middle), self.facts)

    def _row(self) -> QRect:
        top = self.room.height() - ROW
        return self.room.adjusted(MARGIN, top, -MARGIN, -_LOWEST)

    def _name(self) -> QRect:
        row = self._row()
        most = max(self._facts().left() - row.left() - 2 * GAP, 0)
        wide = QFontMetrics(font(bold=True)).horizontalAdvance(self.name) + 1 if self.name else 0
        row.setWidth(min(wide, most))
        return row

    def _facts(self) -> QRect:
        row = self._row()
        row.setLeft(row.right() - QFontMetrics(font()).horizontalAdvance(self.facts))
        return row
