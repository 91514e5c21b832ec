"""In full size, W also shows which words raised a label, and which lowered it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.ui.viewer.viewer import Viewer
from app.ui.where.maps import NOWHERE
from tests.support.telling import POSTER, open_told, store_words
from tests.support.viewing import SOON_MS, open_viewer

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Engine, list[int]]]:
    with open_told(tmp_path) as made:
        yield made


@pytest.fixture
def viewer(qtbot: QtBot, opened: tuple[Engine, list[int]]) -> Iterator[Viewer]:
    with open_viewer(qtbot, *opened, (1000, 700)) as made:
        yield made


def until_told(qtbot: QtBot, viewer: Viewer, count: int) -> None:
    qtbot.waitUntil(
        lambda: viewer.where.settled and len(viewer.where.where.lines) == count, timeout=SOON_MS
    )


def test_w_shows_the_words_beside_the_light_and_t_ends_it(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_told(qtbot, viewer, 3)
    assert not viewer.where.where.image.isNull()
    assert "“HORROR” +50 %" in viewer.accessibleDescription()
    viewer.grab()
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    viewer.grab()
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    assert viewer.where.where is NOWHERE
    assert viewer.words.on


def test_walking_on_shows_the_next_photos_words_and_never_the_old(
    qtbot: QtBot, viewer: Viewer
) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_told(qtbot, viewer, 3)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.where.where.lines == ()
    wanted = "The words in it were not read."
    qtbot.waitUntil(lambda: viewer.where.where.note == wanted, timeout=SOON_MS)
    viewer.grab()


def test_words_that_are_read_meanwhile_come_by_themselves(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]]
) -> None:
    engine, photos = opened
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: bool(viewer.where.where.note), timeout=SOON_MS)
    store_words(engine, photos[1], POSTER)
    viewer.look_again()
    until_told(qtbot, viewer, 3)


def test_where_is_asked_with_the_mouse_held_nothing_is_selected(
    qtbot: QtBot, viewer: Viewer
) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_told(qtbot, viewer, 3)
    qtbot.mouseClick(viewer.stage, Qt.MouseButton.LeftButton, pos=viewer.stage.rect().center())
    assert viewer.stage.words.selection.lines == ()
    assert len(viewer.where.where.lines) == 3
