"""In full size, W begins with the label that is asked for most: of a poster with a genre."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.ui.viewer.viewer import Viewer
from tests.support.packs import ColourLabel
from tests.support.telling import open_told
from tests.support.viewing import SOON_MS, open_viewer

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SHIFT = Qt.KeyboardModifier.ShiftModifier
SEEN = (
    ColourLabel("poster", (0, 0, 0), bias=1, group="kind"),
    ColourLabel("beach", (0, 0, 0), bias=0.9, group="place"),
)
"""What every picture is taken for beside horror, and for sure."""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Engine, list[int]]]:
    with open_told(tmp_path, photos=SEEN) as made:
        yield made


@pytest.fixture
def viewer(qtbot: QtBot, opened: tuple[Engine, list[int]]) -> Iterator[Viewer]:
    with open_viewer(qtbot, *opened, (1000, 700)) as made:
        yield made


def until_chosen(qtbot: QtBot, viewer: Viewer) -> str:
    """Wait until everything is there; return the label that it is about."""
    qtbot.waitUntil(lambda: viewer.where.on and viewer.where.settled, timeout=SOON_MS)
    [chosen] = [chip for chip in viewer.chips.chips if chip.isVisible() and chip.isChecked()]
    assert f"“{chosen.text()}”" in viewer.where.where.caption
    return chosen.text()


def test_on_a_poster_w_begins_with_the_genre_and_shift_w_goes_on_to_the_others(
    qtbot: QtBot, viewer: Viewer
) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert until_chosen(qtbot, viewer) == "horror"
    assert [chip.text() for chip in viewer.chips.chips] == ["poster", "beach", "horror"]
    others = []
    for _ in range(3):
        qtbot.keyClick(viewer, Qt.Key.Key_W, SHIFT)
        others.append(until_chosen(qtbot, viewer))
    assert others == ["poster", "beach", "horror"]


@pytest.mark.parametrize("at", [1, 2], ids=["not read yet", "without a word"])
def test_where_no_words_count_w_begins_with_what_is_in_the_picture(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]], at: int
) -> None:
    viewer.show_photo(tuple(opened[1]), at)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert until_chosen(qtbot, viewer) == "beach"


def test_a_kind_of_picture_is_begun_with_where_it_is_all_there_is_and_only_there(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]]
) -> None:
    engine, photos = opened
    for key in ("photos/beach", "genres/horror"):
        engine.decisions.decide([photos[1]], key, Verdict.REJECTED)
    viewer.show_photo(tuple(photos), 1)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert until_chosen(qtbot, viewer) == "poster"
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    assert until_chosen(qtbot, viewer) == "horror"


def test_what_somebody_chose_stays_also_when_it_is_a_kind(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_chosen(qtbot, viewer)
    qtbot.mouseClick(viewer.chips.chips[0], Qt.MouseButton.LeftButton)
    assert until_chosen(qtbot, viewer) == "poster"
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert until_chosen(qtbot, viewer) == "poster"
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert until_chosen(qtbot, viewer) == "poster"


def test_w_begins_anew_where_nobody_chose(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert until_chosen(qtbot, viewer) == "beach"
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert until_chosen(qtbot, viewer) == "horror"
