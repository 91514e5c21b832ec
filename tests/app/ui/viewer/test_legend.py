"""In full size, what is said of a picture never lies on what it speaks of."""

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine import ToldLine
from app.reading import Line
from app.ui.viewer.foot import ROW, Foot
from app.ui.viewer.pictures import First
from app.ui.viewer.stage import Stage
from app.ui.viewer.where import LabelChips
from app.ui.where.lines import boxes_of, lit_on
from app.ui.where.maps import NOWHERE, Where
from app.ui.words.boxes import outline
from tests.support.written import line

WINDOWS = ((900, 600), (1280, 800), (1920, 1080), (640, 900))
PICTURES = ((1600, 900), (900, 600), (800, 1184), (300, 3000))
FULL = ((0.0, 0.0, 1.0, 1.0),)
FOOT = ((0.0, 0.75, 1.0, 0.25),)
PAGE = tuple(line(f"Line {at}", (0.01, at / 20, 0.99, (at + 0.9) / 20)) for at in range(20))
TOLD = tuple(ToldLine(each, 0.1) for each in PAGE[::4])
LONG = "A very long name of a scanned page of the minutes of the garden society.jpg"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def stage(window: QWidget) -> Stage:
    return Stage(window)


def look(
    stage: Stage,
    size: tuple[int, int],
    picture: tuple[int, int],
    where: Where,
    lines: tuple[Line, ...] = (),
    *,
    name: str = "IMG_1.jpg",
) -> None:
    stage.resize(*size)
    stage.begin()
    stage.show_picture(First(name, *picture, QImage()), None, "3 of 186")
    stage.show_where(where)
    buttons = QRectF(size[0] - 160, 16, 144, 40)
    stage.arrows = tuple(QRectF(x, size[1] / 2 - 20, 40, 40) for x in (16, size[0] - 56))
    stage.make_way(lines, [buttons])


def place(stage: Stage) -> QRectF:
    assert stage.zoom is not None
    return stage._place_of(stage.zoom)


def plate(stage: Stage) -> QRectF:
    lowered = stage.zoom is not None and stage.zoom.head > 0
    return QRectF(stage._legend().plan(place(stage), lowered=lowered).place)


def lit(*boxes: tuple[float, float, float, float], told: tuple[ToldLine, ...] = ()) -> Where:
    note = "All words in it together: +5 %" if told else ""
    return Where(caption="Where Lumitag saw “sky” (97 %)", lit=boxes, note=note, lines=told)


def kept(stage: Stage, where: Where, lines: tuple[Line, ...]) -> list[QRectF]:
    at = place(stage)
    read = [outline(each, at).boundingRect() for each in lines]
    return [*read, *boxes_of(where.lines, at), *lit_on(where, at)]


@pytest.mark.parametrize("size", WINDOWS, ids=str)
@pytest.mark.parametrize("picture", PICTURES, ids=str)
@pytest.mark.parametrize("boxes", [FULL, FOOT], ids=["all over", "at the foot"])
def test_the_caption_never_lies_on_the_light(
    stage: Stage,
    size: tuple[int, int],
    picture: tuple[int, int],
    boxes: tuple[tuple[float, float, float, float], ...],
) -> None:
    where = lit(*boxes)
    look(stage, size, picture, where)
    assert not plate(stage).isEmpty()
    assert QRectF(stage.rect()).contains(plate(stage))
    assert not any(plate(stage).intersects(box) for box in kept(stage, where, ()))


@pytest.mark.parametrize("size", WINDOWS, ids=str)
@pytest.mark.parametrize("picture", PICTURES, ids=str)
@pytest.mark.parametrize("name", ["IMG_1.jpg", LONG], ids=["short", "long"])
def test_neither_caption_nor_name_lies_on_lines_of_text(
    stage: Stage, size: tuple[int, int], picture: tuple[int, int], name: str
) -> None:
    where = lit(*FOOT, told=TOLD)
    look(stage, size, picture, where, PAGE, name=name)
    boxes = kept(stage, where, PAGE)
    assert not any(plate(stage).intersects(box) for box in boxes)
    row = stage._legend().foot.shaded(place(stage))
    assert not any(row.intersects(box) for box in boxes)
    assert not any(arrow.intersects(box) for arrow in stage.arrows for box in boxes)
    assert QRectF(stage.rect()).adjusted(-1, -1, 1, 1).contains(place(stage))


def test_where_nothing_would_be_covered_the_picture_stays(stage: Stage) -> None:
    look(stage, (900, 600), (900, 600), NOWHERE)
    before = place(stage)
    look(stage, (900, 600), (900, 600), lit((0.3, 0.3, 0.3, 0.3)))
    assert place(stage) == before
    assert plate(stage).top() >= 600 - ROW


def test_from_label_to_label_the_picture_does_not_jump_and_it_comes_back(stage: Stage) -> None:
    look(stage, (900, 600), (900, 600), NOWHERE)
    before = place(stage)
    stage.show_where(lit(*FULL))
    stage.make_way((), [], told=False)
    assert place(stage) == before
    stage.make_way((), [])
    lifted = place(stage)
    assert lifted.bottom() < before.bottom()
    stage.show_where(lit((0.3, 0.3, 0.3, 0.3)))
    stage.make_way((), [])
    assert place(stage) == lifted
    stage.show_where(NOWHERE)
    stage.make_way((), [])
    assert place(stage) == before


def test_a_larger_picture_is_dragged_out_from_below_the_caption(stage: Stage) -> None:
    where = lit(*FOOT)
    look(stage, (900, 600), (1600, 900), where)
    stage.zoom_by(2)
    assert stage.zoom is not None
    stage.zoom = stage.zoom.moved(QPointF(0, -9999))
    assert not any(plate(stage).intersects(box) for box in kept(stage, where, ()))


def test_a_passing_word_makes_way_for_lines_and_moves_nothing(stage: Stage) -> None:
    look(stage, (900, 600), (800, 1184), NOWHERE, PAGE)
    before = place(stage)
    stage.say("Copied 3 lines", "Copied 3 lines")
    stage.make_way(PAGE, [])
    assert place(stage) == before
    assert not any(plate(stage).intersects(box) for box in kept(stage, NOWHERE, PAGE))


def test_a_long_name_ends_before_the_facts(stage: Stage) -> None:
    stage.resize(420, 600)
    foot = Foot(stage.rect(), LONG, "100 %   3 of 186")
    assert foot._name().right() < foot._facts().left()
    assert foot.free().isEmpty()
    stage.show_picture(First(LONG, 100, 100, QImage()), None, "3 of 186")
    stage.grab()


def test_beside_a_narrow_picture_nothing_is_darkened(stage: Stage) -> None:
    foot = Foot(stage.rect().adjusted(0, 0, 900, 600), "IMG_1.jpg", "45 %")
    assert foot.shaded(QRectF(300, 0, 300, 600)).isEmpty()
    assert not foot.shaded(QRectF(0, 0, 1000, 600)).isEmpty()


def test_many_labels_go_on_in_a_second_row(window: QWidget) -> None:
    chips = LabelChips(window)
    window.show()
    chips.show()
    chips.set_labels(("poster", "horror", "thriller", "documentary", "mystery"), 0)
    chips.fit(2000)
    once = chips.size()
    chips.fit(once.width() - 20)
    assert chips.width() <= once.width() - 20
    assert chips.height() > once.height()
    assert all(chips.rect().contains(chip.geometry()) for chip in chips.chips)
