"""Figures of truths that are partly unknown: each picture counts with a weight, 0 where unknown.

All are measured on the pictures at hand and on bootstrap draws of them (``draw_counts``). A draw in
which a figure has nothing to divide by is left out of its interval; a figure that has nothing to
divide by on the pictures at hand is None, never NaN.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.metrics.intervals import Doubles, Interval

Mask = NDArray[np.bool_]

_ENDS: Final = (2.5, 97.5)


def ratios(above: NDArray[np.floating], below: NDArray[np.floating], counts: Doubles) -> Doubles:
    """Return sums of ``above`` over sums of ``below``: of all pictures first, then of each draw.

    Args:
        above: [N] or [N,L], each picture's part of what is counted.
        below: Of the same shape, each picture's part of what it is counted among.
        counts: [R,N], how often each picture is drawn.

    Returns:
        [1+R] or [1+R,L]; NaN where there is nothing below.
    """
    weights = with_all(counts)
    top, bottom = weights @ above.astype(np.float64), weights @ below.astype(np.float64)
    return divided(top, bottom)


def with_all(counts: Doubles) -> Doubles:
    """Return [1+R,N]: every picture once, then the draws [R,N]."""
    return np.concatenate([np.ones((1, counts.shape[1])), counts])


def divided(above: Doubles, below: Doubles) -> Doubles:
    """Return ``above / below``, NaN where there is nothing below."""
    return np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)


def interval_of(values: Doubles) -> Interval | None:
    """Return a figure with its percentile interval, or None where it is not defined.

    Args:
        values: [1+R], of all pictures first, then of each draw; NaN where it is not defined.
    """
    whole, drawn = float(values[0]), values[1:]
    if np.isnan(whole):
        return None
    drawn = drawn[~np.isnan(drawn)]
    if not drawn.size:
        return Interval(whole, whole, whole)
    low, high = np.percentile(drawn, _ENDS)
    return Interval(whole, float(low), float(high))


def average_precisions(
    likely: NDArray[np.floating], truth: Mask, weights: NDArray[np.floating], counts: Doubles
) -> Doubles:
    """Return one label's average precision on all pictures, then in each draw: [1+R].

    The sum over distinct probabilities of (recall gained x precision), as scikit-learn's
    ``average_precision_score`` with ``sample_weight`` has it. NaN without a picture that has the
    label and one that lacks it.

    Args:
        likely: [N], probabilities.
        truth: [N], whether the picture has the label.
        weights: [N], 0 where that is unknown.
        counts: [R,N].
    """
    right, found = _falling(likely, truth, weights, counts)
    there, every = right[:, -1], found[:, -1]
    gained = np.diff(right, axis=1, prepend=0.0)
    summed = (gained * np.nan_to_num(divided(right, found))).sum(axis=1)
    return np.where(there < every, divided(summed, there), np.nan)


def recalls_at_precision(
    likely: NDArray[np.floating],
    truth: Mask,
    weights: NDArray[np.floating],
    counts: Doubles,
    *,
    precision: float,
) -> Doubles:
    """Return the greatest recall at which at least ``precision`` are right: [1+R].

    0 where no threshold is that precise; NaN as in ``average_precisions``, whose arguments it has.
    """
    right, found = _falling(likely, truth, weights, counts)
    there, every = right[:, -1], found[:, -1]
    precise = right >= precision * found - 1e-9
    best = np.where(precise, right, 0.0).max(axis=1)
    return np.where(there < every, divided(best, there), np.nan)


def _falling(
    likely: NDArray[np.floating], truth: Mask, weights: NDArray[np.floating], counts: Doubles
) -> tuple[Doubles, Doubles]:
    """Return what is right and what is found at each distinct probability, falling: [1+R,D]."""
    known = weights > 0
    if not known.any():
        nothing = np.zeros((len(counts) + 1, 1))
        return nothing, nothing
    likely, truth = likely[known], truth[known]
    order = np.argsort(-likely, kind="stable")
    last = np.append(np.flatnonzero(np.diff(likely[order])), len(order) - 1)
    weighed = (with_all(counts)[:, known] * weights[known])[:, order]
    found = np.cumsum(weighed, axis=1)[:, last]
    right = np.cumsum(weighed * truth[order], axis=1)[:, last]
    return right, found
