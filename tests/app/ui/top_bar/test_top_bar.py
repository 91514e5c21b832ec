from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.ui.background import Background
from app.ui.top_bar.top_bar import TopBar

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def bar(engine: Engine, background: Background, qtbot: QtBot) -> Iterator[TopBar]:
    bar = TopBar(engine, background)
    qtbot.addWidget(bar)
    bar.resize(1440, 56)
    bar.show()
    yield bar
    bar.close()


def entries(menu: QMenu) -> dict[str, QAction]:
    menu.aboutToShow.emit()
    return {action.text().partition("\t")[0]: action for action in menu.actions()}


def test_the_order_is_chosen_from_words_and_told_as_the_query_writes_it(
    bar: TopBar, qtbot: QtBot
) -> None:
    assert bar.sort_button.text().startswith("Newest first")
    assert list(entries(bar.sort_menu)) == [
        "Newest first",
        "Oldest first",
        "Name",
        "Recently added",
    ]
    with qtbot.waitSignal(bar.sort_changed) as heard:
        entries(bar.sort_menu)["Recently added"].trigger()
    assert heard.args == ["-added"]
    assert entries(bar.sort_menu)["Recently added"].isChecked()


def test_likeliest_first_is_offered_only_where_a_label_is_searched(bar: TopBar) -> None:
    bar.set_label_searched(True)
    assert "Likeliest" in entries(bar.sort_menu)
    bar.set_label_searched(False)
    assert "Likeliest" not in entries(bar.sort_menu)


def test_best_match_first_is_offered_only_where_words_are_searched(bar: TopBar) -> None:
    assert "Best match of words" not in entries(bar.sort_menu)
    bar.set_words_searched(True)
    assert "Best match of words" in entries(bar.sort_menu)


def test_an_order_typed_by_hand_is_shown_and_stays_in_the_menu(bar: TopBar) -> None:
    bar.set_sort("-name")
    assert bar.sort_button.text().startswith("Name, Z to A")
    assert entries(bar.sort_menu)["Name, Z to A"].isChecked()


def test_the_size_of_the_pictures_follows_slider_and_keys(bar: TopBar, qtbot: QtBot) -> None:
    heard: list[int] = []
    bar.cell_size_changed.connect(heard.append)
    bar.set_cell_size(200)
    assert heard == []
    qtbot.keyClick(bar.size_slider, Qt.Key.Key_Right)
    bar.step_cell_size(-1)
    qtbot.mouseClick(bar.small_button, Qt.MouseButton.LeftButton)
    assert heard[0] == 208
    assert heard[0] > heard[1] > heard[2]


def test_whole_pictures_or_filled_squares_is_one_button(bar: TopBar, qtbot: QtBot) -> None:
    assert bar.fit_button.accessibleName() == "Show whole pictures"
    with qtbot.waitSignal(bar.fit_changed) as heard:
        qtbot.mouseClick(bar.fit_button, Qt.MouseButton.LeftButton)
    assert heard.args == [True]
    assert bar.fit_button.accessibleName() == "Fill the squares"


def test_back_and_forward_can_be_used_when_there_is_a_place(bar: TopBar, qtbot: QtBot) -> None:
    assert not bar.back_button.isEnabled()
    bar.set_can_go(True, False)
    with qtbot.waitSignal(bar.back):
        qtbot.mouseClick(bar.back_button, Qt.MouseButton.LeftButton)
    assert not bar.forward_button.isEnabled()


@pytest.mark.parametrize(
    ("entry", "signal"),
    [
        ("Add a folder…", "add_folder_requested"),
        ("Try a picture…", "try_requested"),
        ("Folders and labels", "toggle_left"),
        ("Details", "toggle_right"),
        ("Settings…", "settings_requested"),
        ("Searching and keys", "help_requested"),
        ("About Lumitag", "about_requested"),
    ],
)
def test_every_entry_of_the_menu_does_what_it_says(
    bar: TopBar, qtbot: QtBot, entry: str, signal: str
) -> None:
    menu = bar.menu_button.menu()
    assert menu is not None
    with qtbot.waitSignal(getattr(bar, signal)):
        entries(menu)[entry].trigger()


def test_the_appearance_is_chosen_in_the_menu(bar: TopBar, qtbot: QtBot) -> None:
    bar.set_scheme("light")
    assert bar.theme_actions["light"].isChecked()
    with qtbot.waitSignal(bar.theme_chosen) as heard:
        bar.theme_actions["dark"].trigger()
    assert heard.args == ["dark"]


def test_a_panel_folded_by_key_is_unticked_in_the_menu(bar: TopBar) -> None:
    bar.set_panels(False, True)
    assert not bar.left_action.isChecked()
    assert bar.right_action.isChecked()


def test_in_a_narrow_window_the_search_field_keeps_its_room(bar: TopBar, qtbot: QtBot) -> None:
    bar.resize(900, 56)
    assert bar.brand.narrow
    qtbot.waitUntil(lambda: bar.search.width() >= 300)
    assert bar.menu_button.geometry().right() < 900
    bar.resize(1440, 56)
    assert not bar.brand.narrow
    qtbot.waitUntil(lambda: bar.search.width() == bar.search.maximumWidth())


def test_everything_in_the_bar_has_a_name_and_a_tooltip(bar: TopBar) -> None:
    reachable = [
        widget
        for widget in bar.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    assert len(reachable) >= 6
    assert [widget for widget in reachable if not widget.accessibleName()] == []
    assert [widget for widget in reachable if not widget.toolTip()] == []
