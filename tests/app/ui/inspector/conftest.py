"""What the inspector's tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.ui.background import Background
from tests.support.inspecting import RecordedFiles, add_photo
from tests.support.inspector_scene import Scene, open_inspector


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, english: None, background: Background) -> Iterator[Scene]:
    library = Library.open(tmp_path / "library.db")
    (tmp_path / "Pictures").mkdir()
    folder = library.folders.add(tmp_path / "Pictures")
    photos = [
        add_photo(library, folder.id, "2021 Portugal/IMG_4127.jpg", camera="Canon EOS 80D"),
        add_photo(library, folder.id, "2021 Portugal/IMG_4128.jpg"),
        add_photo(library, folder.id, "cat.jpg", probabilities=(0.1, 0, 0, 0, 0.9, 0, 0)),
    ]
    with Engine(library, device="cpu", packs=(), pack_errors=()) as engine:
        files = RecordedFiles()
        with open_inspector(qtbot, engine, background, files) as inspector:
            yield Scene(inspector, engine, photos, qtbot, files)
