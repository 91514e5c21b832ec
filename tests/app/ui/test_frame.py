"""The window is there at once, and says calmly when there is no library to show."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.errors import NotALibraryError
from app.library.library import Library
from app.ui.background import Background
from app.ui.frame import Frame
from app.ui.window_memory import WindowMemory
from tests.support.windows import add_pictures

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

MakeFrame = Callable[[Callable[[], Engine]], Frame]


@pytest.fixture
def make_frame(qtbot: QtBot, tmp_path: Path) -> Iterator[MakeFrame]:
    made: list[tuple[Frame, Background]] = []

    def make(open_engine: Callable[[], Engine]) -> Frame:
        background = Background()
        frame = Frame(open_engine, background, WindowMemory(tmp_path / "window.ini"))
        qtbot.addWidget(frame)
        made.append((frame, background))
        return frame

    yield make
    for frame, background in made:
        frame.close()
        assert frame.finish(10)
        background.close()


def engine_at(path: Path) -> Engine:
    return Engine(Library.open(path), device="cpu", packs=(), pack_errors=())


def test_the_window_does_not_wait_for_the_library(
    qtbot: QtBot, tmp_path: Path, make_frame: MakeFrame
) -> None:
    go_on = threading.Event()

    def slowly() -> Engine:
        go_on.wait(10)
        return engine_at(tmp_path / "library.sqlite")

    frame = make_frame(slowly)
    frame.come_forward()
    frame.open_library()
    qtbot.waitUntil(lambda: frame.opening.isVisible())
    assert frame.main is None
    go_on.set()
    qtbot.waitUntil(lambda: frame.main is not None)
    assert not frame.opening.isVisible()


def test_a_library_that_cannot_be_opened_is_told_and_can_be_tried_again(
    qtbot: QtBot, tmp_path: Path, make_frame: MakeFrame
) -> None:
    path = tmp_path / "library.sqlite"
    path.write_text("not a database, but a letter to grandmother " * 100)
    frame = make_frame(lambda: engine_at(path))
    frame.come_forward()
    frame.open_library()
    qtbot.waitUntil(lambda: frame.failed.isVisible())
    with pytest.raises(NotALibraryError) as error:
        Library.open(path)
    assert frame.failed.message.text() == str(error.value)
    path.unlink()
    frame.failed.retry_requested.emit()
    qtbot.waitUntil(lambda: frame.main is not None)


def test_folders_of_the_command_line_are_added_once_the_library_is_open(
    qtbot: QtBot, tmp_path: Path, make_frame: MakeFrame
) -> None:
    pictures = tmp_path / "Pictures"
    pictures.mkdir()
    frame = make_frame(lambda: engine_at(tmp_path / "library.sqlite"))
    frame.come_forward([pictures])
    frame.open_library()
    qtbot.waitUntil(lambda: frame.main is not None)
    assert frame.engine is not None
    library = frame.engine.library
    qtbot.waitUntil(lambda: [folder.path for folder in library.folders.all()] == [pictures])


def test_it_opens_where_and_as_large_as_it_was_closed(
    qtbot: QtBot, tmp_path: Path, make_frame: MakeFrame
) -> None:
    frame = make_frame(lambda: engine_at(tmp_path / "library.sqlite"))
    frame.come_forward()
    frame.resize(777, 555)
    frame.close()
    again = make_frame(lambda: engine_at(tmp_path / "library.sqlite"))
    assert again.size() == QSize(777, 555)


def test_a_first_window_leaves_room_for_its_title_on_a_small_screen(
    tmp_path: Path, make_frame: MakeFrame
) -> None:
    frame = make_frame(lambda: engine_at(tmp_path / "library.sqlite"))
    room = QGuiApplication.primaryScreen().availableSize()
    assert frame.height() < room.height()


def test_closing_while_the_library_is_still_being_opened_is_no_trouble(
    qtbot: QtBot, tmp_path: Path, make_frame: MakeFrame
) -> None:
    begun = threading.Event()

    def opening() -> Engine:
        begun.set()
        return engine_at(tmp_path / "library.sqlite")

    frame = make_frame(opening)
    frame.come_forward()
    frame.open_library()
    begun.wait(10)
    frame.close()
    assert frame.main is None


def test_what_is_in_the_library_is_shown(
    qtbot: QtBot, tmp_path: Path, make_frame: MakeFrame
) -> None:
    with Library.open(tmp_path / "library.sqlite") as library:
        add_pictures(library, tmp_path / "Pictures", 5)
    frame = make_frame(lambda: engine_at(tmp_path / "library.sqlite"))
    frame.come_forward()
    frame.open_library()
    qtbot.waitUntil(lambda: frame.main is not None)
    assert frame.main is not None
    main = frame.main
    qtbot.waitUntil(lambda: bool(main.pages.explore.page.buttons))
