"""In the window, a label of one's own is renamed and deleted, and Ctrl+Z takes it back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.library.records import Verdict
from tests.support.windows import Open, open_window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = "user/granny"


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    with open_window(qtbot, tmp_path) as made:
        made.engine.decisions.decide(made.photos[:3], "Granny", Verdict.ACCEPTED)
        made.window.refreshing.now()
        made.settle()
        made.search("Granny dog")
        yield made


def found(opened: Open) -> list[int]:
    return sorted(int(photo) for photo in opened.window.pages.grid.ids)


def labels(opened: Open) -> set[str]:
    return {row.text for row in opened.window.sidebar.labels.tree.rows.rows()}


def query(opened: Open) -> str:
    return opened.window.navigation.place.query


def test_a_renamed_label_is_found_and_listed_by_its_new_name(qtbot: QtBot, opened: Open) -> None:
    window, before = opened.window, found(opened)
    assert before
    window.sidebar.labels.own.renamed.emit(KEY, "Great Aunt")
    opened.until(lambda: query(opened) == '"Great Aunt" dog' and found(opened) == before)
    opened.until(lambda: "Great Aunt" in labels(opened) and "Granny" not in labels(opened))
    assert "“Granny” is called “Great Aunt” now" in window.status.text()
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    opened.until(lambda: query(opened) == "Granny dog" and found(opened) == before)
    opened.until(lambda: "Granny" in labels(opened))
    assert "called “Granny” again" in window.status.text()
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    opened.until(lambda: query(opened) == '"Great Aunt" dog' and found(opened) == before)


def test_a_renamed_label_stays_the_current_row_of_the_list(qtbot: QtBot, opened: Open) -> None:
    tree = opened.window.sidebar.labels.tree

    def current() -> str:
        row = tree.rows.row_at(tree.currentIndex())
        return row.text if row is not None else ""

    opened.until(lambda: "Granny" in labels(opened))
    granny = next(row for row in tree.rows.rows() if row.text == "Granny")
    tree.setCurrentIndex(tree.rows.index_of(granny))
    opened.window.sidebar.labels.own.renamed.emit(KEY, "Great Aunt")
    opened.until(lambda: current() == "Great Aunt")
    qtbot.keyClick(opened.window, Qt.Key.Key_Z, CONTROL)
    opened.until(lambda: current() == "Granny")


def test_the_way_back_and_forward_follows_a_renamed_label(qtbot: QtBot, opened: Open) -> None:
    window, walk = opened.window, opened.window.navigation
    before = found(opened)
    opened.search("(Granny OR cat) beach")
    walk.back()
    window.sidebar.labels.own.renamed.emit(KEY, "Great Aunt")
    opened.until(lambda: query(opened) == '"Great Aunt" dog' and found(opened) == before)
    walk.forward()
    assert query(opened) == '("Great Aunt" OR cat) beach'
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    opened.until(lambda: query(opened) == "(Granny OR cat) beach")
    walk.back()
    opened.until(lambda: query(opened) == "Granny dog" and found(opened) == before)
    assert window.top_bar.search.query() == "Granny dog"
    walk.back()
    assert walk.place.page == "explore"


def test_a_deleted_label_leaves_the_query_and_the_sidebar_and_comes_back(
    qtbot: QtBot, opened: Open
) -> None:
    window = opened.window
    window.sidebar.labels.own.deleted.emit(KEY)
    opened.until(lambda: query(opened) == "dog" and "Granny" not in labels(opened))
    assert "Deleted “Granny” from 3 photos; Ctrl+Z brings it back" in window.status.text()
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    opened.until(lambda: "Granny" in labels(opened))
    opened.search("Granny")
    assert len(found(opened)) == 3


def test_a_name_that_is_taken_is_refused_in_a_sentence(qtbot: QtBot, opened: Open) -> None:
    with qtbot.waitSignal(opened.window.library.refused) as refused:
        opened.window.library.rename_label(KEY, "dog")
    assert "“dog” already" in refused.args[0]
    assert query(opened) == "Granny dog"
