"""What is said of a picture in the viewer, written where it covers nothing that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF

from app.ui.theme import BODY_PX, GAP
from app.ui.viewer.foot import ROW, Foot
from app.ui.where.caption import Plan, plan_where
from app.ui.where.lines import boxes_of, lit_on
from app.ui.where.placing import EDGE, Around, at_foot
from app.ui.words.boxes import outline

if TYPE_CHECKING:
    from app.reading import Line
    from app.ui.where.maps import Where

HEAD: Final = 72
"""Pixels at the upper end of the window that belong to chips and buttons."""
_MOST_TOLD: Final = 5
"""Lines of text whose words stand in the caption."""
_NOTHING: Final = 1.0
"""Square pixels that are too few to be seen."""
_MOST_LIFT: Final = 0.25
"""The share of the window that a caption may take from the picture."""


@dataclass(frozen=True, slots=True)
class Legend:
    """What is said, and what is to be seen beside it.

    Attributes:
        where: What is said; its lines and what it lights are not to be covered.
        lines: Nor are these lines of text, which are shown.
        foot: The lowest row, and with it the whole room.
        taken: Buttons and chips, which lie over what is written.
    """

    where: Where
    lines: tuple[Line, ...]
    foot: Foot
    taken: tuple[QRectF, ...] = ()

    def plan(self, picture: QRectF, *, lowered: bool = False) -> Plan:
        """Return what is written and where, beside or over a picture that lies at ``picture``.

        Where every place would cover something, the lines that are told of are left out: what they
        do also stands beside each.
        """
        around = self._around(picture, lowered=lowered)
        whole = self._planned(around, _MOST_TOLD)
        if whole.hides < _NOTHING or not self.where.lines:
            return whole
        brief = self._planned(around, 0)
        return brief if brief.hides < whole.hides else whole

    def lift(self, picture: QRectF, *, lowered: bool = False) -> float:
        """Return how many pixels at the foot a picture must leave free to be seen.

        Args:
            picture: Where it lies so far.
            lowered: It keeps clear of the head of the window.

        Returns:
            0 where nothing is covered as it is, or where the window is too low for both.
        """
        around = self._around(picture, lowered=lowered)
        row = self.foot.shaded(picture)
        needed = ROW + GAP if any(row.intersects(box) for box in around.kept) else 0.0
        whole, brief = self._planned(around, _MOST_TOLD), self._planned(around, 0)
        if whole.hides < _NOTHING:
            return needed
        most = _MOST_LIFT * self.foot.room.height()
        lift = self._above(around, whole)
        if lift > most and brief.hides >= _NOTHING:
            lift = self._above(around, brief)
        return max(lift, needed) if lift <= most else needed

    def rise(self) -> float:
        """Return how many pixels above the foot a larger picture may be dragged to."""
        if not self.where.caption:
            return ROW + GAP if self.lines else 0.0
        around = self._around(QRectF())
        return self._above(around, self._planned(around, _MOST_TOLD))

    def _above(self, around: Around, plan: Plan) -> float:
        top = at_foot(around, plan.place.size()).top()
        return float(self.foot.room.height() - top + GAP)

    def _planned(self, around: Around, most: int) -> Plan:
        return plan_where(around, self.where, pixels=BODY_PX, most=most)

    def _around(self, picture: QRectF, *, lowered: bool = False) -> Around:
        lines = (outline(line, picture).boundingRect() for line in self.lines)
        kept = (*lines, *boxes_of(self.where.lines, picture), *lit_on(self.where, picture))
        room = self.foot.room.adjusted(GAP, HEAD, -GAP, EDGE - ROW - GAP)
        row = self.foot.free()
        return Around(QRect(room), picture, kept, row, self.taken, lowered=lowered)
