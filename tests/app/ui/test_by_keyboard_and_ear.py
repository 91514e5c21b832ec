"""The window is used without a mouse, and by those who hear it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from tests.support.windows import Open, open_window

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    with open_window(qtbot, tmp_path) as opened:
        yield opened


def test_that_nothing_was_found_is_said(opened: Open) -> None:
    pages = opened.window.pages
    opened.search("beach sea")
    assert pages.announcer.said.startswith("Nothing found. ")
    assert "all of these conditions" in pages.announcer.said
    assert pages.accessibleName() == pages.announcer.said
    opened.search("beach")
    assert not pages.announcer.said


def test_the_count_and_what_is_wrong_are_said(qtbot: QtBot, opened: Open) -> None:
    search = opened.window.top_bar.search
    opened.search("cat")
    assert search.announcer.said == "4 of 12 photos found"
    assert search.row.edit.accessibleDescription() == "4 of 12 photos found"
    opened.window.top_bar.focus_search()
    qtbot.keyClicks(search.row.edit, '"beach')
    qtbot.keyClick(search.row.edit, Qt.Key.Key_Return)
    opened.until(lambda: "quote" in search.announcer.said)


def test_a_count_that_changes_while_pictures_come_in_is_not_said_again(opened: Open) -> None:
    search = opened.window.top_bar.search
    opened.search("cat")
    search.set_result(replace(opened.engine.search("cat"), library_total=13))
    assert search.announcer.said == "4 of 12 photos found"
    assert search.row.edit.accessibleDescription() == "4 of 13 photos found"


def test_the_page_that_has_the_focus_says_its_name(opened: Open) -> None:
    assert QApplication.focusWidget() is opened.window.pages
    assert opened.window.pages.accessibleName() == "Explore"
    opened.window.navigation.open_page("problems")
    opened.settle()
    assert opened.window.pages.accessibleName() == "Could not be read"


def test_the_keys_go_on_where_the_viewer_leaves_no_photos(qtbot: QtBot, opened: Open) -> None:
    window = opened.window
    opened.search("cat")
    window.pages.grid.go_to(0)
    qtbot.keyClick(window.pages.grid, Qt.Key.Key_Space)
    assert window.viewer.isVisible()
    opened.search("beach sea")  # as from a change on disk: nothing is left behind the viewer
    qtbot.keyClick(window.viewer, Qt.Key.Key_Escape)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert focused.isVisible()
    assert window.pages.isAncestorOf(focused)


def test_down_from_the_search_leads_to_what_is_offered(qtbot: QtBot, opened: Open) -> None:
    opened.search("beach sea")
    opened.window.top_bar.focus_search()
    field = QApplication.focusWidget()
    assert field is not None
    qtbot.keyClick(field, Qt.Key.Key_Down)
    focused = QApplication.focusWidget()
    assert focused is not None
    assert opened.window.pages.nothing.isAncestorOf(focused)


def test_a_warning_is_said_again_after_it_was_put_away(opened: Open) -> None:
    banner = opened.window.pages.banner
    banner.say("The folder is not there.")
    assert banner.announcer.said == "The folder is not there."
    banner.dismiss()
    assert not banner.announcer.said


def test_the_keyboard_sees_whether_it_is_in_the_grid(qtbot: QtBot, opened: Open) -> None:
    opened.search("dog")
    grid = opened.window.pages.grid
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    opened.settle()
    assert grid.selected_ids == [grid.current_id]
    inside = grid.grab().toImage()
    opened.window.top_bar.focus_search()
    opened.settle()
    assert grid.grab().toImage() != inside


def test_all_pictures_are_selected_from_the_sidebar_too(qtbot: QtBot, opened: Open) -> None:
    opened.search("cat")
    window = opened.window
    tree = window.sidebar.labels.tree
    tree.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.keyClick(tree, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(window.pages.grid.selected_ids) == 4
    assert window.pages.grid.hasFocus()
    assert len(tree.selectedIndexes()) <= 1


def test_all_that_can_be_pressed_is_large_enough_to_be_hit(opened: Open) -> None:
    opened.search("dog")
    opened.window.pages.grid.go_to(0)
    opened.settle()
    buttons = [b for b in opened.window.findChildren(QAbstractButton) if b.isVisible()]
    small = [f"{b.text()} {b.accessibleName()}" for b in buttons if min(b.height(), b.width()) < 24]
    assert small == []


@pytest.mark.parametrize("language", ["ar_EG", "he_IL", "de_DE"])
def test_english_is_written_from_left_to_right_everywhere(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    program = "from app.ui.app import application; print(application().layoutDirection().name)"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "LeftToRight"
