"""Files that could not be read are listed with the reason and what to do, and can be retried."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.imaging.errors import Reason
from app.library.library import Library
from app.library.records import FailedFile, SeenFile
from app.ui import theme
from app.ui.background import Background
from app.ui.pages.problems import ProblemsView
from app.ui.pages.problems_model import ADVICE, FOLDER, NAME, REASON, advice, reason_word
from tests.support.inspecting import RecordedFiles

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FAILURES = (
    ("b.jpg", Reason.EMPTY, "The file is empty."),
    ("a.jpg", Reason.TRUNCATED, "The file ends in the middle of the picture."),
    ("trip/c.jpg", Reason.EMPTY, "The file is empty."),
)


@dataclass
class Scene:
    view: ProblemsView
    engine: Engine
    root: Path
    files: RecordedFiles
    qtbot: QtBot

    def column(self, column: int) -> list[str]:
        model = self.view.table.model()
        return [model.index(row, column).data() for row in range(model.rowCount())]

    def reload(self) -> None:
        self.view.reload()
        self.qtbot.waitUntil(lambda: not self.view._latest.waiting)

    def chip(self, word: str) -> object:
        return next(chip for chip in self.view._group.buttons() if chip.property("word") == word)


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Iterator[Scene]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    library = Library.open(tmp_path / "library.db")
    root = tmp_path / "Pictures"
    root.mkdir()
    folder = library.folders.add(root)
    library.photos.store(
        [
            FailedFile(SeenFile(folder.id, relpath, 0, 1), reason, message)
            for relpath, reason, message in FAILURES
        ]
    )
    with Engine(library, device="cpu", packs=(), pack_errors=()) as engine:
        background = Background()
        files = RecordedFiles()
        view = ProblemsView(engine, background, files=files.actions())
        qtbot.addWidget(view)
        view.resize(900, 600)
        with qtbot.waitExposed(view):
            view.show()
        yield Scene(view, engine, root, files, qtbot)
        assert background.close()
    QLocale.setDefault(before)


def test_every_file_says_why_and_what_to_do(scene: Scene) -> None:
    with scene.qtbot.waitSignal(scene.view.count_changed) as counted:
        scene.reload()
    assert counted.args == [3]
    assert sorted(scene.column(NAME)) == ["a.jpg", "b.jpg", "c.jpg"]
    assert "The file is empty." in scene.column(REASON)
    assert all(scene.column(ADVICE))
    assert str(scene.root) in scene.column(FOLDER)


def test_nothing_wrong_is_said_gladly(scene: Scene) -> None:
    assert scene.view.empty.isVisible()
    scene.reload()
    assert not scene.view.empty.isVisible()


def test_the_table_sorts_by_any_column(scene: Scene) -> None:
    scene.reload()
    scene.view.table.sortByColumn(NAME, Qt.SortOrder.DescendingOrder)
    assert scene.column(NAME) == ["c.jpg", "b.jpg", "a.jpg"]
    scene.view.table.sortByColumn(REASON, Qt.SortOrder.AscendingOrder)
    assert scene.column(NAME)[0] == "a.jpg"  # "…ends…" before "…is…"


def test_one_kind_of_trouble_can_be_picked_out(scene: Scene) -> None:
    scene.reload()
    chip = scene.chip("Empty")
    assert chip.text() == "Empty  2"
    scene.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert sorted(scene.column(NAME)) == ["b.jpg", "c.jpg"]
    scene.qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert len(scene.column(NAME)) == 3


def test_selected_files_are_tried_again(scene: Scene) -> None:
    scene.reload()
    scene.view.table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    assert scene.view.retry.text() == "Try all again"
    scene.view.table.selectRow(0)
    assert scene.view.retry.text() == "Try again"
    with scene.qtbot.waitSignal(scene.view.said) as said:
        scene.qtbot.mouseClick(scene.view.retry, Qt.MouseButton.LeftButton)
    assert said.args == ["Trying 1 file again"]
    scene.qtbot.waitUntil(lambda: len(scene.column(NAME)) == 2)
    assert scene.column(NAME) == ["b.jpg", "c.jpg"]
    known = scene.engine.library.files.known(1)
    assert known["a.jpg"].size == -1  # the next scan reads it, whatever its stat says
    assert known["b.jpg"].size == 0


def test_all_files_are_tried_again_where_none_is_selected(scene: Scene) -> None:
    scene.reload()
    with scene.qtbot.waitSignal(scene.view.said) as said:
        scene.qtbot.mouseClick(scene.view.retry, Qt.MouseButton.LeftButton)
    assert said.args == ["Trying 3 files again"]
    scene.qtbot.waitUntil(scene.view.empty.isVisible)


def test_files_are_found_and_their_paths_copied_by_keyboard(scene: Scene) -> None:
    scene.reload()
    table = scene.view.table
    table.sortByColumn(NAME, Qt.SortOrder.AscendingOrder)
    table.setFocus()
    scene.qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    scene.qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert scene.files.copied == [
        scene.root / "a.jpg",
        scene.root / "b.jpg",
        scene.root / "trip" / "c.jpg",
    ]
    table.clearSelection()
    table.selectRow(0)
    scene.qtbot.keyClick(table, Qt.Key.Key_Return)
    assert scene.files.revealed == [scene.root / "a.jpg"]
    scene.files.works = False
    with scene.qtbot.waitSignal(scene.view.said) as said:
        scene.qtbot.mouseClick(scene.view.reveal, Qt.MouseButton.LeftButton)
    assert said.args == ["No file manager would show a.jpg."]


def test_the_menu_offers_the_same(scene: Scene) -> None:
    scene.reload()
    scene.view.table.selectRow(0)
    texts = [action.text() for action in scene.view.menu().actions()]
    assert texts == ["Try again", "Show in file manager", "Copy path"]


def test_a_reload_keeps_what_is_selected(scene: Scene) -> None:
    scene.reload()
    scene.view.table.selectRow(1)
    chosen = [failure.file_id for failure in scene.view.selected()]
    scene.reload()
    assert [failure.file_id for failure in scene.view.selected()] == chosen


@pytest.mark.parametrize("reason", [*Reason, "something new"])
def test_every_reason_has_a_word_and_advice(qtbot: QtBot, reason: str) -> None:
    assert reason_word(reason)
    assert advice(reason).endswith(".")


def test_the_advice_can_be_read_in_a_narrow_window(scene: Scene) -> None:
    scene.reload()
    header = scene.view.table.horizontalHeader()
    scene.view.resize(640, 500)
    scene.qtbot.waitUntil(lambda: header.sectionSize(ADVICE) >= 150)
    assert header.length() <= scene.view.table.viewport().width()
    scene.view.resize(1400, 500)
    scene.qtbot.waitUntil(lambda: header.sectionSize(FOLDER) == 240)
    header.resizeSection(NAME, 300)
    scene.view.resize(1000, 500)
    assert header.sectionSize(NAME) == 300


def test_tab_goes_from_the_top_down(scene: Scene) -> None:
    scene.reload()
    view = scene.view
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert QApplication.focusWidget() is view.table
    view.table.selectRow(0)
    come_to: list[QWidget | None] = []
    for _ in range(6):
        come_to.append(QApplication.focusWidget())
        scene.qtbot.keyClick(come_to[-1], Qt.Key.Key_Tab)
    assert come_to[1:4] == [view.copy, view.reveal, view.retry]
    assert come_to[4] in view._group.buttons()  # the arrows lead to the others
    assert come_to[5] is view.table


def test_the_keyboard_sees_when_it_is_in_the_table(scene: Scene) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, "dark")
    scene.reload()
    scene.view.retry.setFocus()
    before = scene.view.table.grab().toImage()
    scene.view.table.setFocus(Qt.FocusReason.TabFocusReason)
    ring = scene.view.table.grab().toImage()
    assert before.pixelColor(300, 0) != ring.pixelColor(300, 0) == theme.color("accent")


def test_nothing_in_the_head_is_cut_in_a_narrow_window(scene: Scene) -> None:
    scene.reload()
    view = scene.view
    for width, beside in ((440, False), (900, True)):
        view.resize(width, 420)
        scene.qtbot.waitUntil(lambda beside=beside: (view.retry.y() < 40) is beside)
        told = (view._count, view.copy, view.reveal, view.retry)
        assert all(part.width() >= part.sizeHint().width() for part in told)
        assert [part.geometry().right() for part in told if part.geometry().right() >= width] == []
