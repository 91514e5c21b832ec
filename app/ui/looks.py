"""How the pictures and the window look, as the user wants them, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.ui import theme

if TYPE_CHECKING:
    from app.ui.dialogs.dialogs import Dialogs
    from app.ui.grid.view import GridView
    from app.ui.theme import Scheme
    from app.ui.top_bar.top_bar import TopBar
    from app.ui.window_memory import WindowMemory


class Looks(QObject):
    """Keeps size, fit and theme the same in the bar, the grid, the settings and the memory."""

    def __init__(
        self,
        memory: WindowMemory,
        *,
        top_bar: TopBar,
        grid: GridView,
        dialogs: Dialogs,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._memory = memory
        self._top_bar = top_bar
        self._grid = grid
        self._dialogs = dialogs
        self.set_cell_size(memory.cell_size)
        self.set_fit(memory.fit)
        top_bar.set_fit(memory.fit)
        top_bar.set_scheme(memory.scheme)
        grid.cell_size_changed.connect(self.set_cell_size)
        top_bar.cell_size_changed.connect(self.set_cell_size)
        top_bar.fit_changed.connect(self.set_fit)
        top_bar.theme_chosen.connect(self.set_scheme)
        dialogs.scheme_chosen.connect(self.set_scheme)
        dialogs.percent = memory.percent
        dialogs.percent_chosen.connect(self.set_percent)

    def set_cell_size(self, size: int) -> None:
        """Show cells of about this side, in pixels."""
        self._top_bar.set_cell_size(size)
        self._grid.set_cell_size(size)
        self._memory.cell_size = size

    def set_fit(self, fit: bool) -> None:
        """Show whole pictures (True), or let them fill their cells."""
        self._grid.set_fit(fit)
        self._memory.fit = fit

    def set_percent(self, percent: int) -> None:
        """Draw everything at this size from the next start on."""
        self._memory.percent = percent
        self._dialogs.percent = percent

    def set_scheme(self, scheme: Scheme) -> None:
        """Dress the program as the system, dark or light."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, scheme)
        self._memory.scheme = scheme
        self._top_bar.set_scheme(scheme)
