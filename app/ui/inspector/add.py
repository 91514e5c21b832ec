"""The field that adds a label, with the list of what the typed letters may mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui.icons import icon
from app.ui.inspector.offers import Choice, Offer, offers
from app.ui.shortcuts import KEYS
from app.ui.theme import FIELD_HEIGHT, RADIUS, ROW_HEIGHT, color, font

_EDGE: Final = 4
_TEXT_EDGE: Final = 8
_ICON: Final = 14


class OfferList(QWidget):
    """The offers, drawn over whatever lies below the field.

    A child of the window rather than a window of its own: it needs no focus, and looks the same on
    every desktop.
    """

    picked = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._offers: tuple[Offer, ...] = ()
        self._current = 0
        self._new = icon("plus", "accent")
        self._known = icon("tag", "dim")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Labels that can be added"))
        self.hide()

    @property
    def current(self) -> int:
        """The index of the offer that Enter takes."""
        return self._current

    def set_offers(self, found: Sequence[Offer]) -> None:
        """Show these offers, the first one marked."""
        self._offers = tuple(found)
        self.set_current(0)

    def set_current(self, at: int) -> None:
        """Mark an offer; past the ends it goes round."""
        self._current = at % max(len(self._offers), 1)
        if self._offers:
            self.setAccessibleDescription(self.line(self._offers[self._current]))
        self.update()

    def line(self, offer: Offer) -> str:
        """Return what an offer says."""
        if offer.key is None:
            return self.tr("Add “{word}” as a new label").replace("{word}", offer.name)
        if offer.alias:
            return f"{offer.name}  ({offer.alias})"
        return offer.name

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for all offers."""
        return QSize(288, len(self._offers) * ROW_HEIGHT + 2 * _EDGE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Mark what lies under the pointer."""
        at = self._at(event.position().toPoint())
        if at is not None:
            self.set_current(at)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take what lies under the pointer."""
        at = self._at(event.position().toPoint())
        if at is not None and event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(at)
        event.accept()

    def _at(self, point: QPoint) -> int | None:
        at = (point.y() - _EDGE) // ROW_HEIGHT
        return at if 0 <= at < len(self._offers) else None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the list."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("line"), 1))
        painter.setBrush(color("raised"))
        box = self.rect()
        painter.drawRoundedRect(box.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setFont(font())
        metrics = painter.fontMetrics()
        for at, offer in enumerate(self._offers):
            row = QRect(_EDGE, _EDGE + at * ROW_HEIGHT, box.width() - 2 * _EDGE, ROW_HEIGHT)
            if at == self._current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color("chip"))
                painter.drawRoundedRect(row, 4, 4)
            sign = self._new if offer.key is None else self._known
            top = row.top() + (ROW_HEIGHT - _ICON) // 2
            sign.paint(painter, QRect(row.left() + _TEXT_EDGE, top, _ICON, _ICON))
            text = row.adjusted(2 * _TEXT_EDGE + _ICON, 0, -_TEXT_EDGE, 0)
            painter.setPen(color("text"))
            line = metrics.elidedText(self.line(offer), Qt.TextElideMode.ElideRight, text.width())
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, line)


class AddLabel(QLineEdit):
    """Adds a label to the selected photos: Enter takes the marked offer."""

    added = Signal(str, object)
    """A label's name, and its key or None for a word that becomes a new label."""
    choices_wanted = Signal()
    """The user is about to type: the labels should be up to date."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[Choice, ...] = ()
        self._offers: tuple[Offer, ...] = ()
        self._list: OfferList | None = None
        self.setFixedHeight(FIELD_HEIGHT)
        self.setPlaceholderText(self.tr("Add a label"))
        self.setAccessibleName(self.tr("Add a label"))
        tip = self.tr("Type a label, or a word of your own, and press Enter  ({key})")
        self.setToolTip(tip.replace("{key}", KEYS["add label"][0]))
        self.setMaxLength(100)
        self.textEdited.connect(self._look)

    @property
    def offers(self) -> tuple[Offer, ...]:
        """What is offered for what stands in the field."""
        return self._offers

    @property
    def offer_list(self) -> OfferList | None:
        """The list, once it was needed."""
        return self._list

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Set the labels that can be added."""
        self._choices = tuple(choices)
        if self.hasFocus() and self.text():
            self._look()

    def forget(self) -> None:
        """Drop what is typed: it was meant for photos that are no longer selected."""
        # Unlike clear(), this forgets what was typed for Ctrl+Z, too.
        self.setText("")
        self._close()

    def _look(self) -> None:
        self._offers = offers(self.text(), self._choices)
        if not self._offers:
            self._close()
            return
        if self._list is None or self._list.parentWidget() is not self.window():
            self._list = OfferList(self.window())
            self._list.picked.connect(self._take)
        self._list.set_offers(self._offers)
        self._place_list(self._list)
        self._list.show()
        self._list.raise_()

    def _place_list(self, shown: OfferList) -> None:
        window = self.window()
        height = shown.sizeHint().height()
        corner = self.mapTo(window, QPoint(0, self.height() + _EDGE))
        if corner.y() + height > window.height():
            corner = self.mapTo(window, QPoint(0, -height - _EDGE))
        shown.setGeometry(QRect(corner, QSize(self.width(), height)))

    def _close(self) -> None:
        self._offers = ()
        if self._list is not None:
            self._list.hide()

    def _take(self, at: int) -> None:
        offer = self._offers[at]
        self.forget()
        self.added.emit(offer.name, offer.key)

    def event(self, event: QEvent) -> bool:
        """Keep Escape to the open list, leave Ctrl+Z to the decisions where no letter undoes."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._offers and event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
            undo = event.matches(QKeySequence.StandardKey.Undo) and not self.isUndoAvailable()
            redo = event.matches(QKeySequence.StandardKey.Redo) and not self.isRedoAvailable()
            if undo or redo:
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Walk the offers with the arrows, take one with Enter, leave with Escape."""
        key = Qt.Key(event.key())
        opened = self._list is not None and self._list.isVisible() and bool(self._offers)
        if opened and self._list is not None:
            if key == Qt.Key.Key_Down:
                self._list.set_current(self._list.current + 1)
                return
            if key == Qt.Key.Key_Up:
                self._list.set_current(self._list.current - 1)
                return
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self._list.current)
                return
            if key == Qt.Key.Key_Escape:
                self._close()
                return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Ask for the labels before the first letter."""
        super().focusInEvent(event)
        self.choices_wanted.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Close the list: what is typed stays."""
        super().focusOutEvent(event)
        self._close()
