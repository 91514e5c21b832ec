"""Behind the sure photos stand the less sure ones, folded until they are asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.library.records import Verdict
from app.ui.grid.view import GridView
from tests.support.windows import add_pictures, make_less_sure

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton
KEY = Qt.Key


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Eleven photos surely of a cat, and five that may be: the last ones, likeliest first."""
    library = Library.open(tmp_path / "library.sqlite")
    photos = add_pictures(library, tmp_path / "Pictures", 33)
    make_less_sure(library, [photos[at] for at in (31, 29, 28, 26, 25)], "cat")
    with Engine(library, device="cpu", packs=(), pack_errors=()) as made:
        made.refresh()
        yield made


@pytest.fixture
def grid(qtbot: QtBot, engine: Engine, empty_grid: GridView) -> GridView:
    empty_grid.set_cell_size(120)
    search(empty_grid, engine, "cat")
    empty_grid.setFocus()
    qtbot.waitUntil(lambda: empty_grid.settled)
    return empty_grid


def search(grid: GridView, engine: Engine, query: str) -> None:
    result = engine.search(query)
    grid.set_result(result)
    grid.set_less_sure(engine.less_sure(result))


def last_row(grid: GridView) -> int:
    return grid._grid.cell(len(grid.ids) - 1).bottom


def test_they_are_folded_below_the_last_sure_photo(grid: GridView) -> None:
    head = grid.less_sure_head
    assert len(grid.ids) == 11
    assert head.isVisible()
    assert head.y() + grid.verticalScrollBar().value() >= last_row(grid)
    assert head.accessibleName() == "Less sure, 5 photos, folded"
    assert "not sure" in head.accessibleDescription()
    assert grid.accessibleDescription() == "11 photos, 5 less sure"


def test_a_click_on_the_head_unfolds_them_and_another_folds_them(
    qtbot: QtBot, grid: GridView, engine: Engine
) -> None:
    less_sure = engine.less_sure(engine.search("cat")).ids.tolist()
    with qtbot.waitSignal(grid.fold_changed) as changed:
        qtbot.mouseClick(grid.less_sure_head, LEFT)
    assert changed.args == [True]
    assert grid.ids[11:].tolist() == less_sure
    first = grid._grid.cell(11)
    top = grid.verticalScrollBar().value()
    assert first.y == grid.less_sure_head.geometry().bottom() + 1 + top
    qtbot.mouseClick(grid.less_sure_head, LEFT)
    assert len(grid.ids) == 11


def test_the_keys_lead_over_the_head(qtbot: QtBot, grid: GridView) -> None:
    grid.go_to(10)
    qtbot.keyClick(grid, KEY.Key_Down)
    assert grid.less_sure_head.hasFocus()
    qtbot.keyClick(grid.less_sure_head, KEY.Key_Up)
    assert grid.hasFocus()
    assert grid.current_id == grid.ids[10]
    grid.less_sure_head.setFocus()
    qtbot.keyClick(grid.less_sure_head, KEY.Key_Down)
    assert grid.less_sure_head.hasFocus()  # there is nothing below yet
    qtbot.keyClick(grid.less_sure_head, KEY.Key_Return)
    assert len(grid.ids) == 16
    qtbot.keyClick(grid.less_sure_head, KEY.Key_Right)
    assert len(grid.ids) == 16
    qtbot.keyClick(grid.less_sure_head, KEY.Key_Down)
    assert grid.current_id == grid.ids[11]
    qtbot.waitUntil(lambda: "IMG_" in grid.accessibleDescription())
    assert grid.accessibleDescription().endswith(".jpg, less sure, 1 of 5, selected")
    qtbot.keyClick(grid, KEY.Key_Up)
    assert grid.position(grid.current_id or 0) == 8  # the sure photo right above
    assert grid.accessibleDescription().endswith("9 of 11, selected")
    grid.less_sure_head.setFocus()
    qtbot.keyClick(grid.less_sure_head, KEY.Key_Left)
    assert len(grid.ids) == 11


def test_the_head_comes_into_sight_with_the_focus(qtbot: QtBot, grid: GridView) -> None:
    grid.resize(540, 200)
    grid.verticalScrollBar().setValue(0)
    assert grid.less_sure_head.y() >= grid.viewport().height()
    grid.less_sure_head.setFocus()
    assert grid.viewport().rect().contains(grid.less_sure_head.geometry())


def test_tab_passes_over_the_head_where_it_is_out_of_sight(qtbot: QtBot, grid: GridView) -> None:
    bar = grid.verticalScrollBar()
    grid.resize(540, 200)
    bar.setValue(0)
    assert not grid.less_sure_head.focusPolicy() & Qt.FocusPolicy.TabFocus
    bar.setValue(bar.maximum())
    assert grid.less_sure_head.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_selection_and_place_stay_when_they_fold(qtbot: QtBot, grid: GridView) -> None:
    qtbot.mouseClick(grid.less_sure_head, LEFT)
    grid.select_all()
    assert len(grid.selected_ids) == 16
    sure = set(grid.ids[:11].tolist())
    with qtbot.waitSignal(grid.selection_changed) as told:
        grid.toggle_less_sure()
    assert set(told.args[0]) == sure


def test_an_accepted_photo_moves_to_the_sure_ones_at_once(grid: GridView, engine: Engine) -> None:
    grid.toggle_less_sure()
    accepted, rejected = grid.ids[12:14].tolist()
    grid.go_to(12)
    engine.decisions.decide([accepted], "photos/cat", Verdict.ACCEPTED)
    engine.decisions.decide([rejected], "photos/cat", Verdict.REJECTED)
    engine.refresh()
    result = engine.search("cat")
    grid.set_result(result)
    assert accepted in grid.ids[:12]
    assert len(set(grid.ids.tolist())) == len(grid.ids) == 16
    assert grid.selected_ids == [accepted]
    grid.set_less_sure(engine.less_sure(result))
    assert rejected not in grid.ids
    assert grid.less_sure_count == 3


def test_the_choice_is_kept_for_the_next_search(grid: GridView, engine: Engine) -> None:
    grid.toggle_less_sure()
    search(grid, engine, "beach")
    assert grid.less_sure_count == 0
    assert grid.less_sure_head.isHidden()
    search(grid, engine, "cat sort:name")
    assert len(grid.ids) == 16


def test_an_answer_to_an_earlier_query_is_passed_over(grid: GridView, engine: Engine) -> None:
    late = engine.less_sure(engine.search("cat"))
    grid.set_result(engine.search("dog"))
    grid.set_less_sure(late)
    assert grid.less_sure_count == 0


def test_they_stand_alone_where_nothing_is_sure(grid: GridView, engine: Engine) -> None:
    grid.toggle_less_sure()
    search(grid, engine, "cat -cat>0.5 OR cat name:IMG_0031")
    assert grid.less_sure_count == 0  # a probability says what it wants
    search(grid, engine, "cat name:IMG_0031")
    assert grid.ids.tolist() == engine.less_sure(engine.search("cat name:IMG_0031")).ids.tolist()
    assert grid._grid.less_sure_head is not None
    assert grid._grid.less_sure_head.y == 0
    assert "No photo is sure" in grid.less_sure_head.accessibleDescription()


def test_the_space_beside_the_head_is_no_photo(grid: GridView) -> None:
    grid.toggle_less_sure()
    box = grid._grid.less_sure_head
    assert box is not None
    assert grid._index_at(QPoint(box.x + 5, box.y + 5 - grid.verticalScrollBar().value())) is None
