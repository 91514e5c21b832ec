"""The lines of text that raise or lower a label: outlined on the picture, with what they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from app.ui.theme import DARK, font
from app.ui.wording import signed_percent
from app.ui.words.boxes import corners, outline

if TYPE_CHECKING:
    from app.engine import ToldLine
    from app.reading import Line
    from app.ui.where.maps import Where

# The picture is darkened in both themes, so the colours are the dark ones.
_RAISED: Final = QColor(DARK.ok)
_LOWERED: Final = QColor(DARK.no)
_UNDER: Final = QColor(0, 0, 0, 150)
_PLATE: Final = QColor(12, 13, 16, 228)
_WIDTH: Final = 1.5
_UNDER_WIDTH: Final = 3.5
_DASHES: Final = (4.0, 2.5)
_BESIDE: Final = 3.0
_TAG_EDGE: Final = 4.0
_AROUND: Final = 1.5
"""Pixels around a line that stay free of its outline."""


def side_color(line: ToldLine) -> QColor:
    """Return the colour of what raises a label, or of what lowers it."""
    return _LOWERED if line.share < 0 else _RAISED


def boxes_of(lines: Sequence[ToldLine], place: QRectF) -> tuple[QRectF, ...]:
    """Return the level boxes of lines on a picture that lies at ``place``."""
    return tuple(outline(each.line, place).boundingRect() for each in lines)


def lit_on(where: Where, place: QRectF) -> tuple[QRectF, ...]:
    """Return the boxes of what the light falls on in a picture that lies at ``place``."""
    wide, high = place.width(), place.height()
    return tuple(
        QRectF(place.left() + x * wide, place.top() + y * high, width * wide, height * high)
        for x, y, width, height in where.lit
    )


def paint_light(painter: QPainter, where: Where, place: QRectF) -> None:
    """Lay the light over a picture; lines that are told of are to be read, so nothing veils them.

    Args:
        painter: Draws.
        where: The light and the lines.
        place: Where the picture lies.
    """
    if where.image.isNull():
        return
    painter.save()
    if where.lines:
        painter.setClipPath(_without(where.lines, place), Qt.ClipOperation.IntersectClip)
    painter.drawImage(place, where.image)
    painter.restore()


def _without(lines: Sequence[ToldLine], place: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRect(place)
    for each in lines:
        hole = QPainterPath()
        hole.addPolygon(_wider(each.line, place))
        hole.closeSubpath()
        path = path.subtracted(hole)
    return path


@dataclass(frozen=True, slots=True)
class Shown:
    """What can be seen of a picture, in the painter's pixels.

    Attributes:
        place: Where the whole picture lies.
        room: Where it may be written what a line does.
        plate: What lies over it already.
    """

    place: QRectF
    room: QRectF
    plate: QRectF = field(default_factory=QRectF)


def paint_lines(painter: QPainter, lines: Sequence[ToldLine], shown: Shown, *, pixels: int) -> None:
    """Outline lines, solid what raises and dashed what lowers, and write beside them how much.

    Args:
        painter: Draws.
        lines: The strongest first.
        shown: Where it may draw.
        pixels: The height of the font.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    seen = QPainterPath()
    seen.addRect(shown.room | shown.place)
    covered = QPainterPath()
    covered.addRect(shown.plate)
    painter.setClipPath(seen.subtracted(covered), Qt.ClipOperation.IntersectClip)
    for each in lines:
        shape = _wider(each.line, shown.place)
        for color, width in ((_UNDER, _UNDER_WIDTH), (side_color(each), _WIDTH)):
            pen = QPen(color, width)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            if each.share < 0:
                pen.setDashPattern([dash * _WIDTH / width for dash in _DASHES])
            painter.setPen(pen)
            painter.drawPolygon(shape)
    painter.setFont(font(pixels, bold=True))
    for each, tag in zip(lines, tags(lines, shown, pixels=pixels), strict=True):
        if tag.isEmpty():
            continue
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PLATE)
        painter.drawRoundedRect(tag, tag.height() / 2, tag.height() / 2)
        painter.setPen(side_color(each))
        painter.drawText(tag, int(Qt.AlignmentFlag.AlignCenter), signed_percent(each.share))
    painter.restore()


def tags(lines: Sequence[ToldLine], shown: Shown, *, pixels: int) -> list[QRectF]:
    """Return where it is written what each line does: beside it, and never two in one place.

    A line that cannot be seen, or has no room beside it, has an empty place.

    Args:
        lines: The strongest first.
        shown: Where they may lie.
        pixels: The height of the font.
    """
    metrics = QFontMetricsF(font(pixels, bold=True))
    boxes = boxes_of(lines, shown.place)
    found: list[QRectF] = []
    for each, box in zip(lines, boxes, strict=True):
        width = metrics.horizontalAdvance(signed_percent(each.share)) + 2 * _TAG_EDGE
        size = QSizeF(width, metrics.height())
        free = [
            tag
            for tag in (*_beside(box, size), _inside(box, size, shown.room))
            if shown.room.contains(tag)
            and box.intersects(shown.room)
            and not any(tag.intersects(other) for other in (*found, shown.plate))
        ]
        others = [other for other in boxes if other != box]
        free.sort(key=lambda tag: sum(tag.intersects(other) for other in others))
        found.append(free[0] if free else QRectF())
    return found


def _beside(box: QRectF, size: QSizeF) -> list[QRectF]:
    """Return places for a tag, the best first: at the right, at the left, above, below."""
    middle = box.center().y() - size.height() / 2
    right, left = box.right() + _BESIDE, box.left() - _BESIDE - size.width()
    end = box.right() - size.width()
    above, below = box.top() - _BESIDE - size.height(), box.bottom() + _BESIDE
    corners = [(right, middle), (left, middle), (end, above), (end, below)]
    corners += [(box.left(), above), (box.left(), below)]
    corners += [(x, middle + up * size.height()) for up in (1, -1) for x in (right, left)]
    return [QRectF(QPointF(x, y), size) for x, y in corners]


def _inside(box: QRectF, size: QSizeF, room: QRectF) -> QRectF:
    """Return the place in the room nearest to the right end of a box."""
    x = min(max(box.right() - size.width(), room.left()), room.right() - size.width())
    middle = box.center().y() - size.height() / 2
    return QRectF(QPointF(x, min(max(middle, room.top()), room.bottom() - size.height())), size)


def _wider(line: Line, place: QRectF) -> QPolygonF:
    """Return a line's outline with a little room around its letters."""
    points = corners(line, place)
    middle = QPolygonF(list(points)).boundingRect().center()
    return QPolygonF([point + _away(point - middle) for point in points])


def _away(from_middle: QPointF) -> QPointF:
    x = _AROUND if from_middle.x() > 0 else -_AROUND
    y = _AROUND if from_middle.y() > 0 else -_AROUND
    return QPointF(x, y)
