"""A picture of the real window can be had without a display."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from app.engine import Engine
from app.library.library import Library
from app.search.errors import QueryError
from app.ui import theme
from app.ui.screenshot import ScreenshotError, save
from app.ui.viewer.stage import GROUND
from tests.support.windows import add_pictures

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def engine(qapp: QApplication, tmp_path: Path) -> Iterator[Engine]:
    library = Library.open(tmp_path / "library.sqlite")
    add_pictures(library, tmp_path / "Pictures", 6)
    with Engine(library, device="cpu", packs=(), pack_errors=()) as made:
        yield made


def test_the_window_is_drawn_with_its_pictures(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "window.png"
    save(engine, path, query="dog", size=(1200, 800), scheme="light")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (1200, 800)
    assert image.pixelColor(2, 2) == QColor(theme.LIGHT.panel)
    first = image.pixelColor(300, 56 + 16 + 100)  # IMG_0000 is black
    assert first.lightness() < 12


def test_what_is_done_with_the_window_first_is_seen(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "viewer.png"
    save(
        engine,
        path,
        query="dog",
        size=(1000, 700),
        scheme="light",
        then=[lambda window: window.pages.grid.open_requested.emit(0)],
    )
    assert QImage(str(path)).pixelColor(2, 2) == GROUND


def test_explore_is_drawn_for_an_empty_query(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "explore.png"
    save(engine, path, query="", size=(1000, 700), scheme="dark")
    image = QImage(str(path))
    assert image.pixelColor(2, 2) == QColor(theme.DARK.panel)


def test_a_query_that_does_not_parse_is_told(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        save(engine, tmp_path / "window.png", query="(dog")
    assert not (tmp_path / "window.png").exists()


def test_a_place_that_cannot_be_written_is_told(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ScreenshotError, match=r"nowhere.*\(No such file or directory\)"):
        save(engine, tmp_path / "nowhere" / "window.png", size=(700, 500))
    with pytest.raises(ScreenshotError, match=r"name it \.png"):
        save(engine, tmp_path / "window.pgn", size=(700, 500))
    assert not (tmp_path / "window.pgn").exists()
