"""Where each photo of the grid lies: arithmetic only, whatever the number of photos.

Photos stand in square cells, row by row; each section (a month) begins with a head and a new row.
Nothing is kept per photo, so a million photos lay out as fast as ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

GAP: Final = 8
MARGIN: Final = 16
HEAD_HEIGHT: Final = 40
LESS_SURE_HEIGHT: Final = 64
SMALLEST_CELL: Final = 80
LARGEST_CELL: Final = 360
DEFAULT_CELL: Final = 162


@dataclass(frozen=True, slots=True)
class Box:
    """A square or a head, in pixels from the top left of the whole grid."""

    x: int
    y: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        """The first pixel below."""
        return self.y + self.height


class GridLayout:
    """Cells of ``total`` photos in sections, in a viewport of some width.

    The last section may be that of the less sure photos. It has a taller head of its own, which
    stands there also while its photos are folded away.

    Attributes:
        total: Number of photos.
        columns: Photos in a full row, at least 1.
        side: Side of a cell in pixels; near the size asked for, so that the rows fill the width.
        height: Height of the whole grid in pixels.
    """

    def __init__(
        self,
        *,
        total: int,
        sections: Sequence[int],
        width: int,
        cell: int,
        right_margin: int,
        less_sure: int | None = None,
    ) -> None:
        """Lay out.

        Args:
            total: Number of photos, 0 or more.
            sections: Photos of each section in order; with ``less_sure`` they sum to ``total``.
                Empty: one section without a head.
            width: Width of the viewport in pixels.
            cell: Side of a cell asked for, in pixels.
            right_margin: Free pixels at the right; a scroll bar beside the grid is part of the
                margin that the eye sees.
            less_sure: Photos of the section of the less sure, 0 while it is folded; None: there is
                no such section.
        """
        self.total = total
        room = max(width - MARGIN - right_margin, SMALLEST_CELL // 2)
        self.columns = max(1, round((room + GAP) / (cell + GAP)))
        self._room = room
        self.side = max((room - GAP * (self.columns - 1)) // self.columns, 1)
        self.pitch = self.side + GAP
        self.has_heads = bool(sections)
        self.has_less_sure = less_sure is not None
        behind = [] if less_sure is None else [less_sure]
        ahead = list(sections) if sections else [total - sum(behind)]
        counts = np.asarray(ahead + behind, dtype=np.int64)
        self._counts: NDArray[np.int64] = counts
        self._starts: NDArray[np.int64] = np.concatenate(([0], np.cumsum(counts)[:-1]))
        self._rows: NDArray[np.int64] = -(-counts // self.columns)
        above = np.full(len(counts), HEAD_HEIGHT if sections else MARGIN, np.int64)
        if less_sure is not None:
            above[-1] = LESS_SURE_HEIGHT
            if not ahead[0]:
                above[0] = 0  # nothing is sure: the head of the less sure stands at the top
        self._above: NDArray[np.int64] = above
        heights = above + np.maximum(self._rows * self.pitch - GAP, 0)
        ends = np.cumsum(heights)
        self._tops: NDArray[np.int64] = ends - heights
        self.height = int(ends[-1]) + MARGIN if total or self.has_less_sure else 0

    def cell(self, index: int) -> Box:
        """Return the cell of the photo at a position, 0 ≤ index < total.

        Raises:
            IndexError: There is no photo at this position.
        """
        if not 0 <= index < self.total:
            raise IndexError(index)
        section = self._section_of(index)
        row, column = divmod(index - int(self._starts[section]), self.columns)
        return Box(self._x(column), self._row_y(section, row), self.side, self.side)

    def at(self, x: int, y: int) -> int | None:
        """Return the photo whose cell has a point, if one has."""
        for index in self.between(y, y + 1):
            cell = self.cell(index)
            if cell.x <= x < cell.x + cell.width and cell.y <= y < cell.bottom:
                return index
        return None

    def between(self, top: int, bottom: int) -> range:
        """Return the photos whose rows touch the pixels from ``top`` to before ``bottom``."""
        if not self.total or bottom <= top:
            return range(0)
        return range(self._first_ending_after(top), self._first_starting_at(bottom))

    def heads(self, top: int, bottom: int) -> list[tuple[int, Box]]:
        """Return (section, box) of each head of sure photos that touches the pixels between."""
        if not self.has_heads or not self.total:
            return []
        first = max(int(np.searchsorted(self._tops, top, side="right")) - 1, 0)
        last = int(np.searchsorted(self._tops, bottom, side="left"))
        last = min(last, len(self._tops) - self.has_less_sure)
        boxes = [
            (section, Box(MARGIN, int(self._tops[section]), self._room, HEAD_HEIGHT))
            for section in range(first, last)
        ]
        return [(section, box) for section, box in boxes if box.bottom > top]

    @property
    def less_sure_head(self) -> Box | None:
        """The head of the less sure photos, if there are any."""
        if not self.has_less_sure:
            return None
        return Box(MARGIN, int(self._tops[-1]), self._room, LESS_SURE_HEIGHT)

    def in_rectangle(self, left: int, top: int, right: int, bottom: int) -> list[int]:
        """Return the photos whose cells touch a rectangle (a rubber band)."""
        found = []
        for index in self.between(top, bottom):
            cell = self.cell(index)
            touches_x = cell.x < right and cell.x + cell.width > left
            if touches_x and cell.y < bottom and cell.bottom > top:
                found.append(index)
        return found

    def below(self, index: int, rows: int) -> int:
        """Return the photo some rows below (above if negative), as near the column as there is.

        It stops at the first and the last row.
        """
        section = self._section_of(index)
        row, column = divmod(index - int(self._starts[section]), self.columns)
        first_rows = np.cumsum(self._rows) - self._rows
        all_rows = int(self._rows.sum())
        target = min(max(int(first_rows[section]) + row + rows, 0), all_rows - 1)
        section = int(np.searchsorted(first_rows, target, side="right")) - 1
        inside = (target - int(first_rows[section])) * self.columns + column
        return int(self._starts[section]) + min(inside, int(self._counts[section]) - 1)

    def rows_in(self, height: int) -> int:
        """Return how many whole rows a viewport of some height shows, at least 1."""
        return max(1, height // self.pitch)

    def _section_of(self, index: int) -> int:
        return int(np.searchsorted(self._starts, index, side="right")) - 1

    def _x(self, column: int) -> int:
        # What whole-pixel cells leave over goes into the gaps, so that the right edge is straight.
        spare = self._room - self.columns * self.side - GAP * (self.columns - 1)
        return (
            MARGIN
            + column * self.pitch
            + (column * spare // (self.columns - 1) if self.columns > 1 else 0)
        )

    def _row_y(self, section: int, row: int) -> int:
        return int(self._tops[section] + self._above[section]) + row * self.pitch

    def _first_ending_after(self, y: int) -> int:
        section = max(int(np.searchsorted(self._tops, y, side="right")) - 1, 0)
        row = max((y - self._row_y(section, 0) + GAP) // self.pitch, 0)
        inside = min(row * self.columns, int(self._counts[section]))
        return int(self._starts[section]) + inside

    def _first_starting_at(self, y: int) -> int:
        section = int(np.searchsorted(self._tops, y, side="left")) - 1
        if section < 0:
            return 0
        row = max(-(-(y - self._row_y(section, 0)) // self.pitch), 0)
        inside = min(row * self.columns, int(self._counts[section]))
        return int(self._starts[section]) + inside
