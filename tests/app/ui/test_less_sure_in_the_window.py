"""The window shows the sure photos at once and offers the rest as less sure."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.library.records import Verdict
from tests.support.windows import Open, make_less_sure, open_window

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    """Twelve photos: four surely of a cat, three of the others may be of a wolf."""
    with open_window(qtbot, tmp_path) as made:
        make_less_sure(made.engine.library, made.photos[-3:], "wolf")
        make_less_sure(made.engine.library, made.photos[1:3], "cat")
        made.window.refreshing.now()
        made.settle()
        yield made


def test_where_nothing_is_sure_the_page_offers_what_may_be_it(qtbot: QtBot, opened: Open) -> None:
    pages = opened.window.pages
    opened.search("wolf")
    assert pages.current is pages.nothing
    assert pages.nothing.title.text() == "No photo is surely “wolf”"
    assert pages.nothing.reason.text() == "3 may be."
    assert opened.window.top_bar.search.count.text().startswith("0 ")
    qtbot.mouseClick(pages.nothing.show_less_sure, LEFT)
    assert pages.current is pages.grid
    assert pages.grid.hasFocus()
    assert pages.grid.ids.tolist() == opened.photos[-3:]
    assert pages.grid.less_sure_head.isVisible()
    qtbot.mouseClick(pages.grid.less_sure_head, LEFT)
    assert pages.current is pages.nothing
    assert pages.nothing.title.text() == "No photo is surely “wolf”"


def test_the_key_unfolds_and_the_next_search_keeps_to_it(qtbot: QtBot, opened: Open) -> None:
    window, grid = opened.window, opened.window.pages.grid
    opened.search("cat")
    assert (len(grid.ids), grid.less_sure_count) == (3, 2)
    qtbot.keyClick(window, Qt.Key.Key_L, CONTROL_SHIFT)
    assert len(grid.ids) == 5
    assert window.top_bar.search.count.text().startswith("3 ")  # the sure ones
    opened.search("wolf")
    assert window.pages.current is grid
    assert len(grid.ids) == 3
    opened.search("dog")
    qtbot.keyClick(window, Qt.Key.Key_L, CONTROL_SHIFT)  # nothing to fold: nothing happens
    opened.search("wolf")
    assert len(grid.ids) == 3


def test_what_is_accepted_or_rejected_moves(qtbot: QtBot, opened: Open) -> None:
    window, grid = opened.window, opened.window.pages.grid
    opened.search("wolf")
    window.pages.toggle_less_sure()
    accepted, rejected, left = opened.photos[-3:]
    grid.menu.decide_chosen.emit([accepted], "photos/wolf", Verdict.ACCEPTED)
    opened.until(
        lambda: window.navigation.result is not None and len(window.navigation.result.ids) == 1
    )
    opened.settle()
    assert grid.ids.tolist() == [accepted, rejected, left]
    grid.menu.decide_chosen.emit([rejected], "photos/wolf", Verdict.REJECTED)
    opened.until(lambda: grid.ids.tolist() == [accepted, left])


def test_a_photo_less_sure_can_be_looked_at(qtbot: QtBot, opened: Open) -> None:
    opened.search("wolf")
    opened.window.pages.toggle_less_sure()
    opened.window.pages.grid.open_requested.emit(1)
    opened.settle()
    assert opened.window.viewer.isVisible()
    opened.window.viewer.close()


def test_the_page_that_is_left_is_not_disturbed_by_a_late_answer(opened: Open) -> None:
    opened.window.navigation.search("wolf")
    opened.window.navigation.open_page("problems")
    opened.settle()
    assert opened.window.pages.current is opened.window.pages.problems
