"""Calibrated probabilities mean what they say."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.calibration import fit_logistic, fit_platt, fit_temperature, logit, sigmoid


@settings(max_examples=20)
@given(st.floats(0.3, 3.0), st.floats(-2.0, 2.0))
def test_platt_scaling_finds_the_slope_and_bias_that_made_the_data(
    slope: float, bias: float
) -> None:
    random = np.random.default_rng(1)
    scores = random.normal(0, 2, (4000, 1))
    targets = (random.random((4000, 1)) < sigmoid(slope * scores + bias)).astype(np.float64)
    fit = fit_platt(scores, targets, np.ones_like(targets))
    assert abs(fit.slopes[0, 0] - slope) < 0.35
    assert abs(fit.biases[0] - bias) < 0.35


def test_a_label_without_examples_borrows_from_the_others() -> None:
    random = np.random.default_rng(2)
    scores = random.normal(0, 2, (3000, 2))
    targets = (random.random((3000, 2)) < sigmoid(0.5 * scores - 1)).astype(np.float64)
    weights = np.ones_like(targets)
    weights[:, 1] = 0
    fit = fit_platt(scores, targets, weights)
    np.testing.assert_allclose(fit.slopes[1], 0.5, atol=0.1)
    np.testing.assert_allclose(fit.biases[1], -1, atol=0.2)


def test_a_higher_score_is_never_worse() -> None:
    scores = np.array([[2.0], [1.0], [-1.0], [-2.0]])
    targets = np.array([0.0, 0.0, 1.0, 1.0])
    found = fit_logistic(
        scores,
        targets,
        np.ones(4),
        around=np.array([0.0, 0.0]),
        strength=np.array([0.01, 0.01]),
    )
    assert found[0] == 0


def test_temperature_cools_an_overconfident_softmax() -> None:
    random = np.random.default_rng(3)
    logits = random.normal(0, 1.5, (4000, 4))
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    truth = np.eye(4)[[random.choice(4, p=share) for share in shares]]
    assert 2.4 < fit_temperature(logits * 3, truth) < 3.7


@given(st.floats(0.001, 0.999))
def test_logit_undoes_sigmoid(probability: float) -> None:
    np.testing.assert_allclose(sigmoid(logit(np.array([probability]))), [probability])
