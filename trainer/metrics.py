"""How good probabilities are: scikit-learn's measures, beside constant baselines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, f1_score, hamming_loss, log_loss

Floats = NDArray[np.floating]
_TOP = 3
_CALIBRATION_BINS = 15
_SMALLEST = 1e-7


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its bootstrap 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def top_recall(probabilities: Floats, targets: Floats, *, top: int = _TOP) -> float:
    """Return the pooled top-k recall: true labels among the k likeliest / all true labels."""
    likeliest = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
    right = np.take_along_axis(targets, likeliest, axis=1).sum()
    return float(right / max(targets.sum(), 1))


def binary_cross_entropy(probabilities: Floats, targets: Floats) -> float:
    """Return the mean over pictures and labels, in nats."""
    kept = np.clip(probabilities.astype(np.float64), _SMALLEST, 1 - _SMALLEST)
    return float(log_loss(targets.reshape(-1), kept.reshape(-1), labels=[0, 1]))


def mean_average_precision(probabilities: Floats, targets: Floats) -> float:
    """Return the mean of the labels' average precisions; labels without positives are left out."""
    there = targets.sum(axis=0) > 0
    return float(average_precision_score(targets[:, there], probabilities[:, there]))


def calibration_error(probabilities: Floats, targets: Floats) -> float:
    """Return the expected calibration error over all pictures and labels, in 15 equal bins."""
    bins = np.minimum((probabilities * _CALIBRATION_BINS).astype(int), _CALIBRATION_BINS - 1)
    gap = 0.0
    for number in range(_CALIBRATION_BINS):
        mine = bins == number
        if mine.any():
            gap += abs(float(probabilities[mine].sum() - targets[mine].sum()))
    return gap / probabilities.size


def predicted(probabilities: Floats, thresholds: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which labels [N,L] are found; a threshold of infinity finds nothing."""
    return np.asarray(probabilities >= thresholds)


def multilabel_figures(
    probabilities: Floats, targets: Floats, thresholds: NDArray[np.floating]
) -> dict[str, float]:
    """Return all figures by name; micro, macro and Hamming are at ``thresholds`` [L]."""
    found = predicted(probabilities, thresholds)
    return {
        "top3_recall": top_recall(probabilities, targets),
        "mAP": mean_average_precision(probabilities, targets),
        "micro_F1": float(f1_score(targets, found, average="micro", zero_division=0)),
        "macro_F1": float(f1_score(targets, found, average="macro", zero_division=0)),
        "BCE": binary_cross_entropy(probabilities, targets),
        "Hamming": float(hamming_loss(targets, found)),
        "ECE": calibration_error(probabilities, targets),
    }


def constant_baseline(
    priors: Floats, targets: Floats, thresholds: NDArray[np.floating]
) -> dict[str, float]:
    """Return the figures of always answering the labels' shares ``priors`` [L].

    For the F1 figures it always finds the three most frequent labels, which suits it best.
    """
    constant = np.repeat(np.asarray(priors)[None], len(targets), axis=0)
    figures = multilabel_figures(constant, targets, thresholds)
    always = np.zeros_like(targets)
    always[:, np.argsort(-np.asarray(priors))[:_TOP]] = 1
    figures["micro_F1"] = float(f1_score(targets, always, average="micro", zero_division=0))
    figures["macro_F1"] = float(f1_score(targets, always, average="macro", zero_division=0))
    figures["Hamming"] = float(hamming_loss(targets, np.zeros_like(targets)))
    return figures


def bootstrap(
    figures: Callable[[NDArray[np.intp]], dict[str, float]],
    count: int,
    *,
    rounds: int = 200,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return each figure with its 95% interval over pictures drawn with replacement.

    Args:
        figures: Gives the figures of some rows.
        count: How many rows there are.
        rounds: How many draws.
        seed: Of the draws.
    """
    random = np.random.default_rng(seed)
    whole = figures(np.arange(count))
    draws = [figures(random.integers(0, count, count)) for _ in range(rounds)]
    intervals = {}
    for name, value in whole.items():
        low, high = np.percentile([draw[name] for draw in draws], [2.5, 97.5])
        intervals[name] = Interval(value, float(low), float(high))
    return intervals
