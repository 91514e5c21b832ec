"""Figures of partly unknown truths: as scikit-learn has them, None where nothing can be said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, precision_recall_curve

from trainer.metrics.intervals import draw_counts
from trainer.metrics.weighted import (
    average_precisions,
    interval_of,
    ratios,
    recalls_at_precision,
)

_WEIGHTS = (0.0, 0.25, 1.0)


def _drawn(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    likely = np.round(random.uniform(0, 1, count), 1)  # many ties
    truth = random.random(count) < likely
    return likely, truth, random.choice(_WEIGHTS, count)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.integers(2, 60))
def test_average_precision_is_scikit_learns_where_something_is_known(seed: int, count: int) -> None:
    likely, truth, weights = _drawn(seed, count)
    counts = draw_counts(count, rounds=3, seed=seed)
    found = average_precisions(likely, truth, weights, counts)
    for row, drawn in enumerate([np.ones(count), *counts]):
        weighed = weights * drawn
        known = weighed > 0
        there = truth[known].sum()
        if there in (0, known.sum()):
            assert np.isnan(found[row])
        else:
            expected = average_precision_score(
                truth[known], likely[known], sample_weight=weighed[known]
            )
            assert found[row] == pytest.approx(expected)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.integers(2, 60))
def test_recall_at_precision_is_the_best_point_of_scikit_learns_curve(
    seed: int, count: int
) -> None:
    likely, truth, weights = _drawn(seed, count)
    counts = np.ones((1, count))
    found = recalls_at_precision(likely, truth, weights, counts, precision=0.9)[0]
    known = weights > 0
    if truth[known].sum() in (0, known.sum()):
        assert np.isnan(found)
        return
    precision, recall, _ = precision_recall_curve(
        truth[known], likely[known], sample_weight=weights[known]
    )
    assert found == pytest.approx(recall[precision >= 0.9 - 1e-9].max())


def test_a_ratio_and_its_interval_are_those_of_the_drawn_pictures() -> None:
    right, found = np.array([1.0, 0.0, 1.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0])
    counts = np.array([[2.0, 2.0, 0.0, 0.0], [0.0, 0.0, 0.0, 4.0], [0.0, 1.0, 3.0, 0.0]])
    values = ratios(right, found, counts)
    assert values[[0, 1, 3]] == pytest.approx([2 / 3, 0.5, 0.75])
    assert np.isnan(values[2])  # the second draw found nothing: it says nothing
    one = interval_of(values)
    assert one is not None
    assert (one.value, one.low) == pytest.approx((2 / 3, 0.50625))
    assert one.low < one.value < one.high


def test_what_cannot_be_divided_is_no_figure() -> None:
    nothing = np.zeros(3)
    assert interval_of(ratios(nothing, nothing, np.ones((5, 3)))) is None
    unknown = average_precisions(np.ones(3), np.ones(3, dtype=bool), nothing, np.ones((5, 3)))
    assert interval_of(unknown) is None


@settings(max_examples=20)
@given(st.integers(0, 200), st.integers(20, 60))
def test_an_interval_holds_its_figure(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    right = (random.random(count) < 0.6).astype(float)
    one = interval_of(ratios(right, np.ones(count), draw_counts(count, rounds=100, seed=seed)))
    assert one is not None
    assert 0 <= one.low <= one.value <= one.high <= 1
