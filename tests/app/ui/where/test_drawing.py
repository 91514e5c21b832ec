"""What is written about words lies beside them: never on each other, never out of sight."""

from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from app.engine import ToldLine
from app.ui.where.caption import paint_where
from app.ui.where.lines import Shown, boxes_of, lit_on, paint_lines, tags
from app.ui.where.maps import Where
from app.ui.where.placing import Around
from tests.support.written import line

pytestmark = pytest.mark.usefixtures("qapp")

ROOM = QRectF(0, 0, 288, 216)
PLACE = QRectF(72, 0, 144, 216)


def told(share: float, box: tuple[float, float, float, float], text: str = "NIGHT") -> ToldLine:
    return ToldLine(line(text, box), share)


def close_lines(count: int) -> tuple[ToldLine, ...]:
    """Lines of small print right below each other."""
    return tuple(
        told((-1) ** at * 0.1, (0.1, 0.5 + 0.02 * at, 0.9, 0.52 + 0.02 * at)) for at in range(count)
    )


@pytest.mark.parametrize("count", [1, 3, 5])
def test_no_two_tags_lie_on_each_other_nor_outside(count: int) -> None:
    found = [each for each in tags(close_lines(count), Shown(PLACE, ROOM), pixels=11) if each]
    assert found
    assert all(ROOM.contains(each) for each in found)
    assert not any(one.intersects(other) for one, other in combinations(found, 2))


def test_a_line_over_the_whole_picture_has_its_tag_inside() -> None:
    [tag] = tags([told(0.5, (0, 0, 1, 1))], Shown(ROOM, ROOM), pixels=11)
    assert ROOM.contains(tag)
    assert not tag.isEmpty()


def test_a_line_that_is_zoomed_out_of_sight_has_none() -> None:
    [tag] = tags([told(0.5, (0, 0.9, 1, 1))], Shown(QRectF(0, 0, 288, 2160), ROOM), pixels=11)
    assert tag.isEmpty()


def plate(
    where: Where, place: QRectF = PLACE, room: QRectF = ROOM, *, anywhere: bool = False
) -> QRect:
    image = QImage(room.size().toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    kept = (*boxes_of(where.lines, place), *lit_on(where, place))
    around = Around(room.toRect(), place, kept, brief=anywhere, anywhere=anywhere)
    found = paint_where(painter, around, where, pixels=11, most=3)
    paint_lines(painter, where.lines, Shown(place, room, QRectF(found)), pixels=11)
    painter.end()
    return found


def where(*lines: ToldLine) -> Where:
    return Where(caption="Where Lumitag saw “horror” (71 %)", note="All words: +5 %", lines=lines)


def test_the_plate_makes_way_for_the_lines() -> None:
    foot, head = told(0.5, (0.1, 0.8, 0.9, 0.95)), told(0.5, (0.1, 0.05, 0.9, 0.2))
    assert plate(where(foot)).bottom() < ROOM.height() / 2
    assert plate(where(head)).top() > ROOM.height() / 2


def test_in_little_room_the_plate_leaves_the_lines_out_before_it_hides_one() -> None:
    head, foot = told(0.5, (0.1, 0.05, 0.9, 0.2)), told(0.5, (0.1, 0.8, 0.9, 0.95))
    lit = replace(where(head, foot), lit=((0.1, 0.3, 0.8, 0.25),))
    found = QRectF(plate(lit, anywhere=True))
    assert not found.isEmpty()
    assert found.height() < plate(where(head, foot), anywhere=True).height()
    assert not any(found.intersects(box) for box in boxes_of(lit.lines, PLACE))
    assert not any(found.intersects(box) for box in lit_on(lit, PLACE))


def test_beside_a_narrow_picture_it_hides_nothing() -> None:
    room, place = QRectF(0, 0, 1200, 800), QRectF(400, 0, 400, 800)
    assert not QRectF(plate(where(told(0.5, (0, 0, 1, 0.5))), place, room)).intersects(place)


def test_very_long_words_and_captions_stay_in_the_room() -> None:
    long = told(0.05, (0.1, 0.1, 0.9, 0.2), "averyverylongwordwithoutanyspaces" * 6)
    shown = Where(caption="Where Lumitag saw “" + "a very long label " * 9 + "”", note="x" * 300)
    found = plate(Where(caption=shown.caption, note=shown.note, lines=(long, long, long)))
    assert ROOM.toRect().width() >= found.width()
    assert ROOM.toRect().contains(plate(where(long)))
