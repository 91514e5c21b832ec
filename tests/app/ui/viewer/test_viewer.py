"""The viewer shows a photo at once, sharply as soon as it can, and walks to the next."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.library.records import SeenFile, StoredFile
from app.ui.viewer.viewer import Viewer
from tests.support.viewing import open_viewer
from tests.support.windows import add_pictures, open_window

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LARGE = (1600, 1000)


@pytest.fixture
def photos(tmp_path: Path) -> list[int]:
    with Library.open(tmp_path / "library.sqlite") as library:
        return add_pictures(library, tmp_path / "Pictures", 5, size=LARGE)


@pytest.fixture
def viewer(qtbot: QtBot, tmp_path: Path, photos: list[int]) -> Iterator[Viewer]:
    library = Library.open(tmp_path / "library.sqlite")
    with (
        Engine(library, device="cpu", packs=(), pack_errors=()) as engine,
        open_viewer(qtbot, engine, photos, (800, 600), at=1) as made,
    ):
        yield made


def name(viewer: Viewer) -> str:
    return viewer.accessibleDescription()


def test_it_says_the_name_and_where_it_stands(viewer: Viewer) -> None:
    assert name(viewer) == "IMG_0001.jpg, 2 of 5"


def test_a_file_renamed_since_goes_by_its_new_name(
    qtbot: QtBot, viewer: Viewer, photos: list[int], tmp_path: Path
) -> None:
    viewer.leave()
    with Library.open(tmp_path / "library.sqlite") as library:
        folder = library.folders.all()[0]
        old = library.files.known(folder.id)["IMG_0001.jpg"]
        new = SeenFile(folder.id, "beach.jpg", old.size, old.mtime_ns)
        library.photos.store([StoredFile(new, None, photo_id=old.photo_id)])
        library.files.remove([old.id])
    viewer.show_photo(tuple(photos), 1)
    qtbot.waitUntil(lambda: name(viewer) == "beach.jpg, 2 of 5")


def test_the_photos_own_pixels_are_shown(viewer: Viewer) -> None:
    sharp = viewer._pictures.sharp(viewer.photo_id, viewer.stage.shorter)
    assert sharp is not None
    assert min(sharp.image.width(), sharp.image.height()) >= 600
    middle = viewer.grab().toImage().pixelColor(400, 300)
    assert abs(middle.red() - 37) < 8
    assert abs(middle.green() - 101) < 8


def test_pixels_that_come_before_the_size_are_not_on_the_screen_yet(
    qtbot: QtBot, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, known = viewer._pictures._engine, Event()
    cards = engine.cards
    monkeypatch.setattr(engine, "cards", lambda ids: cards(ids) if known.wait(10) else [])
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    qtbot.waitUntil(
        lambda: viewer._pictures.sharp(viewer.photo_id, viewer.stage.shorter) is not None
    )
    assert not viewer.sharp
    known.set()
    qtbot.waitUntil(lambda: viewer.sharp)
    assert viewer.stage.zoom is not None


def test_arrows_walk_and_stop_at_the_ends(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: name(viewer) == "IMG_0002.jpg, 3 of 5")
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: name(viewer) == "IMG_0004.jpg, 5 of 5")
    assert not viewer.next_button.isEnabled()
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.index == 4
    qtbot.keyClick(viewer, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: name(viewer) == "IMG_0000.jpg, 1 of 5")
    assert not viewer.previous_button.isEnabled()


def test_the_neighbours_are_ready_before_they_are_asked_for(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.waitUntil(lambda: viewer._pictures.settled)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.sharp
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    qtbot.keyClick(viewer, Qt.Key.Key_Left)
    assert viewer.sharp


def test_plus_minus_and_zero_zoom(qtbot: QtBot, viewer: Viewer) -> None:
    stage = viewer.stage
    assert stage.zoom is not None
    fitted = stage.zoom.effective_scale
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert stage.zoom.effective_scale > fitted
    assert stage.zoomed_in
    qtbot.keyClick(viewer, Qt.Key.Key_0)
    assert not stage.zoomed_in
    qtbot.keyClick(viewer, Qt.Key.Key_1)
    assert stage.zoom.effective_scale == 1.0
    qtbot.keyClick(viewer, Qt.Key.Key_Minus)
    assert stage.zoom.effective_scale < 1.0
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert not stage.zoomed_in


def test_a_zoomed_photo_gets_every_pixel(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_1)

    def whole() -> bool:
        sharp = viewer._pictures.sharp(viewer.photo_id, viewer.stage.shorter)
        return sharp is not None and (sharp.image.width(), sharp.image.height()) == LARGE

    qtbot.waitUntil(whole)


def test_the_wheel_zooms_at_the_mouse_and_dragging_moves(qtbot: QtBot, viewer: Viewer) -> None:
    stage = viewer.stage
    place = QPointF(200, 150)
    turn = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, 480),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(stage, turn)
    assert stage.zoomed_in
    assert stage.zoom is not None
    before = stage.zoom.place
    qtbot.mousePress(stage, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    qtbot.mouseMove(stage, QPoint(380, 300))
    qtbot.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=QPoint(380, 300))
    assert stage.zoom.place.left() < before.left()


def test_escape_closes_and_tells_where_it_was(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    with qtbot.waitSignal(viewer.closed) as closed:
        qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert closed.args == [2]
    assert not viewer.isVisible()


def test_a_file_that_is_gone_is_told_over_its_thumbnail(
    qtbot: QtBot, viewer: Viewer, tmp_path: Path
) -> None:
    (tmp_path / "Pictures" / "IMG_0004.jpg").unlink()
    qtbot.keyClick(viewer, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: viewer.sharp and viewer._pictures.settled)
    sharp = viewer._pictures.sharp(viewer.photo_id, viewer.stage.shorter)
    assert sharp is not None
    assert sharp.problem
    first = viewer._pictures.first(viewer.photo_id)
    assert first is not None
    assert not first.thumbnail.isNull()
    viewer.grab()


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_tab_stays_in_the_viewer(qtbot: QtBot, tmp_path: Path, key: Qt.Key) -> None:
    with open_window(qtbot, tmp_path, pictures=3) as opened:
        opened.search("dog")
        viewer = opened.window.viewer
        opened.window.pages.grid.open_requested.emit(0)
        opened.settle()
        assert QApplication.focusWidget() is viewer
        come_to: list[QWidget] = []
        while QApplication.focusWidget() not in come_to:
            now = QApplication.focusWidget()
            assert now is not None
            assert now is viewer or viewer.isAncestorOf(now)
            come_to.append(now)
            qtbot.keyClick(now, key)
        buttons = {viewer.next_button, viewer.close_button, viewer.where_button}
        assert buttons | {viewer, viewer.words_button} == set(come_to)
        viewer.leave()
