"""The grid shows, selects and opens photos by mouse and keyboard."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.library.records import Verdict
from app.search.results import SearchResult, Section
from app.ui.grid.view import GridView
from tests.support.libraries import content_of, stored_file
from tests.support.windows import add_pictures, jpeg

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    library = Library.open(tmp_path / "library.sqlite")
    add_pictures(library, tmp_path / "Pictures", 40)
    with Engine(library, device="cpu", packs=(), pack_errors=()) as made:
        made.refresh()
        yield made


@pytest.fixture
def grid(qtbot: QtBot, engine: Engine, empty_grid: GridView) -> GridView:
    empty_grid.set_cell_size(120)
    empty_grid.set_result(engine.search(""))
    empty_grid.setFocus()
    qtbot.waitUntil(lambda: empty_grid.settled)
    return empty_grid


def middle_of(grid: GridView, index: int) -> QPoint:
    box = grid._grid.cell(index)
    return QPoint(
        box.x + box.width // 2, box.y + box.height // 2 - grid.verticalScrollBar().value()
    )


def press(qtbot: QtBot, grid: GridView, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    qtbot.keyClick(grid, key, held)


def click(
    qtbot: QtBot,
    grid: GridView,
    index: int,
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    qtbot.mouseClick(grid.viewport(), LEFT, held, middle_of(grid, index))


def test_the_pictures_themselves_are_on_the_screen(grid: GridView, engine: Engine) -> None:
    image = grid.viewport().grab().toImage()
    for index in range(4):
        thumbnail = engine.thumbnails([engine.cards([int(grid.ids[index])])[0].content_hash])
        wanted = QColor.fromRgb(_mean(next(iter(thumbnails for thumbnails in thumbnail.values()))))
        found = image.pixelColor(middle_of(grid, index) * image.devicePixelRatio())
        assert abs(found.red() - wanted.red()) < 12
        assert abs(found.green() - wanted.green()) < 12
        assert abs(found.blue() - wanted.blue()) < 12


def test_a_click_selects_and_tells_once_the_hand_rests(qtbot: QtBot, grid: GridView) -> None:
    with qtbot.waitSignal(grid.selection_changed) as told:
        click(qtbot, grid, 1)
    assert told.args == [[int(grid.ids[1])]]
    click(qtbot, grid, 4, SHIFT)
    assert sorted(grid.selected_ids) == sorted(grid.ids[1:5].tolist())
    click(qtbot, grid, 2, CONTROL)
    assert int(grid.ids[2]) not in grid.selected_ids


def test_the_arrows_walk_and_shift_takes_photos_along(qtbot: QtBot, grid: GridView) -> None:
    press(qtbot, grid, Qt.Key.Key_Right)
    assert grid.current_id == grid.ids[0]
    press(qtbot, grid, Qt.Key.Key_Right)
    press(qtbot, grid, Qt.Key.Key_Right, SHIFT)
    assert sorted(grid.selected_ids) == sorted(grid.ids[1:3].tolist())
    press(qtbot, grid, Qt.Key.Key_End)
    assert grid.current_id == grid.ids[-1]
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum()
    press(qtbot, grid, Qt.Key.Key_Home, SHIFT)
    assert len(grid.selected_ids) == 40
    assert grid.verticalScrollBar().value() == 0


def test_down_goes_to_the_photo_below(qtbot: QtBot, grid: GridView) -> None:
    grid.go_to(1)
    press(qtbot, grid, Qt.Key.Key_Down)
    here = grid.position(grid.current_id or 0)
    assert here is not None
    assert grid._grid.cell(here).x == grid._grid.cell(1).x
    assert grid._grid.cell(here).y > grid._grid.cell(1).y
    press(qtbot, grid, Qt.Key.Key_PageDown)
    further = grid.position(grid.current_id or 0)
    assert further is not None
    assert further > here + grid._grid.columns


def test_control_and_space_choose_photos_apart(qtbot: QtBot, grid: GridView) -> None:
    grid.go_to(0)
    press(qtbot, grid, Qt.Key.Key_Right, CONTROL)
    press(qtbot, grid, Qt.Key.Key_Right, CONTROL)
    assert grid.selected_ids == [grid.ids[0]]
    press(qtbot, grid, Qt.Key.Key_Space, CONTROL)
    assert sorted(grid.selected_ids) == sorted([grid.ids[0], grid.ids[2]])


def test_control_a_selects_everything_and_escape_nothing(qtbot: QtBot, grid: GridView) -> None:
    press(qtbot, grid, Qt.Key.Key_A, CONTROL)
    assert len(grid.selected_ids) == 40
    press(qtbot, grid, Qt.Key.Key_Escape)
    assert grid.selected_ids == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_space_and_return_open_the_photo(qtbot: QtBot, grid: GridView, key: Qt.Key) -> None:
    grid.go_to(3)
    with qtbot.waitSignal(grid.open_requested) as opened:
        press(qtbot, grid, key)
    assert opened.args == [3]


def test_a_double_click_opens_the_photo(qtbot: QtBot, grid: GridView) -> None:
    with qtbot.waitSignal(grid.open_requested) as opened:
        qtbot.mouseDClick(grid.viewport(), LEFT, pos=middle_of(grid, 2))
    assert opened.args == [2]


def test_letters_are_meant_for_the_search_field(qtbot: QtBot, grid: GridView) -> None:
    with qtbot.waitSignal(grid.typed) as typed:
        qtbot.keyClick(grid, "d")
    assert typed.args == ["d"]


def test_new_photos_do_not_move_what_is_looked_at(
    qtbot: QtBot, grid: GridView, engine: Engine, tmp_path: Path
) -> None:
    grid.go_to(20)
    qtbot.wait(1)
    selected = grid.selected_ids
    top = grid.verticalScrollBar().value()
    seen_at = grid._grid.cell(20).y - top
    add_pictures(engine.library, tmp_path / "Pictures", 12, first=-12)
    engine.refresh()
    grid.set_result(engine.search(""))
    assert len(grid.ids) == 52
    assert grid.selected_ids == selected
    here = grid.position(selected[0])
    assert here == 32
    moved = grid._grid.cell(here).y - grid.verticalScrollBar().value() - seen_at
    assert abs(moved) <= grid._grid.pitch  # another row of the same month may begin above


def test_another_query_begins_at_the_top(qtbot: QtBot, grid: GridView, engine: Engine) -> None:
    press(qtbot, grid, Qt.Key.Key_End)
    grid.set_result(engine.search("beach"))
    assert grid.verticalScrollBar().value() == 0
    assert grid.selected_ids == []


def test_resizing_keeps_the_first_photo_in_its_place(qtbot: QtBot, grid: GridView) -> None:
    grid.verticalScrollBar().setValue(700)
    first = grid._first_seen()
    assert first is not None
    grid.resize(760, 600)
    index, below = first
    assert grid._grid.cell(index).y - grid.verticalScrollBar().value() == below


def test_the_wheel_with_control_changes_the_size(qtbot: QtBot, grid: GridView) -> None:
    place = QPointF(middle_of(grid, 0))
    turn = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        CONTROL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with qtbot.waitSignal(grid.cell_size_changed) as changed:
        QApplication.sendEvent(grid.viewport(), turn)
    assert changed.args == [grid.cell_size]
    assert grid.cell_size > 120


def test_the_wheel_scrolls(qtbot: QtBot, grid: GridView) -> None:
    place = QPointF(middle_of(grid, 0))
    turn = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), turn)
    qtbot.waitUntil(lambda: grid.verticalScrollBar().value() > 60)


def test_a_thumbnail_that_was_lost_appears_when_it_is_made_again(
    qtbot: QtBot, grid: GridView, engine: Engine, tmp_path: Path
) -> None:
    folder = engine.library.folders.all()[0]
    late = stored_file(folder.id, "late.jpg", "late", taken=datetime(2030, 1, 1))
    engine.library.photos.store([late])
    engine.refresh()
    grid.set_result(engine.search(""))
    qtbot.waitUntil(lambda: grid._cell_at(0, grid._shape()).missing)
    grid.grab()
    engine.library.thumbnails.store({content_of("late"): jpeg(7)})
    grid.look_again()
    qtbot.waitUntil(lambda: grid._cell_at(0, grid._shape()).image is not None)


def test_dragging_the_scroll_bar_says_what_passes_by(qtbot: QtBot, grid: GridView) -> None:
    bar = grid.verticalScrollBar()
    bar.setSliderDown(True)
    bar.setSliderPosition(bar.maximum() // 2)
    bar.sliderMoved.emit(bar.value())
    assert grid._when.isVisible()
    assert grid._when.text == grid._listing.heads[1].title
    grid.grab()
    bar.setSliderDown(False)
    assert not grid._when.isVisible()


def test_the_labels_appear_over_the_photo_under_the_mouse(qtbot: QtBot, grid: GridView) -> None:
    photo = int(grid.ids[0])
    qtbot.mouseMove(grid.viewport(), middle_of(grid, 0))
    qtbot.waitUntil(lambda: bool(grid._hover.text(photo)))
    assert "dog" in grid._hover.text(photo).split(" · ")
    qtbot.mouseMove(grid.viewport(), middle_of(grid, 1))
    assert grid._hover.text(photo) == ""


def test_a_band_around_photos_selects_them(qtbot: QtBot, grid: GridView) -> None:
    first, second = grid._grid.cell(0), grid._grid.cell(1)
    viewport = grid.viewport()
    qtbot.mousePress(viewport, LEFT, pos=QPoint(first.x - 4, first.y - 4))
    assert grid.selected_ids == []
    qtbot.mouseMove(viewport, QPoint(second.x + 20, second.y + 20))
    assert sorted(grid.selected_ids) == sorted(grid.ids[:2].tolist())
    qtbot.mouseRelease(viewport, LEFT)


def test_who_hears_the_window_hears_name_and_place(qtbot: QtBot, grid: GridView) -> None:
    grid.go_to(2)
    qtbot.waitUntil(lambda: "IMG_0002.jpg" in grid.accessibleDescription())
    assert grid.accessibleDescription() == "IMG_0002.jpg, 3 of 40, selected"


def test_the_menu_offers_the_labels_of_the_selected_photos(qtbot: QtBot, grid: GridView) -> None:
    grid.go_to(0)
    menu = grid.menu.show(grid.selected_ids, grid.mapToGlobal(QPoint(10, 10)))
    accept, reject = (action.menu() for action in menu.actions()[-2:])
    qtbot.waitUntil(lambda: accept.isEnabled())
    names = [action.text() for action in reject.actions()]
    assert names == ["beach", "cat", "dog"]
    with qtbot.waitSignal(grid.menu.decide_chosen) as chosen:
        _named(reject.actions(), "cat").trigger()
    assert chosen.args == [grid.selected_ids, "photos/cat", Verdict.REJECTED]
    menu.close()


def test_a_million_photos_are_laid_out_and_drawn(qtbot: QtBot, grid: GridView) -> None:
    total = 1_000_000
    sections = tuple(
        Section(2025 - at // 12, 12 - at % 12, at * 10_000, 10_000) for at in range(100)
    )
    ids = np.resize(grid.ids, total)
    grid.set_result(SearchResult("all", ids, total, {}, sections))
    press(qtbot, grid, Qt.Key.Key_End)
    assert grid.verticalScrollBar().value() == grid.verticalScrollBar().maximum() > 10_000_000
    assert grid._grid.at(*_xy(middle_of(grid, total - 1), grid)) == total - 1
    qtbot.waitUntil(lambda: grid.settled)


def _xy(point: QPoint, grid: GridView) -> tuple[int, int]:
    return point.x(), point.y() + grid.verticalScrollBar().value()


def _named(actions: list[QAction], text: str) -> QAction:
    return next(action for action in actions if action.text() == text)


def _mean(data: bytes) -> int:
    image = QImage.fromData(data)
    return image.pixel(image.width() // 2, image.height() // 2)


def test_the_ring_of_the_focus_goes_when_the_focus_goes(qtbot: QtBot, grid: GridView) -> None:
    def on_screen() -> QImage:
        return grid.screen().grabWindow(grid.winId()).toImage()

    press(qtbot, grid, Qt.Key.Key_Right)
    qtbot.wait(100)  # it is drawn
    ringed = on_screen()
    grid.clearFocus()
    qtbot.waitUntil(lambda: on_screen() != ringed)
    grid.setFocus()
    qtbot.waitUntil(lambda: on_screen() == ringed)
