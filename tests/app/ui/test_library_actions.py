"""What is done to the library from the window is told in one sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.library.records import Verdict
from app.ui.background import Background
from app.ui.library_actions import LibraryActions
from tests.support.inspecting import RecordedFiles
from tests.support.windows import add_pictures


@pytest.fixture
def files() -> RecordedFiles:
    return RecordedFiles()


@pytest.fixture
def actions(qtbot: QtBot, tmp_path: Path, files: RecordedFiles) -> Iterator[LibraryActions]:
    library = Library.open(tmp_path / "library.sqlite")
    add_pictures(library, tmp_path / "Pictures", 3)
    with Engine(library, device="cpu", packs=(), pack_errors=()) as engine:
        background = Background()
        owner = QObject()
        yield LibraryActions(engine, background, owner, files=files.actions())
        assert background.close()


def test_a_photo_is_handed_to_its_program_and_to_the_file_manager(
    qtbot: QtBot, actions: LibraryActions, files: RecordedFiles, tmp_path: Path
) -> None:
    actions.open_files([2, 3])
    actions.reveal([3])
    qtbot.waitUntil(lambda: bool(files.opened and files.revealed))
    assert files.opened == [tmp_path / "Pictures" / "IMG_0001.jpg"]
    assert files.revealed == [tmp_path / "Pictures" / "IMG_0002.jpg"]


def test_a_desktop_that_does_not_answer_is_told(
    qtbot: QtBot, actions: LibraryActions, files: RecordedFiles
) -> None:
    files.works = False
    with qtbot.waitSignal(actions.said) as said:
        actions.open_files([1])
    assert "No program answered" in said.args[0]


def test_all_paths_are_copied_in_order(
    qtbot: QtBot, actions: LibraryActions, files: RecordedFiles
) -> None:
    with qtbot.waitSignal(actions.said) as said:
        actions.copy_paths([3, 1])
    assert [path.name for path in files.copied] == ["IMG_0002.jpg", "IMG_0000.jpg"]
    assert said.args == ["Copied 2 paths"]


def test_a_decision_is_named(qtbot: QtBot, actions: LibraryActions) -> None:
    with qtbot.waitSignal(actions.said) as said:
        actions.decide([1, 2], "photos/dog", Verdict.REJECTED)
    assert said.args == ["Rejected “dog” on 2 photos"]
    with qtbot.waitSignal(actions.said) as said:
        actions.undo()
    assert "dog rejected on 2 photos" in said.args[0]
    with qtbot.waitSignal(actions.said) as said:
        actions.redo()
    assert said.args == ["Rejected “dog” on 2 photos"]
    with qtbot.waitSignal(actions.said) as said:
        actions.redo()
    assert said.args == ["There is no decision to repeat."]


def test_a_missing_folder_is_refused_in_a_sentence(
    qtbot: QtBot, actions: LibraryActions, tmp_path: Path
) -> None:
    with qtbot.waitSignal(actions.refused) as refused:
        actions.add_folders([tmp_path / "nowhere"])
    assert str(tmp_path / "nowhere") in refused.args[0]


def test_a_file_instead_of_a_folder_is_refused_in_a_sentence(
    qtbot: QtBot, actions: LibraryActions, tmp_path: Path
) -> None:
    with qtbot.waitSignal(actions.refused) as refused:
        actions.add_folders([tmp_path / "Pictures" / "IMG_0000.jpg"])
    assert "is a file" in refused.args[0]
