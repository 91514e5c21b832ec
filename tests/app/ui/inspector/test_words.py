"""The details show the words that were read in a photo, marked, selectable, to be copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QGuiApplication, QTextCursor
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.library.records import NewReading
from app.reading import lines_to_bytes, plain_text
from app.ui.background import Background
from app.ui.inspector.words import FEW, WordsPart, foremost
from tests.support.inspector_scene import InspectorScene, open_inspector
from tests.support.written import ENGINE, add_written, stacked

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.usefixtures("english"),
]

TITLES = ("A GREAT RACE", "THE BLACK STALLION", "A boy. A horse.")
MANY = (*(f"Item {number}" for number in range(23)), "Stallion at the end")
LONG = "averyverylongwordwithoutanyspaces" * 4
PAGES = (
    ("poster.png", stacked(TITLES)),
    ("receipt.png", stacked(MANY)),
    ("never read.png", None),
    ("empty.png", ()),
    ("long.png", stacked((LONG, "שלום עולם"))),
)


class Scene(InspectorScene):
    """An inspector over five photos: a poster, a long receipt, one not read, one without words."""

    def search(self, query: str) -> None:
        self.inspector.mark_words(self.engine.search(query).terms)
        self.wait()

    @property
    def part(self) -> WordsPart:
        return self.inspector.words_part

    @property
    def text(self) -> str:
        return self.part.lines.toPlainText()

    def heavy(self) -> list[str]:
        """The stretches in heavy letters, in order."""
        found: list[str] = []
        document = self.part.lines.document()
        block = document.begin()
        while block.isValid():
            found += [
                block.text()[each.start : each.start + each.length]
                for each in block.textFormats()
                if each.format.fontWeight() >= QFont.Weight.DemiBold
            ]
            block = block.next()
        return found


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, background: Background) -> Iterator[Scene]:
    library = Library.open(tmp_path / "library.sqlite")
    photos = add_written(library, tmp_path / "Pictures", PAGES, size=(200, 300))
    with Engine(library, device="cpu", packs=(), pack_errors=()) as engine:
        engine.refresh()
        with open_inspector(qtbot, engine, background) as inspector:
            yield Scene(inspector, engine, photos, qtbot)


def test_the_lines_stand_in_reading_order(scene: Scene) -> None:
    scene.show(scene.photos[0])
    assert scene.part.isVisible()
    assert scene.text.split("\n") == list(TITLES)
    assert not scene.part.fold.isVisible()
    assert not scene.part.state.isVisible()
    lines = scene.part.lines
    scene.qtbot.waitUntil(lambda: lines.viewport().height() >= lines.document().size().height())


def test_what_was_searched_is_marked_not_by_colour_alone(scene: Scene) -> None:
    scene.show(scene.photos[0])
    assert scene.heavy() == []
    scene.search("text:stall* OR horse")
    assert scene.heavy() == ["STALL", "horse"]
    scene.search("")
    assert scene.heavy() == []


def test_many_lines_fold_and_those_with_hits_stay_in_sight(scene: Scene) -> None:
    scene.show(scene.photos[1])
    assert scene.text.split("\n") == list(MANY[:FEW])
    assert scene.part.fold.text() == "Show all 24 lines"
    scene.search("text:stallion")
    assert scene.text.split("\n") == [*MANY[: FEW - 1], "…", MANY[-1]]
    assert scene.heavy() == ["Stallion"]
    scene.part.fold.click()
    assert scene.text.split("\n") == list(MANY)
    assert scene.heavy() == ["Stallion"]
    scene.part.fold.click()
    assert scene.part.fold.text() == "Show all 24 lines"


def test_another_photo_begins_folded(scene: Scene) -> None:
    scene.show(scene.photos[1])
    scene.part.fold.click()
    scene.show(scene.photos[0])
    scene.show(scene.photos[1])
    assert scene.text.split("\n") == list(MANY[:FEW])


def test_the_few_lines_are_the_first_and_those_with_hits() -> None:
    assert foremost(20, ()) == [0, 1, 2, 3, 4, 5]
    assert foremost(20, (9, 15)) == [0, 1, 2, 3, 9, 15]
    assert foremost(20, tuple(range(4, 20))) == [4, 5, 6, 7, 8, 9]


def test_copy_takes_all_lines_also_the_folded_ones(scene: Scene) -> None:
    scene.show(scene.photos[1])
    with scene.qtbot.waitSignal(scene.inspector.said) as said:
        scene.part.copy.click()
    assert said.args == ["Copied 24 lines"]
    assert QGuiApplication.clipboard().text() == "\n".join(MANY)


def test_text_can_be_selected_and_copied_by_the_keyboard(scene: Scene) -> None:
    scene.show(scene.photos[0])
    lines = scene.part.lines
    lines.setFocus()
    scene.qtbot.keyClick(lines, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert lines.textCursor().selectedText().split("\u2029") == list(TITLES)
    scene.qtbot.keyClick(lines, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "\n".join(TITLES)


def test_a_selection_stays_while_indexing_refreshes_the_window(scene: Scene) -> None:
    scene.show(scene.photos[0])
    scene.part.lines.moveCursor(
        QTextCursor.MoveOperation.EndOfLine, QTextCursor.MoveMode.KeepAnchor
    )
    scene.inspector.refresh()
    scene.qtbot.waitUntil(lambda: not scene.inspector.pending)
    assert scene.part.lines.textCursor().selectedText() == TITLES[0]


def test_a_picture_that_was_never_read_says_so_and_can_be(scene: Scene) -> None:
    scene.show(scene.photos[2])
    assert scene.part.state.text() == "This picture was not read."
    assert "by themselves" in scene.part.reason.text()
    assert scene.part.read.text() == "Read the words"
    assert not scene.part.copy.isVisible()
    scene.part.read.click()
    assert scene.part.state.text() == "Waiting to be read"
    assert not scene.part.read.isVisible()
    scene.qtbot.waitUntil(lambda: not scene.inspector.pending)
    asked = scene.engine.library.words
    scene.qtbot.waitUntil(lambda: bool(asked.of([scene.photos[2]])))
    assert asked.of([scene.photos[2]])[scene.photos[2]].waiting
    scene.show(scene.photos[0])
    scene.show(scene.photos[2])
    assert scene.part.state.text() == "Waiting to be read"


def test_words_come_as_soon_as_they_are_read(scene: Scene) -> None:
    scene.show(scene.photos[2])
    lines = stacked(("Found at last",))
    reading = NewReading(ENGINE, lines_to_bytes(lines), plain_text(lines))
    scene.engine.library.words.store({scene.photos[2]: reading})
    scene.inspector.refresh()
    scene.qtbot.waitUntil(lambda: scene.text == "Found at last")
    assert scene.part.read.text() == "Read again"


def test_while_it_is_read_again_the_old_words_stay(scene: Scene) -> None:
    scene.show(scene.photos[0])
    scene.part.read.click()
    assert scene.part.state.text() == "Waiting to be read again"
    assert scene.text.split("\n") == list(TITLES)


def test_where_nothing_was_found_it_says_so(scene: Scene) -> None:
    scene.show(scene.photos[3])
    assert scene.part.state.text() == "No words were found in this picture."
    assert not scene.part.lines.isVisible()
    assert scene.part.read.text() == "Read again"


def test_with_reading_off_it_says_so_and_one_picture_can_still_be_read(scene: Scene) -> None:
    scene.engine.words.set_enabled(False)
    scene.show(scene.photos[2])
    assert scene.part.reason.text() == "Reading is switched off in the settings."
    assert scene.part.read.isVisible()


def test_for_several_photos_there_is_no_such_part(scene: Scene) -> None:
    scene.show(scene.photos[0])
    scene.show(*scene.photos[:2])
    assert not scene.part.isVisible()
    scene.show(scene.photos[0])
    assert scene.part.isVisible()


def test_nothing_is_cut_in_a_narrow_panel(scene: Scene) -> None:
    scene.inspector.resize(280, 900)
    scene.show(scene.photos[4])
    lines = scene.part.lines
    document = lines.document()
    assert document.idealWidth() <= lines.viewport().width() + 1
    scene.qtbot.waitUntil(lambda: lines.viewport().height() >= document.size().height())
    assert lines.minimumSizeHint().width() == 0


def test_every_part_has_a_name_for_screen_readers(scene: Scene) -> None:
    scene.show(scene.photos[0])
    assert scene.part.lines.accessibleName() == "Words in the picture"
    assert scene.part.copy.accessibleName() == "Copy all words"
