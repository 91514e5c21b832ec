"""In full size, chips and buttons never lie on a line of text that is shown."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.reading import Line
from app.ui.viewer.viewer import Viewer
from app.ui.words.boxes import outline
from tests.support.telling import open_told, store_words
from tests.support.viewing import SOON_MS, open_viewer, place
from tests.support.written import line

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
TALL = (
    line("A NIGHT OF HORROR", (0.05, 0.01, 0.95, 0.05)),
    line("FROM THE DIRECTOR OF “NIGHT”", (0.05, 0.06, 0.95, 0.1)),
    line("HORROR", (0.08, 0.62, 0.92, 0.76)),
)
"""Its first lines stand at the very top of the picture."""
BOTH = (
    line("ONE NIGHT OF DREAD", (0.05, 0.01, 0.95, 0.05)),
    line("FROM THE DIRECTOR OF “NIGHT”", (0.05, 0.06, 0.95, 0.1)),
    line("ONE KISS", (0.08, 0.7, 0.92, 0.82)),
    line("THE LAST NIGHT", (0.05, 0.84, 0.95, 0.9)),
)
"""Nor is there room below them at the foot."""
LOW = (line("HORROR", (0.08, 0.62, 0.92, 0.76)),)
SIZES = ((1000, 700), (640, 480), (420, 900))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Engine, list[int]]]:
    with open_told(tmp_path) as made:
        engine, photos = made
        store_words(engine, photos[0], TALL)
        store_words(engine, photos[1], TALL)
        store_words(engine, photos[2], LOW)
        store_words(engine, photos[3], BOTH)
        yield made


@pytest.fixture
def viewer(qtbot: QtBot, opened: tuple[Engine, list[int]]) -> Iterator[Viewer]:
    with open_viewer(qtbot, *opened, (640, 480)) as made:
        until_settled(qtbot, made)
        yield made


def until_settled(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.waitUntil(
        lambda: viewer.sharp and viewer.words.settled and viewer.where.settled,
        timeout=SOON_MS,
    )


def box(viewer: Viewer, shown: Line) -> QRectF:
    return outline(shown, place(viewer)).boundingRect()


def covered(viewer: Viewer) -> list[str]:
    """The lines on which a chip or a button lies."""
    rows = (viewer.chips, viewer.word_chips)
    row = (viewer.close_button, viewer.where_button, viewer.words_button)
    over = [QRectF(each.geometry()) for each in (*rows, *row) if each.isVisible()]
    lines = viewer.words.lines or ()
    return [each.text for each in lines if any(box(viewer, each).intersects(one) for one in over)]


def whole(viewer: Viewer) -> bool:
    return QRectF(viewer.rect()).adjusted(-1, -1, 1, 1).contains(place(viewer))


@pytest.mark.parametrize("key", [Qt.Key.Key_T, Qt.Key.Key_W], ids=["T", "W"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_line_lies_below_chips_and_the_whole_picture_is_seen(
    qtbot: QtBot, viewer: Viewer, key: Qt.Key, size: tuple[int, int]
) -> None:
    qtbot.keyClick(viewer, key)
    until_settled(qtbot, viewer)
    viewer.resize(*size)
    assert covered(viewer) == []
    assert whole(viewer)
    viewer.grab()


def test_the_topmost_line_is_selected_by_a_click(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    # Where the chips would reach furthest.
    at = box(viewer, TALL[0])
    point = QPoint(round(at.right()) - 6, round(at.center().y()))
    assert viewer.childAt(point) is viewer.stage
    qtbot.mouseClick(viewer.stage, LEFT, NONE, point)
    assert viewer.stage.words.selection.lines == (0,)


def test_the_plate_with_the_words_makes_way_for_the_topmost_lines(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]]
) -> None:
    viewer.show_photo(tuple(opened[1]), 3)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_settled(qtbot, viewer)
    assert len(viewer.where.where.lines) == len(BOTH)
    boxes = [box(viewer, each).adjusted(4, 3, -4, -3).toRect() for each in BOTH]
    before = [viewer.grab(each).toImage() for each in boxes]
    viewer.stage.show_where(replace(viewer.where.where, caption="", note=""))
    assert [viewer.grab(each).toImage() for each in boxes] == before


@pytest.mark.parametrize("key", [Qt.Key.Key_T, Qt.Key.Key_W], ids=["T", "W"])
def test_the_picture_comes_back_when_the_lines_go(
    qtbot: QtBot, viewer: Viewer, key: Qt.Key
) -> None:
    before = place(viewer)
    qtbot.keyClick(viewer, key)
    until_settled(qtbot, viewer)
    assert place(viewer).top() > before.top()
    qtbot.keyClick(viewer, key)
    assert place(viewer) == before


@pytest.mark.parametrize("key", [Qt.Key.Key_T, Qt.Key.Key_W], ids=["T", "W"])
def test_where_no_line_would_be_hidden_the_picture_stays(
    qtbot: QtBot, viewer: Viewer, key: Qt.Key, opened: tuple[Engine, list[int]]
) -> None:
    viewer.show_photo(tuple(opened[1]), 2)
    until_settled(qtbot, viewer)
    before = place(viewer)
    qtbot.keyClick(viewer, key)
    until_settled(qtbot, viewer)
    assert viewer.words.lines == LOW
    assert place(viewer) == before


def test_selecting_lines_never_moves_the_picture(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    before = place(viewer)
    for _ in TALL:
        qtbot.keyClick(viewer, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        assert place(viewer) == before
        assert covered(viewer) == []


@pytest.mark.parametrize("key", [Qt.Key.Key_T, Qt.Key.Key_W], ids=["T", "W"])
def test_from_poster_to_poster_the_picture_does_not_jump(
    qtbot: QtBot, viewer: Viewer, key: Qt.Key
) -> None:
    qtbot.keyClick(viewer, key)
    until_settled(qtbot, viewer)
    tops: list[float] = []
    viewer.where.changed.connect(lambda: tops.append(place(viewer).top()))
    viewer.words.changed.connect(lambda: tops.append(place(viewer).top()))
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    tops.append(place(viewer).top())
    until_settled(qtbot, viewer)
    tops.append(place(viewer).top())
    assert len(tops) > 2
    assert all(one == other for one, other in pairwise(tops))
    assert covered(viewer) == []


def test_a_larger_picture_is_dragged_out_from_below_the_chips(qtbot: QtBot, viewer: Viewer) -> None:
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    for _ in range(4):
        qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.stage.zoomed_in
    for _ in range(3):
        drag(qtbot, viewer, QPoint(320, 250), QPoint(320, 470))
    assert covered(viewer) == []
    assert 0 < place(viewer).top() < 100
    qtbot.keyClick(viewer, Qt.Key.Key_T)
    assert viewer.stage.zoomed_in
    assert place(viewer).top() <= 0


def drag(qtbot: QtBot, viewer: Viewer, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(viewer.stage, LEFT, NONE, start)
    qtbot.mouseMove(viewer.stage, end)
    qtbot.mouseRelease(viewer.stage, LEFT, NONE, end)


def test_without_labels_to_point_at_the_picture_has_the_whole_window(
    qtbot: QtBot, viewer: Viewer, opened: tuple[Engine, list[int]]
) -> None:
    engine, photos = opened
    engine.decisions.decide([photos[2]], "genres/horror", Verdict.REJECTED)
    viewer.show_photo(tuple(photos), 2)
    until_settled(qtbot, viewer)
    before = place(viewer)
    viewer.show_photo(tuple(photos), 1)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    until_settled(qtbot, viewer)
    assert place(viewer) != before
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    until_settled(qtbot, viewer)
    assert place(viewer) == before
