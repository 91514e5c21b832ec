"""Keeps the words of the photo that is looked at, and asks for it to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.background import Latest
from app.ui.words.shown import ShownWords, ask_words

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.sought import Sought
    from app.ui.background import Background


class PhotoWords(QObject):
    """The words of one photo, looked up in the background whenever something may have changed."""

    changed = Signal()
    """``shown`` is something else now."""

    def __init__(
        self, engine: Engine, background: Background, parent: QObject, *, hold_ms: int = 0
    ) -> None:
        """Look at no photo yet.

        Args:
            engine: Knows the words.
            background: Where it is asked.
            parent: As for any QObject.
            hold_ms: So long the words of the photo before may stay while the next are looked up;
                0 takes them away at once.
        """
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._latest = Latest(background)
        self._photo: int | None = None
        self._terms: tuple[Sought, ...] = ()
        self.shown: ShownWords | None = None
        self._hold = QTimer(self, singleShot=True, interval=hold_ms)
        self._hold.timeout.connect(lambda: self._set(None))

    @property
    def waiting(self) -> bool:
        """True while an answer is on its way."""
        return self._latest.waiting

    @property
    def terms(self) -> tuple[Sought, ...]:
        """What is marked."""
        return self._terms

    def look_at(self, photo_id: int | None) -> None:
        """Show the words of this photo as soon as they are here; None shows nothing."""
        if photo_id == self._photo:
            self.look_again()
            return
        self._photo = photo_id
        if photo_id is not None and self._hold.interval():
            self._hold.start()
        else:
            self._set(None)
        if photo_id is None:
            self._hold.stop()
            self._latest.forget()
        self.look_again()

    def mark(self, terms: Sequence[Sought]) -> None:
        """Mark what a search looks for."""
        if tuple(terms) != self._terms:
            self._terms = tuple(terms)
            self.look_again()

    def look_again(self) -> None:
        """The photo may have been read in the meantime."""
        if self._photo is not None:
            work = ask_words(self._engine, self._photo, self._terms)
            self._latest.run(work, self._take, owner=self)

    def read(self) -> None:
        """Let the photo be read, or read again."""
        shown = self.shown
        if shown is None or shown.waiting:
            return
        self._latest.forget()
        self._set(replace(shown, waiting=True))
        self._background.run(
            lambda: self._engine.words.ask([shown.photo_id]),
            lambda _: self.look_again(),
            self._failed,
            owner=self,
        )

    def _take(self, shown: ShownWords) -> None:
        if shown.photo_id == self._photo:
            self._hold.stop()
            self._set(shown)

    def _failed(self, error: Exception) -> None:
        self._background.failed.emit(self._background.sentence(error))
        self.look_again()

    def _set(self, shown: ShownWords | None) -> None:
        if shown != self.shown:
            self.shown = shown
            self.changed.emit()
