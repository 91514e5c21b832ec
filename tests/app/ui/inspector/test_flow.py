"""In a narrow inspector the ways to a file go on in a second line; none is cut."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.files import FileActions
from app.ui.inspector.flow import Flow
from app.ui.inspector.head import Head
from app.ui.inspector.text import FactsLabel, TextLink

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def head(qtbot: QtBot) -> Head:
    made = Head(FileActions())
    qtbot.addWidget(made)
    made.resize(288, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def links(head: Head) -> list[TextLink]:
    return [head.open, head.reveal, head.copy]


@pytest.mark.parametrize("width", [140, 200, 248, 268, 288, 400])
def test_no_link_is_cut_and_none_lies_on_another(head: Head, width: int) -> None:
    head.resize(width, 300)
    shown = links(head)
    assert [link.shown_text() for link in shown] == [link.text() for link in shown]
    boxes = [link.geometry() for link in shown]
    assert all(head.rect().contains(box) for box in boxes)
    assert not any(one.intersects(other) for one in boxes for other in boxes if one is not other)


def test_wide_enough_they_stand_in_one_line(head: Head) -> None:
    head.resize(400, 300)
    assert len({link.y() for link in links(head)}) == 1
    head.resize(200, 300)
    assert len({link.y() for link in links(head)}) > 1


def test_where_people_write_from_the_right_they_begin_there(head: Head) -> None:
    head.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    head.resize(400, 300)
    places = [link.x() for link in links(head)]
    assert places == sorted(places, reverse=True)
    assert all(head.rect().contains(link.geometry()) for link in links(head))


def test_an_empty_flow_takes_no_room(qtbot: QtBot) -> None:
    flow = Flow(apart=16, below=2)
    assert flow.heightForWidth(100) == 0
    assert flow.itemAt(0) is None
    assert flow.takeAt(0) is None


@pytest.fixture
def facts(qtbot: QtBot) -> FactsLabel:
    made = FactsLabel()
    qtbot.addWidget(made)
    return made


def lines(facts: FactsLabel, text: str, *, fitting: str) -> list[str]:
    """The lines of facts in a label in which some text just fits."""
    facts.resize(facts.fontMetrics().horizontalAdvance(fitting), 100)
    facts.set_facts(text)
    return facts.text().split("\n")


def test_a_range_of_days_that_is_too_long_goes_on_behind_its_dash(facts: FactsLabel) -> None:
    days = "13 September 2021 – 22 November 2026"
    assert lines(facts, f"{days} · 737 kB", fitting=f"{days} · 737 kB") == [f"{days} · 737 kB"]
    assert lines(facts, f"{days} · 737 kB", fitting=days) == [days, "737 kB"]
    assert lines(facts, f"{days} · 737 kB", fitting=days[:-1]) == [
        "13 September 2021 –",
        "22 November 2026 · 737 kB",
    ]


def test_in_very_little_room_a_fact_is_broken_between_its_words(facts: FactsLabel) -> None:
    found = lines(facts, "13 September 2021 – 22 November 2026", fitting="22 November")
    assert found == ["13", "September", "2021 – 22", "November", "2026"]
