"""The sentence below a picture that says what the light on it means."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from app.ui.theme import GAP, RADIUS, font

TEXT: Final = QColor(232, 234, 238)
_PLATE: Final = QColor(12, 13, 16, 200)
_EDGE: Final = 6


def paint_caption(painter: QPainter, room: QRect, text: str, *, pixels: int) -> None:
    """Write a sentence on a dark plate at the foot of a room, in as many lines as it needs.

    The plate is dark in both themes: it lies on a picture that is darkened itself.

    Args:
        painter: Draws.
        room: Where there is room, in the painter's pixels.
        text: The sentence; nothing is drawn without one.
        pixels: The height of the font.
    """
    if not text:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font(pixels))
    inner = room.adjusted(GAP + _EDGE, 0, -GAP - _EDGE, 0)
    flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap)
    words = painter.boundingRect(inner, flags, text)
    words.moveBottom(room.bottom() - _EDGE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(words.adjusted(-GAP, -4, GAP, 4), RADIUS, RADIUS)
    painter.setPen(TEXT)
    painter.drawText(words, flags, text)
    painter.restore()
