"""Dialogs open beside the work and tell what was chosen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from app import __version__
from app.ui.dialogs.help import HelpDialog
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.try_picture import TryDialog
from tests.support.windows import Open, open_window

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    with open_window(qtbot, tmp_path, pictures=3) as made:
        yield made


def test_a_chosen_folder_is_added(qtbot: QtBot, opened: Open, tmp_path: Path) -> None:
    more = tmp_path / "More"
    more.mkdir()
    qtbot.keyClick(opened.window, Qt.Key.Key_O, CONTROL)
    dialog = opened.window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(more))
    dialog.close()
    folders = opened.engine.library.folders
    opened.until(lambda: more in [folder.path for folder in folders.all()])


def test_help_is_on_f1(qtbot: QtBot, opened: Open) -> None:
    qtbot.keyClick(opened.window, Qt.Key.Key_F1)
    dialog = opened.window.findChild(HelpDialog)
    assert dialog is not None
    dialog.query_chosen.emit("dog")
    opened.settle()
    assert opened.window.navigation.place.query == "dog"
    dialog.close()


def test_settings_change_the_theme_of_the_window(qtbot: QtBot, opened: Open) -> None:
    qtbot.keyClick(opened.window, Qt.Key.Key_Comma, CONTROL)
    dialog = opened.window.findChild(SettingsDialog)
    assert dialog is not None
    dialog.theme_chosen.emit("light")
    assert opened.window.memory.scheme == "light"
    opened.settle()
    dialog.close()


def test_trying_pictures_uses_one_dialog(qtbot: QtBot, opened: Open) -> None:
    qtbot.keyClick(opened.window, Qt.Key.Key_T, CONTROL)
    qtbot.keyClick(opened.window, Qt.Key.Key_T, CONTROL)
    dialogs = opened.window.findChildren(TryDialog)
    assert len(dialogs) == 1
    dialogs[0].close()


def test_no_dialog_is_larger_than_the_screen(opened: Open) -> None:
    opened.window.dialogs.try_pictures()
    dialog = opened.window.findChild(TryDialog)
    assert dialog is not None
    room = dialog.screen().availableSize()
    assert room.width() < 880  # the dialog's own width
    assert dialog.width() <= room.width()
    dialog.close()


def test_about_says_the_version_and_the_promise(opened: Open) -> None:
    opened.window.dialogs.about()
    box = opened.window.findChild(QMessageBox)
    assert box is not None
    assert __version__ in box.text()
    assert "this computer" in box.informativeText()
    box.close()
