"""One label of the inspector: name, bar, probability, accept and reject."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from app.library.records import Verdict
from app.ui.icons import icon
from app.ui.inspector import label_toggle
from app.ui.inspector.label_drawing import (
    BAR_HEIGHT,
    BAR_TOP,
    NAME_HEIGHT,
    NAME_TOP,
    paint_bar,
    paint_ground,
    paint_name,
    value_text,
)
from app.ui.inspector.label_toggle import LabelToggle, Share
from app.ui.inspector.labels import LabelState
from app.ui.theme import color, font
from app.ui.wording import counted, number, percent

HEIGHT: Final = 32
EDGE: Final = 8
_GAP: Final = 4
_VALUE_WIDTH: Final = 40
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Home: -2, Qt.Key.Key_End: 2}
_ACCEPT: Final = (Qt.Key.Key_A, Qt.Key.Key_Return, Qt.Key.Key_Enter)
_REJECT: Final = (Qt.Key.Key_R, Qt.Key.Key_Delete)
_TAKE_BACK: Final = (Qt.Key.Key_Backspace,)
_WHERE: Final = (Qt.Key.Key_W,)
_NOT_BY_KEYBOARD: Final = (
    Qt.FocusReason.MouseFocusReason,
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
)
"""Ways to get the focus that do not mean that the keyboard walked here."""


class LabelRow(QWidget):
    """A focusable row; says what the user wants and shows what it is told."""

    decided = Signal(object)
    """A ``Verdict``, or None: the decision is taken back."""
    chosen = Signal()
    """The name was clicked: show the photos that have this label."""
    moved = Signal(int)
    """Up (-1), down (+1), to the first (-2) or last (+2) row."""
    reached = Signal()
    """The keyboard is here now."""
    pointed = Signal(bool)
    """The pointer is here, or has left."""
    walked_to = Signal(bool)
    """The keyboard walked here, or has left."""
    where_asked = Signal()
    """Show where the label was seen, or show it no longer."""

    def __init__(self, state: LabelState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._value_width = _VALUE_WIDTH
        self.accept_toggle = LabelToggle("accept", "ok", self)
        self.reject_toggle = LabelToggle("reject", "no", self)
        self.accept_toggle.clicked.connect(self._accept_clicked)
        self.reject_toggle.clicked.connect(self._reject_clicked)
        self.where_toggle = LabelToggle("where", "accent", self)
        # The keyboard comes along, so that Escape ends what a click began.
        self.where_toggle.pressed.connect(lambda: self.setFocus(Qt.FocusReason.MouseFocusReason))
        self.where_toggle.clicked.connect(self.where_asked)
        self._offers_where = False
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_state(state, _VALUE_WIDTH)

    @property
    def state(self) -> LabelState:
        """What the row shows."""
        return self._state

    def set_state(self, state: LabelState, value_width: int) -> None:
        """Show a label.

        Args:
            state: The label over the selected photos.
            value_width: Room for the value in pixels, the same in all rows.
        """
        self._state = state
        self._value_width = max(value_width, _VALUE_WIDTH)
        self.accept_toggle.set_share(Share.of(state.accepted, state.of))
        self.reject_toggle.set_share(Share.of(state.rejected, state.of))
        self._say()
        self.update()

    def set_where(self, *, offered: bool, held: bool) -> None:
        """Offer to show where the label was seen.

        Args:
            offered: Whether anything can say where.
            held: Whether it is shown until the user says otherwise.
        """
        self._offers_where = offered
        self.where_toggle.set_share(Share.ALL if held else Share.NONE)
        show, hide = self.tr("Show where “{label}” was seen"), self.tr("Show it no longer")
        text = (hide if held else show).replace("{label}", self._state.name)
        self.where_toggle.setAccessibleName(text)
        self.where_toggle.setToolTip(f"{text} ({self.tr('W')})")
        self._show_where_toggle()

    def _show_where_toggle(self) -> None:
        """Offer it where the user is; elsewhere it would only be noise."""
        here = self.underMouse() or self.hasFocus() or self.where_toggle.share is Share.ALL
        self.where_toggle.setVisible(self._offers_where and here)
        self.update()

    def value(self) -> str:
        """Return what stands at the right: "98 %", or "3 of 5" where several are selected."""
        return value_text(self._state)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a row as wide as the inspector."""
        return QSize(304, HEIGHT)

    def name_rect(self) -> QRect:
        """Return where the name is written; a click there asks for all its photos."""
        written = QFontMetrics(font()).horizontalAdvance(self._state.name)
        return QRect(EDGE, NAME_TOP, min(self._name_room(), written), NAME_HEIGHT)

    def _name_room(self) -> int:
        toggle = label_toggle.SIZE if self.where_toggle.isVisibleTo(self) else 0
        return max(self._bar_rect().width() - toggle, 0)

    # Saying it to those who cannot see it

    def _say(self) -> None:
        state = self._state
        if state.verdict is Verdict.ACCEPTED:
            decision = self.tr("accepted")
        elif state.verdict is Verdict.REJECTED:
            decision = self.tr("rejected")
        else:
            decision = ""
        parts = [part for part in (state.name, value_text(state), decision) if part]
        self.setAccessibleName(", ".join(parts))
        self.setAccessibleDescription(
            self.tr(
                "A accepts, R rejects, Backspace takes the decision back, W shows where it was seen"
            )
        )
        self._say_toggle(
            self.accept_toggle,
            self.tr("Accept “{label}”"),
            self.tr("Take back: “{label}” accepted"),
            self.tr("Accepted on {n} of {of}; click to accept on all", "", state.accepted),
            state.accepted,
            self.tr("A"),
        )
        self._say_toggle(
            self.reject_toggle,
            self.tr("Reject “{label}”"),
            self.tr("Take back: “{label}” rejected"),
            self.tr("Rejected on {n} of {of}; click to reject on all", "", state.rejected),
            state.rejected,
            self.tr("R"),
        )

    def _say_toggle(
        self, toggle: LabelToggle, offer: str, back: str, some: str, count: int, key: str
    ) -> None:
        text = {Share.NONE: offer, Share.ALL: back, Share.SOME: some}[toggle.share]
        text = counted(text, count).replace("{of}", number(self._state.of))
        text = text.replace("{label}", self._state.name)
        toggle.setAccessibleName(text)
        shortcut = self.tr("Backspace") if toggle.share is Share.ALL else key
        toggle.setToolTip(f"{text}  ({shortcut})")

    def _tip(self) -> str:
        state = self._state
        lines = [self.tr("Find all photos with “{label}”").replace("{label}", state.name)]
        if state.of > 1 and state.probability is not None:
            lines.append(self.tr("{p} on average").replace("{p}", percent(state.probability)))
        if state.carried:
            lines = [self._carried_text()]
        return "\n".join(lines)

    def _carried_text(self) -> str:
        if self._state.of == 1:
            return self.tr(
                "You decided this on the picture that was here before.\n"
                "Look whether it still holds, then accept, reject or take it back."
            )
        n = self._state.carried
        text = self.tr("Carried over on {n} photo(s) from the picture that was there before", "", n)
        return counted(text, n)

    # Doing

    def _accept_clicked(self) -> None:
        taken_back = self.accept_toggle.share is Share.ALL
        self.decided.emit(None if taken_back else Verdict.ACCEPTED)

    def _reject_clicked(self) -> None:
        taken_back = self.reject_toggle.share is Share.ALL
        self.decided.emit(None if taken_back else Verdict.REJECTED)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Walk with the arrows; accept, reject, take back and show where with a key."""
        key = Qt.Key(event.key())
        if not _is_own_key(event):
            super().keyPressEvent(event)
        elif key in _WHERE:
            self.where_asked.emit()
        elif key in _STEPS:
            self.moved.emit(_STEPS[key])
        elif key in _ACCEPT:
            self._decide_unless(Share.of(self._state.accepted, self._state.of), Verdict.ACCEPTED)
        elif key in _REJECT:
            self._decide_unless(Share.of(self._state.rejected, self._state.of), Verdict.REJECTED)
        elif self._state.accepted or self._state.rejected:
            self.decided.emit(None)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Tell the others that this row is Tab's stop now."""
        super().focusInEvent(event)
        self.reached.emit()
        self._show_where_toggle()
        if event.reason() not in _NOT_BY_KEYBOARD:
            self.walked_to.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Tell that the keyboard walks on."""
        super().focusOutEvent(event)
        self._show_where_toggle()
        self.walked_to.emit(False)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Tell that the pointer has come."""
        super().enterEvent(event)
        self._show_where_toggle()
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """Tell that the pointer has left."""
        super().leaveEvent(event)
        self._show_where_toggle()
        self.pointed.emit(False)

    def _decide_unless(self, share: Share, verdict: Verdict) -> None:
        if share is not Share.ALL or self._state.carried:
            self.decided.emit(verdict)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show a hand over the name: it is a link."""
        self.pointed.emit(True)
        over = self.name_rect().contains(event.position().toPoint())
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Follow the name."""
        inside = self.name_rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.chosen.emit()
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Offer everything the row can do; the menu key opens it too."""
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """Return the row's menu."""
        menu = QMenu(self)
        state = self._state
        find = self.tr("Find all photos with “{label}”").replace("{label}", state.name)
        menu.addAction(icon("search"), find, self.chosen.emit)
        if self._offers_where:
            menu.addAction(icon("where"), self.where_toggle.accessibleName(), self.where_asked.emit)
        menu.addSeparator()
        accept = menu.addAction(
            icon("accept"), self.tr("Accept"), lambda: self.decided.emit(Verdict.ACCEPTED)
        )
        accept.setEnabled(state.verdict is not Verdict.ACCEPTED or bool(state.carried))
        reject = menu.addAction(
            icon("reject"), self.tr("Reject"), lambda: self.decided.emit(Verdict.REJECTED)
        )
        reject.setEnabled(state.verdict is not Verdict.REJECTED or bool(state.carried))
        back = menu.addAction(
            icon("undo"), self.tr("Take the decision back"), lambda: self.decided.emit(None)
        )
        back.setEnabled(bool(state.accepted or state.rejected))
        return menu

    # Drawing

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the toggles at the right edge."""
        super().resizeEvent(event)
        top = (HEIGHT - label_toggle.SIZE) // 2
        right = self.width() - EDGE - label_toggle.SIZE
        self.reject_toggle.move(right, top)
        self.accept_toggle.move(right - _GAP - label_toggle.SIZE, top)
        bar = self._bar_rect()
        self.where_toggle.move(bar.left() + bar.width() - label_toggle.SIZE, 0)

    def event(self, event: QEvent) -> bool:
        """Answer the pointer's question what is here; keep the row's keys to the row."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            at: QPoint = event.pos()
            tip = self._tip() if at.x() < self._bar_rect().right() else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and _is_own_key(event):
            # The window has single keys of its own; here they mean the row.
            event.accept()
            return True
        return super().event(event)

    def _value_rect(self) -> QRect:
        right = self.accept_toggle.x() - _GAP
        return QRect(right - self._value_width, 0, self._value_width, HEIGHT)

    def _bar_rect(self) -> QRect:
        width = self._value_rect().left() - EDGE - EDGE
        return QRect(EDGE, BAR_TOP, max(width, 0), BAR_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, name, bar and value; the toggles draw themselves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = self._bar_rect()
        paint_ground(painter, self.rect(), focused=self.hasFocus(), hovered=self.underMouse())
        named = bar.adjusted(0, 0, self._name_room() - bar.width(), 0)
        paint_name(painter, self._state, named, focused=self.hasFocus())
        paint_bar(painter, self._state, bar)
        painter.setFont(font())
        painter.setPen(color("dim"))
        painter.drawText(
            self._value_rect(),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            self.value(),
        )


def _is_own_key(event: QKeyEvent) -> bool:
    plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return plain and Qt.Key(event.key()) in (*_STEPS, *_ACCEPT, *_REJECT, *_TAKE_BACK, *_WHERE)
