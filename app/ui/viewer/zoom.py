"""Where a picture lies in the viewer, and how large: arithmetic only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSizeF

STEP: Final = 1.25
LARGEST: Final = 8.0
# Small pictures are not blown up to fit beyond this: they would only get blurred.
LARGEST_FIT: Final = 2.0


@dataclass(frozen=True, slots=True)
class Zoom:
    """A view of a picture.

    Attributes:
        picture: Size of the picture in its own pixels; not empty.
        window: Size of the viewer in device pixels; not empty.
        scale: Device pixels per pixel of the picture; None fits it into the window.
        middle: The point of the picture in the middle of the window, in its own pixels; only
            counts with a scale.
        head: Device pixels at the top of the window that a fitted picture leaves free.
        slack: Device pixels that the top of a larger one may be dragged down into the window.
        foot: Device pixels at the bottom of the window that a fitted picture leaves free.
        rise: Device pixels that the bottom of a larger one may be dragged up into the window.
        sides: Device pixels at the left and at the right that a fitted picture leaves free, and
            into which the edges of a larger one may be dragged.
    """

    picture: QSizeF
    window: QSizeF
    scale: float | None = None
    middle: QPointF | None = None
    head: float = 0.0
    slack: float = 0.0
    foot: float = 0.0
    rise: float = 0.0
    sides: float = 0.0

    @property
    def fit_scale(self) -> float:
        """The scale at which the whole picture is seen."""
        across = max(self.window.width() - 2 * self.sides, 1.0) / self.picture.width()
        room = self.window.height() - self.head - self.foot
        down = max(room, 1.0) / self.picture.height()
        return min(across, down, LARGEST_FIT)

    @property
    def effective_scale(self) -> float:
        """The scale in use."""
        return self.fit_scale if self.scale is None else self.scale

    @property
    def place(self) -> QRectF:
        """Where the whole picture lies, in device pixels of the window."""
        scale = self.effective_scale
        size = self.picture * scale
        middle = self._middle()
        left = self.window.width() / 2 - middle.x() * scale
        top = self.window.height() / 2 - middle.y() * scale
        if self.scale is None:
            # No further from the middle than it must.
            lowest = self.window.height() - self.foot - size.height()
            top = max(min(top, lowest), self.head)
        return QRectF(QPointF(left, top), size)

    def zoomed(self, factor: float, at: QPointF) -> Zoom:
        """Return the view after zooming; what is under a point of the window stays there."""
        scale = self._clamped(self.effective_scale * factor)
        if scale <= self.fit_scale:
            return replace(self, scale=None, middle=None)
        return self._at_scale(scale, at)

    def actual(self, at: QPointF) -> Zoom:
        """Return the view at one device pixel per pixel, around a point of the window."""
        return self._at_scale(1.0, at)

    def fitted(self) -> Zoom:
        """Return the view of the whole picture."""
        return replace(self, scale=None, middle=None)

    def moved(self, by: QPointF) -> Zoom:
        """Return the view after dragging the picture by some device pixels."""
        if self.scale is None:
            return self
        return replace(self, middle=self._inside(self._middle() - by / self.scale, self.scale))

    def resized(self, window: QSizeF) -> Zoom:
        """Return the same view in a window of another size."""
        return replace(self, window=window)

    def making_way(
        self,
        head: float,
        slack: float,
        *,
        foot: float = 0.0,
        rise: float = 0.0,
        sides: float = 0.0,
    ) -> Zoom:
        """Return the same view with other room around the picture; see the attributes."""
        made = replace(self, head=head, slack=slack, foot=foot, rise=rise, sides=sides)
        return self if made == self else made.moved(QPointF())

    def _at_scale(self, scale: float, at: QPointF) -> Zoom:
        place = self.place
        under = (at - place.topLeft()) / self.effective_scale
        from_middle = at - QPointF(self.window.width() / 2, self.window.height() / 2)
        middle = under - from_middle / scale
        return replace(self, scale=scale, middle=self._inside(middle, scale))

    def _clamped(self, scale: float) -> float:
        return min(max(scale, self.fit_scale), max(LARGEST, self.fit_scale))

    def _middle(self) -> QPointF:
        if self.scale is None or self.middle is None:
            return QPointF(self.picture.width() / 2, self.picture.height() / 2)
        return self.middle

    def _inside(self, middle: QPointF, scale: float) -> QPointF:
        """Keep the picture in the window: no empty room beside one that is larger, but slack."""
        window, side = self.window / scale, self.sides / scale
        return QPointF(
            _kept(middle.x(), self.picture.width(), window.width(), side, side),
            _kept(
                middle.y(),
                self.picture.height(),
                window.height(),
                self.slack / scale,
                self.rise / scale,
            ),
        )


def _kept(middle: float, length: float, seen: float, slack: float, rise: float) -> float:
    spare = seen - length
    least, most = (spare / 2, spare / 2) if spare >= 0 else (spare, 0.0)
    begin = min(max(seen / 2 - middle, min(least, spare - rise)), max(most, slack))
    return seen / 2 - begin
