"""A search for words marks them everywhere in the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.ui.background import Background
from app.ui.main_window import MainWindow
from app.ui.window_memory import WindowMemory
from tests.support.written import add_written, stacked

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "propagateSizeHints")

SOON_MS = 20_000
PAGES = (
    ("a.png", stacked(("A RACE", "The Black Stallion"))),
    ("b.png", stacked(("Milk 1.20", "Bread 2.40"))),
)


def test_words_that_were_searched_are_marked_in_details_and_full_size(
    qtbot: QtBot, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    photos = add_written(library, tmp_path / "Pictures", PAGES, size=(200, 300))
    with Engine(library, device="cpu", packs=(), pack_errors=()) as engine:
        background = Background()
        window = MainWindow(engine, background, memory=WindowMemory(tmp_path / "window.ini"))
        qtbot.addWidget(window)
        window.resize(1200, 800)
        with qtbot.waitExposed(window):
            window.show()
        window.start(follow=False)
        window.navigation.search("text:stallion sort:match")
        qtbot.waitUntil(lambda: window.settled, timeout=SOON_MS)
        assert window.pages.grid.ids.tolist() == [photos[0]]
        window.pages.grid.go_to(0)
        part = window.inspector.words_part
        qtbot.waitUntil(lambda: part.lines.toPlainText().startswith("A RACE"), timeout=SOON_MS)
        qtbot.keyClick(window.pages.grid, Qt.Key.Key_Space)
        viewer = window.viewer
        qtbot.waitUntil(lambda: len(viewer.stage.words.lines) == 2, timeout=SOON_MS)
        assert not viewer.words.on
        # Read again in the meantime, it shows what is known now.
        window._refreshed(2, any_folder=True)
        qtbot.waitUntil(lambda: viewer.words.settled, timeout=SOON_MS)
        qtbot.keyClick(viewer, Qt.Key.Key_Escape)
        assert not viewer.isVisible()
        window.close()
        assert window.following.finish(5)
    assert "stallion" not in caplog.text.lower()
