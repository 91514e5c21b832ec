"""Where a plate lies that says something about a picture: never on what it speaks of, if it can."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize

EDGE: Final = 6
"""Pixels between a plate and the end of its room."""
_STEP: Final = 4
"""Pixels between two heights that are tried."""
_PICTURE_COUNTS: Final = 0.1
"""What a covered part of the picture weighs beside the same part of what is spoken of."""
_TAKEN_COUNTS: Final = 10.0
"""And what a part of a button weighs, that would cover the plate itself."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a plate may lie on, in the painter's pixels.

    Attributes:
        room: Where there is room.
        picture: Where the picture lies.
        kept: What is spoken of and had better not be covered: lit parts, lines of text.
        row: The free part of a row at the foot, below the room, for a plate that is no higher;
            empty where there is none.
        taken: What lies there already.
        brief: There is little room: where lines are told of, they alone stand for the words.
        anywhere: It may lie at any height, where all other places hide something.
        lowered: The picture keeps clear of the head of the window, so that its uppermost lines lie
            where a plate would: it may also lie at half the height.
    """

    room: QRect
    picture: QRectF
    kept: tuple[QRectF, ...] = ()
    row: QRect = field(default_factory=QRect)
    taken: tuple[QRectF, ...] = ()
    brief: bool = False
    anywhere: bool = False
    lowered: bool = False


def best_place(around: Around, size: QSize) -> QRect:
    """Return the place that hides least: foot or head, middle or sides.

    Half the height comes last: there mostly lies what the picture shows.
    """

    def hidden(place: QRect) -> float:
        plate = QRectF(place)
        taken = _TAKEN_COUNTS * _covered(plate, around.taken)
        return hides(around, place) + taken + _PICTURE_COUNTS * _covered(plate, [around.picture])

    return min(_places(around, size), key=hidden)


def hides(around: Around, place: QRect) -> float:
    """Return how much a plate covers of what is spoken of, in square pixels."""
    return _covered(QRectF(place), around.kept)


def at_foot(around: Around, size: QSize) -> QRect:
    """Return the place at the foot, in the middle: in the row where that has room for it."""
    room, row = around.room.adjusted(EDGE, EDGE, -EDGE, -EDGE), around.row
    middle = around.room.center().x() - size.width() // 2
    if row.width() >= size.width() and row.height() >= size.height():
        left = min(max(middle, row.left()), row.right() + 1 - size.width())
        return QRect(QPoint(left, row.top() + (row.height() - size.height() + 1) // 2), size)
    return QRect(QPoint(middle, room.bottom() + 1 - size.height()), size)


def _places(around: Around, size: QSize) -> list[QRect]:
    room = around.room.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    middle = room.center().x() - size.width() // 2
    left, right = room.left(), room.right() + 1 - size.width()
    foot, head = room.bottom() + 1 - size.height(), room.top()
    places = [QPoint(x, y) for x in (middle, left, right) for y in (foot, head)]
    if around.lowered:
        places += [QPoint(x, (foot + head) // 2) for x in (left, right, middle)]
    if around.anywhere:
        places += [QPoint(x, y) for y in range(head, foot, _STEP) for x in (middle, left, right)]
    return [at_foot(around, size), *(QRect(place, size) for place in places)]


def _covered(plate: QRectF, boxes: Iterable[QRectF]) -> float:
    return sum(_area(plate & box) for box in boxes)


def _area(box: QRectF) -> float:
    return max(box.width(), 0.0) * max(box.height(), 0.0)
