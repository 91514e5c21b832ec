"""Photos are selected as files are in a file manager, and stay so while others come and go."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.ui.grid.selection import Selection

NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def selection() -> Selection:
    made = Selection()
    made.show(np.arange(100, 110), keep=False)
    return made


def test_a_click_selects_one_photo(selection: Selection) -> None:
    selection.choose(2, NONE)
    selection.choose(4, NONE)
    assert selection.ids == [104]
    assert selection.current_id == 104


def test_control_takes_photos_in_and_out(selection: Selection) -> None:
    selection.choose(2, NONE)
    selection.choose(4, CONTROL)
    selection.choose(6, CONTROL)
    assert selection.ids == [106, 102, 104]
    selection.choose(4, CONTROL)
    assert sorted(selection.ids) == [102, 106]


def test_shift_selects_from_the_anchor_whichever_way(selection: Selection) -> None:
    selection.choose(4, NONE)
    selection.choose(6, SHIFT)
    assert sorted(selection.ids) == [104, 105, 106]
    selection.choose(3, SHIFT)
    assert sorted(selection.ids) == [103, 104]


def test_shift_and_control_add_a_range(selection: Selection) -> None:
    selection.choose(0, NONE)
    selection.choose(5, CONTROL)
    selection.choose(7, SHIFT | CONTROL)
    assert sorted(selection.ids) == [100, 105, 106, 107]


def test_arrows_with_control_move_the_focus_alone(selection: Selection) -> None:
    selection.walk(1, NONE)
    selection.walk(3, CONTROL)
    assert selection.ids == [101]
    assert selection.current_id == 103
    selection.walk(4, SHIFT)
    assert sorted(selection.ids) == [101, 102, 103, 104]


def test_what_is_selected_stays_so_while_photos_come_and_go(selection: Selection) -> None:
    selection.choose(2, NONE)
    selection.choose(4, CONTROL)
    changed = selection.show(np.array([7, 104, 8, 102, 9]), keep=True)
    assert not changed
    assert selection.ids == [104, 102]
    assert selection.current == 1
    assert selection.show(np.array([7, 102]), keep=True)
    assert selection.ids == [102]
    assert selection.current is None


def test_another_query_begins_with_nothing_selected(selection: Selection) -> None:
    selection.all()
    assert selection.count == 10
    assert selection.show(np.array([104, 105]), keep=False)
    assert selection.ids == []
    assert selection.current_id is None


def test_a_million_photos_are_selected_at_once() -> None:
    selection = Selection()
    selection.show(np.arange(1_000_000), keep=False)
    selection.all()
    assert selection.count == 1_000_000
    selection.none()
    assert selection.count == 0
