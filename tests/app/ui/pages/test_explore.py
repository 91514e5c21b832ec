"""Explore shows what is in the pictures, and each tile leads to its photos."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.search.results import Tile
from app.ui.background import Background
from app.ui.pages.explore import ExploreView, Shelf
from tests.support.windows import add_pictures

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def explore(qtbot: QtBot, tmp_path: Path) -> Iterator[ExploreView]:
    library = Library.open(tmp_path / "library.sqlite")
    add_pictures(library, tmp_path / "Pictures", 12)
    with Engine(library, device="cpu", packs=(), pack_errors=()) as engine:
        background = Background()
        made = ExploreView(engine, background)
        qtbot.addWidget(made)
        made.resize(1192, 800)
        with qtbot.waitExposed(made):
            made.show()
        made.reload()
        qtbot.waitUntil(lambda: bool(made.page.buttons) and made.settled)
        yield made
        assert background.close()


def test_the_most_frequent_labels_come_first_with_their_counts(explore: ExploreView) -> None:
    seen = [(button.text(), button.accessibleDescription()) for button in explore.page.buttons]
    assert seen == [("dog", "12 photos"), ("beach", "6 photos"), ("cat", "4 photos")]


def test_a_click_leads_to_the_photos(qtbot: QtBot, explore: ExploreView) -> None:
    with qtbot.waitSignal(explore.tile_chosen) as chosen:
        qtbot.mouseClick(explore.page.buttons[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ["beach"]


def test_tiles_are_reached_and_chosen_by_keyboard(qtbot: QtBot, explore: ExploreView) -> None:
    explore.take_focus()
    qtbot.keyClick(explore.page.buttons[0], Qt.Key.Key_Right)
    assert explore.page.buttons[1].hasFocus()
    with qtbot.waitSignal(explore.tile_chosen) as chosen:
        qtbot.keyClick(explore.page.buttons[1], Qt.Key.Key_Return)
    assert chosen.args == ["beach"]


def test_a_label_of_several_words_is_quoted(qtbot: QtBot, explore: ExploreView) -> None:
    tile = Tile("photos/science-fiction", "science fiction", "things", 3, 1, b"")
    with qtbot.waitSignal(explore.tile_chosen) as chosen:
        explore.page.chosen.emit(tile)
    assert chosen.args[0].strip('"') == "science fiction"


def test_reloading_the_same_disturbs_nothing(qtbot: QtBot, explore: ExploreView) -> None:
    before = explore.page.buttons
    explore.reload()
    qtbot.waitUntil(lambda: explore.settled)
    assert explore.page.buttons is before


def test_a_last_row_that_is_not_full_is_left_out(explore: ExploreView) -> None:
    tiles = tuple(Tile(f"p/{n}", str(n), "things", n, n, bytes([n])) for n in range(10))
    explore.page.set_shelves([Shelf("Things", "", tiles)])
    assert explore.page.columns == 4
    assert [not button.isHidden() for button in explore.page.buttons] == [True] * 8 + [False] * 2
    right = [button.geometry().right() for button in explore.page.buttons[:4]]
    assert right[-1] == 1192 - 16 - 1


def test_nothing_labelled_yet_is_said(qtbot: QtBot, explore: ExploreView) -> None:
    explore.page.set_shelves([])
    assert explore.page.buttons == []
    explore.grab()
