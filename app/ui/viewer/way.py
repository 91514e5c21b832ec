"""How the picture of the viewer makes way for what lies over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF

from app.ui.theme import GAP
from app.ui.words.boxes import outline

if TYPE_CHECKING:
    from app.reading import Line
    from app.ui.viewer.zoom import Zoom

_CLOSE: Final = 4
"""Pixels between a line and what lies beside it, so that its outline is seen."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a picture leaves free; see the attributes of ``Zoom``."""

    head: float = 0.0
    slack: float = 0.0
    foot: float = 0.0
    rise: float = 0.0
    sides: float = 0.0

    def given(self, zoom: Zoom) -> Zoom:
        """Return a view with that left free."""
        return zoom.making_way(
            self.head, self.slack, foot=self.foot, rise=self.rise, sides=self.sides
        )

    def fitted_place(self, zoom: Zoom, ratio: float) -> QRectF:
        """Return where the whole picture lies with that left free.

        Args:
            zoom: A view of it.
            ratio: Device pixels per pixel of the result.
        """
        place = self.given(zoom.fitted()).place
        return QRectF(place.topLeft() / ratio, place.size() / ratio)


def lower(
    way: Way, zoom: Zoom, ratio: float, lines: Sequence[Line], covers: Sequence[QRectF]
) -> Way:
    """Return a way with room for the head, if what lies there hides a line.

    Args:
        way: What is left free so far.
        zoom: A view of the picture.
        ratio: Device pixels per pixel of the boxes.
        lines: That are to be read.
        covers: What lies at the head; at least one.
    """
    slack = (max(cover.bottom() for cover in covers) + GAP) * ratio
    whole = replace(way, head=0.0).fitted_place(zoom, ratio)
    head = slack if hides(covers, lines, whole) else way.head
    return replace(way, head=head, slack=slack)


def hides(covers: Sequence[QRectF], lines: Sequence[Line], place: QRectF) -> bool:
    """Return whether something lies on lines of a picture at ``place``, or close to them."""
    boxes = [outline(line, place).boundingRect() for line in lines]
    wider = [cover.adjusted(-_CLOSE, -_CLOSE, _CLOSE, _CLOSE) for cover in covers]
    return any(cover.intersects(box) for cover in wider for box in boxes)
