"""A real viewer on photos of a library."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.ui.background import Background
from app.ui.viewer.viewer import Viewer

SOON_MS = 10_000


@contextmanager
def open_viewer(
    qtbot: QtBot, engine: Engine, photos: Sequence[int], size: tuple[int, int], *, at: int = 0
) -> Iterator[Viewer]:
    """Open the viewer on one of some photos, and wait until it is sharp."""
    background = Background()
    made = Viewer(engine, background)
    qtbot.addWidget(made)
    made.resize(*size)
    made.show_photo(tuple(photos), at)
    qtbot.waitUntil(lambda: made.sharp, timeout=SOON_MS)
    yield made
    made.hide()
    assert background.close()


def place(viewer: Viewer) -> QRectF:
    """Return where the picture lies in the window."""
    assert viewer.stage.zoom is not None
    return viewer.stage._place_of(viewer.stage.zoom)
