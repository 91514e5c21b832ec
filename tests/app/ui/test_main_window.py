"""The window as a whole: search, look, decide, go back, add, follow, close."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QThread, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QSlider,
)
from pytestqt.qtbot import QtBot

from app.indexing.control import Control
from app.indexing.events import Progress
from app.library.errors import DiskFullError
from app.library.records import Verdict
from app.ui import theme
from app.ui.browse import Browse
from app.ui.dialogs.try_picture import TryDialog
from app.ui.following import FollowThread
from app.ui.main_window import MainWindow
from app.ui.window_memory import WindowMemory
from tests.support.windows import Open, add_pictures, open_window

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    with open_window(qtbot, tmp_path) as made:
        yield made


@pytest.fixture
def empty(qtbot: QtBot, tmp_path: Path) -> Iterator[Open]:
    with open_window(qtbot, tmp_path, pictures=0) as made:
        yield made


def page(opened: Open) -> object:
    return opened.window.pages.current


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, data, left, none))


def test_it_begins_with_what_is_in_the_pictures(opened: Open) -> None:
    assert page(opened) is opened.window.pages.explore
    assert not opened.window.inspector.isVisible()
    assert "12" in opened.window.status.text()


def test_a_typed_word_finds_its_photos_and_the_first_can_be_looked_at(
    qtbot: QtBot, opened: Open
) -> None:
    window = opened.window
    window.top_bar.query_submitted.emit("beach")
    opened.settle()
    assert page(opened) is window.pages.grid
    assert window.pages.grid.ids.tolist() == opened.photos[::2]
    window.pages.grid.go_to(0)
    opened.until(lambda: window.inspector.photos == (opened.photos[0],))
    qtbot.keyClick(window.pages.grid, Qt.Key.Key_Space)
    assert window.viewer.isVisible()
    assert window.viewer.size() == window.size()
    qtbot.keyClick(window.viewer, Qt.Key.Key_Right)
    qtbot.keyClick(window.viewer, Qt.Key.Key_Escape)
    assert window.pages.grid.current_id == opened.photos[2]


def test_looking_again_while_paused_says_what_it_waits_for(
    qtbot: QtBot, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def works_on(control: Control) -> Iterator[Progress]:
        while not control.cancelled:
            yield Progress(done=3, total=9, per_second=1.0, seconds_left=6.0, labelling=True)
            control.wait_while_paused()
            time.sleep(0.01)

    window = opened.window
    monkeypatch.setattr(window._engine, "follow", works_on)
    window.following.start()
    opened.until(window.status.pause.isVisible)
    qtbot.mouseClick(window.status.pause, Qt.MouseButton.LeftButton)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.status.text() == (
        "Paused: your folders are looked through again once you press Resume"
    )
    qtbot.mouseClick(window.status.pause, Qt.MouseButton.LeftButton)
    window.status.stop_requested.emit()
    opened.until(lambda: not window.following.running)


def test_indexing_that_ends_with_an_error_is_not_shown_as_going_on(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_midway(_control: object) -> Iterator[Progress]:
        yield Progress(done=3, total=9, per_second=1.0, seconds_left=6.0, labelling=True)
        raise DiskFullError("The disk is full.")

    window = opened.window
    monkeypatch.setattr(window._engine, "follow", fails_midway)
    said: list[bool] = []
    window.following.running_changed.connect(said.append)
    window.following.start()
    opened.until(lambda: said == [True, False])
    assert window.status.progress is None
    assert not window.status.stop.isVisible()


def test_back_and_forward_lead_through_the_searches(qtbot: QtBot, opened: Open) -> None:
    window = opened.window
    opened.search("beach")
    opened.search("cat")
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    opened.settle()
    assert window.top_bar.search.query() == "beach"
    assert len(window.pages.grid.ids) == 6
    qtbot.keyClick(window, Qt.Key.Key_Left, ALT)
    opened.settle()
    assert page(opened) is window.pages.explore
    assert not window.top_bar.back_button.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Right, ALT)
    opened.settle()
    assert window.top_bar.search.query() == "beach"


def test_a_query_typed_letter_by_letter_is_one_step_back(opened: Open) -> None:
    go = opened.window.navigation
    for query in ("b", "be", "bea", "beach"):
        go.typed(query)
    go.back()
    assert go.place == Browse()


def test_clearing_the_search_leads_back_to_explore(opened: Open) -> None:
    opened.search("dog")
    opened.window.top_bar.query_submitted.emit("")
    opened.settle()
    assert page(opened) is opened.window.pages.explore


def test_nothing_found_says_why_and_drops_a_term(qtbot: QtBot, opened: Open) -> None:
    opened.search("beach sea")
    window = opened.window
    assert page(opened) is window.pages.nothing
    window.pages.nothing.query_chosen.emit("beach")
    opened.settle()
    assert page(opened) is window.pages.grid


def test_a_query_that_does_not_parse_leaves_what_was_found(opened: Open) -> None:
    opened.search("beach")
    before = opened.window.pages.grid.ids.tolist()
    opened.search("(beach")
    assert page(opened) is opened.window.pages.grid
    assert opened.window.pages.grid.ids.tolist() == before
    assert opened.window.top_bar.search.row.edit.accessibleDescription()


def test_an_order_is_kept_in_the_query(opened: Open) -> None:
    opened.search("beach")
    newest_first = opened.window.pages.grid.ids.tolist()
    opened.window.top_bar.sort_changed.emit("taken")
    opened.settle()
    assert opened.window.pages.grid.ids.tolist() == newest_first[::-1]
    assert "sort:taken" in opened.window.navigation.place.query
    opened.window.top_bar.sort_changed.emit("-taken")
    opened.settle()
    assert opened.window.navigation.place.query == "beach"


def test_letters_typed_over_the_pictures_begin_a_search(qtbot: QtBot, opened: Open) -> None:
    opened.search("dog")
    window = opened.window
    window.navigation.open_page("photos")
    opened.settle()
    window.activateWindow()
    window.pages.grid.setFocus()
    qtbot.keyClicks(window.pages.grid, "c")
    assert window.top_bar.search.query() == "c"


def test_a_decision_is_made_taken_back_and_made_again(qtbot: QtBot, opened: Open) -> None:
    window, photo = opened.window, opened.photos[0]

    def verdict() -> Verdict | None:
        decisions = opened.engine.library.decisions.of([photo]).get(photo, [])
        return decisions[0].verdict if decisions else None

    opened.search("dog")
    window.pages.grid.menu.decide_chosen.emit([photo], "photos/dog", Verdict.REJECTED)
    opened.until(lambda: len(window.pages.grid.ids) == 11)
    assert verdict() is Verdict.REJECTED
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    opened.until(lambda: len(window.pages.grid.ids) == 12)
    assert verdict() is None
    assert "dog" in window.status.text()
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL | SHIFT)
    opened.until(lambda: len(window.pages.grid.ids) == 11)
    assert verdict() is Verdict.REJECTED


def test_without_a_decision_there_is_nothing_to_take_back(qtbot: QtBot, opened: Open) -> None:
    qtbot.keyClick(opened.window, Qt.Key.Key_Z, CONTROL)
    opened.until(lambda: "no decision" in opened.window.status.text())


def test_an_empty_library_invites_and_a_dropped_folder_fills_it(
    empty: Open, tmp_path: Path
) -> None:
    window = empty.window
    assert page(empty) is window.pages.empty
    assert not window.inspector.isVisible()
    folder = tmp_path / "Dropped"
    folder.mkdir()
    drop(window, folder)
    empty.until(lambda: bool(empty.engine.library.folders.all()))
    empty.until(lambda: page(empty) is not window.pages.empty)
    assert window.following.running
    add_pictures(empty.engine.library, folder, 3)
    window.refreshing.now()
    empty.until(lambda: len(window.pages.grid.ids) == 3)


def test_a_folder_that_cannot_be_added_is_told_in_the_window(opened: Open, tmp_path: Path) -> None:
    opened.window.library.add_folders([tmp_path / "nowhere"])
    opened.until(lambda: opened.window.pages.banner.isVisible())
    assert "nowhere" in opened.window.pages.banner.text.text()
    opened.window.pages.banner.dismiss()
    assert not opened.window.pages.banner.isVisible()


def test_dropped_pictures_are_tried_and_not_added(opened: Open) -> None:
    tried: list[object] = []
    opened.window.dialogs.try_pictures = tried.append  # type: ignore[method-assign]
    picture = opened.folder / "IMG_0001.jpg"
    drop(opened.window, picture)
    opened.until(lambda: bool(tried))
    assert tried == [(picture,)]
    assert len(opened.engine.library.folders.all()) == 1


@pytest.mark.qt_log_ignore("propagateSizeHints")
def test_a_folder_added_from_a_tried_picture_is_not_offered_again(
    opened: Open, tmp_path: Path
) -> None:
    picture = tmp_path / "Others" / "IMG_0001.jpg"
    picture.parent.mkdir()
    shutil.copyfile(opened.folder / "IMG_0001.jpg", picture)
    opened.window.dialogs.try_pictures([picture])
    dialog = opened.window.findChild(TryDialog)
    assert dialog is not None
    opened.until(dialog.add_folder.isVisible)
    dialog.add_folder.click()
    opened.until(lambda: not dialog.add_folder.isVisible())
    assert dialog.promise.text() == "Its folder is in your library."


def test_photos_that_arrive_appear_without_losing_the_selection(opened: Open) -> None:
    opened.search("dog")
    grid = opened.window.pages.grid
    grid.go_to(3)
    selected = grid.selected_ids
    add_pictures(opened.engine.library, opened.folder, 4, first=-4)
    opened.window.refreshing.now()
    opened.until(lambda: len(grid.ids) == 16)
    assert grid.selected_ids == selected
    assert grid.position(selected[0]) == 7


def test_a_removed_folder_takes_its_photos_along(opened: Open) -> None:
    opened.search("dog")
    folder = opened.engine.library.folders.all()[0]
    opened.window.sidebar.remove_folder_requested.emit(folder.id)
    opened.until(lambda: page(opened) is opened.window.pages.empty)
    assert (opened.folder / "IMG_0000.jpg").exists()


def test_a_narrow_window_folds_the_inspector_until_asked(qtbot: QtBot, opened: Open) -> None:
    opened.search("dog")
    window = opened.window
    assert window.inspector.isVisible()
    window.resize(900, 700)
    assert not window.inspector.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert window.inspector.isVisible()
    window.resize(1200, 700)
    assert window.inspector.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert not window.sidebar.isVisible()


def test_in_the_smallest_window_either_panel_is_seen_whole(opened: Open) -> None:
    window = opened.window
    opened.search("dog")
    window.resize(640, 420)
    for toggle, left in ((window.panels.toggle_right, False), (window.panels.toggle_left, True)):
        toggle()
        opened.settle()
        assert window.sidebar.isVisible() is left
        assert window.inspector.isVisible() is not left
        panel = window.sidebar if left else window.inspector
        assert window.panels.rect().contains(panel.geometry())
    window.panels.toggle_right()
    window.resize(1400, 700)
    assert window.sidebar.isVisible()
    assert window.inspector.isVisible()


def test_sizes_panels_and_theme_are_remembered(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with open_window(qtbot, tmp_path) as opened:
        window = opened.window
        window.top_bar.size_slider.setValue(240)
        window.top_bar._flip_fit()
        window.panels.toggle_left()
        window.looks.set_scheme("dark")
        window.looks.set_percent(150)
        assert window.dialogs.percent == 150
        assert theme.current() is theme.DARK
    memory = WindowMemory(tmp_path / "window.ini")
    assert memory.cell_size == 240
    assert memory.fit
    assert not memory.sidebar_shown
    assert memory.scheme == "dark"
    assert memory.percent == 150
    theme.apply(qapp, "light")


def test_a_damaged_memory_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    path.write_text(
        "[General]\ncell_size=wide\nscheme=purple\nfit=perhaps\ngeometry=7\npercent=7\n"
    )
    memory = WindowMemory(path)
    assert memory.cell_size > 0
    assert memory.scheme == "system"
    assert not memory.fit
    assert memory.geometry.isEmpty()
    assert memory.percent == 100


def test_it_follows_the_disk_and_closes_quickly(qtbot: QtBot, tmp_path: Path) -> None:
    with open_window(qtbot, tmp_path, follow=True) as opened:
        assert opened.window.following.running
        assert opened.window.findChildren(FollowThread)
        begun = time.monotonic()
        opened.window.close()
        assert time.monotonic() - begun < 2
        assert opened.window.following.finish(5)
    assert not any(thread.isRunning() for thread in opened.window.findChildren(QThread))


def test_following_ends_when_stopped_and_begins_again_when_asked(
    qtbot: QtBot, tmp_path: Path
) -> None:
    with open_window(qtbot, tmp_path, follow=True) as opened:
        opened.window.status.stop_requested.emit()
        opened.until(lambda: not opened.window.following.running)
        qtbot.keyClick(opened.window, Qt.Key.Key_F5)
        opened.until(lambda: opened.window.following.running)


def test_every_control_has_a_name_for_those_who_hear_the_window(opened: Open) -> None:
    opened.search("dog")
    opened.window.pages.grid.go_to(0)
    opened.settle()
    nameless = [
        f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}"
        for kind in (QAbstractButton, QLineEdit, QSlider, QAbstractScrollArea)
        for widget in opened.window.findChildren(kind)
        if widget.isVisible()
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
    ]
    assert nameless == []
