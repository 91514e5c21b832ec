"""The right side of the window: what is known of the selected photos, and the user's word on it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.library.records import Operation, Verdict
from app.search.edit import with_term
from app.ui.background import Latest
from app.ui.files import FileActions
from app.ui.inspector.decisions import Decisions, Wish, decided_text
from app.ui.inspector.empty import NothingSelected
from app.ui.inspector.labels import LabelState
from app.ui.inspector.page import InspectorPage
from app.ui.inspector.pictures import PreviewPictures
from app.ui.inspector.questions import Facts, GivenUpError, ask_choices, ask_facts, ask_labels
from app.ui.inspector.where import RowWhere
from app.ui.inspector.words import WordsPart
from app.ui.theme import INSPECTOR_WIDTH
from app.ui.words.photo_words import PhotoWords

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.sought import Sought
    from app.ui.background import Background

_SLOW_MS: Final = 200
"""After this long without an answer the old labels go, and a word says what is being done."""
_VERY_MANY: Final = 1_000
"""So many photos take seconds to look at: after a decision what it did to them is known, and while
indexing changes the library they are looked at again only now and then."""
_REST_MS: Final = 10_000


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
        self._again = False
        self._facts, self._labels = Latest(background), Latest(background)
        self._choices = Latest(background)
        self._decisions = Decisions(engine, background, self)
        self._decisions.done.connect(self._decision_stored)
        self._decisions.failed.connect(self._decision_failed)
        self.words = PhotoWords(engine, background, self, hold_ms=_SLOW_MS)
        self._slow = _timer(self, _SLOW_MS, self._say_slow)
        self._rested = _timer(self, _REST_MS, self._ask)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Selected photos"))
        self.setMinimumWidth(INSPECTOR_WIDTH - 40)
        self.empty = NothingSelected(self)
        self._page = InspectorPage(files or FileActions(), self)
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(self._page)
        self._connect()

    def _connect(self) -> None:
        page = self._page
        self.preview, self.head = page.preview, page.head
        self.rows, self.field = page.rows, page.field
        self._pictures = PreviewPictures(self._engine, self._background, self.preview)
        self.where = RowWhere(
            self._engine, self._background, rows=self.rows, preview=self.preview, parent=self
        )
        self.preview.activated.connect(lambda: self.open_requested.emit(self._asked[0]))
        self.head.query_requested.connect(self.query_requested)
        self.head.said.connect(self.said)
        self.rows.decided.connect(self._decide)
        self.rows.label_chosen.connect(
            lambda name: self.query_requested.emit(with_term("", name, "wanted"))
        )
        self.words.changed.connect(self._show_words)
        page.words.read_wanted.connect(self.words.read)
        page.words.said.connect(self.said)
        self.field.added.connect(self._add)
        self.field.choices_wanted.connect(self._ask_choices)

    # Showing

    @property
    def photos(self) -> tuple[int, ...]:
        """The photos whose labels are shown; every decision goes to them."""
        return self._shown

    @property
    def pending(self) -> bool:
        """True while an answer or a decision is on its way."""
        return self._asking or self._decisions.pending or self.words.waiting

    @property
    def words_part(self) -> WordsPart:
        """The part about the words in the one photo."""
        return self._page.words

    def mark_words(self, terms: Sequence[Sought]) -> None:
        """Mark what a search looks for in the words of photos."""
        self.words.mark(terms)

    @property
    def _asking(self) -> bool:
        return self._facts.waiting or self._labels.waiting

    def show_photos(self, ids: Sequence[int]) -> None:
        """Show these photos; the same ones again are only looked at anew."""
        wanted = tuple(ids)
        if wanted == self._asked and wanted:
            self.refresh()
            return
        self._given_up.set()
        self._given_up = threading.Event()
        self._asked = wanted
        self._again = False
        self._rested.stop()
        self.where.set_photo(None)
        self.words.look_at(wanted[0] if len(wanted) == 1 else None)
        if wanted:
            self._slow.start()
            self._ask()
        else:
            self._forget()

    def refresh(self) -> None:
        """Ask for the facts, labels and words of the same photos again; no row moves."""
        self.words.look_again()
        if self._asking:
            self._again = True
        elif len(self._asked) > _VERY_MANY:
            if not self._rested.isActive():
                self._rested.start()
        elif self._asked:
            self._ask()

    def decisions_changed(self) -> None:
        """Look at the labels again, however many photos, once all decisions have arrived."""
        if self._asked and not self._decisions.pending:
            self._ask_labels()

    def focus_field(self) -> None:
        """Move the keyboard to the field that adds a label."""
        if self._asked:
            self.field.setFocus()
        else:
            self.said.emit(self.tr("Select a picture first; then add a label to it."))

    def finish(self) -> None:
        """Store decisions that have not been begun; call it once the background work is closed."""
        self._decisions.finish()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Give up long questions: nobody sees the answer, and a closing window must not wait."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._given_up.set()
            self.where.end()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Ask again what was given up."""
        super().showEvent(event)
        if self._given_up.is_set():
            self._given_up = threading.Event()
            if self._asked:
                self._ask()

    # Asking

    def _forget(self) -> None:
        self._shown = ()
        self._facts.forget()
        self._labels.forget()
        self._slow.stop()
        self.rows.set_states(())
        self.field.forget()
        self._pictures.clear()
        self._pages.setCurrentWidget(self.empty)

    def _ask(self) -> None:
        work = ask_facts(self._engine, self._asked, self._given_up)
        self._facts.run(work, self._show_facts, self._failed)
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
        self._once_more()

    def _once_more(self) -> None:
        """Ask again if the library changed while the question was out."""
        if self._again and not self._asking:
            self._again = False
            self.refresh()

    def _show_facts(self, facts: Facts) -> None:
        self._page.show_head(facts)
        self._pictures.show(facts)
        self._pages.setCurrentWidget(self._page)
        self._once_more()

    def _show_labels(self, ids: tuple[int, ...], states: tuple[LabelState, ...]) -> None:
        if self._decisions.pending:
            return  # what is on its way is already shown; the answer is older
        self._slow.stop()
        self._page.show_ready()
        self._stored = {state.key: state for state in states}
        self.rows.set_states(states, in_place=ids == self._shown)
        self.where.set_photo(ids[0] if len(ids) == 1 else None)
        self.where.look_again()
        if ids != self._shown:
            self._shown = ids
            self._page.scroll_up()
        self._once_more()

    def _show_words(self) -> None:
        self._page.words.show_words(self.words.shown)
        self.where.look_again()

    def _say_slow(self) -> None:
        n = len(self._asked)
        self._page.show_busy(n)
        if self._facts.waiting:
            self.head.show_waiting(n)
            self._pictures.clear()
        self._pages.setCurrentWidget(self._page)

    def _ask_choices(self) -> None:
        self._choices.run(ask_choices(self._engine), self.field.set_choices)

    # Deciding

    def _decide(self, key: str, name: str, verdict: Verdict | None) -> None:
        if self._shown:
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
        if wish.label != operation.label:
            self._ask_choices()  # a word has become a label
            if wish.ids == self._shown:
                self.rows.add(operation.label, wish.name, len(wish.ids))
        if len(wish.ids) > 1:
            self.said.emit(decided_text(wish.name, wish.verdict, len(wish.ids)))
        if self._asked != self._shown or len(self._shown) <= _VERY_MANY:
            self.decisions_changed()
        self.decided.emit()

    def _decision_failed(self, wish: Wish, sentence: str) -> None:
        if wish.ids == self._shown:
            self.rows.restore(wish.label, self._stored.get(wish.label))
        self.said.emit(sentence)
        self.decisions_changed()


def _timer(parent: QWidget, milliseconds: int, then: Callable[[], None]) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(then)
    return timer
