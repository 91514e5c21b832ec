"""Figures against numbers worked out by hand, against scikit-learn, and against what must hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from trainer.metrics import (
    FEWER_IS_BETTER,
    NEVER,
    THRESHOLD_FREE,
    baselines,
    bootstrap,
    constant_baseline,
    difference,
    figure_intervals,
    label_figures,
    limits_of,
    multilabel_figures,
    top_recall,
    top_recall_per_picture,
)
from trainer.metrics.intervals import draw_counts, drawn_figures

TARGETS = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 1, 0]], np.float32)
LIKELY = np.array([[0.9, 0.1, 0.6], [0.4, 0.7, 0.2], [0.3, 0.8, 0.1], [0.2, 0.6, 0.1]], np.float32)
LIMITS = np.array([0.35, 0.75, NEVER])


@st.composite
def answered(draw: st.DrawFn) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    count, labels = draw(st.integers(2, 12)), draw(st.integers(1, 6))
    cells = st.lists(st.integers(0, 20), min_size=count * labels, max_size=count * labels)
    truth = st.lists(st.booleans(), min_size=count * labels, max_size=count * labels)
    likely = np.array(draw(cells), np.float32).reshape(count, labels) / 20
    return likely, np.array(draw(truth), np.float32).reshape(count, labels)


def test_figures_are_those_worked_out_by_hand() -> None:
    figures = multilabel_figures(LIKELY, TARGETS, LIMITS)
    # At the thresholds: found are label 0 of pictures 0 and 1 (right) and label 1 of 2 (wrong).
    assert figures["micro_precision"] == pytest.approx(2 / 3)
    assert figures["micro_recall"] == pytest.approx(2 / 4)
    assert figures["micro_F1"] == pytest.approx(2 * 2 / (3 + 4))
    assert figures["macro_precision"] == pytest.approx((1 + 0) / 2)  # label 2 is in no picture
    assert figures["macro_F1"] == pytest.approx((1 + 0) / 2)
    assert figures["Jaccard"] == pytest.approx((1 + 0) / 2)
    assert figures["Hamming"] == pytest.approx(3 / 12)
    assert figures["accuracy"] == pytest.approx(9 / 12)
    assert figures["subset_accuracy"] == pytest.approx(1 / 4)
    assert figures["never_predicted"] == 1
    # From .5 on: 0.9, 0.6 | 0.7 | 0.8 | 0.6; right are three of five.
    assert figures["micro_precision_half"] == pytest.approx(3 / 5)
    assert figures["micro_recall_half"] == pytest.approx(3 / 4)
    assert figures["macro_recall_half"] == pytest.approx((1 / 2 + 1) / 2)
    assert figures["Jaccard_half"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert figures["Hamming_half"] == pytest.approx(3 / 12)
    assert figures["never_predicted_half"] == 0
    # Average precision: label 0 ranks its two first; label 1 ranks 0.8 (wrong), 0.7, 0.6 (right).
    assert figures["mAP"] == pytest.approx((1 + (1 / 2 * 1 / 2 + 1 / 2 * 2 / 3)) / 2)


def test_top_recall_counts_labels_pooled_or_pictures_alike() -> None:
    assert top_recall(LIKELY, TARGETS, top=1) == pytest.approx(3 / 4)
    assert top_recall_per_picture(LIKELY, TARGETS, top=1) == pytest.approx((1 + 1 / 2 + 1) / 3)


def test_a_label_of_probability_zero_is_never_among_the_likeliest() -> None:
    assert top_recall(np.zeros((2, 3)), np.ones((2, 3))) == 0


def test_cross_entropy_and_calibration_error_by_hand() -> None:
    likely, truth = np.array([[0.8], [0.8], [0.2]]), np.array([[1.0], [0.0], [0.0]])
    figures = multilabel_figures(likely, truth, np.array([0.5]))
    nats = -(np.log(0.8) + np.log(0.2) + np.log(0.8)) / 3
    assert figures["BCE"] == pytest.approx(nats)
    assert figures["ECE"] == pytest.approx((abs(1.6 - 1) + abs(0.2 - 0)) / 3)


def test_a_pack_of_one_label_is_measured_as_a_label_and_not_as_two_classes() -> None:
    figures = multilabel_figures(LIKELY[:, :1], TARGETS[:, :1], LIMITS[:1])
    assert (figures["macro_F1"], figures["micro_F1"], figures["Jaccard"]) == (1, 1, 1)
    assert figures["macro_recall_half"] == pytest.approx(0.5)


def test_each_labels_figures() -> None:
    first, second, third = label_figures(LIKELY, TARGETS, [0.35, 0.75, None])
    assert (first.precision, first.recall, first.f1, first.positives) == (1, 1, 1, 2)
    assert (first.recall_half, first.average_precision) == (0.5, 1)
    assert (second.precision, second.recall, second.f1, second.jaccard) == (0, 0, 0, 0)
    assert second.precision_half == pytest.approx(2 / 3)
    assert (third.threshold, third.found, third.precision, third.recall) == (None, 0, None, None)
    assert (third.f1, third.average_precision, third.jaccard) == (None, None, None)


def test_missing_thresholds_are_never_reached() -> None:
    assert not (np.ones(2) >= limits_of([None, None])).any()


@settings(max_examples=25)
@given(answered())
def test_figures_stay_in_their_range(
    data: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> None:
    likely, truth = data
    figures = multilabel_figures(likely, truth, np.full(likely.shape[1], 0.3))
    for name, value in figures.items():
        most = likely.shape[1] if name.startswith("never") else 17 if name == "BCE" else 1
        assert 0 <= value <= most + 1e-9, name
    assert figures["accuracy"] == pytest.approx(1 - figures["Hamming"])


@settings(max_examples=25)
@given(answered())
def test_perfect_answers_are_perfect(
    data: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> None:
    truth = data[1]
    truth[0] = 1
    figures = multilabel_figures(truth, truth, np.full(truth.shape[1], 0.5))
    for name, value in figures.items():
        if name in FEWER_IS_BETTER:
            assert value == pytest.approx(0, abs=1e-6), name
        elif not name.startswith("top3") or truth.shape[1] <= 3:
            assert value == pytest.approx(1, abs=1e-6), name


@settings(max_examples=25)
@given(answered(), st.integers(0, 10))
def test_the_order_of_pictures_and_of_labels_does_not_matter(
    data: tuple[NDArray[np.float32], NDArray[np.float32]], seed: int
) -> None:
    likely, truth = data
    random = np.random.default_rng(seed)
    likely = random.permutation(likely.size).reshape(likely.shape) / likely.size  # no ties
    limits = np.linspace(0.2, 0.6, likely.shape[1])
    rows, labels = random.permutation(len(likely)), random.permutation(likely.shape[1])
    moved = np.ix_(rows, labels)
    figures = multilabel_figures(likely, truth, limits)
    other = multilabel_figures(likely[moved], truth[moved], limits[labels])
    assert other == pytest.approx(figures)


@settings(max_examples=25)
@given(answered(), st.integers(0, 100))
def test_draws_are_what_scikit_learn_says_of_the_drawn_pictures(
    data: tuple[NDArray[np.float32], NDArray[np.float32]], seed: int
) -> None:
    likely, truth = data
    limits = np.linspace(0.2, 0.9, likely.shape[1])
    rows = np.random.default_rng(seed).integers(0, len(likely), len(likely))
    counts = draw_counts(len(likely), rounds=1, seed=seed)
    drawn = drawn_figures(likely, truth, limits, counts)
    figures = multilabel_figures(likely[rows], truth[rows], limits)
    assert list(drawn) == list(figures)
    for name, value in figures.items():
        assert drawn[name][0] == pytest.approx(value, abs=1e-6), name


def test_average_precision_is_scikit_learns_also_with_ties() -> None:
    random = np.random.default_rng(3)
    likely = np.round(random.random((200, 4)), 1)
    truth = (random.random((200, 4)) < 0.2).astype(float)
    figures = multilabel_figures(likely, truth, np.full(4, 0.5))
    each = [average_precision_score(truth[:, label], likely[:, label]) for label in range(4)]
    assert figures["mAP"] == pytest.approx(np.mean(each))
    assert figures["micro_AP"] == pytest.approx(
        average_precision_score(truth.ravel(), likely.ravel())
    )


def test_constant_answers_get_what_they_must() -> None:
    random = np.random.default_rng(0)
    truth = (random.random((400, 5)) < [0.6, 0.3, 0.2, 0.1, 0.05]).astype(np.float32)
    shares = truth.mean(axis=0)
    told = baselines(shares, truth, np.full(5, 0.25))
    assert told["zeros"]["Hamming"] == pytest.approx(truth.mean())
    assert told["zeros"]["micro_F1"] == 0
    assert told["zeros"]["top3_recall"] is None
    assert told["everything"]["micro_recall"] == 1
    assert told["frequent"]["micro_recall"] == pytest.approx(truth[:, :3].sum() / truth.sum())
    assert told["frequent"]["BCE"] is None
    assert told["priors"]["top3_recall"] == told["frequent"]["top3_recall"]
    assert told["priors"]["mAP"] == pytest.approx(shares.mean())
    assert told["priors"]["ECE"] == pytest.approx(0, abs=1e-6)
    assert told["priors"]["never_predicted"] == 3
    best = constant_baseline(shares, truth, np.full(5, 0.25))
    assert set(best) == set(multilabel_figures(truth, truth, np.full(5, 0.25)))
    assert best["micro_F1"] == told["frequent"]["micro_F1"]
    assert best["macro_F1"] == told["everything"]["macro_F1"]
    assert best["accuracy_half"] == told["zeros"]["accuracy_half"]
    assert all(best[name] == told["priors"][name] for name in THRESHOLD_FREE)


def test_intervals_hold_the_figure_and_shrink_with_more_pictures() -> None:
    random = np.random.default_rng(1)
    truth = (random.random((900, 4)) < 0.3).astype(np.float32)
    likely = (truth * 0.3 + random.random((900, 4)) * 0.7).astype(np.float32)
    limits = np.full(4, 0.5)
    many = figure_intervals(likely, truth, limits, rounds=100).intervals()
    few = figure_intervals(likely[:60], truth[:60], limits, rounds=100).intervals()
    for name in ("mAP", "micro_F1", "top3_recall", "BCE", "Hamming"):
        assert many[name].low <= many[name].value <= many[name].high
        assert few[name].high - few[name].low > 2 * (many[name].high - many[name].low)
    assert str(many["BCE"]).startswith(f"{many['BCE'].value:.3f} (")


def test_two_networks_are_compared_draw_by_draw() -> None:
    random = np.random.default_rng(1)
    truth = (random.random((200, 3)) < 0.3).astype(np.float32)
    likely = (truth * 0.3 + random.random((200, 3)) * 0.7).astype(np.float32)
    ours = figure_intervals(likely, truth, np.full(3, 0.5), rounds=40)
    same = difference(ours, ours, "mAP")
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_any_figure_can_be_drawn() -> None:
    values = np.arange(100.0)
    told = bootstrap(lambda rows: {"mean": float(values[rows].mean())}, 100, rounds=50)
    assert told["mean"].low < told["mean"].value == 49.5 < told["mean"].high
