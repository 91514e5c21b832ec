"""In full size, what was searched is marked at once, and T shows every line, to be copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.library.records import NewReading
from app.reading import Line, lines_to_bytes, plain_text
from app.ui.viewer.line_selection import LineSelection
from app.ui.viewer.viewer import Viewer
from app.ui.words.boxes import corners, line_at, nearest_line, outline, part
from tests.support.viewing import SOON_MS, open_viewer, place
from tests.support.written import ENGINE, add_written, line

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
GROUND = QColor(38, 48, 70)
POSTER = (
    line("FROM THE PRODUCERS", (0.1, 0.05, 0.9, 0.15)),
    line("BLACK STALLION", (0.1, 0.4, 0.9, 0.6)),
    line("A boy and a horse", (0.1, 0.65, 0.9, 0.75)),
    line("ALL RIGHTS", (0.1, 0.85, 0.9, 0.95)),
)
OTHER = (line("A stallion again", (0.1, 0.1, 0.9, 0.3)),)
PAGES = (("a.png", POSTER), ("b.png", OTHER), ("c.png", None), ("d.png", ()))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    library = Library.open(tmp_path / "library.sqlite")
    add_written(library, tmp_path / "Pictures", PAGES, size=(600, 600))
    with Engine(library, device="cpu", packs=(), pack_errors=()) as made:
        made.refresh()
        yield made


@pytest.fixture
def photos(engine: Engine) -> list[int]:
    return [int(photo) for photo in engine.search("name:* sort:name").ids]


@pytest.fixture
def viewer(qtbot: QtBot, engine: Engine, photos: list[int]) -> Iterator[Viewer]:
    with open_viewer(qtbot, engine, photos, (800, 600)) as made:
        until_settled(qtbot, made)
        yield made


def until_settled(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.waitUntil(lambda: viewer.sharp and viewer.words.settled, timeout=SOON_MS)


def middle(viewer: Viewer, at: int) -> QPoint:
    return outline(viewer.stage.words.lines[at], place(viewer)).boundingRect().center().toPoint()


def texts(viewer: Viewer) -> list[str]:
    return [each.text for each in viewer.stage.words.lines]


def changed_at(viewer: Viewer, x: float, y: float) -> bool:
    """Whether something lies over the ground of the picture there (shares of the picture)."""
    box = place(viewer)
    point = QPoint(int(box.x() + x * box.width()), int(box.y() + y * box.height()))
    found = viewer.grab().toImage().pixelColor(point)
    pairs = zip(found.getRgb()[:3], GROUND.getRgb()[:3], strict=True)
    return any(abs(one - other) > 20 for one, other in pairs)


def open_from(qtbot: QtBot, viewer: Viewer, engine: Engine, photos: list[int], query: str) -> None:
    viewer.leave()
    viewer.show_photo(tuple(photos), 0, engine.search(query).terms)
    until_settled(qtbot, viewer)


def test_t_shows_every_line_and_t_hides_them(qtbot: QtBot, viewer: Viewer) -> None:
    assert texts(viewer) == []
    assert not changed_at(viewer, 0.1, 0.5)
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    assert texts(viewer) == [each.text for each in POSTER]
    assert viewer.words_button.isChecked()
    assert changed_at(viewer, 0.1, 0.5)
    assert "4 lines of text: FROM THE PRODUCERS" in viewer.accessibleDescription()
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    assert texts(viewer) == []
    assert not changed_at(viewer, 0.1, 0.5)
    qtbot.mouseClick(viewer.words_button, LEFT)
    assert len(texts(viewer)) == 4


def test_opened_from_a_search_only_the_hits_are_marked_and_no_line_is_in_the_way(
    qtbot: QtBot, viewer: Viewer, engine: Engine, photos: list[int]
) -> None:
    open_from(qtbot, viewer, engine, photos, "text:stallion")
    assert not viewer.words.on
    # Beside the letters: the hit is filled, the rest of its line and all others are bare.
    assert changed_at(viewer, 0.895, 0.41)
    assert not changed_at(viewer, 0.102, 0.41)
    assert not changed_at(viewer, 0.1, 0.7)
    assert viewer.stage.words.at(middle(viewer, 1).toPointF(), place(viewer)) is None
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: texts(viewer) == ["A stallion again"], timeout=SOON_MS)


def test_escape_leaves_the_selection_then_the_boxes_then_the_viewer(
    qtbot: QtBot, viewer: Viewer, engine: Engine, photos: list[int]
) -> None:
    open_from(qtbot, viewer, engine, photos, "text:stallion")
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    qtbot.keyClick(viewer, Qt.Key.Key_A, CONTROL)
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert viewer.stage.words.selection.lines == ()
    assert viewer.words.on
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.words.on
    assert changed_at(viewer, 0.895, 0.41)
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_lines_are_selected_by_dragging_and_copied(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    stage = viewer.stage
    qtbot.mousePress(stage, LEFT, NONE, middle(viewer, 1))
    qtbot.mouseMove(stage, middle(viewer, 2))
    qtbot.mouseRelease(stage, LEFT, NONE, middle(viewer, 2))
    assert stage.words.selection.lines == (1, 2)
    assert viewer.words.caption == "2 lines selected; Ctrl+C copies"
    qtbot.keyClick(viewer, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "BLACK STALLION\nA boy and a horse"
    assert viewer.words.caption == "Copied 2 lines"


def test_click_shift_click_control_click_and_all(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    stage, selection = viewer.stage, viewer.stage.words.selection
    qtbot.mouseClick(stage, LEFT, NONE, middle(viewer, 0))
    qtbot.mouseClick(stage, LEFT, SHIFT, middle(viewer, 2))
    assert selection.lines == (0, 1, 2)
    qtbot.mouseClick(stage, LEFT, CONTROL, middle(viewer, 1))
    assert selection.lines == (0, 2)
    qtbot.keyClick(viewer, Qt.Key.Key_A, CONTROL)
    assert selection.lines == (0, 1, 2, 3)
    qtbot.mouseClick(stage, LEFT, NONE, QPoint(20, 300))
    assert selection.lines == ()
    qtbot.mouseClick(viewer.word_chips.copy, LEFT)
    assert QGuiApplication.clipboard().text() == "\n".join(each.text for each in POSTER)


def test_shift_and_arrows_select_without_a_mouse_and_say_the_line(
    qtbot: QtBot, viewer: Viewer
) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    qtbot.keyClick(viewer, Qt.Key.Key_Down, SHIFT)
    assert viewer.accessibleDescription().endswith("FROM THE PRODUCERS")
    qtbot.keyClick(viewer, Qt.Key.Key_Down, SHIFT)
    assert viewer.stage.words.selection.lines == (0, 1)
    assert viewer.accessibleDescription().endswith("BLACK STALLION")
    assert viewer.index == 0


def test_boxes_keep_to_the_picture_when_it_is_zoomed_and_dragged(
    qtbot: QtBot, viewer: Viewer
) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    for _ in range(3):
        qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    stage = viewer.stage
    qtbot.mouseClick(stage, LEFT, NONE, middle(viewer, 1))
    assert stage.words.selection.lines == (1,)
    before = middle(viewer, 1)
    start = QPoint(before.x(), round((before.y() + middle(viewer, 0).y()) / 2))
    qtbot.mousePress(stage, LEFT, NONE, start)
    qtbot.mouseMove(stage, start + QPoint(0, 60))
    qtbot.mouseRelease(stage, LEFT, NONE, start + QPoint(0, 60))
    assert middle(viewer, 1).y() > before.y()
    qtbot.mouseClick(stage, LEFT, NONE, middle(viewer, 1))
    assert stage.words.selection.lines == (1,)


def test_the_pointer_shows_what_can_be_selected(qtbot: QtBot, viewer: Viewer) -> None:
    stage = viewer.stage
    qtbot.mouseMove(stage, middle_of_poster(viewer, 1))
    assert stage.cursor().shape() is Qt.CursorShape.ArrowCursor
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    qtbot.mouseMove(stage, middle(viewer, 1) + QPoint(1, 0))
    assert stage.cursor().shape() is Qt.CursorShape.IBeamCursor
    qtbot.mouseMove(stage, QPoint(85, 480))
    assert stage.cursor().shape() is Qt.CursorShape.ArrowCursor


def middle_of_poster(viewer: Viewer, at: int) -> QPoint:
    return outline(POSTER[at], place(viewer)).boundingRect().center().toPoint()


def test_words_and_where_are_never_shown_at_once(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert viewer.where.on
    assert not viewer.words.on
    assert texts(viewer) == []
    assert not viewer.word_chips.isVisible()
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    assert not viewer.where.on
    assert viewer.words.on
    assert len(texts(viewer)) == 4


def test_walking_on_never_shows_the_old_boxes(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    assert texts(viewer) == []
    qtbot.waitUntil(lambda: texts(viewer) == ["A stallion again"], timeout=SOON_MS)


def test_a_picture_that_was_not_read_is_read_when_asked(
    qtbot: QtBot, viewer: Viewer, engine: Engine, photos: list[int]
) -> None:
    viewer.show_photo(tuple(photos), 2)
    until_settled(qtbot, viewer)
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    assert viewer.words.caption.startswith("This picture was not read.")
    assert viewer.word_chips.read.text() == "Read the words"
    qtbot.keyClick(viewer, Qt.Key.Key_T, SHIFT)
    assert viewer.words.caption == "Waiting to be read"
    qtbot.waitUntil(lambda: bool(engine.library.words.of([photos[2]])), timeout=SOON_MS)
    reading = NewReading(ENGINE, lines_to_bytes(OTHER), plain_text(OTHER))
    engine.library.words.store({photos[2]: reading})
    viewer.look_again()
    qtbot.waitUntil(lambda: texts(viewer) == ["A stallion again"], timeout=SOON_MS)


def test_where_nothing_was_found_it_says_so(
    qtbot: QtBot, viewer: Viewer, photos: list[int]
) -> None:
    viewer.show_photo(tuple(photos), 3)
    until_settled(qtbot, viewer)
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    assert viewer.words.caption == "No words were found in this picture."
    assert not viewer.word_chips.copy.isVisible()


def test_a_slanted_line_is_hit_where_it_lies_not_in_its_box() -> None:
    slanted = Line("up", 0.9, (0.0, 0.0, 1.0, 1.0), (0.0, 0.9, 0.9, 0.0, 1.0, 0.1, 0.1, 1.0))
    whole = QRectF(0, 0, 100, 100)
    assert line_at([slanted], whole, QPoint(50, 50).toPointF()) == 0
    assert line_at([slanted], whole, QPoint(10, 10).toPointF()) is None
    assert nearest_line([slanted, POSTER[0]], whole, QPoint(50, 99).toPointF()) == 0


def test_a_hit_lies_where_its_letters_are() -> None:
    whole = QRectF(0, 0, 1000, 1000)
    last = part(POSTER[1], (6, 14), whole).boundingRect()
    assert 400 < last.left() < 520
    assert last.right() == pytest.approx(900, abs=1)
    hebrew = line("שלום עולם", (0.1, 0.1, 0.9, 0.2))
    first_word = part(hebrew, (0, 4), whole).boundingRect()
    assert first_word.right() == pytest.approx(900, abs=1)
    assert first_word.left() > 400


def test_upright_text_runs_from_top_to_bottom() -> None:
    upright = line("STALLION", (0.1, 0.1, 0.2, 0.9))
    whole = QRectF(0, 0, 1000, 1000)
    first = corners(upright, whole)[0]
    assert (first.x(), first.y()) == (200, 100)
    assert part(upright, (0, 4), whole).boundingRect().bottom() < 600


def test_a_run_of_lines_grows_from_where_it_began() -> None:
    selection = LineSelection()
    selection.only(3)
    selection.extend(5)
    selection.extend(1)
    assert selection.lines == (1, 2, 3)
    selection.none()
    selection.step(-1, 4)
    assert selection.lines == (3,)
    selection.step(1, 4)
    assert selection.lines == (3,)
    selection.step(-1, 0)
    assert selection.lines == (3,)
