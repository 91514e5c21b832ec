"""The viewer's words: what was searched is marked at once, T shows every line."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.viewer.where import LabelChip
from app.ui.wording import counted
from app.ui.words.photo_words import PhotoWords
from app.ui.words.wording import copied_text, read_text, reason_text, state_text

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.sought import Sought
    from app.reading import Line
    from app.ui.background import Background
    from app.ui.viewer.word_layer import WordLayer

_COPIED_MS: Final = 2_500
_MOST_SPOKEN: Final = 500
"""Characters of a picture's words that are told to a screen reader at once."""


class _Shown(Enum):
    NONE = auto()
    HITS = auto()
    ALL = auto()


class WordChips(QWidget):
    """What can be done with the words: copy them, and read them again."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.copy, self.read = LabelChip(self), LabelChip(self)
        for chip in (self.copy, self.read):
            chip.setAutoExclusive(False)
            chip.setCheckable(False)
            row.addWidget(chip)
        self.hide()

    def offer(self, copy: str, read: str) -> None:
        """Offer what can be done; an empty text offers nothing."""
        for chip, text in ((self.copy, copy), (self.read, read)):
            chip.setText(text)
            chip.setAccessibleName(text)
            chip.setVisible(bool(text))
            chip.updateGeometry()
        self.setVisible(bool(copy or read))
        self.adjustSize()


class ViewerWords(QObject):
    """Knows which words are shown over the photo, and copies them.

    Opened from a search for words, their boxes are marked without asking. Turned on, every line
    has its box and can be selected.
    """

    changed = Signal()
    """What is shown, or what is said of it, is different now."""

    def __init__(
        self,
        engine: Engine,
        background: Background,
        layer: WordLayer,
        chips: WordChips,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._layer = layer
        self._chips = chips
        self._state = _Shown.NONE
        self._veiled = False
        self._copied = ""
        self._photo = PhotoWords(engine, background, self)
        self._photo.changed.connect(self._show)
        layer.chosen.connect(self._chosen)
        chips.copy.clicked.connect(self.copy)
        chips.read.clicked.connect(self.read)
        self._said = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._said.timeout.connect(self._say_no_more)

    @property
    def on(self) -> bool:
        """True while every line is shown."""
        return self._state is _Shown.ALL and not self._veiled

    @property
    def lines(self) -> tuple[Line, ...] | None:
        """The photo's lines, shown or not; None while they are not here."""
        shown = self._photo.shown
        return None if shown is None else shown.lines or ()

    @property
    def settled(self) -> bool:
        """True when the words of the photo are here."""
        return not self._photo.waiting

    @property
    def caption(self) -> str:
        """One sentence to write below the picture; may be empty."""
        shown = self._photo.shown
        if not self.on or shown is None:
            return ""
        if self._copied:
            return self._copied
        n = len(self._layer.selection.lines)
        if n:
            return counted(self.tr("{n} line(s) selected; Ctrl+C copies", "", n), n)
        return " ".join(part for part in (state_text(shown), reason_text(shown)) if part)

    @property
    def spoken(self) -> str:
        """The same for those who cannot see the boxes, with the words themselves."""
        shown = self._photo.shown
        if not self.on or shown is None:
            return ""
        if self._copied:
            return self._copied
        current = self._layer.selection.current
        if current is not None:
            return self._layer.lines[current].text
        if not shown.lines:
            return self.caption
        n = len(shown.lines)
        text = counted(self.tr("{n} line(s) of text", "", n), n)
        words = ". ".join(line.text for line in shown.lines)
        return f"{text}: {words[:_MOST_SPOKEN]}"

    def begin(self, terms: Sequence[Sought]) -> None:
        """The viewer opens: mark what a search looked for."""
        self._photo.mark(terms)
        self._state = self._at_first

    def look_at(self, photo_id: int | None) -> None:
        """Another photo is looked at; None: none any more."""
        self._forget_copied()
        self._photo.look_at(photo_id)

    def look_again(self) -> None:
        """The photo may have been read in the meantime."""
        self._photo.look_again()

    def toggle(self) -> None:
        """Show every line, or none."""
        self._state = _Shown.NONE if self.on else _Shown.ALL
        self._veiled = False
        self._show()

    def end(self) -> None:
        """Show what was shown at first."""
        self._state = self._at_first
        self._show()

    def veil(self, veiled: bool) -> None:
        """Make way for something else over the picture (True), or come back as at first."""
        if veiled != self._veiled:
            self._veiled = veiled
            self.end()

    def read(self) -> None:
        """Let the photo be read, or read again; shows its words."""
        shown = self._photo.shown
        if shown is not None and not shown.refusal:
            self._state = _Shown.ALL
            self._photo.read()
            self._show()

    def copy(self) -> None:
        """Put the selected lines on the clipboard, all where none is selected."""
        if self.on and self._layer.lines:
            n = len(self._layer.selection.lines) or len(self._layer.lines)
            QGuiApplication.clipboard().setText(self._layer.selected_text())
            self._copied = copied_text(n)
            self._said.start()
            self.changed.emit()

    def choose_all(self) -> None:
        """Select every line."""
        if self.on:
            self._layer.choose_all()

    def step(self, steps: int) -> None:
        """Extend the selection by the keyboard."""
        if self.on:
            self._layer.step(steps)

    def leave_selection(self) -> bool:
        """Select nothing; False if nothing was selected."""
        if not (self.on and self._layer.selection.lines):
            return False
        self._layer.choose_none()
        return True

    @property
    def _at_first(self) -> _Shown:
        return _Shown.HITS if self._photo.terms else _Shown.NONE

    def _show(self) -> None:
        shown = self._photo.shown
        state = _Shown.NONE if self._veiled or shown is None else self._state
        lines = shown.lines if shown is not None and state is not _Shown.NONE else None
        marks = shown.marks if shown is not None and lines else ()
        self._layer.show_words(lines or (), marks, every=state is _Shown.ALL)
        self._offer()
        self.changed.emit()

    def _offer(self) -> None:
        shown = self._photo.shown
        if not self.on or shown is None:
            self._chips.offer("", "")
            return
        n = len(self._layer.selection.lines)
        copy = ""
        if shown.lines:
            some = counted(self.tr("Copy {n} line(s)", "", n), n)
            copy = some if n else self.tr("Copy all words")
        able = not (shown.waiting or shown.refusal)
        self._chips.offer(copy, read_text(shown) if able else "")

    def _chosen(self) -> None:
        self._forget_copied()
        self._offer()
        self.changed.emit()

    def _forget_copied(self) -> None:
        self._said.stop()
        self._copied = ""

    def _say_no_more(self) -> None:
        self._copied = ""
        self.changed.emit()
