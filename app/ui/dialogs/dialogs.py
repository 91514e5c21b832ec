"""The dialogs that the window opens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QWidget

from app import __version__
from app.ui.magnify import PERCENTS
from app.ui.theme import TITLE_BAR

if TYPE_CHECKING:
    from app.engine import Engine
    from app.labeling.device import DeviceReport
    from app.ui.background import Background
    from app.ui.dialogs.try_picture import TryDialog


class Dialogs(QObject):
    """Opens dialogs beside the work: none of them holds the window up."""

    folders_chosen = Signal(list)
    """Folders (Path) to add."""
    query_chosen = Signal(str)
    scheme_chosen = Signal(str)
    percent_chosen = Signal(int)
    mute_changed = Signal()

    def __init__(self, engine: Engine, background: Background, window: QWidget) -> None:
        super().__init__(window)
        self._engine = engine
        self._background = background
        self._window = window
        self.percent = PERCENTS[0]
        self._try: TryDialog | None = None

    def choose_folder(self) -> None:
        """Ask for a folder to add."""
        dialog = QFileDialog(self._window, self.tr("Add a folder of pictures"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        pictures = QStandardPaths.StandardLocation.PicturesLocation
        dialog.setDirectory(QStandardPaths.writableLocation(pictures))
        dialog.fileSelected.connect(lambda path: self.folders_chosen.emit([Path(path)]))
        self._open(dialog)

    def try_pictures(self, paths: Sequence[Path] = ()) -> None:
        """Open "Try a picture", with pictures if there are any yet."""
        from app.ui.dialogs.try_picture import TryDialog

        if self._try is None:
            self._try = TryDialog(self._engine, self._background, self._window)
            self._try.add_folder_requested.connect(lambda path: self.folders_chosen.emit([path]))
            self._try.finished.connect(self._forget_try)
            self._open(self._try)
        self._try.try_paths(list(paths))

    def settings(self) -> None:
        """Open the settings."""
        from app.ui.dialogs.settings import SettingsDialog

        dialog = SettingsDialog(self._engine, self._background, self._window)
        dialog.theme_chosen.connect(self.scheme_chosen)
        dialog.general.set_percent(self.percent)
        dialog.general.percent_chosen.connect(self.percent_chosen)
        dialog.mute_changed.connect(self.mute_changed)
        # Erased words change what the library shows, as muted labels do.
        dialog.words_changed.connect(self.mute_changed)
        self._open(dialog)

    def help(self) -> None:
        """Open the page of search words and keys."""
        from app.ui.dialogs.help import HelpDialog

        dialog = HelpDialog(self._window)
        dialog.query_chosen.connect(self.query_chosen)
        self._open(dialog)

    def device(self, report: DeviceReport) -> None:
        """Explain the device in use, and what to do for the GPU."""
        from app.ui.dialogs.device import DeviceDialog

        self._open(DeviceDialog(report, self._window))

    def about(self) -> None:
        """Say what this is."""
        box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("About Lumitag"))
        box.setText(f"Lumitag {__version__}")
        box.setInformativeText(
            self.tr(
                "Labels every picture in your folders and finds any of them by what is in it. "
                "Everything runs on this computer; no picture ever leaves it, and none is changed."
            )
        )
        self._open(box)

    def look_at_folders(self) -> None:
        """The library's folders have changed: what is open shall know."""
        if self._try is not None:
            self._try.look_at_folders()

    def _forget_try(self) -> None:
        self._try = None

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if dialog.testAttribute(Qt.WidgetAttribute.WA_Resized):  # the others fit by themselves
            room = dialog.screen().availableSize().shrunkBy(TITLE_BAR)
            dialog.resize(dialog.size().boundedTo(room))
        dialog.open()
