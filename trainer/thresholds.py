"""Chooses the probability from which a label counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta  # type: ignore[import-untyped]

_GRID: Final = np.round(np.arange(0.05, 0.9951, 0.005), 3)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a threshold did on pictures that were not trained on.

    Attributes:
        threshold: From which probability on the label counts; None: never.
        precision: Right ones among those found; None when nothing was found.
        recall: Found ones among those that are there; None when there are none.
        found: How many pictures reached the threshold (where the truth is known).
        positives: How many have the label.
    """

    threshold: float | None
    precision: float | None
    recall: float | None
    found: int
    positives: int


def measure(
    probabilities: NDArray[np.floating],
    targets: NDArray[np.floating],
    weights: NDArray[np.floating],
    threshold: float | None,
) -> Evidence:
    """Count what one label's ``threshold`` finds among pictures [N] whose truth is known.

    Missing a picture whose source is weak for the label counts with its small weight.
    """
    known = weights > 0
    wanted, weight = targets[known] > 0, weights[known]
    there = float(weight[wanted].sum())
    if threshold is None:
        return Evidence(None, None, None, 0, int(wanted.sum()))
    found = probabilities[known] >= threshold
    right, all_found = float(weight[found & wanted].sum()), float(weight[found].sum())
    return Evidence(
        threshold,
        right / all_found if all_found else None,
        right / there if there else None,
        int(found.sum()),
        int(wanted.sum()),
    )


def f1_thresholds(
    probabilities: NDArray[np.floating],
    targets: NDArray[np.floating],
    *,
    borrow: float,
    least_found: int,
    least_precision: float,
) -> list[float | None]:
    """Return the thresholds [L] that give the best F1, drawn to the one best for all labels.

    Where a label is then too often wrong, its threshold is raised until it is not.

    Args:
        probabilities: [N,L], calibrated.
        targets: [N,L], 0 or 1.
        borrow: How many positives the common threshold counts for.
        least_found: A threshold that finds fewer pictures cannot be judged: None.
        least_precision: Share of right ones that a threshold must reach.
    """
    common = _best_threshold(probabilities, targets)
    wanted = []
    for likely, truth in zip(probabilities.T, targets.T, strict=True):
        positives = float(truth.sum())
        own = _best_threshold(likely, truth)
        wanted.append((positives * own + borrow * common) / (positives + borrow))
    return _raised(probabilities, targets, wanted, least_found, least_precision)


def promised_thresholds(
    probabilities: NDArray[np.floating],
    targets: NDArray[np.floating],
    *,
    least_found: int,
    least_precision: float,
) -> list[float | None]:
    """Return the thresholds [L] that give the best F1 if the probabilities are true.

    That is half of the best F1 (Lipton, Elkan and Naryanaswamy, "Optimal thresholding of
    classifiers to maximize F1 measure", 2014), and the best F1 is what calibrated probabilities
    promise: counting the few pictures that have a rare label says less. Where a label is then too
    often wrong, its threshold is raised until it is not.

    Args:
        probabilities: [N,L], calibrated.
        targets: [N,L], 0 or 1.
        least_found: A threshold that finds fewer pictures cannot be judged: None.
        least_precision: Share of right ones that a threshold must reach.
    """
    wanted = [_promised_f1(likely) / 2 for likely in probabilities.T]
    return _raised(probabilities, targets, wanted, least_found, least_precision)


def _promised_f1(likely: NDArray[np.floating]) -> float:
    """Return the expected F1 of the k likeliest of N pictures, for the best k.

    Expected: the ratio of the expected counts, 2 * right / (found + there).
    """
    right = np.cumsum(np.sort(likely)[::-1], dtype=np.float64)
    return float((2 * right / (np.arange(1, len(likely) + 1) + right[-1])).max())


def _raised(
    probabilities: NDArray[np.floating],
    targets: NDArray[np.floating],
    wanted: Sequence[float],
    least_found: int,
    least_precision: float,
) -> list[float | None]:
    """Return the wanted thresholds [L], each raised until enough of what it finds is right."""
    return [
        _precise_enough(likely, truth, round(threshold, 3), least_found, least_precision)
        for likely, truth, threshold in zip(probabilities.T, targets.T, wanted, strict=True)
    ]


def _precise_enough(
    likely: NDArray[np.floating],
    truth: NDArray[np.floating],
    wanted: float,
    least_found: int,
    least_precision: float,
) -> float | None:
    everywhere = np.ones_like(truth)
    for threshold in (wanted, *_GRID[wanted < _GRID]):
        evidence = measure(likely, truth, everywhere, float(threshold))
        if evidence.found < least_found:
            return None
        if (evidence.precision or 0.0) >= least_precision:
            return float(threshold)
    return None


def _best_threshold(probabilities: NDArray[np.floating], targets: NDArray[np.floating]) -> float:
    """Return the one threshold of all that are given that finds best, by micro F1."""
    return float(_GRID[int(np.argmax([_micro_f1(probabilities, targets, t) for t in _GRID]))])


def _micro_f1(
    probabilities: NDArray[np.floating], targets: NDArray[np.floating], threshold: float
) -> float:
    found = probabilities >= threshold
    right = float((found & (targets > 0)).sum())
    wanted = float(found.sum() + targets.sum())
    return 2 * right / wanted if wanted else 0.0


def precise_threshold(
    probabilities: NDArray[np.floating],
    targets: NDArray[np.floating],
    weights: NDArray[np.floating],
    *,
    precision: float,
    surely: float,
    confidence: float = 0.8,
) -> float | None:
    """Return the lowest threshold of one label at which it is right often enough, or None.

    Enough is: ``precision`` of those found are right, and with ``confidence`` at least ``surely``
    would be (the lower end of the Beta posterior after a uniform prior: with few examples, more of
    them must be right). The same must hold for all higher thresholds that still find as much as
    can be judged, so that one lucky gap does not decide.

    Args:
        probabilities: [N].
        targets: [N], 0 or 1.
        weights: [N], 0 where nothing is known.
        precision: Wanted share of right ones, as counted.
        surely: Wanted share of right ones, at the lower end.
        confidence: Of that lower end.
    """
    known = weights > 0
    order = np.argsort(-probabilities[known], kind="stable")
    likely = probabilities[known][order]
    right = np.cumsum(weights[known][order] * (targets[known][order] > 0))
    found = np.cumsum(weights[known][order])
    lower = beta.ppf(1 - confidence, right + 1, found - right + 1)
    good = (right >= precision * found) & (lower >= surely)
    good &= np.append(likely[1:] < likely[:-1], True)  # equal probabilities stand or fall together
    if not good.any():
        return None
    last = int(np.flatnonzero(good)[-1])
    below = float(likely[last + 1]) if last + 1 < len(likely) else 0.0
    threshold = (float(likely[last]) + below) / 2
    return float(np.clip(np.ceil(threshold * 1000) / 1000, _GRID[0], min(likely[last], _GRID[-1])))
