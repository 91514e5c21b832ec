"""What is written over a picture with a light on it: a sentence, or a plate with the words too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from app.ui.theme import GAP, RADIUS, font
from app.ui.where.lines import side_color
from app.ui.where.words import quoted
from app.ui.wording import signed_percent

if TYPE_CHECKING:
    from app.engine import ToldLine
    from app.ui.where.maps import Where

TEXT: Final = QColor(232, 234, 238)
_DIM: Final = QColor(184, 191, 202)
_PLATE: Final = QColor(12, 13, 16, 200)
_FIRM_PLATE: Final = QColor(12, 13, 16, 228)
"""Of the plate with the words: its small letters lie on letters."""
_EDGE: Final = 6
_APART: Final = 2
_MOST_WIDTH: Final = 26
"""Of the plate with the words, in heights of its font: no wider than is read at a glance."""
_PICTURE_COUNTS: Final = 0.1
"""What a covered part of the picture weighs beside the same part of a line that is told of."""


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


@dataclass(frozen=True, slots=True)
class Around:
    """What a plate may lie on, in the painter's pixels.

    Attributes:
        room: Where there is room.
        picture: Where the picture lies.
        lines: The boxes of the lines that are told of: they had better not be covered.
        brief: There is little room: where lines are told of, they alone stand for the words.
        lowered: The picture keeps clear of the head of the window, so that its uppermost lines lie
            where a plate would: it may also lie at half the height.
    """

    room: QRect
    picture: QRectF
    lines: tuple[QRectF, ...] = ()
    brief: bool = False
    lowered: bool = False


def paint_where(
    painter: QPainter, around: Around, where: Where, *, pixels: int, most: int
) -> QRect:
    """Write the caption of a light, and below it what the words in the picture do to the label.

    Args:
        painter: Draws.
        around: Where it may lie.
        where: What to say.
        pixels: The height of the font.
        most: Lines that are told of, at most.

    Returns:
        Where the plate with the words lies; empty where there is none.
    """
    if not where.note:
        paint_caption(painter, around.room, where.caption, pixels=pixels)
        return QRect()
    lines = where.lines[:most]
    note = "" if around.brief and lines else where.note
    plate = _Plate([text for text in (where.caption, note) if text], lines, pixels)
    widest = around.room.width() - 2 * _EDGE
    size = plate.size(max(min(_MOST_WIDTH * pixels, widest), 1))
    place = QRect(_best(around, size), size)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plate.paint(painter, place)
    painter.restore()
    return place


class _Plate:
    """The caption, a sentence about the words, and a row for each line that is told of."""

    def __init__(self, sentences: Sequence[str], lines: Sequence[ToldLine], pixels: int) -> None:
        self._sentences, self._lines = sentences, lines
        self._font, self._bold = font(pixels), font(pixels, bold=True)
        self._row = QFontMetrics(self._font).height() + 2
        values = [QFontMetrics(self._bold).horizontalAdvance(_value(each)) for each in lines]
        self._values = max(values, default=0)
        self._wrap = int(Qt.TextFlag.TextWordWrap)

    def size(self, most: int) -> QSize:
        """Return the size, no wider than ``most``, the edges included."""
        inner = most - 2 * GAP
        metrics = QFontMetrics(self._font)
        texts = [self._values + GAP + metrics.horizontalAdvance(quoted(e)) for e in self._lines]
        widths = [self._bounds(text, inner).width() for text in self._sentences]
        width = min(max([*texts, *widths]), inner)
        heights = sum(self._bounds(text, width).height() + _APART for text in self._sentences)
        return QSize(width + 2 * GAP, heights + self._row * len(self._lines) + 2 * _EDGE)

    def paint(self, painter: QPainter, place: QRect) -> None:
        """Draw it; ``place`` has its size."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_FIRM_PLATE)
        painter.drawRoundedRect(place, RADIUS, RADIUS)
        inner = place.adjusted(GAP, _EDGE, -GAP, -_EDGE)
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


def _best(around: Around, size: QSize) -> QPoint:
    """Return the upper left of the place that hides least: foot or head, middle or sides.

    Half the height comes last: there mostly lies what the picture shows.
    """
    room = around.room.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
    middle = room.center().x() - size.width() // 2
    left, right = room.left(), room.right() + 1 - size.width()
    foot, head = room.bottom() + 1 - size.height(), room.top()
    places = [QPoint(x, y) for x in (middle, left, right) for y in (foot, head)]
    if around.lowered:
        places += [QPoint(x, (foot + head) // 2) for x in (left, right, middle)]

    def hidden(place: QPoint) -> float:
        plate = QRectF(QRect(place, size))
        lines = sum(_area(plate & box) for box in around.lines)
        return lines + _PICTURE_COUNTS * _area(plate & around.picture)

    return min(places, key=hidden)


def _area(box: QRectF) -> float:
    return max(box.width(), 0.0) * max(box.height(), 0.0)
