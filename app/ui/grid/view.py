"""The grid of photos: choosing and opening with mouse and keyboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui.background import Background
from app.ui.grid.band import RubberBand
from app.ui.grid.canvas import GridCanvas
from app.ui.grid.cells import Cell
from app.ui.grid.hover import HoverLabels
from app.ui.grid.keys import destination, typed_text
from app.ui.grid.listing import Listing
from app.ui.grid.menu import GridMenu
from app.ui.grid.selection import Selection
from app.ui.grid.thumbnails import Shape
from app.ui.wording import number

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.results import LessSure, SearchResult

_WHEEL_CELL_STEP: Final = 16
# Holding an arrow key must not ask for the labels of every photo on the way.
_SELECTION_QUIET_MS: Final = 40


class GridView(GridCanvas):
    """Photos in square cells, by month where the result is sorted by date."""

    selection_changed = Signal(list)
    """The ids selected now, the current one first; told when the keys have come to rest."""
    open_requested = Signal(int)
    """Position in ``ids`` of the photo to look at."""
    cell_size_changed = Signal(int)
    """The user changed the size in the grid itself (Ctrl and the wheel)."""
    typed = Signal(str)
    """Letters typed here are meant for the search field."""
    fold_changed = Signal(bool)
    """The user unfolded the less sure photos (True), or folded them away."""

    def __init__(
        self, engine: Engine, background: Background, parent: QWidget | None = None
    ) -> None:
        self._selection = Selection()
        self._by_keys = False
        super().__init__(engine, background, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Photos"))
        self.viewport().setMouseTracking(True)
        self._pictures.arrived.connect(self._describe)
        self._hover = HoverLabels(engine, background, self)
        self._hover.changed.connect(self.viewport().update)
        self._band = RubberBand(self)
        self._band.moved.connect(self._select_band)
        self.menu = GridMenu(engine, background, self)
        self.menu.open_chosen.connect(self._open_current)
        self.less_sure_head.clicked.connect(self.toggle_less_sure)
        head = self.less_sure_head  # up to the last sure photo, down to the first less sure one
        head.left_upwards.connect(lambda: self._enter_at(self._listing.sure - 1))
        head.left_downwards.connect(lambda: self._enter_at(self._listing.sure))
        self._tell = QTimer(self)
        self._tell.setSingleShot(True)
        self._tell.setInterval(_SELECTION_QUIET_MS)
        self._tell.timeout.connect(lambda: self.selection_changed.emit(self._selection.ids))

    # What is shown

    def set_result(self, result: SearchResult) -> None:
        """Show the photos of a result.

        The same query again (photos came or went) keeps selection and place; another one begins at
        the top with nothing selected.
        """
        keep = result.query == self._listing.query
        self._pictures.outdate()
        self._hover.outdate()
        self._hover.mark(result.terms)
        self._list(self._listing.with_result(result), keep=keep)

    def set_less_sure(self, less_sure: LessSure) -> None:
        """Offer, behind the photos of the result, what its query nearly finds."""
        if less_sure.query == self._listing.query:
            self._list(self._listing.with_less_sure(less_sure), keep=True)

    @property
    def less_sure_count(self) -> int:
        """How many less sure photos there are, on the page or folded away."""
        return self._listing.offered

    def toggle_less_sure(self) -> None:
        """Unfold the less sure photos, or fold them away; later results keep to it."""
        unfolded = not self._listing.unfolded
        self._list(self._listing.with_fold(unfolded=unfolded), keep=True)
        self.fold_changed.emit(unfolded)

    def _list(self, listing: Listing, *, keep: bool) -> None:
        same = keep and listing.ids is self._listing.ids
        if not same and self._selection.show(listing.ids, keep=keep):
            self._tell.start()
        self._show(listing, keep_place=keep)
        self._describe()

    def look_again(self) -> None:
        """Names, thumbnails and labels may have changed: ask again for what is in sight."""
        self._pictures.outdate()
        self._hover.outdate()
        self._update_view()

    # What is selected

    @property
    def selected_ids(self) -> list[int]:
        """The ids selected, the current one first."""
        return self._selection.ids

    @property
    def current_id(self) -> int | None:
        """The id of the photo with the focus."""
        return self._selection.current_id

    def select_all(self) -> None:
        """Select every photo of the result."""
        self._selection.all()
        self._selected()

    def go_to(self, index: int) -> None:
        """Select one photo and bring it into sight."""
        if 0 <= index < len(self.ids):
            self._selection.only(index)
            self._selected()
            self._bring_into_sight(index)

    def _selected(self) -> None:
        self._tell.start()
        self._describe()
        self.viewport().update()

    def _describe(self) -> None:
        """Say the photo with the focus to those who hear the window."""
        listing, current = self._listing, self._selection.current
        if current is None:
            text = self.tr("{count} photos").format(count=number(listing.sure))
            if listing.offered:
                text = self.tr("{photos}, {count} less sure").format(
                    photos=text, count=number(listing.offered)
                )
        else:
            card = self._pictures.card(int(self.ids[current]))
            sure = current < listing.sure
            place = (
                self.tr("{position} of {count}")
                if sure
                else self.tr("less sure, {position} of {count}")
            )
            text = self.tr("{name}, {place}").format(
                name=card.name if card is not None else "",
                place=place.format(
                    position=number(current + 1 - (0 if sure else listing.sure)),
                    count=number(listing.sure if sure else listing.offered),
                ),
            )
            if current in self._selection:
                text = self.tr("{photo}, selected").format(photo=text)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _cell_at(self, index: int, shape: Shape) -> Cell:
        selected = index in self._selection
        focused = self.hasFocus() and index == self._selection.current
        return replace(
            super()._cell_at(index, shape),
            selected=selected,
            # To the mouse the ring of the one selected photo is enough.
            focused=focused and (self._by_keys or not selected or self._selection.count > 1),
            labels=self._hover.text(int(self.ids[index])),
            line=self._hover.line(int(self.ids[index])),
        )

    def _paint_over(self, painter: QPainter) -> None:
        self._band.paint(painter)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Select, add with Ctrl, select a range with Shift; beside the photos draw a band."""
        place = event.position().toPoint()
        index = self._index_at(place)
        self._by_keys = False
        if event.button() == Qt.MouseButton.LeftButton:
            if index is None:
                self._band.begin(place, self.verticalScrollBar().value())
                self._selection.none()
            else:
                self._selection.choose(index, event.modifiers())
            self._selected()
        elif event.button() == Qt.MouseButton.RightButton and index is not None:
            if index not in self._selection:
                self._selection.only(index)
            self._selection.move(index)
            self._selected()
        else:
            event.ignore()  # the side buttons go back and forward in the window

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follow the mouse with the band, or with the labels of the photo under it."""
        place = event.position().toPoint()
        if self._band.active:
            self._band.follow(place, self.verticalScrollBar().value())
            return
        index = self._index_at(place)
        self._hover.rest_on(int(self.ids[index]) if index is not None else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End the band."""
        self._band.end()
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Look at the photo."""
        index = self._index_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index is not None:
            self.open_requested.emit(index)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Take the labels away when the mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self._hover.rest_on(None)
        return super().viewportEvent(event)

    def _select_band(self, box: QRect) -> None:
        found = self._grid.in_rectangle(box.left(), box.top(), box.right() + 1, box.bottom() + 1)
        self._selection.these(found)
        self._selected()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Scroll; with Ctrl change the size."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = _WHEEL_CELL_STEP if event.angleDelta().y() > 0 else -_WHEEL_CELL_STEP
            self.set_cell_size(self.cell_size + step)
            self.cell_size_changed.emit(self.cell_size)
            event.accept()
        else:
            self._scroll.wheel(event)

    # The keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move, select and open; letters go to the search field."""
        self._by_keys = True
        if len(self.ids) and self._pressed(event):
            event.accept()
        elif text := typed_text(event):
            self.typed.emit(text)
            event.accept()
        else:
            event.ignore()

    def _pressed(self, event: QKeyEvent) -> bool:
        """Act on a key; False if it means nothing here."""
        key, modifiers = event.key(), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        mirrored = self.isRightToLeft()
        moving = not modifiers & Qt.KeyboardModifier.AltModifier
        target = destination(
            key, self._grid, self._selection.current, self.viewport().height(), mirrored=mirrored
        )
        in_last_row = target is not None and target == self._selection.current
        if key == Qt.Key.Key_Down and in_last_row and self._listing.last_section == 0:
            self.less_sure_head.setFocus(Qt.FocusReason.TabFocusReason)
        elif target is not None and moving:
            self._selection.walk(target, modifiers)
            self._selected()
            self._bring_into_sight(target)
        elif key == Qt.Key.Key_Space and control and self._selection.current is not None:
            self._selection.toggle(self._selection.current)
            self._selected()
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_current()
        elif key == Qt.Key.Key_A and control:
            self.select_all()
        elif key == Qt.Key.Key_Escape and self._selection.count:
            self._selection.none()
            self._selected()
        else:
            return False
        return True

    def _enter_at(self, index: int) -> None:
        """Come into the grid at a photo, if it is there."""
        if 0 <= index < len(self.ids):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.go_to(index)

    def _open_current(self) -> None:
        if self._selection.current is not None:
            self.open_requested.emit(self._selection.current)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Offer what can be done with the selected photos."""
        if not self._selection.count:
            return
        place = event.globalPos()
        current = self._selection.current
        if event.reason() == QContextMenuEvent.Reason.Keyboard and current is not None:
            box = self._grid.cell(current)
            middle = QPoint(box.x + box.width // 2, box.y + box.height // 2)
            top = QPoint(0, self.verticalScrollBar().value())
            place = self.viewport().mapToGlobal(middle - top)
        self.menu.show(self._selection.ids, place)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the ring of the focus; coming by keyboard, begin at the first photo in sight."""
        by_tab = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        self._by_keys |= by_tab
        if by_tab and self._selection.current is None:
            seen = self._first_seen()
            if seen is not None:
                self._selection.move(seen[0])
                self._describe()
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Take the ring of the focus away."""
        super().focusOutEvent(event)
        self.viewport().update()
