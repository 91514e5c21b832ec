"""What many widgets are tested with."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.ui.background import Background
from tests.support.finding import open_filled


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_filled(tmp_path) as made:
        yield made


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    made = Background()
    yield made
    assert made.close()


@pytest.fixture
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)
