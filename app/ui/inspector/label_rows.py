"""The labels of the selection, one row each, with the less sure folded away below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.library.records import Verdict
from app.ui.icons import icon
from app.ui.inspector.label_drawing import value_text
from app.ui.inspector.label_row import EDGE, LabelRow
from app.ui.inspector.labels import LabelState, kept_in_place
from app.ui.inspector.text import TextLink
from app.ui.theme import font
from app.ui.wording import counted

MOST_SURE: Final = 60
"""Rows drawn: a selection of thousands has hundreds of labels, and nobody reads on after these."""
MOST_UNSURE: Final = 12


class LabelRows(QWidget):
    """Rows that are one stop for Tab; the arrows walk within them."""

    decided = Signal(str, str, object)
    """Key and name of the label, and the ``Verdict`` or None."""
    label_chosen = Signal(str)
    """The name of a label whose photos shall be found."""
    reached = Signal(QWidget)
    """The keyboard moved to this row: it must be in sight."""
    pointed = Signal(str, bool)
    """The pointer is at the label of this key, or has left it."""
    walked_to = Signal(str, bool)
    """The keyboard walked to the label of this key, or has left it."""
    where_asked = Signal(str)
    """Show where the label of this key was seen, or show it no longer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[LabelState, ...] = ()
        self._can_say_where: Callable[[str], bool] = lambda _: False
        self._held: str | None = None
        # Tab goes through them in the order in which they are made.
        self._sure = _Part(self)
        self.fold = TextLink(tint="dim", parent=self)
        self._unsure = _Part(self)
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._fold_toggled)
        self._nothing = QLabel(self)
        self._nothing.setProperty("role", "dim")
        self._nothing.setWordWrap(True)
        self._nothing.setContentsMargins(EDGE, 4, EDGE, 4)
        self._nothing.setText(self.tr("Nothing was recognised for sure."))
        self._more = QLabel(self)
        self._more.setProperty("role", "small")
        self._more.setContentsMargins(EDGE, 4, EDGE, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._nothing)
        column.addWidget(self._sure)
        column.addWidget(self._more)
        self._fold_line = QWidget(self)
        line = QHBoxLayout(self._fold_line)
        line.setContentsMargins(EDGE, 4, EDGE, 4)
        line.addWidget(self.fold)
        line.addStretch(1)
        column.addWidget(self._fold_line)
        column.addWidget(self._unsure)
        for part in (self._sure, self._unsure):
            part.decided.connect(self.decided)
            part.label_chosen.connect(self.label_chosen)
            part.left.connect(self._walk)
            part.reached.connect(self._tab_stops_at)
            part.reached.connect(self.reached)
            part.pointed.connect(self.pointed)
            part.walked_to.connect(self.walked_to)
            part.where_asked.connect(self.where_asked)
        self.set_states(())

    @property
    def states(self) -> tuple[LabelState, ...]:
        """What is shown, the folded rows included."""
        return self._states

    def rows(self) -> list[LabelRow]:
        """Return the rows that can be seen, from top to bottom."""
        return self._sure.rows() + (self._unsure.rows() if self.fold.isChecked() else [])

    def row(self, name: str) -> LabelRow:
        """Return the row of a label, folded or not.

        Raises:
            KeyError: There is none.
        """
        for row in self._sure.rows() + self._unsure.rows():
            if row.state.name == name:
                return row
        raise KeyError(name)

    def set_states(self, states: Sequence[LabelState], *, in_place: bool = False) -> None:
        """Show these labels.

        Args:
            states: The labels over the selected photos, in the order to show them.
            in_place: The selection is the one already shown: no row moves.
        """
        self._states = kept_in_place(self._states, states) if in_place else tuple(states)
        sure = [state for state in self._states if state.sure]
        unsure = [state for state in self._states if not state.sure][:MOST_UNSURE]
        drawn = sure[:MOST_SURE]
        metrics = QFontMetrics(font())
        width = max(
            (metrics.horizontalAdvance(value_text(state)) for state in drawn + unsure), default=0
        )
        self._sure.set_states(drawn, width)
        self._unsure.set_states(unsure, width)
        self._offer_where()
        self._nothing.setVisible(not sure)
        left_out = len(sure) - len(drawn)
        self._more.setVisible(left_out > 0)
        self._more.setText(counted(self.tr("and {n} more label(s)", "", left_out), left_out))
        self._fold_line.setVisible(bool(unsure))
        n = len(unsure)
        self.fold.setText(counted(self.tr("Less sure ({n})", "", n), n))
        self.fold.updateGeometry()
        self._fold_toggled(self.fold.isChecked())
        rows = self.rows()
        if rows and not any(row.hasFocus() for row in rows):
            self._tab_stops_at(rows[0])

    def offer_where(self, can_say: Callable[[str], bool]) -> None:
        """Offer to show where the labels were seen, those whose keys ``can_say`` allows."""
        self._can_say_where = can_say
        self._offer_where()

    def hold_where(self, key: str | None) -> None:
        """Show at which label the user asked where it was seen; None for no label."""
        self._held = key
        self._offer_where()

    def _offer_where(self) -> None:
        for row in self._sure.rows() + self._unsure.rows():
            key = row.state.key
            offered = row.state.of == 1 and self._can_say_where(key)
            row.set_where(offered=offered, held=key == self._held)

    def show_decision(self, key: str, verdict: Verdict | None) -> None:
        """Show a decision at once, before the library has it."""
        self.set_states(
            [state.after(verdict) if state.key == key else state for state in self._states]
        )

    def add(self, key: str, name: str, of: int) -> None:
        """Show a label that was just accepted by hand on all photos, among the labels proper."""
        known = next((state for state in self._states if state.key == key), None)
        if known is not None and known.sure:
            self.show_decision(key, Verdict.ACCEPTED)
            return
        added = (known or LabelState(key, name, of)).after(Verdict.ACCEPTED)
        others = [state for state in self._states if state.key != key]
        sure = [state for state in others if state.sure]
        unsure = [state for state in others if not state.sure]
        self.set_states([*sure, replace(added, sure=True), *unsure])

    def restore(self, key: str, stored: LabelState | None) -> None:
        """Take back what ``show_decision`` or ``add`` showed too early.

        Args:
            key: The label.
            stored: What the library has of it; None if the photos do not have it at all.
        """
        kept = [stored if state.key == key else state for state in self._states]
        self.set_states([state for state in kept if state is not None])

    def focus_first(self) -> None:
        """Move the keyboard to the first row."""
        rows = self.rows()
        if rows:
            rows[0].setFocus()

    def _fold_toggled(self, opened: bool) -> None:
        self.fold.setIcon(icon("opened" if opened else "closed"))
        self._unsure.setVisible(opened and bool(self._unsure.rows()))

    def _tab_stops_at(self, stop: LabelRow) -> None:
        for row in self._sure.rows() + self._unsure.rows():
            policy = Qt.FocusPolicy.StrongFocus if row is stop else Qt.FocusPolicy.ClickFocus
            row.setFocusPolicy(policy)

    def _walk(self, row: LabelRow, steps: int) -> None:
        rows = self.rows()
        at = rows.index(row)
        to = {-2: 0, 2: len(rows) - 1}.get(steps, at + steps)
        if 0 <= to < len(rows):
            rows[to].setFocus()


class _Part(QWidget):
    """A column of rows; rows are used again, for walking through photos must be quick."""

    decided = Signal(str, str, object)
    label_chosen = Signal(str)
    left = Signal(LabelRow, int)
    reached = Signal(LabelRow)
    pointed = Signal(str, bool)
    walked_to = Signal(str, bool)
    where_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: list[LabelRow] = []
        self._count = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)

    def rows(self) -> list[LabelRow]:
        return self._rows[: self._count]

    def set_states(self, states: Sequence[LabelState], value_width: int) -> None:
        for at, state in enumerate(states):
            if at == len(self._rows):
                self._rows.append(self._make(state))
            self._rows[at].set_state(state, value_width)
            self._rows[at].show()
        for row in self._rows[len(states) :]:
            row.hide()
        self._count = len(states)

    def _make(self, state: LabelState) -> LabelRow:
        row = LabelRow(state, self)
        row.decided.connect(
            lambda verdict: self.decided.emit(row.state.key, row.state.name, verdict)
        )
        row.chosen.connect(lambda: self.label_chosen.emit(row.state.name))
        row.moved.connect(lambda steps: self.left.emit(row, steps))
        row.reached.connect(lambda: self.reached.emit(row))
        row.pointed.connect(lambda here: self.pointed.emit(row.state.key, here))
        row.walked_to.connect(lambda here: self.walked_to.emit(row.state.key, here))
        row.where_asked.connect(lambda: self.where_asked.emit(row.state.key))
        self._column.addWidget(row)
        self._keep_tab_order(row)
        return row

    def _keep_tab_order(self, row: LabelRow) -> None:
        """Let Tab come to a new row after the one above; of itself it would be the window's last.

        Qt orders only what takes the focus, so the column does for that moment.
        """
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTabOrder(self._rows[-1] if self._rows else self, row)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
