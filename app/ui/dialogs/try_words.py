"""Reads the words of tried pictures where a pack wants them, after their looks were told."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.engine import TriedPicture, wants_words
from app.engine.file_words import FileWords
from app.engine.tried import label_by_words

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.background import Background


class TriedWords(QObject):
    """One picture is read at a time, the one looked at first; each gets a note on its words."""

    sharpened = Signal(object)
    """A ``TriedPicture`` whose labels take its words into account now."""
    noted = Signal(object)
    """The note of the picture of this path is another."""

    def __init__(self, engine: Engine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._waiting: dict[Path, TriedPicture] = {}
        self._notes: dict[Path, str] = {}
        self._reading: Path | None = None
        self._first: Path | None = None
        self._stopped = threading.Event()

    def note(self, path: Path) -> str:
        """Return one sentence about the words of a picture; empty where no pack wants them."""
        return self._notes.get(path, "")

    @property
    def settled(self) -> bool:
        """True while nothing is read, nor waits to be."""
        return self._reading is None and not self._waiting

    def want(self, tried: TriedPicture) -> None:
        """Read a picture if a pack wants its words."""
        if wants_words(self._engine.packs, tried):
            self._waiting[tried.path] = tried
            self._note(tried.path, self.tr("Reading the words in it…"))
            self._read()

    def look_at(self, path: Path | None) -> None:
        """Read this picture before others that wait."""
        self._first = path

    def stop(self) -> None:
        """End the reading; the dialog is closed."""
        self._stopped.set()
        self._waiting.clear()

    def _read(self) -> None:
        if self._reading is not None or not self._waiting or self._stopped.is_set():
            return
        path = self._first if self._first in self._waiting else next(iter(self._waiting))
        tried, self._reading = self._waiting.pop(path), path
        engine, stopped = self._engine, self._stopped
        off = self.tr("The words in it were not read: reading is switched off in the settings.")
        told: list[str] = []

        def work() -> tuple[TriedPicture, str] | str:
            if not engine.words.enabled():
                return off
            words = FileWords(engine.words.reader(), told.append, stop=stopped.is_set)
            found = label_by_words(engine.labeler(), words, tried)
            # Which file is meant stands beside it already.
            return found if found is not None else " ".join(told).removeprefix(f"{path}: ")

        self._background.run(work, self._take, self._fail, owner=self)

    def _take(self, found: tuple[TriedPicture, str] | str) -> None:
        if isinstance(found, str):
            self._end(found)
            return
        tried, text = found
        self.sharpened.emit(tried)
        self._end(
            self.tr("The words in it count, too.")
            if text
            else self.tr("No words were found in it.")
        )

    def _fail(self, error: Exception) -> None:
        self._end(self._background.sentence(error))

    def _end(self, note: str) -> None:
        path, self._reading = self._reading, None
        if path is not None:
            self._note(path, note)
        self._read()

    def _note(self, path: Path, note: str) -> None:
        self._notes[path] = note
        self.noted.emit(path)
