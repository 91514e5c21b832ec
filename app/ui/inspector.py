"""The right side of the window: what is known of the selected photos, and the user's word on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.library.records import Operation, Verdict
from app.search.edit import with_term
from app.ui.background import Latest
from app.ui.files import FileActions
from app.ui.inspector_add import AddLabel
from app.ui.inspector_decisions import Decisions, Wish, decided_text
from app.ui.inspector_empty import NothingSelected
from app.ui.inspector_head import Head
from app.ui.inspector_labels import LabelState
from app.ui.inspector_offers import Choice
from app.ui.inspector_preview import HEIGHT as PREVIEW_HEIGHT
from app.ui.inspector_preview import Preview
from app.ui.inspector_questions import (
    Facts,
    GivenUpError,
    ask_choices,
    ask_facts,
    ask_labels,
    ask_sharper,
)
from app.ui.label_row import EDGE
from app.ui.label_rows import LabelRows
from app.ui.theme import GAP, INSPECTOR_WIDTH, MARGIN
from app.ui.wording import counted

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.background import Background

_SLOW_MS: Final = 200
"""After this long without an answer the old labels go, and a word says what is being done."""
_VERY_MANY: Final = 1_000
"""So many photos are not looked at again after each decision: what it did to them is known."""
_SETTLED_MS: Final = 150
"""A picture is decoded once the user rests on it, not while walking past."""


class Inspector(QWidget):
    """Shows one or many photos; every action goes to all of them."""

    decided = Signal()
    """A decision is in the library: counts and results may have changed."""
    query_requested = Signal(str)
    open_requested = Signal(int)
    """Show this photo in full size."""
    said = Signal(str)
    """One sentence for the status line."""

    def __init__(
        self,
        engine: Engine,
        background: Background,
        parent: QWidget | None = None,
        *,
        files: FileActions | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._asked: tuple[int, ...] = ()
        self._shown: tuple[int, ...] = ()
        self._stored: dict[str, LabelState] = {}
        self._given_up = threading.Event()
        self._facts, self._labels = Latest(background), Latest(background)
        self._sharper, self._choices = Latest(background), Latest(background)
        self._decisions = Decisions(engine, background, self)
        self._decisions.done.connect(self._decision_stored)
        self._decisions.failed.connect(self._decision_failed)
        self._slow = _timer(self, _SLOW_MS, self._say_slow)
        self._settled = _timer(self, _SETTLED_MS, self._sharpen)
        self._lay_out(files or FileActions())
        self.show_photos([])

    def _lay_out(self, files: FileActions) -> None:
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Selected photos"))
        self.setMinimumWidth(INSPECTOR_WIDTH - 40)
        self.preview = Preview(self)
        self.preview.activated.connect(self._open_first)
        self.head = Head(files, self)
        self.head.query_requested.connect(self.query_requested)
        self.head.said.connect(self.said)
        self._section = QLabel(self.tr("LABELS"), self)
        self._section.setProperty("role", "section")
        self._section.setContentsMargins(EDGE, 0, EDGE, 0)
        self._busy = QLabel(self)
        self._busy.setProperty("role", "dim")
        self._busy.setContentsMargins(EDGE, 4, EDGE, 4)
        self._busy.hide()
        self.rows = LabelRows(self)
        self.rows.decided.connect(self._decide)
        self.rows.label_chosen.connect(
            lambda name: self.query_requested.emit(with_term("", name, "wanted"))
        )
        self.field = AddLabel(self)
        self.field.added.connect(self._add)
        self.field.choices_wanted.connect(self._ask_choices)
        self._scroll = self._scrolled()
        self.rows.reached.connect(lambda row: self._scroll.ensureWidgetVisible(row, 0, GAP))
        self.empty = NothingSelected(self)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._scroll)

    def _scrolled(self) -> QScrollArea:
        content = QWidget()
        column = QVBoxLayout(content)
        # Rows have an inner edge of their own, so that their focus ring can stand out.
        column.setContentsMargins(MARGIN - EDGE, MARGIN, MARGIN - EDGE, MARGIN)
        column.setSpacing(0)
        for widget, above in ((self.preview, 0), (self.head, 12)):
            column.addSpacing(above)
            column.addWidget(_inset(widget))
        column.addSpacing(MARGIN)
        column.addWidget(self._section)
        column.addSpacing(6)
        column.addWidget(self._busy)
        column.addWidget(self.rows)
        column.addSpacing(GAP)
        column.addWidget(_inset(self.field))
        column.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        return scroll

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the width of the design."""
        return QSize(INSPECTOR_WIDTH, 600)

    # Showing

    @property
    def photos(self) -> tuple[int, ...]:
        """The photos whose labels are shown; every decision goes to them."""
        return self._shown

    @property
    def pending(self) -> bool:
        """True while an answer or a decision is on its way."""
        return self._facts.waiting or self._labels.waiting or self._decisions.pending

    def show_photos(self, ids: Sequence[int]) -> None:
        """Show these photos; the same ones again are only looked at anew."""
        wanted = tuple(ids)
        if wanted == self._asked and wanted:
            self.refresh()
            return
        self._given_up.set()
        self._given_up = threading.Event()
        self._asked = wanted
        if not wanted:
            self._forget()
            return
        self._settled.stop()
        self._slow.start()
        self._ask()

    def refresh(self) -> None:
        """Ask for the facts and labels of the same photos again; no row moves."""
        if self._asked:
            self._ask()

    def focus_labels(self) -> None:
        """Move the keyboard to the first label."""
        self.rows.focus_first()

    def focus_field(self) -> None:
        """Move the keyboard to the field that adds a label."""
        self.field.setFocus()

    def finish(self) -> None:
        """Store decisions that have not been begun, for the window is closing.

        Show no photos first, so that no answer is waited for; then close the background work; then
        call this.
        """
        self._decisions.finish()

    def _forget(self) -> None:
        self._shown = ()
        for question in (self._facts, self._labels, self._sharper):
            question.forget()
        self._slow.stop()
        self._settled.stop()
        self.rows.set_states(())
        self.preview.set_images(())
        self._pages.setCurrentWidget(self.empty)

    def _ask(self) -> None:
        ids, given_up = self._asked, self._given_up
        self._facts.run(ask_facts(self._engine, ids, given_up), self._show_facts, self._failed)
        if not self._decisions.pending:
            self._ask_labels()

    def _ask_labels(self) -> None:
        ids = self._asked

        def answered(states: tuple[LabelState, ...]) -> None:
            self._show_labels(ids, states)

        work = ask_labels(self._engine, ids, self._given_up)
        self._labels.run(work, answered, self._failed, owner=self)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, GivenUpError):
            self.said.emit(self._background.sentence(error))

    def _show_facts(self, facts: Facts) -> None:
        if facts.one is not None:
            self.head.show_one(facts.one)
            self.preview.setAccessibleName(
                self.tr("Preview of {name}").replace("{name}", facts.one.card.name)
            )
        else:
            self.head.show_many(facts.total, facts.paths)
            self.preview.setAccessibleName(self.tr("Preview of the first selected photos"))
        self.preview.set_images(facts.images)
        self._pages.setCurrentWidget(self._scroll)
        if facts.one is not None:
            self._settled.start()

    def _show_labels(self, ids: tuple[int, ...], states: tuple[LabelState, ...]) -> None:
        if self._decisions.pending:
            return  # what is on its way is already shown; the answer is older
        self._slow.stop()
        self._busy.hide()
        self.rows.show()
        self.field.setEnabled(True)
        self._stored = {state.key: state for state in states}
        self.rows.set_states(states, in_place=ids == self._shown)
        if ids != self._shown:
            self._shown = ids
            self._scroll.verticalScrollBar().setValue(0)

    def _say_slow(self) -> None:
        """Let the old labels go: a click on them would be meant for the new photos."""
        n = len(self._asked)
        text = self.tr("Looking at {n} photo(s)…", "", n)
        self._busy.setText(counted(text, n))
        self._busy.show()
        if self._facts.waiting:
            self.head.show_waiting(n)
            self.preview.set_images(())
        self.rows.hide()
        self.field.setEnabled(False)
        self._pages.setCurrentWidget(self._scroll)

    def _sharpen(self) -> None:
        """Replace the thumbnail where it is too small for the screen's pixels."""
        ratio = self.devicePixelRatioF()
        if self.preview.images and ratio <= 1.0:
            return
        needed = round(PREVIEW_HEIGHT * ratio)
        photo = self._asked[0]

        def sharper(image: QImage) -> None:
            if self._asked == (photo,):
                self.preview.set_images([image])

        def kept(error: Exception) -> None:
            """Leave the thumbnail: the file may be away, and the head says so."""

        self._sharper.run(ask_sharper(self._engine, photo, needed), sharper, kept, owner=self)

    # Deciding

    def _decide(self, key: str, name: str, verdict: Verdict | None) -> None:
        if not self._shown:
            return
        self._labels.forget()
        self.rows.show_decision(key, verdict)
        self._decisions.decide(self._shown, key, name, verdict)

    def _add(self, name: str, key: str | None) -> None:
        if not self._shown:
            return
        self._labels.forget()
        if key is not None:
            self.rows.add(key, name, len(self._shown))
        self._decisions.decide(self._shown, key or name, name, Verdict.ACCEPTED)

    def _decision_stored(self, wish: Wish, operation: Operation) -> None:
        if wish.label != operation.label and wish.ids == self._shown:
            self.rows.add(operation.label, wish.name, len(wish.ids))
            self._ask_choices()
        if len(wish.ids) > 1:
            self.said.emit(decided_text(wish.name, wish.verdict, len(wish.ids)))
        self._look_again()
        self.decided.emit()

    def _decision_failed(self, wish: Wish, sentence: str) -> None:
        if wish.ids == self._shown:
            self.rows.restore(wish.label, self._stored.get(wish.label))
        self.said.emit(sentence)
        self._look_again()

    def _look_again(self) -> None:
        """Show what the library has, once everything on its way has arrived."""
        known = self._asked == self._shown and len(self._shown) > _VERY_MANY
        if self._asked and not known and not self._decisions.pending:
            self._ask_labels()

    def _ask_choices(self) -> None:
        def answered(choices: tuple[Choice, ...]) -> None:
            self.field.set_choices(choices)

        self._choices.run(ask_choices(self._engine), answered, owner=self)

    def _open_first(self) -> None:
        if self._asked:
            self.open_requested.emit(self._asked[0])


def _inset(widget: QWidget) -> QWidget:
    """Return the widget with the edge beside it that rows have inside."""
    holder = QWidget()
    row = QVBoxLayout(holder)
    row.setContentsMargins(EDGE, 0, EDGE, 0)
    row.addWidget(widget)
    return holder


def _timer(parent: QWidget, milliseconds: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(then)
    return timer
