from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.ui import files
from app.ui.background import Background
from app.ui.dialogs.settings import SettingsDialog
from tests.support.packs import write_pack, write_packs

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    packs = write_packs(tmp_path / "packs")
    (packs / "photos" / "MODEL_CARD.md").write_text("# How good it is")
    broken = write_pack(packs / "broken", pack_id="broken")
    (broken / "pack.json").write_text("{")
    with Engine.open(tmp_path / "library.sqlite", device="cpu", pack_folders=[packs]) as engine:
        yield engine


def opened(engine: Engine, background: Background, qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(engine, background)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.loaded):
        dialog.show()
    return dialog


@pytest.fixture
def dialog(engine: Engine, background: Background, qtbot: QtBot) -> Iterator[SettingsDialog]:
    dialog = opened(engine, background, qtbot)
    yield dialog
    dialog.close()


def test_names_to_leave_out_are_added_removed_and_brought_back(
    dialog: SettingsDialog, engine: Engine, qtbot: QtBot
) -> None:
    usual = engine.excluded()
    dialog.show_page(dialog.excluded)
    page = dialog.excluded
    assert page.names.values() == list(usual)
    assert not page.reset_button.isVisible()  # there is nothing to bring back
    qtbot.keyClicks(page.field, "*.tmp")
    with qtbot.waitSignal(dialog.excluded_changed):
        qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert engine.excluded() == (*usual, "*.tmp")
    page.names.setCurrentRow(0)
    with qtbot.waitSignal(dialog.excluded_changed):
        qtbot.keyClick(page.names, Qt.Key.Key_Delete)
    assert engine.excluded() == (*usual[1:], "*.tmp")
    with qtbot.waitSignal(dialog.excluded_changed):
        qtbot.mouseClick(page.reset_button, Qt.MouseButton.LeftButton)
    assert engine.excluded() == usual
    assert page.names.values() == list(usual)


def test_a_name_twice_or_blank_is_not_added(dialog: SettingsDialog, qtbot: QtBot) -> None:
    heard: list[object] = []
    dialog.excluded.changed.connect(heard.append)
    for text in ("  ", dialog.excluded.names.values()[0]):
        dialog.excluded.field.setText(text)
        qtbot.keyClick(dialog.excluded.field, Qt.Key.Key_Return)
    assert heard == []


def test_return_in_the_field_adds_and_does_not_close(dialog: SettingsDialog, qtbot: QtBot) -> None:
    dialog.show_page(dialog.excluded)
    qtbot.keyClicks(dialog.excluded.field, "Previews")
    qtbot.keyClick(dialog.excluded.field, Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_a_muted_label_is_brought_back(
    engine: Engine, background: Background, qtbot: QtBot
) -> None:
    engine.decisions.set_muted("photos/red", muted=True)
    dialog = opened(engine, background, qtbot)
    dialog.show_page(dialog.muted)
    page = dialog.muted
    assert page.labels.values() == ["photos/red"]
    assert page.labels.item(0).text() == "red"
    page.labels.setCurrentRow(0)
    with qtbot.waitSignals([dialog.mute_changed, dialog.loaded]):
        qtbot.mouseClick(page.again_button, Qt.MouseButton.LeftButton)
    assert engine.decisions.muted() == frozenset()
    assert not page.labels.isVisible()
    assert "No label is muted" in page.says.text()
    dialog.close()


def test_the_device_is_remembered_and_said_to_need_a_new_start(
    dialog: SettingsDialog, engine: Engine, background: Background, qtbot: QtBot
) -> None:
    assert dialog.general.device.buttons["auto"].isChecked()
    assert not dialog.general.restart.isVisible()
    dialog.general.device.buttons["cpu"].click()
    assert dialog.general.restart.isVisible()
    qtbot.waitUntil(lambda: engine.library.settings.get(engine.DEVICE_SETTING) == "cpu")
    again = opened(engine, background, qtbot)
    assert again.general.device.buttons["cpu"].isChecked()
    again.close()


def test_the_appearance_is_told_at_once(dialog: SettingsDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.theme_chosen) as heard:
        dialog.general.appearance.buttons["dark"].click()
    assert heard.args == ["dark"]


def test_packs_are_listed_with_licence_and_model_card_and_refused_ones_with_the_reason(
    dialog: SettingsDialog, engine: Engine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_files: list[Path] = []
    monkeypatch.setattr(files, "open_file", opened_files.append)
    dialog.show_page(dialog.packs)
    texts = " ".join(label.text() for label in dialog.packs.findChildren(QLabel))
    for pack in engine.packs:
        assert pack.title in texts
        assert pack.license in texts
    assert str(engine.pack_errors[0]) in texts
    cards = dialog.packs.findChildren(QPushButton)
    assert len(cards) == 1
    cards[0].click()
    assert opened_files == [engine.packs[0].directory / "MODEL_CARD.md"]


def test_the_library_file_is_named_and_can_be_shown(
    dialog: SettingsDialog, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(files, "reveal", shown.append)
    texts = [label.text() for label in dialog.general.findChildren(QLabel)]
    assert str(engine.library.path) in texts
    dialog.general.reveal_button.click()
    assert shown == [engine.library.path]


def test_pages_are_reached_by_keyboard(dialog: SettingsDialog, qtbot: QtBot) -> None:
    names = dialog.pages.names
    names.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(names, Qt.Key.Key_Down)
    assert dialog.pages.stack.currentWidget() is dialog.words
    qtbot.keyClick(names, Qt.Key.Key_Down)
    assert dialog.pages.stack.currentWidget() is dialog.excluded


def test_tab_goes_from_the_names_to_the_page_and_at_last_to_close(
    dialog: SettingsDialog, qtbot: QtBot
) -> None:
    dialog.show_page(dialog.excluded)
    names = dialog.pages.names
    names.setFocus()
    qtbot.keyClick(names, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is dialog.excluded.field
    qtbot.keyClick(names, Qt.Key.Key_Backtab)
    qtbot.keyClick(names, Qt.Key.Key_Backtab)
    focused = QApplication.focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text().replace("&", "") == "Close"


def test_every_page_has_a_name_for_those_who_hear_it(dialog: SettingsDialog) -> None:
    assert dialog.packs.accessibleName() == "Label packs"
    assert dialog.excluded.accessibleName() == "Left out"


def test_everything_can_be_drawn_larger_from_the_next_start_on(
    dialog: SettingsDialog, qtbot: QtBot
) -> None:
    dialog.general.set_percent(125)
    assert dialog.general.percent.buttons["125"].isChecked()
    assert not dialog.general.later.isVisible()
    with qtbot.waitSignal(dialog.general.percent_chosen) as chosen:
        dialog.general.percent.buttons["200"].click()
    assert chosen.args == [200]
    assert dialog.general.later.isVisible()


def test_on_a_low_screen_the_page_scrolls_to_what_has_the_focus(
    dialog: SettingsDialog, qtbot: QtBot
) -> None:
    dialog.resize(683, 340)
    assert dialog.height() == 340
    qtbot.keyClick(dialog.pages.names, Qt.Key.Key_Tab)
    for _ in range(3):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    button = dialog.general.reveal_button
    assert QApplication.focusWidget() is button
    assert not button.visibleRegion().isEmpty()
    assert button.visibleRegion().boundingRect() == button.rect()
