"""Zooming keeps what is under the mouse there, and the picture in the window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSizeF

from app.ui.viewer.zoom import LARGEST_FIT, Zoom

sizes = st.builds(QSizeF, st.integers(1, 8000), st.integers(1, 8000))
windows = st.builds(QSizeF, st.integers(50, 4000), st.integers(50, 3000))
larger = st.builds(QSizeF, st.integers(1000, 8000), st.integers(1000, 8000))
smaller = st.builds(QSizeF, st.integers(50, 1000), st.integers(50, 1000))
factors = st.floats(0.2, 20)
shares = st.floats(0, 1)


@given(sizes, windows)
def test_at_first_the_whole_picture_is_seen_in_the_middle(picture: QSizeF, window: QSizeF) -> None:
    place = Zoom(picture, window).place
    assert place.width() <= window.width() + 1e-6
    assert place.height() <= window.height() + 1e-6
    assert place.center().x() == pytest.approx(window.width() / 2)
    assert place.center().y() == pytest.approx(window.height() / 2)


def test_a_tiny_picture_is_not_blown_up_to_fill_the_window() -> None:
    place = Zoom(QSizeF(16, 16), QSizeF(1000, 1000)).place
    assert place.width() == 16 * LARGEST_FIT


@given(larger, smaller, st.floats(1, 8), shares, shares)
def test_what_is_under_the_mouse_stays_there(
    picture: QSizeF, window: QSizeF, factor: float, across: float, down: float
) -> None:
    before = Zoom(picture, window).actual(QPointF(window.width() / 2, window.height() / 2))
    at = QPointF(window.width() * across, window.height() * down)
    after = before.zoomed(factor, at)
    was, now = before.place, after.place
    across_was = _share(was.left(), was.width(), at.x())
    down_was = _share(was.top(), was.height(), at.y())
    assert _share(now.left(), now.width(), at.x()) == pytest.approx(across_was)
    assert _share(now.top(), now.height(), at.y()) == pytest.approx(down_was)


@given(sizes, windows, factors, shares, shares, st.integers(-9000, 9000), st.integers(-9000, 9000))
def test_a_large_picture_leaves_no_empty_edge(
    picture: QSizeF, window: QSizeF, factor: float, across: float, down: float, dx: int, dy: int
) -> None:
    at = QPointF(window.width() * across, window.height() * down)
    place = Zoom(picture, window).zoomed(factor, at).moved(QPointF(dx, dy)).place
    for low, length, room in (
        (place.left(), place.width(), window.width()),
        (place.top(), place.height(), window.height()),
    ):
        if length >= room + 1e-6:
            assert low <= 1e-6
            assert low + length >= room - 1e-6
        else:
            assert low + length / 2 == pytest.approx(room / 2)


def test_zooming_out_ends_at_the_whole_picture() -> None:
    zoom = Zoom(QSizeF(4000, 3000), QSizeF(1000, 800))
    middle = QPointF(500, 400)
    assert zoom.zoomed(4, middle).scale is not None
    assert zoom.zoomed(4, middle).zoomed(0.01, middle).scale is None


def test_one_to_one_is_one_pixel_on_one() -> None:
    zoom = Zoom(QSizeF(4000, 3000), QSizeF(1000, 800)).actual(QPointF(0, 0))
    assert zoom.effective_scale == 1.0
    assert zoom.place.left() == pytest.approx(0)


def _share(low: float, length: float, at: float) -> float:
    return (at - low) / length


@given(sizes, windows, st.floats(0, 1))
def test_a_fitted_picture_leaves_the_head_free_and_moves_no_further_than_it_must(
    picture: QSizeF, window: QSizeF, share: float
) -> None:
    head = share * window.height() / 2
    before = Zoom(picture, window)
    place = before.making_way(head, head).place
    assert place.top() >= head - 1e-6
    assert place.bottom() <= window.height() + 1e-6
    if before.place.top() >= head:
        assert place == before.place
    assert before.making_way(head, head).making_way(0, 0) == before


@given(larger, smaller, st.floats(0, 100), st.floats(-9000, 9000))
def test_a_larger_picture_is_dragged_below_the_head_and_comes_back_without_it(
    picture: QSizeF, window: QSizeF, slack: float, by: float
) -> None:
    middle = QPointF(window.width() / 2, window.height() / 2)
    zoomed = Zoom(picture, window).actual(middle).making_way(0, slack)
    assert zoomed.moved(QPointF(0, 1e5)).place.top() == pytest.approx(slack, abs=1e-6)
    assert zoomed.moved(QPointF(0, -1e5)).place.bottom() == pytest.approx(window.height())
    assert zoomed.moved(QPointF(0, by)).making_way(0, 0).place.top() <= 1e-6


@given(sizes, windows, shares, shares)
def test_a_fitted_picture_leaves_head_and_foot_free(
    picture: QSizeF, window: QSizeF, above: float, below: float
) -> None:
    head, foot = above * window.height() / 3, below * window.height() / 3
    place = Zoom(picture, window).making_way(head, 0, foot=foot).place
    assert place.top() >= head - 1e-6
    assert place.bottom() <= window.height() - foot + 1e-6


@given(larger, smaller, st.floats(0, 100))
def test_a_larger_picture_is_dragged_above_the_foot(
    picture: QSizeF, window: QSizeF, rise: float
) -> None:
    middle = QPointF(window.width() / 2, window.height() / 2)
    zoomed = Zoom(picture, window).actual(middle).making_way(0, 0, rise=rise)
    lowest = zoomed.moved(QPointF(0, -1e5)).place.bottom()
    assert lowest == pytest.approx(window.height() - rise, abs=1e-6)
    assert zoomed.moved(QPointF(0, 1e5)).place.top() == pytest.approx(0, abs=1e-6)


@given(sizes, windows, shares)
def test_a_fitted_picture_leaves_the_sides_free(
    picture: QSizeF, window: QSizeF, share: float
) -> None:
    sides = share * window.width() / 3
    place = Zoom(picture, window).making_way(0, 0, sides=sides).place
    assert place.left() >= sides - 1e-6
    assert place.right() <= window.width() - sides + 1e-6
    assert place.center().x() == pytest.approx(window.width() / 2)
