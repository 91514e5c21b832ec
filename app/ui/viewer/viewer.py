"""One photo over the whole window, and the walk from photo to photo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.ui.background import Background
from app.ui.icons import icon
from app.ui.theme import DARK, GAP, MARGIN
from app.ui.viewer.pictures import ViewerPictures
from app.ui.viewer.stage import Stage
from app.ui.viewer.where import CHIP_HEIGHT, LabelChips, ViewerWhere
from app.ui.viewer.words import ViewerWords, WordChips
from app.ui.viewer.zoom import STEP
from app.ui.where.caption import TEXT
from app.ui.wording import number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from app.engine import Engine
    from app.library.sought import Sought

_BUTTON: Final = 40
_BUTTON_ICON: Final = 20
_BUTTON_GROUND: Final = QColor(0, 0, 0, 150)
"""On a white picture, too, the icon has a contrast of 4.5:1 to it."""
_BUTTON_HOVER: Final = QColor(60, 66, 78, 200)


class ViewerButton(QAbstractButton):
    """A round button on the dark ground."""

    def __init__(self, name: str, text: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon(name, TEXT.name())
        self._chosen = icon(name, DARK.on_accent)
        self.setFixedSize(_BUTTON, _BUTTON)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return its one size."""
        return QSize(_BUTTON, _BUTTON)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw a disc, in the accent where it is on as chosen chips are, and the icon."""
        if not self.isEnabled():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(TEXT if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = _BUTTON_HOVER if self.underMouse() else _BUTTON_GROUND
        painter.setBrush(QColor(DARK.accent) if self.isChecked() else ground)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        mark = QRect(0, 0, _BUTTON_ICON, _BUTTON_ICON)
        mark.moveCenter(self.rect().center())
        (self._chosen if self.isChecked() else self._icon).paint(painter, mark)
        painter.end()


class Viewer(QWidget):
    """Shows photos one at a time; arrows walk, + − 0 zoom, Escape closes.

    W shows where a label was seen, T the words: never both at once.
    """

    closed = Signal(int)
    """Closed; the position of the photo that was looked at last."""

    def __init__(
        self, engine: Engine, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Viewer"))
        self._ids: NDArray[np.int64] | tuple[int, ...] = ()
        self._index = 0
        self._pictures = ViewerPictures(engine, background, self)
        self._pictures.arrived.connect(self._refresh)
        self.stage = Stage(self)
        self.stage.zoom_changed.connect(self._want)
        self.previous_button = ViewerButton(
            "back", self.tr("Previous photo"), self.tr("Previous photo (Left)"), self
        )
        self.next_button = ViewerButton(
            "forward", self.tr("Next photo"), self.tr("Next photo (Right)"), self
        )
        self.close_button = ViewerButton("close", self.tr("Close"), self.tr("Close (Esc)"), self)
        self.where_button = ViewerButton(
            "where",
            self.tr("Show where a label was seen"),
            self.tr("Where was it seen? (W)"),
            self,
        )
        self.where_button.setCheckable(True)
        self.chips = LabelChips(self)
        self.where = ViewerWhere(engine, background, self.chips, self)
        self.where.changed.connect(self._show_where)
        self.where_button.clicked.connect(self.where.toggle)
        self.words_button = ViewerButton(
            "words", self.tr("Show the words"), self.tr("Show the words (T)"), self
        )
        self.words_button.setCheckable(True)
        self.word_chips = WordChips(self)
        self.words = ViewerWords(engine, background, self.stage.words, self.word_chips, self)
        self.words.changed.connect(self._show_words)
        self.words_button.clicked.connect(self._toggle_words)
        self.previous_button.clicked.connect(lambda: self._walk(-1))
        self.next_button.clicked.connect(lambda: self._walk(1))
        self.close_button.clicked.connect(self.leave)
        self.hide()

    @property
    def index(self) -> int:
        """Position of the photo that is looked at."""
        return self._index

    @property
    def photo_id(self) -> int:
        """Id of the photo that is looked at."""
        return int(self._ids[self._index])

    @property
    def sharp(self) -> bool:
        """True when the photo's own pixels are on the screen (or cannot be had)."""
        if not self._looking() or self.stage.zoom is None:  # its size may come after its pixels
            return False
        return self._pictures.sharp(self.photo_id, self.stage.shorter) is not None

    def show_photo(
        self,
        ids: NDArray[np.int64] | tuple[int, ...],
        index: int,
        terms: Sequence[Sought] = (),
    ) -> None:
        """Open on a photo.

        Args:
            ids: Photos to walk through.
            index: Position of the one to begin with.
            terms: What was searched in the text of pictures: it is marked there.
        """
        if not 0 <= index < len(ids):
            return
        self._ids = ids
        self._index = index
        self._pictures.outdate()
        self.words.begin(terms)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look()

    def look_again(self) -> None:
        """The photo may have been read in the meantime."""
        if self._looking():
            self.words.look_again()
            self.where.look_again()

    def leave(self) -> None:
        """Close the viewer."""
        self.hide()
        self._pictures.forget()
        self.closed.emit(self._index)

    def _walk(self, steps: int) -> None:
        self._go(min(max(self._index + steps, 0), len(self._ids) - 1))

    def _go(self, index: int) -> None:
        if index != self._index:
            self._index = index
            self._look()

    def _look(self) -> None:
        """Begin with the photo at ``_index``: whole, with what is here of it."""
        self.stage.begin()
        self.previous_button.setEnabled(self._index > 0)
        self.next_button.setEnabled(self._index < len(self._ids) - 1)
        self._tell_arrows()
        self.words.look_at(self.photo_id)
        self.where.look_at(self.photo_id)
        self._want()
        self._refresh()

    def _looking(self) -> bool:
        return self.isVisible() and len(self._ids) > 0

    def _refresh(self) -> None:
        if not self._looking():
            return
        first = self._pictures.first(self.photo_id)
        sharp = self._pictures.sharp(self.photo_id, self.stage.shorter)
        place = self.tr("{position} of {count}").format(
            position=number(self._index + 1), count=number(len(self._ids))
        )
        self.stage.show_picture(first, sharp, place)
        self._make_way()
        name = first.name if first is not None else ""
        told = (name, place, self.where.where.spoken, self.words.spoken)
        self.setAccessibleDescription(", ".join(part for part in told if part))

    def _show_where(self) -> None:
        self.where_button.setChecked(self.where.on)
        self.words.veil(self.where.on)
        self.stage.show_where(self.where.where)
        self._place_chips()
        self._refresh()

    def _show_words(self) -> None:
        self.words_button.setChecked(self.words.on)
        self.stage.say(self.words.caption, self.words.spoken)
        self._place_chips()
        self._refresh()

    def _toggle_words(self) -> None:
        if self.where.on:
            self.where.end()
        self.words.toggle()

    def _read_words(self) -> None:
        if self.where.on:
            self.where.end()
        self.words.read()

    def _place_chips(self) -> None:
        end = self.words_button.x() - MARGIN
        self.chips.fit(end - MARGIN)
        left = min((self.width() - self.chips.width()) // 2, end - self.chips.width())
        self.chips.move(max(left, MARGIN), MARGIN + (_BUTTON - CHIP_HEIGHT) // 2)
        over = (self.previous_button, self.next_button, self.chips)
        self.stage.taken = tuple(QRectF(each.geometry()) for each in over if not each.isHidden())
        # Beside the buttons: in the middle they would lie on the title of many a page.
        chips = self.word_chips
        chips.adjustSize()
        left = self.words_button.x() - MARGIN - chips.width()
        chips.move(left, MARGIN + (_BUTTON - chips.height()) // 2)

    def _tell_arrows(self) -> None:
        """Tell the stage where arrows lie; one that leads nowhere lets the mouse through."""
        arrows = (self.previous_button, self.next_button)
        for arrow in arrows:
            through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
            arrow.setAttribute(through, not arrow.isEnabled())
        there = (arrow for arrow in arrows if arrow.isEnabled())
        self.stage.arrows = tuple(QRectF(arrow.geometry()) for arrow in there)

    def _make_way(self) -> None:
        """Let no button, chip or caption lie on what is to be seen while lines or a light show."""
        lines = self.words.lines if self.where.on or self.words.on else ()
        asking = self.where.on and not self.where.known
        if lines is not None and not asking:
            row = self.words_button.geometry() | self.close_button.geometry()
            chips = [each.geometry() for each in (self.chips, self.word_chips) if each.isVisible()]
            told = not self.where.on or self.where.settled
            self.stage.make_way(lines, [QRectF(box) for box in (row, *chips)], told=told)

    def _want(self) -> None:
        """Ask for this photo, then for the next and the one before."""
        if not self._looking():
            return
        near = (self._index, self._index + 1, self._index - 1)
        ids = [int(self._ids[index]) for index in near if 0 <= index < len(self._ids)]
        self._pictures.want(ids, self.stage.shorter, whole=self.stage.zoomed_in)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fill the window; the buttons keep to the edges."""
        self.stage.setGeometry(self.rect())
        middle = (self.height() - _BUTTON) // 2
        right = self.width() - MARGIN - _BUTTON
        self.previous_button.move(MARGIN, middle)
        self.next_button.move(right, middle)
        self._tell_arrows()
        self.close_button.move(right, MARGIN)
        self.where_button.move(right - GAP - _BUTTON, MARGIN)
        self.words_button.move(right - 2 * (GAP + _BUTTON), MARGIN)
        self._place_chips()
        self._make_way()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Turn the light off: nobody sees it, and a closing window must not wait for it."""
        super().hideEvent(event)
        if not event.spontaneous():
            self.where.end()
            self.words.look_at(None)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: N802
        """Let Tab go round in the viewer: what lies behind it is not seen."""
        stops = [self, *(button for button in self.findChildren(QAbstractButton) if _stops(button))]
        now = QApplication.focusWidget()
        at = stops.index(now) if isinstance(now, QAbstractButton) and now in stops else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stops[(at + (1 if forward else -1)) % len(stops)].setFocus(reason)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Walk with the mouse's side buttons."""
        if event.button() == Qt.MouseButton.BackButton:
            self._walk(-1)
        elif event.button() == Qt.MouseButton.ForwardButton:
            self._walk(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Walk, zoom, show where, and close."""
        commanding = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        action = None if event.modifiers() & commanding else self._key_action(event)
        if action is None:
            event.ignore()
            return
        action()
        event.accept()

    def _escape(self) -> None:
        """What lies over the photo first, then the viewer."""
        if self.where.on:
            self.where.end()
        elif self.words.leave_selection():
            return
        elif self.words.on:
            self.words.end()
        else:
            self.leave()

    def _key_action(self, event: QKeyEvent) -> Callable[[], None] | None:
        keys, held = Qt.Key, Qt.KeyboardModifier
        key, shifted = event.key(), bool(event.modifiers() & held.ShiftModifier)
        on_words: dict[int, Callable[[], None]] = {}
        if event.modifiers() & held.ControlModifier:
            on_words = {keys.Key_A: self.words.choose_all, keys.Key_C: self.words.copy}
        elif shifted and self.words.on:
            on_words = {
                keys.Key_Up: lambda: self.words.step(-1),
                keys.Key_Down: lambda: self.words.step(1),
            }
        return on_words.get(key) or self._action(key, shifted)

    def _action(self, key: int, shifted: bool) -> Callable[[], None] | None:
        keys = Qt.Key
        back, ahead = (1, -1) if self.isRightToLeft() else (-1, 1)
        actions: dict[int, Callable[[], None]] = {
            keys.Key_Left: lambda: self._walk(back),
            keys.Key_Right: lambda: self._walk(ahead),
            keys.Key_Up: lambda: self._walk(-1),
            keys.Key_Down: lambda: self._walk(1),
            keys.Key_PageUp: lambda: self._walk(-1),
            keys.Key_PageDown: lambda: self._walk(1),
            keys.Key_Home: lambda: self._go(0),
            keys.Key_End: lambda: self._go(len(self._ids) - 1),
            keys.Key_Plus: lambda: self.stage.zoom_by(STEP),
            keys.Key_Equal: lambda: self.stage.zoom_by(STEP),
            keys.Key_Minus: lambda: self.stage.zoom_by(1 / STEP),
            keys.Key_0: self.stage.zoom_to_fit,
            keys.Key_1: self.stage.zoom_to_pixels,
            keys.Key_W: self.where.next if shifted else self.where.toggle,
            keys.Key_T: self._read_words if shifted else self._toggle_words,
            keys.Key_Escape: self._escape,
            keys.Key_Space: self.leave,
            keys.Key_Return: self.leave,
            keys.Key_Enter: self.leave,
        }
        return actions.get(key)


def _stops(button: QAbstractButton) -> bool:
    """Return whether the keyboard can come to a button now."""
    reached = button.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(reached) and button.isVisible() and button.isEnabled()
