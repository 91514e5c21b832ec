"""In full size, W shows where a label was seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.ui.viewer.viewer import Viewer
from app.ui.where.maps import NOWHERE
from tests.support.viewing import SOON_MS, open_viewer
from tests.support.where import open_spotted

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Engine, list[int]]]:
    with open_spotted(tmp_path) as made:
        yield made


@pytest.fixture
def viewer(qtbot: QtBot, opened: tuple[Engine, list[int]]) -> Iterator[Viewer]:
    with open_viewer(qtbot, *opened, (800, 600)) as made:
        yield made


def until_lit(qtbot: QtBot, viewer: Viewer, name: str) -> None:
    wanted = f"Where Lumitag saw “{name}”"
    qtbot.waitUntil(lambda: viewer.where.where.caption.startswith(wanted), timeout=SOON_MS)


def names(viewer: Viewer) -> list[str]:
    return [chip.text() for chip in viewer.chips.chips if chip.isVisible()]


def test_w_shows_where_the_topmost_label_is_and_w_ends_it(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_lit(qtbot, viewer, "red")
    assert viewer.where_button.isChecked()
    assert viewer.accessibleDescription().endswith(": at the upper right")
    lit = viewer.grab().toImage()
    # The picture is 640 × 480 in the middle of 800 × 600: red at the upper right, the rest veiled.
    assert lit.pixelColor(80 + 540, 60 + 140).red() > 240
    assert lit.pixelColor(80 + 100, 60 + 340).red() < 40
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert viewer.where.where is NOWHERE
    assert not viewer.where_button.isChecked()
    assert names(viewer) == []
    assert viewer.grab().toImage().pixelColor(80 + 100, 60 + 340).red() > 50


def test_the_button_does_the_same(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.mouseClick(viewer.where_button, Qt.MouseButton.LeftButton)
    until_lit(qtbot, viewer, "red")
    qtbot.mouseClick(viewer.where_button, Qt.MouseButton.LeftButton)
    assert viewer.where.where is NOWHERE


def test_shift_w_and_the_chips_choose_the_label(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]]
) -> None:
    engine, photos = opened
    engine.decisions.decide([photos[0]], "photos/light", Verdict.ACCEPTED)
    qtbot.keyClick(viewer, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: len(names(viewer)) == 2, timeout=SOON_MS)
    first, second = names(viewer)
    until_lit(qtbot, viewer, first)
    qtbot.keyClick(viewer, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    until_lit(qtbot, viewer, second)
    assert [chip.isChecked() for chip in viewer.chips.chips] == [False, True]
    qtbot.keyClick(viewer, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    until_lit(qtbot, viewer, first)
    qtbot.mouseClick(viewer.chips.chips[1], Qt.MouseButton.LeftButton)
    until_lit(qtbot, viewer, second)


def test_walking_on_shows_the_next_photo_and_never_the_old_light(
    qtbot: QtBot, viewer: Viewer
) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_lit(qtbot, viewer, "red")
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.where.where.image.isNull()
    until_lit(qtbot, viewer, "blue")
    assert viewer.accessibleDescription().endswith(": at the lower left")


def test_walking_past_leaves_the_photos_between_alone(qtbot: QtBot, viewer: Viewer) -> None:
    captions: list[str] = []
    viewer.where.changed.connect(lambda: captions.append(viewer.where.where.caption))
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    until_lit(qtbot, viewer, "red")
    qtbot.waitUntil(lambda: viewer.where.settled, timeout=SOON_MS)
    assert not any("blue" in caption for caption in captions)
    assert viewer.accessibleDescription().endswith(": at the lower left")


def test_escape_ends_the_light_first_and_then_the_viewer(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_lit(qtbot, viewer, "red")
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert viewer.where.where is NOWHERE
    assert viewer.isVisible()
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_opened_again_it_begins_bare(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]]
) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_lit(qtbot, viewer, "red")
    viewer.leave()
    viewer.show_photo(tuple(opened[1]), 1)
    assert not viewer.where.on
    assert viewer.where.where is NOWHERE


def test_a_closing_window_waits_for_no_light(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    viewer.hide()
    assert not viewer.where.on
    assert viewer.where.maps.wish is None


def test_without_labels_it_says_so(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]]
) -> None:
    engine, photos = opened
    engine.decisions.decide([photos[0]], "photos/red", Verdict.REJECTED)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: "nothing to point at" in viewer.where.where.caption, timeout=SOON_MS)
    qtbot.keyClick(viewer, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    viewer.grab()


def test_with_own_labels_only_it_says_why(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]]
) -> None:
    engine, photos = opened
    engine.decisions.decide([photos[0]], "photos/red", Verdict.REJECTED)
    engine.decisions.decide([photos[0]], "holiday", Verdict.ACCEPTED)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: "your own label" in viewer.where.where.caption, timeout=SOON_MS)


def test_a_file_that_is_gone_is_told(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]], tmp_path: Path
) -> None:
    (tmp_path / "Pictures" / "c red.png").unlink()
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: viewer.where.on and viewer.where.settled, timeout=SOON_MS)
    assert viewer.where.where.caption
    assert viewer.where.where.image.isNull()
    viewer.grab()
