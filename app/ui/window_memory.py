"""What the window remembers from one day to the next: sizes, panels, theme."""

from __future__ import annotations

from pathlib import Path
from typing import Final, get_args

import platformdirs
from PySide6.QtCore import QByteArray, QSettings

from app.paths import APP_NAME
from app.ui.grid.layout import DEFAULT_CELL
from app.ui.magnify import PERCENTS
from app.ui.theme import INSPECTOR_WIDTH, SIDEBAR_WIDTH, Scheme

_FILE: Final = "window.ini"


class WindowMemory:
    """Settings of the window itself, the same for every library.

    They lie in a file of the user's configuration folder; what is in it and makes no sense is
    passed over.
    """

    def __init__(self, path: Path | None = None) -> None:
        folder = Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))
        self._settings = QSettings(str(path or folder / _FILE), QSettings.Format.IniFormat)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window, for ``QWidget.restoreGeometry``."""
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("geometry", value)

    @property
    def sidebar_width(self) -> int:
        """Width of the left panel in pixels."""
        return self._number("sidebar_width", SIDEBAR_WIDTH)

    @sidebar_width.setter
    def sidebar_width(self, value: int) -> None:
        self._settings.setValue("sidebar_width", value)

    @property
    def inspector_width(self) -> int:
        """Width of the right panel in pixels."""
        return self._number("inspector_width", INSPECTOR_WIDTH)

    @inspector_width.setter
    def inspector_width(self, value: int) -> None:
        self._settings.setValue("inspector_width", value)

    @property
    def sidebar_shown(self) -> bool:
        """Whether the left panel is open."""
        return self._flag("sidebar_shown", otherwise=True)

    @sidebar_shown.setter
    def sidebar_shown(self, value: bool) -> None:
        self._settings.setValue("sidebar_shown", value)

    @property
    def inspector_shown(self) -> bool:
        """Whether the right panel is open where there is room."""
        return self._flag("inspector_shown", otherwise=True)

    @inspector_shown.setter
    def inspector_shown(self, value: bool) -> None:
        self._settings.setValue("inspector_shown", value)

    @property
    def cell_size(self) -> int:
        """Side of a cell of the grid, in pixels."""
        return self._number("cell_size", DEFAULT_CELL)

    @cell_size.setter
    def cell_size(self, value: int) -> None:
        self._settings.setValue("cell_size", value)

    @property
    def fit(self) -> bool:
        """Whether whole pictures are shown in the grid."""
        return self._flag("fit", otherwise=False)

    @fit.setter
    def fit(self, value: bool) -> None:
        self._settings.setValue("fit", value)

    @property
    def scheme(self) -> Scheme:
        """The theme: as the system, dark or light."""
        value = str(self._settings.value("scheme", "system"))
        return next((scheme for scheme in get_args(Scheme) if scheme == value), "system")

    @scheme.setter
    def scheme(self, value: Scheme) -> None:
        self._settings.setValue("scheme", value)

    @property
    def percent(self) -> int:
        """How large everything is drawn, one of ``magnify.PERCENTS``; 100 is as usual."""
        value = self._number("percent", PERCENTS[0])
        return value if value in PERCENTS else PERCENTS[0]

    @percent.setter
    def percent(self, value: int) -> None:
        self._settings.setValue("percent", value)

    def store(self) -> None:
        """Write to the disk what was set."""
        self._settings.sync()

    def _number(self, name: str, otherwise: int) -> int:
        value = str(self._settings.value(name, otherwise))
        return int(value) if value.isdecimal() else otherwise

    def _flag(self, name: str, *, otherwise: bool) -> bool:
        value = self._settings.value(name, otherwise)
        return value if isinstance(value, bool) else str(value).casefold() == "true"
