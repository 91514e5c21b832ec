"""Where in a picture a label was seen, and where most clearly."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_FAINTEST: Final = 0.02
"""A map that nowhere reaches this says nothing: evidence is 0..1, and rounding leaves traces."""

_FAINTEST_SHARE: Final = 0.2
"""Nor does one that nowhere reaches this share of the label's probability, which is what our packs
give a place that clearly speaks: the picture as a whole was taken for it, and no part of it."""

_HALF: Final = 0.5
"""The box of a label holds what speaks at least half as clearly as the clearest spot."""

_CLEAREST: Final = 0.98
"""Shares of the greatest evidence that are as good as it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label was seen most clearly, in pixels of the upright picture.

    Attributes:
        peak: x, y of the clearest spot.
        box: x, y, width, height of what around it speaks at least half as clearly.
    """

    peak: tuple[int, int]
    box: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """Where in one picture one label was seen.

    Attributes:
        key: The label's key, ``pack/id``.
        name: What people read.
        probability: 0..1, of this look at the picture, its words left aside.
        evidence: float32 [h, w], 0..1, over the whole upright picture; None where the label's pack
            reads words but cannot say where it looked.
        width: Of the upright picture, in pixels.
        height: Of the same.
    """

    key: str
    name: str
    probability: float
    evidence: NDArray[np.float32] | None
    width: int
    height: int

    @property
    def anywhere(self) -> bool:
        """Whether any place stands out."""
        if self.evidence is None:
            return False
        return bool(self.evidence.max() >= max(_FAINTEST, _FAINTEST_SHARE * self.probability))

    @property
    def spot(self) -> Spot | None:
        """The clearest spot; None if nothing stands out."""
        if self.evidence is None or not self.anywhere:
            return None
        greatest = self.evidence.max()
        at = np.unravel_index(int(self.evidence.argmax()), self.evidence.shape)
        start = (int(at[0]), int(at[1]))
        clearest = _around(self.evidence >= _CLEAREST * greatest, start)
        area = _around(self.evidence >= _HALF * greatest, start)
        # Evidence is cut at 1, so the top may be flat: then its middle is meant.
        middle = np.square(clearest - clearest.mean(axis=0)).sum(axis=1).argmin()
        cell = np.array([self.height, self.width]) / self.evidence.shape
        y, x = np.floor((clearest[middle] + 0.5) * cell).astype(int)
        top, left = np.rint(area.min(axis=0) * cell).astype(int)
        bottom, right = np.rint((area.max(axis=0) + 1) * cell).astype(int)
        # A picture with fewer pixels than the map has cells still has one at the spot.
        size = (max(int(right - left), 1), max(int(bottom - top), 1))
        return Spot((int(x), int(y)), (int(left), int(top), *size))


def _around(part: NDArray[np.bool_], start: tuple[int, int]) -> NDArray[np.int64]:
    """Return the cells that hang together with one.

    Args:
        part: bool [h, w], true at ``start``.
        start: Row and column.

    Returns:
        int64 [n, 2], their rows and columns.
    """
    reached, ahead = {start}, [start]
    while ahead:
        row, column = ahead.pop()
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            inside = 0 <= near[0] < part.shape[0] and 0 <= near[1] < part.shape[1]
            if inside and near not in reached and part[near]:
                reached.add(near)
                ahead.append(near)
    return np.array(sorted(reached), np.int64)
