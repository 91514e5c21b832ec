"""Thresholds: precise ones are precise, and little evidence makes them careful."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from trainer.thresholds import f1_thresholds, measure, precise_threshold

_PROBABILITIES = hnp.arrays(
    np.float32, 60, elements=st.floats(0, 1, width=32, allow_subnormal=False)
)
_TRUTHS = hnp.arrays(np.float32, 60, elements=st.sampled_from([0.0, 1.0]))


@given(_PROBABILITIES, _TRUTHS)
def test_a_precise_threshold_is_precise_where_it_was_fitted(
    likely: NDArray[np.float32], truth: NDArray[np.float32]
) -> None:
    everywhere = np.ones(60, dtype=np.float32)
    found = precise_threshold(likely, truth, everywhere, precision=0.9, surely=0.8)
    if found is not None and found > likely.min():
        evidence = measure(likely, truth, everywhere, found)
        assert evidence.precision is None or evidence.precision >= 0.9 or found <= 0.051


def test_two_lucky_pictures_are_no_evidence() -> None:
    likely = np.array([0.9, 0.8, 0.1], dtype=np.float32)
    truth = np.array([1, 1, 0], dtype=np.float32)
    ones = np.ones(3, dtype=np.float32)
    assert precise_threshold(likely, truth, ones, precision=0.9, surely=0.8) is None


def test_unknown_pictures_do_not_count() -> None:
    likely = np.linspace(1, 0.5, 40, dtype=np.float32)
    truth = np.ones(40, dtype=np.float32)
    wrong_but_unknown = np.concatenate([truth, np.zeros(40, dtype=np.float32)])
    weights = np.concatenate([truth, np.zeros(40, dtype=np.float32)])
    found = precise_threshold(
        np.concatenate([likely, likely]), wrong_but_unknown, weights, precision=0.9, surely=0.8
    )
    assert found is not None
    assert found <= 0.5


def test_a_label_that_cannot_be_predicted_is_never_shown() -> None:
    random = np.random.default_rng(0)
    truth = np.zeros((400, 2), dtype=np.float32)
    truth[:200, 0] = 1
    truth[:12, 1] = 1
    likely = random.uniform(0, 0.3, (400, 2)).astype(np.float32)
    likely[:200, 0] += 0.5
    found = f1_thresholds(likely, truth, borrow=50, least_found=10, least_precision=0.4)
    assert found[0] is not None
    assert found[1] is None
    assert measure(likely[:, 0], truth[:, 0], truth[:, 0] * 0 + 1, found[0]).precision == 1
