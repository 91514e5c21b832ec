"""Settings: how it looks, where the networks run, what is left out, packs, muted labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.background import Background
from app.ui.dialogs.paged import Paged
from app.ui.dialogs.settings_lists import ExcludedPage, MutedPage
from app.ui.dialogs.settings_pages import GeneralPage, PacksPage

if TYPE_CHECKING:
    from app.engine import Engine

_SIZE = QSize(720, 520)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the dialog shows, asked for in the background."""

    excluded: tuple[str, ...]
    device: str
    muted: tuple[tuple[str, str], ...]


class SettingsDialog(QDialog):
    """Every change is taken at once; there is nothing to confirm."""

    theme_chosen = Signal(str)
    mute_changed = Signal()
    excluded_changed = Signal()
    loaded = Signal()

    def __init__(self, engine: Engine, background: Background, parent: QWidget | None = None):
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self.setWindowTitle(self.tr("Settings"))
        self.resize(_SIZE)
        self.general = GeneralPage(engine.library.path, self)
        self.general.theme_chosen.connect(self.theme_chosen)
        self.general.device_chosen.connect(self._store_device)
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
        self.pages = Paged(self.tr("Settings"), self)
        self.pages.add("settings", self.tr("General"), self.general)
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
        """Open one of ``general``, ``excluded``, ``packs``, ``muted``."""
        self.pages.show_page(page)

    # What is stored

    def _ask(self) -> None:
        engine = self._engine

        def gather() -> _Stored:
            labels = engine.searcher.vocabulary.labels
            muted = sorted(engine.decisions.muted())
            named = ((key, labels[key].name if key in labels else key) for key in muted)
            device = engine.library.settings.get(engine.DEVICE_SETTING, "auto")
            return _Stored(engine.excluded(), str(device), tuple(named))

        self._background.run(gather, self._show, owner=self)

    def _show(self, stored: _Stored) -> None:
        self.excluded.set_names(stored.excluded)
        self.general.set_device(stored.device)
        self.muted.set_labels(stored.muted)
        self.loaded.emit()

    def _store_device(self, device: str) -> None:
        settings = self._engine.library.settings
        self._background.run(
            lambda: settings.set(self._engine.DEVICE_SETTING, device), lambda _: None, owner=self
        )

    def _store_excluded(self, names: Sequence[str] | None) -> None:
        """Store the names; None brings the usual ones back."""
        engine = self._engine

        def store() -> tuple[str, ...]:
            if names is None:
                from app.indexing.exclusion import DEFAULT_EXCLUDED

                engine.set_excluded(DEFAULT_EXCLUDED)
            else:
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
