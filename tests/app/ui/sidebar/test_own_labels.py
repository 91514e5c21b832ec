"""In the sidebar a label of one's own is renamed and deleted, by mouse and by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.ui.background import Background
from app.ui.sidebar.own_labels import NameDialog
from app.ui.sidebar.rows import Row
from app.ui.sidebar.sidebar import Sidebar
from tests.support.finding import open_filled

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SHIFT, NONE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_filled(tmp_path) as engine:
        engine.decisions.decide([1, 2], "Granny", Verdict.ACCEPTED)
        engine.decisions.decide([3], "Garden", Verdict.ACCEPTED)
        engine.refresh()
        yield engine


@pytest.fixture
def sidebar(engine: Engine, qtbot: QtBot) -> Iterator[Sidebar]:
    background = Background()
    made = Sidebar(engine, background)
    qtbot.addWidget(made)
    made.resize(248, 900)
    made.show()
    with qtbot.waitSignal(made.loaded):
        made.reload()
    yield made
    made.close()
    background.close()


def row(sidebar: Sidebar, text: str) -> Row:
    return next(row for row in sidebar.labels.tree.rows.rows() if row.text == text)


def press(
    qtbot: QtBot, sidebar: Sidebar, text: str, key: Qt.Key, held: Qt.KeyboardModifier = NONE
) -> None:
    tree = sidebar.labels.tree
    tree.setCurrentIndex(tree.rows.index_of(row(sidebar, text)))
    qtbot.keyClick(tree, key, held)


def open_name(sidebar: Sidebar) -> NameDialog:
    return next(each for each in sidebar.findChildren(NameDialog) if each.isVisible())


def open_question(sidebar: Sidebar) -> QMessageBox:
    return next(each for each in sidebar.findChildren(QMessageBox) if each.isVisible())


def menu_texts(sidebar: Sidebar, text: str) -> list[str]:
    menu = sidebar.labels.menu_for(row(sidebar, text))
    assert menu is not None
    return [action.text().partition("\t")[0] for action in menu.actions()]


def test_only_labels_of_ones_own_can_be_renamed_and_deleted(sidebar: Sidebar) -> None:
    assert {"Rename…", "Delete…"} <= set(menu_texts(sidebar, "Granny"))
    assert not {"Rename…", "Delete…"} & set(menu_texts(sidebar, "dog"))


def test_f2_asks_for_a_name_and_enter_gives_it(qtbot: QtBot, sidebar: Sidebar) -> None:
    press(qtbot, sidebar, "Granny", Qt.Key.Key_F2)
    dialog = open_name(sidebar)
    assert dialog.field.selectedText() == "Granny"
    qtbot.keyClicks(dialog.field, "Grandma")
    with qtbot.waitSignal(sidebar.rename_label_requested) as heard:
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert heard.args == ["user/granny", "Grandma"]


@pytest.mark.parametrize("text", ["Granny", "  ", "GARDEN", "dog"])
def test_a_name_that_is_no_other_or_taken_cannot_be_given(
    qtbot: QtBot, sidebar: Sidebar, text: str
) -> None:
    press(qtbot, sidebar, "Granny", Qt.Key.Key_F2)
    dialog = open_name(sidebar)
    dialog.field.setText(text)
    assert not dialog.accept_button.isEnabled()
    says = dialog.problem.text()
    assert ("already" in says) == (text in ("GARDEN", "dog"))
    with qtbot.assertNotEmitted(sidebar.rename_label_requested):
        qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    dialog.field.setText("granny")
    assert dialog.accept_button.isEnabled()
    dialog.reject()


def test_shift_delete_asks_first_and_says_what_is_touched(qtbot: QtBot, sidebar: Sidebar) -> None:
    with qtbot.assertNotEmitted(sidebar.query_changed):
        press(qtbot, sidebar, "Granny", Qt.Key.Key_Delete, SHIFT)
    box = open_question(sidebar)
    assert "Granny" in box.text()
    assert "from 2 photos" in box.informativeText()
    assert "No picture is changed or deleted" in box.informativeText()
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Cancel)
    [delete] = [
        each
        for each in box.buttons()
        if box.buttonRole(each) is QMessageBox.ButtonRole.DestructiveRole
    ]
    with qtbot.waitSignal(sidebar.delete_label_requested) as heard:
        qtbot.mouseClick(delete, Qt.MouseButton.LeftButton)
    assert heard.args == ["user/granny"]


def test_what_a_pack_knows_is_neither_renamed_nor_deleted(qtbot: QtBot, sidebar: Sidebar) -> None:
    press(qtbot, sidebar, "dog", Qt.Key.Key_F2)
    press(qtbot, sidebar, "dog", Qt.Key.Key_Delete, SHIFT)
    assert not sidebar.findChildren(NameDialog)
    assert not sidebar.findChildren(QMessageBox)


def test_delete_alone_still_excludes(qtbot: QtBot, sidebar: Sidebar) -> None:
    with qtbot.waitSignal(sidebar.query_changed) as heard:
        press(qtbot, sidebar, "Granny", Qt.Key.Key_Delete)
    assert heard.args == ["-Granny"]
