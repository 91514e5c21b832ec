import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.search.query_language import parse
from app.ui.dialogs.help import HelpDialog, examples, keys
from app.ui.shortcuts import KEYS

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.mark.parametrize("query", [query for query, _ in examples()])
def test_every_example_can_be_searched(query: str) -> None:
    assert parse(query) is not None


def test_every_key_of_the_window_is_in_the_help() -> None:
    told = {key for keys_told, _ in keys() for key in keys_told.split(" ")}
    assert {shortcuts[0] for shortcuts in KEYS.values()} <= told


@pytest.mark.parametrize("key", [key for told, _ in keys() for key in told.split(" ")])
def test_every_key_in_the_help_exists(key: str) -> None:
    assert not QKeySequence(key).isEmpty()


def test_an_example_is_tried_by_a_click(qtbot: QtBot) -> None:
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    with qtbot.waitSignal(dialog.query_chosen) as heard:
        qtbot.mouseClick(dialog.examples[0], Qt.MouseButton.LeftButton)
    assert heard.args == [examples()[0][0]]
    assert not dialog.isVisible()


def test_keys_and_meanings_are_both_seen(qtbot: QtBot) -> None:
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.pages.show_page(dialog.keys)
    texts = [label.text() for label in dialog.keys.findChildren(QLabel)]
    assert "Ctrl+F   /" in texts
    assert "Go to the search field" in texts
    dialog.close()
