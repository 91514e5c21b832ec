"""Keeps what is shown in step with the library, without asking more often than an eye can see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.background import Background

_TICK_MS: Final = 1000


class Refreshing(QObject):
    """Looks for changes once a second while work is going on, and when told to."""

    changed = Signal(int, bool)
    """Photos or labels have changed: the number of photos, and whether there is any folder."""

    def __init__(self, engine: Engine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._asking = False
        self._again = False
        self._told = False
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._look)

    @property
    def waiting(self) -> bool:
        """True while an answer is on its way."""
        return self._asking

    @property
    def told(self) -> bool:
        """True once the library's first state has been told."""
        return self._told

    def watch(self, watching: bool) -> None:
        """Look once a second (True), or only when told to."""
        if watching:
            self._tick.start()
        else:
            self._tick.stop()
            self.now()

    def now(self) -> None:
        """Look at once, and tell even if only folders have changed."""
        self._told = False
        if self._asking:
            self._again = True
        else:
            self._look()

    def _look(self) -> None:
        if not self._asking:
            self._asking = True
            self._background.run(self._ask, self._take, self._fail, owner=self)

    def _ask(self) -> tuple[bool, int, bool]:
        changed = self._engine.refresh()
        if not changed and self._told:
            return False, 0, False
        total = self._engine.search("").library_total
        return True, total, bool(self._engine.library.folders.all())

    def _take(self, found: tuple[bool, int, bool]) -> None:
        self._asking = False
        tell, total, any_folder = found
        if tell:
            self._told = True
            self.changed.emit(total, any_folder)
        if self._again:
            self._again = False
            self.now()

    def _fail(self, error: Exception) -> None:
        self._asking = False
        self._background.failed.emit(self._background.sentence(error))
