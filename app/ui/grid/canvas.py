"""The page of photos: draws what can be seen, whatever lies above and below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from app.ui.background import Background
from app.ui.grid.cells import Cell, paint_cell, paint_head
from app.ui.grid.layout import DEFAULT_CELL, LARGEST_CELL, MARGIN, SMALLEST_CELL, Box, GridLayout
from app.ui.grid.less_sure import AROUND, LessSureHead
from app.ui.grid.listing import Listing
from app.ui.grid.pictures import GridPictures
from app.ui.grid.scroll import ScrollSign, SmoothScroll
from app.ui.grid.thumbnails import Shape
from app.ui.theme import RADIUS, color
from app.ui.wording import number

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.sought import Sought

# The ring of the focus stands outside of its cell.
_AROUND: Final = 6


class GridCanvas(QAbstractScrollArea):
    """A scrolled page of a result's photos; what is selected and hovered is decided above it."""

    def __init__(
        self, engine: Engine, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._listing = Listing()
        self._cell = DEFAULT_CELL
        self._fill = True
        self._grid = self._laid_out()
        self._pictures = GridPictures(engine, background, self)
        self._pictures.arrived.connect(self._update_view)
        self._scroll = SmoothScroll(self.verticalScrollBar())
        self._when = ScrollSign(self, self._head_in_sight)
        self.less_sure_head = LessSureHead(self.viewport())
        self.less_sure_head.focused.connect(self._bring_head_into_sight)

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of all photos on the page, int64[n], in order."""
        return self._listing.ids

    @property
    def terms(self) -> tuple[Sought, ...]:
        """What was searched in the text of the photos on the page."""
        return self._listing.terms

    def position(self, photo_id: int) -> int | None:
        """Return where a photo stands among ``ids``, if it does."""
        found = np.flatnonzero(self.ids == photo_id)
        return int(found[0]) if len(found) else None

    @property
    def cell_size(self) -> int:
        """The side of a cell asked for, in pixels."""
        return self._cell

    @property
    def settled(self) -> bool:
        """True when everything that can be seen is drawn as it will be."""
        return self._pictures.settled

    def set_cell_size(self, cell: int) -> None:
        """Set the side of a cell, about, in pixels; what is in the middle stays there."""
        cell = min(max(cell, SMALLEST_CELL), LARGEST_CELL)
        if cell != self._cell:
            self._cell = cell
            self._lay_out_around(self._in_the_middle())

    def set_fit(self, fit: bool) -> None:
        """Show whole pictures (True), or let them fill their cells."""
        self._fill = not fit
        self._update_view()

    def _show(self, listing: Listing, *, keep_place: bool) -> None:
        """Show other photos: from the top, or (``keep_place``) with the same photo in sight."""
        held = self._first_seen() if keep_place and self.verticalScrollBar().value() else None
        held_id = int(self.ids[held[0]]) if held is not None else -1
        self._listing = listing
        self._grid = self._laid_out()
        self._update_range()
        self._dress_head()
        if held is not None:
            found = self.position(held_id)
            index = found if found is not None else min(held[0], len(self.ids) - 1)
            self._hold(index, held[1])
        elif not keep_place:
            self._scroll.stop()
            self.verticalScrollBar().setValue(0)
        self._update_view()

    # Layout and scrolling

    def _laid_out(self) -> GridLayout:
        return GridLayout(
            total=len(self.ids),
            sections=[head.count for head in self._listing.heads],
            less_sure=self._listing.last_section,
            # The scroll bar lies in the margin: photos stay put when it comes and goes.
            width=self.width(),
            cell=self._cell,
            right_margin=MARGIN,
        )

    def _update_range(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(self._grid.height - self.viewport().height(), 0))
        bar.setPageStep(max(self.viewport().height(), 1))
        bar.setSingleStep(self._grid.pitch // 2)

    def _first_seen(self) -> tuple[int, int] | None:
        """Return the first photo whose top is in sight, and how far below the edge that is."""
        top = self.verticalScrollBar().value()
        for index in self._grid.between(top, top + self.viewport().height()):
            below = self._grid.cell(index).y - top
            if below >= 0:
                return index, below
        return None

    def _in_the_middle(self) -> tuple[int, int] | None:
        top = self.verticalScrollBar().value()
        middle = top + self.viewport().height() // 2
        seen = self._grid.between(middle, middle + self._grid.pitch)
        return (seen[0], self._grid.cell(seen[0]).y - top) if seen else None

    def _lay_out_around(self, held: tuple[int, int] | None) -> None:
        scrolled = self.verticalScrollBar().value() > 0
        self._grid = self._laid_out()
        self._update_range()
        if held is not None and scrolled:
            self._hold(*held)
        self._update_view()

    def _hold(self, index: int, below: int) -> None:
        """Scroll so that a photo's top is ``below`` the upper edge."""
        if 0 <= index < self._grid.total:
            self._scroll.stop()
            self.verticalScrollBar().setValue(self._grid.cell(index).y - below)

    def _bring_into_sight(self, index: int) -> None:
        box, bar = self._grid.cell(index), self.verticalScrollBar()
        top, height = bar.value(), self.viewport().height()
        wanted = max(top, box.bottom + MARGIN - height)
        if box.y - MARGIN < wanted:
            in_first_row = index < self._grid.columns
            wanted = 0 if in_first_row else box.y - MARGIN
        if wanted != top:
            self._scroll.stop()
            bar.setValue(wanted)

    def _head_in_sight(self) -> str:
        """Return the head that the upper edge belongs to; empty if there are none."""
        top = self.verticalScrollBar().value()
        heads = self._grid.heads(0, top + 1)[-1:]
        return self._listing.heads[heads[0][0]].title if heads else ""

    # The head of the less sure photos

    def _dress_head(self) -> None:
        """Show the head where there is something to fold out."""
        listing, head = self._listing, self.less_sure_head
        if listing.offered:
            head.show_fold(listing.offered, any_sure=listing.sure > 0, unfolded=listing.unfolded)
        elif head.hasFocus():
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        head.setVisible(listing.offered > 0)

    def _place_head(self) -> None:
        box = self._grid.less_sure_head
        if box is not None:
            # Its sign stands above the edge of the photos, its ground a little further out.
            place = _rect(box).adjusted(-AROUND, 0, AROUND, 0)
            place.translate(0, -self.verticalScrollBar().value())
            # Far out of sight it waits just beyond the edge: coordinates have their limits.
            height = self.viewport().height()
            place.moveTop(min(max(place.top(), -place.height()), height))
            self.less_sure_head.setGeometry(place)
            # Tab must not leave the photos in sight for it; the arrows lead there, too.
            seen = place.intersects(self.viewport().rect())
            policy = Qt.FocusPolicy.StrongFocus if seen else Qt.FocusPolicy.ClickFocus
            self.less_sure_head.setFocusPolicy(policy)

    def _bring_head_into_sight(self) -> None:
        box, bar = self._grid.less_sure_head, self.verticalScrollBar()
        if box is None:
            return
        least = box.bottom + MARGIN - self.viewport().height()
        wanted = min(max(bar.value(), least), box.y)
        if wanted != bar.value():
            self._scroll.stop()
            bar.setValue(wanted)

    def _index_at(self, point: QPoint) -> int | None:
        return self._grid.at(point.x(), point.y() + self.verticalScrollBar().value())

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802
        """Draw, and ask for, what came into sight."""
        self._update_view()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Lay out anew; the first photo in sight stays in its place."""
        # The page still has its old layout here, so this is what was seen before.
        self._lay_out_around(self._first_seen())

    # What is in sight

    def _update_view(self) -> None:
        self._wish()
        self._place_head()
        self.viewport().update()

    def _wish(self) -> None:
        """Ask for what is in sight, then for the screen below and the one above."""
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        spans = ((top, top + height), (top + height, top + 2 * height), (top - height, top))
        indexes = (index for span in spans for index in self._grid.between(*span))
        self._pictures.want((int(self.ids[index]) for index in indexes), self._shape())

    def _shape(self) -> Shape:
        side = self._grid.side
        return Shape(side, side, self.devicePixelRatioF(), self._fill, RADIUS)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the heads and cells that touch the region."""
        painter = QPainter(self.viewport())
        region = event.rect()
        painter.fillRect(region, color("bg"))
        top = self.verticalScrollBar().value()
        painter.translate(0, -top)
        first, last = top + region.top(), top + region.bottom() + 1
        for section, box in self._grid.heads(first, last):
            head = self._listing.heads[section]
            paint_head(painter, _rect(box), head.title, number(head.count))
        shape = self._shape()
        for index in self._grid.between(first - _AROUND, last + _AROUND):
            paint_cell(painter, _rect(self._grid.cell(index)), self._cell_at(index, shape))
        self._paint_over(painter)
        painter.end()

    def _paint_over(self, painter: QPainter) -> None:
        """Draw what lies over the photos; nothing here."""

    def _cell_at(self, index: int, shape: Shape) -> Cell:
        card = self._pictures.card(int(self.ids[index]))
        if card is None:
            return Cell(fill=self._fill)
        image = self._pictures.image(card, shape)
        return Cell(
            image=image,
            size=(card.width, card.height),
            fill=self._fill,
            missing=image is None and self._pictures.is_missing(card, shape),
        )


def _rect(box: Box) -> QRect:
    return QRect(box.x, box.y, box.width, box.height)
