"""Texts are disturbed as readers err: lines lost or moved, letters misread; never all of it."""

from collections import Counter
from difflib import SequenceMatcher

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.reading import Line, ordered_text
from trainer.reading_settings import Disturbance
from trainer.words.disturbing import disturbed


def _lines(*texts: str) -> tuple[Line, ...]:
    return tuple(
        Line(text, 1.0, (0.1, 0.1 * place, 0.9, 0.1 * place + 0.09 / (place + 1)))
        for place, text in enumerate(texts)
    )


_LINES = _lines("THE TITLE", "with somebody", "and somebody else", "a film by no one")


def test_nothing_asked_changes_nothing() -> None:
    still = Disturbance(leave_out=0, reorder=0, misread=0)
    assert disturbed(_LINES, still, np.random.default_rng(0)) == ordered_text(_LINES)


@given(seed=st.integers(0, 2**32), leave_out=st.floats(0, 0.99))
def test_some_lines_stay_as_they_were(seed: int, leave_out: float) -> None:
    settings = Disturbance(leave_out=leave_out, reorder=0.5, misread=0)
    left = disturbed(_LINES, settings, np.random.default_rng(seed)).split("\n")
    assert left
    assert set(left) <= {line.text for line in _LINES}
    assert len(set(left)) == len(left)


def test_lines_of_other_heights_keep_their_order() -> None:
    lines = (Line("small", 1.0, (0, 0.5, 1, 0.51)), Line("LARGE", 1.0, (0, 0, 1, 0.4)))
    always = Disturbance(leave_out=0, reorder=0.999, misread=0)
    for seed in range(20):
        assert disturbed(lines, always, np.random.default_rng(seed)) == "LARGE\nsmall"


def test_about_as_many_letters_are_misread_as_asked() -> None:
    text = "abcdefghij" * 400
    settings = Disturbance(leave_out=0, reorder=0, misread=0.05)
    shares = []
    for seed in range(40):
        read = disturbed(_lines(text), settings, np.random.default_rng(seed))
        assert read == disturbed(_lines(text), settings, np.random.default_rng(seed))
        same = SequenceMatcher(None, text, read, autojunk=False).real_quick_ratio()
        shares.append(Counter(text) - Counter(read))
        assert same > 0.8
    lost = np.mean([sum(one.values()) for one in shares]) / len(text)
    assert 0.01 < lost < 0.06  # some of what is lost comes again as another letter


def test_only_letters_are_misread() -> None:
    settings = Disturbance(leave_out=0, reorder=0, misread=0.9)
    for seed in range(10):
        assert (
            disturbed(_lines("1984 12:30"), settings, np.random.default_rng(seed)) == "1984 12:30"
        )
