"""The grid's arithmetic: every photo has one place, and every place knows its photo."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ui.grid.layout import (
    GAP,
    HEAD_HEIGHT,
    LARGEST_CELL,
    LESS_SURE_HEIGHT,
    SMALLEST_CELL,
    GridLayout,
)

sections = st.lists(st.integers(1, 40), min_size=0, max_size=8)
widths = st.integers(60, 3000)
cells = st.integers(SMALLEST_CELL, LARGEST_CELL)
less_sure_counts = st.none() | st.integers(0, 40)


def lay_out(
    counts: list[int],
    width: int,
    cell: int,
    total: int | None = None,
    less_sure: int | None = None,
) -> GridLayout:
    return GridLayout(
        total=(sum(counts) if total is None else total) + (less_sure or 0),
        sections=counts,
        width=width,
        cell=cell,
        right_margin=16,
        less_sure=less_sure,
    )


@given(sections, widths, cells, less_sure_counts)
def test_a_click_in_the_middle_of_any_photo_finds_this_photo(
    counts: list[int], width: int, cell: int, less_sure: int | None
) -> None:
    layout = lay_out(counts, width, cell, less_sure=less_sure)
    for index in range(layout.total):
        box = layout.cell(index)
        assert layout.at(box.x + box.width // 2, box.y + box.height // 2) == index


@given(sections, widths, cells, less_sure_counts)
def test_photos_never_overlap_and_stay_inside_the_page(
    counts: list[int], width: int, cell: int, less_sure: int | None
) -> None:
    layout = lay_out(counts, width, cell, less_sure=less_sure)
    for index in range(layout.total):
        box = layout.cell(index)
        assert box.bottom <= layout.height
        if index + 1 < layout.total:
            after = layout.cell(index + 1)
            beside = after.y == box.y and after.x >= box.x + box.width + GAP
            assert beside or after.y >= box.bottom + GAP


@given(sections, widths, cells, st.integers(0, 5000), st.integers(1, 2000), less_sure_counts)
def test_what_is_drawn_is_exactly_what_can_be_seen(
    counts: list[int], width: int, cell: int, top: int, height: int, less_sure: int | None
) -> None:
    layout = lay_out(counts, width, cell, less_sure=less_sure)
    seen = [
        index
        for index in range(layout.total)
        if layout.cell(index).y < top + height and layout.cell(index).bottom > top
    ]
    drawn = list(layout.between(top, top + height))
    assert set(seen) <= set(drawn)
    assert len(drawn) <= len(seen) + layout.columns


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), widths, cells)
def test_each_month_begins_with_a_head_above_its_first_photo(
    counts: list[int], width: int, cell: int
) -> None:
    layout = lay_out(counts, width, cell)
    heads = layout.heads(0, layout.height)
    assert [section for section, _ in heads] == list(range(len(counts)))
    first = 0
    for (_, box), count in zip(heads, counts, strict=True):
        assert layout.cell(first).y == box.y + HEAD_HEIGHT
        first += count


@given(sections, widths, cells, less_sure_counts, st.data())
def test_down_and_up_again_returns_to_the_same_column_where_rows_are_full(
    counts: list[int], width: int, cell: int, less_sure: int | None, data: st.DataObject
) -> None:
    layout = lay_out(counts, width, cell, less_sure=less_sure)
    if not layout.total:
        return
    index = data.draw(st.integers(0, layout.total - 1))
    below = layout.below(index, 1)
    assert below >= index
    assert layout.cell(below).x <= layout.cell(index).x
    if layout.cell(below).x == layout.cell(index).x and below != index:
        assert layout.below(below, -1) == index
    assert layout.below(index, -(10**7)) < layout.columns
    assert layout.cell(layout.below(index, 10**7)).bottom <= layout.height


@given(sections, st.integers(0, 20), widths, cells, st.integers(0, 40))
def test_the_less_sure_begin_below_all_others_under_a_head_of_their_own(
    counts: list[int], unsorted: int, width: int, cell: int, less_sure: int
) -> None:
    sure = sum(counts) if counts else unsorted
    layout = lay_out(counts, width, cell, total=sure, less_sure=less_sure)
    head = layout.less_sure_head
    assert head is not None
    assert head.y == (layout.cell(sure - 1).bottom if sure else 0)
    if less_sure:
        assert layout.cell(sure).y == head.bottom
        assert layout.cell(sure).x == layout.cell(0).x
    assert head.bottom + (layout.side if less_sure else 0) <= layout.height
    assert head.height == LESS_SURE_HEIGHT
    assert [section for section, _ in layout.heads(0, layout.height)] == list(range(len(counts)))
    assert layout.at(head.x + 1, head.y + 1) is None
    assert lay_out(counts, width, cell, total=sure).less_sure_head is None


def test_a_million_photos_fit_the_scroll_bar() -> None:
    layout = lay_out([], 300, LARGEST_CELL, total=1_000_000)
    assert layout.columns == 1
    assert layout.height < 2**31
    assert layout.at(20, layout.cell(999_999).y + 5) == 999_999


def test_no_photos_take_no_room() -> None:
    layout = lay_out([], 1000, 160)
    assert layout.height == 0
    assert list(layout.between(0, 1000)) == []
    assert layout.at(10, 10) is None
    with pytest.raises(IndexError):
        layout.cell(0)


def test_rows_fill_the_width_as_in_the_design() -> None:
    layout = GridLayout(total=10, sections=[10], width=872, cell=162, right_margin=16)
    assert layout.columns == 5
    assert layout.cell(0).x == 16
    assert 872 - 16 - 1 <= layout.cell(4).x + layout.side <= 872 - 16
