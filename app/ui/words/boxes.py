"""Where the lines of text lie on a shown picture: geometry only."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPolygonF

from app.ui.theme import font

if TYPE_CHECKING:
    from app.reading import Line
    from app.search.text import Stretch

_UPRIGHT: Final = 2.0
"""A level box of several letters, so many times as high as wide, is read from top to bottom."""
_METRICS_PX: Final = 100
_CLOSE: Final = 3.0
"""Pixels around a box that still count as being on it."""


def corners(line: Line, place: QRectF) -> tuple[QPointF, QPointF, QPointF, QPointF]:
    """Return a line's corners, from the upper left of its text clockwise.

    Args:
        line: The line.
        place: Where the whole picture lies.
    """
    if line.quad is not None:
        x, y = line.quad[0::2], line.quad[1::2]
        first, second, third, last = (_at(place, *each) for each in zip(x, y, strict=True))
        return first, second, third, last
    x0, y0, x1, y1 = line.box
    level = (_at(place, x0, y0), _at(place, x1, y0), _at(place, x1, y1), _at(place, x0, y1))
    high = (y1 - y0) * place.height() > _UPRIGHT * (x1 - x0) * place.width()
    if high and len(line.text) > 1:
        # Its text begins at the top and runs down.
        upper_left, upper_right, lower_right, lower_left = level
        return upper_right, lower_right, lower_left, upper_left
    return level


def outline(line: Line, place: QRectF) -> QPolygonF:
    """Return the outline of a line on a shown picture."""
    return QPolygonF(list(corners(line, place)))


def part(line: Line, stretch: Stretch, place: QRectF) -> QPolygonF:
    """Return the outline of some characters of a line, as wide as they are in a usual font.

    Args:
        line: The line.
        stretch: (start, end) in characters of its text.
        place: Where the whole picture lies.
    """
    first, last = _shares(line.text, stretch)
    left_top, right_top, right_bottom, left_bottom = corners(line, place)
    return QPolygonF(
        [
            _between(left_top, right_top, first),
            _between(left_top, right_top, last),
            _between(left_bottom, right_bottom, last),
            _between(left_bottom, right_bottom, first),
        ]
    )


def line_at(lines: Sequence[Line], place: QRectF, point: QPointF) -> int | None:
    """Return the position of the line at a point; of several the smallest."""
    found: tuple[float, int] | None = None
    for at, line in enumerate(lines):
        shape = outline(line, place)
        box = shape.boundingRect()
        if not box.adjusted(-_CLOSE, -_CLOSE, _CLOSE, _CLOSE).contains(point):
            continue
        on_it = line.quad is None or shape.containsPoint(point, Qt.FillRule.WindingFill)
        area = box.width() * box.height()
        if on_it and (found is None or area < found[0]):
            found = area, at
    return None if found is None else found[1]


def nearest_line(lines: Sequence[Line], place: QRectF, point: QPointF) -> int | None:
    """Return the position of the line nearest to a point; None without lines."""

    def away(at: int) -> float:
        box = outline(lines[at], place).boundingRect()
        across = max(box.left() - point.x(), 0.0, point.x() - box.right())
        down = max(box.top() - point.y(), 0.0, point.y() - box.bottom())
        return across * across + down * down

    return min(range(len(lines)), key=away, default=None)


def _shares(text: str, stretch: Stretch) -> tuple[float, float]:
    """Return where characters begin and end, as shares 0..1 of the line from its left."""
    metrics = QFontMetricsF(font(_METRICS_PX))
    whole = metrics.horizontalAdvance(text)
    if whole <= 0:
        return 0.0, 1.0
    first, last = (min(metrics.horizontalAdvance(text[:at]) / whole, 1.0) for at in stretch)
    return (1 - last, 1 - first) if _right_to_left(text) else (first, last)


def _right_to_left(text: str) -> bool:
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def _at(place: QRectF, x: float, y: float) -> QPointF:
    return QPointF(place.left() + x * place.width(), place.top() + y * place.height())


def _between(start: QPointF, end: QPointF, share: float) -> QPointF:
    return start + (end - start) * share
