"""What was read is kept in few bytes and comes back as it was."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading import Line, ReadingError, lines_from_bytes, lines_to_bytes, ordered_text
from app.reading.line import Box, clean, plain_text

steps = st.integers(0, 10_000)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x0, y0 = draw(st.integers(0, 9_999)), draw(st.integers(0, 9_999))
    x1, y1 = draw(st.integers(x0 + 1, 10_000)), draw(st.integers(y0 + 1, 10_000))
    return x0 / 10_000, y0 / 10_000, x1 / 10_000, y1 / 10_000


lines = st.builds(
    Line,
    text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    confidence=st.integers(0, 100).map(lambda whole: whole / 100),
    box=boxes(),
    quad=st.none() | st.tuples(*[steps.map(lambda step: step / 10_000)] * 8),
)


@given(st.lists(lines, max_size=8).map(tuple))
def test_stored_lines_come_back(written: tuple[Line, ...]) -> None:
    assert lines_from_bytes(lines_to_bytes(written)) == written


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_rounding_never_empties_a_box(x: float, y: float, confidence: float) -> None:
    line = Line("a", confidence, (min(x, 0.99999), min(y, 0.99999), 1.0, 1.0))
    (back,) = lines_from_bytes(lines_to_bytes([line]))
    x0, y0, x1, y1 = back.box
    assert 0 <= x0 < x1 <= 1
    assert 0 <= y0 < y1 <= 1
    assert back.confidence == pytest.approx(confidence, abs=0.0051)


def test_nothing_takes_no_bytes() -> None:
    assert lines_to_bytes(()) == b""
    assert lines_from_bytes(b"") == ()


def test_a_line_takes_little_more_than_its_text() -> None:
    assert len(lines_to_bytes([Line("Black Stallion", 0.99, (0.1, 0.2, 0.5, 0.3))])) < 35


@given(st.binary(min_size=1))
def test_damaged_bytes_give_lines_or_a_sentence(stored: bytes) -> None:
    with suppress(ReadingError):
        assert all(isinstance(line, Line) for line in lines_from_bytes(stored))


@pytest.mark.parametrize("stored", [b"\x02\x90", b"\x01", b"\x01\x91\xc0", b"\x01\xff"])
def test_bytes_of_another_kind_are_refused(stored: bytes) -> None:
    with pytest.raises(ReadingError):
        lines_from_bytes(stored)


def test_a_wrong_number_of_corners_is_refused() -> None:
    stored = b"\x01" + msgspec.msgpack.encode([["a", 50, [0, 0, 5, 5], [1, 2, 3]]])
    with pytest.raises(ReadingError):
        lines_from_bytes(stored)


def test_a_title_comes_before_the_small_print() -> None:
    small = Line("in cinemas now", 1.0, (0, 0, 1, 0.05))
    title = Line("HORSE", 1.0, (0, 0.1, 1, 0.4))
    names = Line("A. RIDER", 1.0, (0, 0.5, 1, 0.55))
    assert ordered_text([small, title, names]) == "HORSE\nin cinemas now\nA. RIDER"
    assert plain_text([small, title, names]) == "in cinemas now\nHORSE\nA. RIDER"
    assert ordered_text([]) == ""


def test_text_is_composed_and_its_spaces_are_single() -> None:
    assert clean("  Cre\u0300me \t\n bru\u0302le\u0301e\x00 ") == "Crème brûlée"
