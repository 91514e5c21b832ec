"""Hovering over a photo that was found by its words shows the line, hits in heavy letters."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.ui.grid.found_line import found_line
from app.ui.grid.view import GridView
from app.ui.words.excerpt import MOST, Excerpt, excerpt, with_rest
from tests.support.written import add_written, stacked

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LINE = (
    "It was a long and winding road that led the boy to the black stallion at last, and from there "
    "to the sea and the island behind it"
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    library = Library.open(tmp_path / "library.sqlite")
    pages = (("a.png", stacked(("A RACE", "The Black Stallion"))), ("b.png", None))
    add_written(library, tmp_path / "Pictures", pages, size=(200, 200))
    with Engine(library, device="cpu", packs=(), pack_errors=()) as made:
        made.refresh()
        yield made


@pytest.fixture
def grid(qtbot: QtBot, engine: Engine, empty_grid: GridView) -> GridView:
    empty_grid.set_result(engine.search("text:stallion"))
    qtbot.waitUntil(lambda: empty_grid.settled)
    return empty_grid


def test_the_line_that_matched_is_written_over_the_photo(qtbot: QtBot, grid: GridView) -> None:
    photo = int(grid.ids[0])
    grid._hover.rest_on(photo)
    qtbot.waitUntil(lambda: grid._hover.line(photo) is not None)
    assert grid._hover.line(photo) == Excerpt("The Black Stallion", ((10, 18),))
    assert grid._hover.text(photo) == "dog"
    grid.viewport().grab()
    grid._hover.rest_on(None)
    assert grid._hover.line(photo) is None


def test_another_search_shows_its_own_line_or_none(qtbot: QtBot, grid: GridView) -> None:
    photo = int(grid.ids[0])
    engine = grid._hover._engine
    grid._hover.rest_on(photo)
    qtbot.waitUntil(lambda: grid._hover.line(photo) is not None)
    grid.set_result(engine.search("text:race"))
    qtbot.waitUntil(lambda: grid._hover.line(photo) == Excerpt("A RACE", ((2, 6),)))
    grid.set_result(engine.search("dog"))
    qtbot.waitUntil(lambda: grid._hover.text(photo) == "dog")
    assert grid._hover.line(photo) is None


def test_an_excerpt_keeps_the_first_hit_in_sight_and_cuts_between_words() -> None:
    start = LINE.index("stallion")
    part = excerpt(LINE, [(start, start + 8)])
    assert part.text.startswith("…")
    assert part.text.endswith("…")
    assert len(part.text) <= MOST + 2
    [(first, last)] = part.marks
    assert part.text[first:last] == "stallion"
    assert first <= 22
    assert part.text.strip("…") in LINE
    assert set(part.text.strip("…").split()) <= set(LINE.replace(",", ", ").split()) | {"last,"}


def test_a_short_line_is_an_excerpt_of_itself() -> None:
    assert excerpt("short", [(0, 2)]) == Excerpt("short", ((0, 2),))
    assert excerpt(LINE, []).text.startswith("It was a long")


@pytest.mark.parametrize("mark", [(0, 3), (60, 140), (len(LINE) - 4, len(LINE))])
def test_marks_never_leave_the_excerpt(mark: tuple[int, int]) -> None:
    part = excerpt(LINE, [mark])
    for first, last in part.marks:
        assert 0 <= first < last <= len(part.text)


@pytest.mark.parametrize("width", [60, 110, 200])
def test_in_a_small_cell_it_ends_with_dots_and_fits(qtbot: QtBot, width: int) -> None:
    start = LINE.index("stallion")
    laid = found_line(excerpt(LINE, [(start, start + 8)]), width)
    assert len(laid.rows) <= 3
    assert laid.rows[-1].endswith("…")
    for at in range(laid.layout.lineCount()):
        assert laid.layout.lineAt(at).naturalTextWidth() <= width
    heavy = [each.format.fontWeight() for each in laid.layout.formats()]
    assert all(weight == QFont.Weight.Bold for weight in heavy)
    image = QImage(width, 60, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    laid.paint(painter, image.rect().topLeft().toPointF())
    painter.end()


def test_what_goes_on_in_the_next_line_is_shown_with_it() -> None:
    lines = ("by", "THE BLACK,", "stallion returns", "at last")
    both = with_rest(lines, ((), ((4, 9),), ((0, 8),), ()), 1)
    assert both == ("THE BLACK, stallion returns", [(4, 19)])
    assert with_rest(lines, ((), ((4, 9),), (), ()), 1) == ("THE BLACK,", [(4, 9)])
    assert with_rest(lines, ((), ((0, 3),), ((0, 8),), ()), 1) == ("THE BLACK,", [(0, 3)])
    assert with_rest(lines, ((), ((4, 9),), ((9, 16),), ()), 1) == ("THE BLACK,", [(4, 9)])
    assert with_rest(lines, ((), (), (), ((0, 2),)), 3) == ("at last", [(0, 2)])
