"""What is written over a picture with a light on it: a sentence, or a plate with the words too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from app.ui.theme import GAP, RADIUS, font
from app.ui.where.lines import side_color
from app.ui.where.placing import EDGE, Around, best_place, hides
from app.ui.where.words import quoted
from app.ui.wording import signed_percent

if TYPE_CHECKING:
    from app.engine import ToldLine
    from app.ui.where.maps import Where

TEXT: Final = QColor(232, 234, 238)
_DIM: Final = QColor(184, 191, 202)
_PLATE: Final = QColor(12, 13, 16, 200)
_FIRM_PLATE: Final = QColor(12, 13, 16, 228)
"""Of a plate that says why: its small letters lie on letters."""
_APART: Final = 2
_MOST_WIDTH: Final = 26
"""Of the plate with the words, in heights of its font: no wider than is read at a glance."""
_MOST_SENTENCE: Final = 44
"""Of a plate with a sentence only: most fit into one line."""


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
    inner = room.adjusted(GAP + EDGE, 0, -GAP - EDGE, 0)
    flags = int(Qt.AlignmentFlag.AlignHCenter) | int(Qt.TextFlag.TextWordWrap)
    words = painter.boundingRect(inner, flags, text)
    words.moveBottom(room.bottom() - EDGE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_PLATE)
    painter.drawRoundedRect(words.adjusted(-GAP, -4, GAP, 4), RADIUS, RADIUS)
    painter.setPen(TEXT)
    painter.drawText(words, flags, text)
    painter.restore()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written, and where.

    Attributes:
        plate: The words.
        place: Where they lie; empty where there is nothing to say.
        hides: How much they cover of what they speak of, in square pixels.
    """

    plate: Plate
    place: QRect
    hides: float

    def paint(self, painter: QPainter) -> None:
        """Write it."""
        if self.place.isEmpty():
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.plate.paint(painter, self.place)
        painter.restore()


def plan_where(around: Around, where: Where, *, pixels: int, most: int) -> Plan:
    """Find the place for the caption of a light and, below it, what the words do to the label.

    Args:
        around: Where it may lie.
        where: What to say.
        pixels: The height of the font.
        most: Lines that are told of, at most.
    """
    lines = where.lines[:most]
    note = "" if around.brief and lines else where.note
    plate = Plate([text for text in (where.caption, note) if text], lines, pixels)
    if not plate.says:
        return Plan(plate, QRect(), 0.0)
    widest = (_MOST_WIDTH if where.note else _MOST_SENTENCE) * pixels
    size = plate.size(max(min(widest, around.room.width() - 2 * EDGE), 1))
    place = best_place(around, size)
    return Plan(plate, place, hides(around, place))


def paint_where(
    painter: QPainter, around: Around, where: Where, *, pixels: int, most: int
) -> QRect:
    """Write what ``plan_where`` plans, or only the caption where all of it would hide more.

    Returns:
        Where it lies; empty where there is nothing to say.
    """
    plan = plan_where(around, where, pixels=pixels, most=most)
    if plan.hides and where.note:
        bare = replace(where, note="", lines=())
        plan = min(plan, plan_where(around, bare, pixels=pixels, most=0), key=lambda it: it.hides)
    plan.paint(painter)
    return plan.place


class Plate:
    """The caption, a sentence about the words, and a row for each line that is told of."""

    def __init__(self, sentences: Sequence[str], lines: Sequence[ToldLine], pixels: int) -> None:
        self._sentences, self._lines = sentences, lines
        self._font, self._bold = font(pixels), font(pixels, bold=True)
        self._row = QFontMetrics(self._font).height() + 2
        values = [QFontMetrics(self._bold).horizontalAdvance(_value(each)) for each in lines]
        self._values = max(values, default=0)
        self._wrap = int(Qt.TextFlag.TextWordWrap)

    @property
    def says(self) -> bool:
        """Whether there is anything to say."""
        return bool(self._sentences or self._lines)

    def size(self, most: int) -> QSize:
        """Return the size, no wider than ``most``, the edges included."""
        inner = most - 2 * GAP
        metrics = QFontMetrics(self._font)
        texts = [self._values + GAP + metrics.horizontalAdvance(quoted(e)) for e in self._lines]
        widths = [self._bounds(text, inner).width() for text in self._sentences]
        width = min(max([*texts, *widths]), inner)
        heights = sum(self._bounds(text, width).height() + _APART for text in self._sentences)
        apart = 0 if self._lines else _APART
        return QSize(width + 2 * GAP, heights - apart + self._row * len(self._lines) + 2 * EDGE)

    def paint(self, painter: QPainter, place: QRect) -> None:
        """Draw it; ``place`` has its size."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_FIRM_PLATE)
        painter.drawRoundedRect(place, RADIUS, RADIUS)
        inner = place.adjusted(GAP, EDGE, -GAP, -EDGE)
        top = inner.top()
        painter.setFont(self._font)
        for text, color in zip(self._sentences, (TEXT, _DIM), strict=False):
            height = self._bounds(text, inner.width()).height()
            painter.setPen(color)
            painter.drawText(QRect(inner.left(), top, inner.width(), height), self._wrap, text)
            top += height + _APART
        for each in self._lines:
            self._paint_line(painter, QRect(inner.left(), top, inner.width(), self._row), each)
            top += self._row

    def _paint_line(self, painter: QPainter, row: QRect, line: ToldLine) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        value, words = QRect(row), QRect(row)
        value.setWidth(self._values)
        words.setLeft(value.right() + GAP)
        painter.setFont(self._bold)
        painter.setPen(side_color(line))
        painter.drawText(value, int(Qt.AlignmentFlag.AlignRight | middle), _value(line))
        painter.setFont(self._font)
        painter.setPen(TEXT)
        text = painter.fontMetrics().elidedText(
            quoted(line), Qt.TextElideMode.ElideMiddle, words.width() + 1
        )
        painter.drawText(words, int(Qt.AlignmentFlag.AlignLeft | middle), text)

    def _bounds(self, text: str, width: int) -> QRect:
        return QFontMetrics(self._font).boundingRect(QRect(0, 0, width, 1 << 16), self._wrap, text)


def _value(line: ToldLine) -> str:
    return signed_percent(line.share)
