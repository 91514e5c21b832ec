"""What the grid's tests share."""

import pytest
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.ui.background import Background
from app.ui.grid.view import GridView


@pytest.fixture
def empty_grid(qtbot: QtBot, engine: Engine, background: Background) -> GridView:
    """A grid in a window of its own; it shows nothing yet."""
    made = GridView(engine, background)
    qtbot.addWidget(made)
    made.resize(540, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made
