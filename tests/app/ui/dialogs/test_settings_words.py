"""What is read is the user's choice, and all of it can be erased."""

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.indexing.control import Control
from app.library.errors import LibraryBusyError
from app.library.records import NewReading
from app.reading import lines_to_bytes, version
from app.ui.background import Background
from app.ui.dialogs.settings import SettingsDialog
from app.ui.dialogs.settings_words import EVERY, KINDS, OFF
from tests.app.cli.conftest import paint
from tests.support.packs import MAGENTA, RED, write_packs
from tests.support.pages import line

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    packs = write_packs(tmp_path / "packs")
    paint(tmp_path / "Pictures" / "poster.png", MAGENTA)
    paint(tmp_path / "Pictures" / "red.png", RED)
    with Engine.open(tmp_path / "library.sqlite", device="cpu", pack_folders=[packs]) as engine:
        for _ in engine.index([tmp_path / "Pictures"], Control(), words=False):
            pass
        yield engine


@pytest.fixture
def open_dialog(engine: Engine, background: Background, qtbot: QtBot) -> Iterator[SettingsDialog]:
    dialog = SettingsDialog(engine, background)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.loaded):
        dialog.show()
    dialog.show_page(dialog.words)
    yield dialog
    dialog.close()


def read_all(engine: Engine) -> None:
    texts = {1: "hunter2", 2: ""}
    engine.library.words.store(
        {
            photo: NewReading("foretold 1", lines_to_bytes([line(text)] if text else []), text)
            for photo, text in texts.items()
        }
    )


def chosen(engine: Engine) -> tuple[bool, bool]:
    return engine.words.enabled(), engine.words.everything()


def test_posters_screenshots_and_documents_are_read_until_the_user_says_otherwise(
    open_dialog: SettingsDialog, engine: Engine, qtbot: QtBot
) -> None:
    buttons = open_dialog.words.choice.buttons
    assert buttons[KINDS].isChecked()
    for choice, stored in ((EVERY, (True, True)), (OFF, (False, True)), (KINDS, (True, False))):
        with qtbot.waitSignal(open_dialog.words_changed):
            buttons[choice].click()
        assert chosen(engine) == stored
        assert buttons[choice].isChecked()


def test_nothing_read_is_nothing_to_erase(open_dialog: SettingsDialog) -> None:
    assert open_dialog.words.says.text() == "Nothing yet."
    assert not open_dialog.words.erase_button.isEnabled()


@pytest.fixture
def read(engine: Engine) -> None:
    read_all(engine)


def answer(page_box: QMessageBox, role: QMessageBox.ButtonRole) -> None:
    button = next(one for one in page_box.buttons() if page_box.buttonRole(one) is role)
    button.click()


def test_all_that_was_read_is_erased_after_a_question(
    read: None, open_dialog: SettingsDialog, engine: Engine, qtbot: QtBot
) -> None:
    page = open_dialog.words
    assert page.says.text() == "2 pictures read, 1 of them with words."
    box = page.ask_to_erase()
    assert box.text() == "Erase the words of 2 pictures?"
    answer(box, QMessageBox.ButtonRole.RejectRole)
    assert engine.library.words.count().read == 2
    with qtbot.waitSignal(open_dialog.words_changed):
        answer(page.ask_to_erase(), QMessageBox.ButtonRole.DestructiveRole)
    assert engine.library.words.count().read == 0
    assert chosen(engine)[0] is False
    assert page.choice.buttons[OFF].isChecked()
    assert page.says.text() == "Nothing yet."


def test_traces_that_are_left_are_told(
    read: None,
    open_dialog: SettingsDialog,
    engine: Engine,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def busy() -> None:
        raise LibraryBusyError("Another program keeps their traces; close it and erase again.")

    monkeypatch.setattr(engine.library.words, "erase", busy)
    with qtbot.waitSignal(open_dialog.words_changed):
        answer(open_dialog.words.ask_to_erase(), QMessageBox.ButtonRole.DestructiveRole)
    assert open_dialog.words.refusal.isVisible()
    assert "erase again" in open_dialog.words.refusal.text()


@pytest.fixture
def missing_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(version, "version", missing)


def test_a_missing_engine_is_said(missing_engine: None, open_dialog: SettingsDialog) -> None:
    assert open_dialog.words.refusal.isVisible()
    assert "not installed" in open_dialog.words.refusal.text()
