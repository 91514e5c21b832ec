"""Settings: looks, where the networks run, words, what is left out, packs, muted labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from app.errors import LumitagError
from app.ui import theme
from app.ui.background import Background
from app.ui.dialogs.paged import Paged
from app.ui.dialogs.settings_lists import ExcludedPage, MutedPage
from app.ui.dialogs.settings_pages import GeneralPage, PacksPage
from app.ui.dialogs.settings_words import StoredWords, WordsPage, choose_words, stored_words

if TYPE_CHECKING:
    from app.engine import Engine

_SIZE = QSize(720, 600)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the dialog shows, asked for in the background."""

    excluded: tuple[str, ...]
    device: str
    muted: tuple[tuple[str, str], ...]
    words: StoredWords


class SettingsDialog(QDialog):
    """Every change is taken at once; there is nothing to confirm."""

    theme_chosen = Signal(str)
    mute_changed = Signal()
    excluded_changed = Signal()
    words_changed = Signal()
    """Another choice of what is read was stored, or all that was read is erased."""
    loaded = Signal()

    def __init__(self, engine: Engine, background: Background, parent: QWidget | None = None):
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self.setWindowTitle(self.tr("Settings"))
        self.resize(_SIZE)
        self.pages = Paged(self.tr("Settings"), self)  # first: Tab goes on from it to its pages
        self.general = GeneralPage(engine.library.path, self)
        self.general.theme_chosen.connect(self.theme_chosen)
        self.general.device_chosen.connect(self._store_device)
        self.words = WordsPage(self)
        self.words.chosen.connect(self._store_words)
        self.words.erase_requested.connect(self._erase_words)
        self.excluded = ExcludedPage(self)
        self.excluded.changed.connect(self._store_excluded)
        self.packs = PacksPage(engine.packs, engine.pack_errors, self)
        self.muted = MutedPage(self)
        self.muted.shown_again.connect(self._unmute)
        self._build()
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return in a field is for the field
        self._ask()

    def _build(self) -> None:
        self.pages.add("settings", self.tr("General"), self.general)
        self.pages.add("words", self.tr("Words"), self.words)
        self.pages.add("exclude", self.tr("Left out"), self.excluded)
        self.pages.add("tag", self.tr("Label packs"), self.packs)
        self.pages.add("mute", self.tr("Muted labels"), self.muted)
        self.pages.names.setFocus()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.MARGIN)
        layout.addWidget(self.pages, 1)
        layout.addWidget(buttons)

    def show_page(self, page: QWidget) -> None:
        """Open one of ``general``, ``words``, ``excluded``, ``packs``, ``muted``."""
        self.pages.show_page(page)

    # What is stored

    def _ask(self) -> None:
        engine = self._engine

        def gather() -> _Stored:
            labels = engine.searcher.vocabulary.labels
            muted = sorted(engine.decisions.muted())
            named = ((key, labels[key].name if key in labels else key) for key in muted)
            device = engine.library.settings.get(engine.DEVICE_SETTING, "auto")
            return _Stored(engine.excluded(), str(device), tuple(named), stored_words(engine))

        self._background.run(gather, self._show, owner=self)

    def _show(self, stored: _Stored) -> None:
        self.excluded.set_names(stored.excluded)
        self.general.set_device(stored.device)
        self.muted.set_labels(stored.muted)
        self.words.show_stored(stored.words)
        self.loaded.emit()

    def _store_device(self, device: str) -> None:
        settings = self._engine.library.settings
        self._background.run(
            lambda: settings.set(self._engine.DEVICE_SETTING, device), lambda _: None, owner=self
        )

    def _store_words(self, chosen: str) -> None:
        self._change_words(lambda: choose_words(self._engine, chosen))

    def _erase_words(self) -> None:
        self._change_words(self._engine.words.erase)

    def _change_words(self, change: Callable[[], None]) -> None:
        """Change something about the words, and show how it stands then."""

        def change_and_ask() -> tuple[StoredWords, str]:
            problem = ""
            try:
                change()
            except LumitagError as error:
                problem = str(error)
            return stored_words(self._engine), problem

        def done(answer: tuple[StoredWords, str]) -> None:
            stored, problem = answer
            self.words.show_stored(stored)
            self.words_changed.emit()
            if problem:
                self.words.show_problem(problem)

        self._background.run(change_and_ask, done, owner=self)

    def _store_excluded(self, names: Sequence[str]) -> None:
        engine = self._engine

        def store() -> tuple[str, ...]:
            engine.set_excluded(names)
            return engine.excluded()

        def done(stored: tuple[str, ...]) -> None:
            self.excluded.set_names(stored)
            self.excluded_changed.emit()

        self._background.run(store, done, owner=self)

    def _unmute(self, key: str) -> None:
        def done(_: None) -> None:
            self.mute_changed.emit()
            self._ask()

        self._background.run(
            lambda: self._engine.decisions.set_muted(key, muted=False), done, owner=self
        )
