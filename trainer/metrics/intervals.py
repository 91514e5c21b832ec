"""Bootstrap 95% intervals over pictures.

Drawing pictures with replacement is counting how often each is drawn. All figures but the average
precisions are sums over pictures, so a matrix product gives them for all draws together; for the
average precisions the pictures are sorted once. The tests compare both with scikit-learn's answers
on the drawn pictures.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from trainer.metrics.figures import (
    CALIBRATION_BINS,
    HALF,
    SMALLEST,
    Floats,
    calibration_bins,
    likeliest,
    multilabel_figures,
    predicted,
)

Doubles = NDArray[np.float64]

ROUNDS: Final = 200
_ENDS: Final = (2.5, 97.5)
_AT_ONCE: Final = 4_000_000
"""Numbers held at a time when all labels are pooled (32 MB each array)."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its bootstrap 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"

    @property
    def rounded(self) -> list[float]:
        """Value, low and high with four digits, as JSON has them."""
        return [round(self.value, 4), round(self.low, 4), round(self.high, 4)]


@dataclass(frozen=True, slots=True)
class Draws:
    """Figures of all pictures, and of each draw.

    Attributes:
        whole: A figure's value on all pictures.
        drawn: A figure's values [R], one a draw.
    """

    whole: Mapping[str, float]
    drawn: Mapping[str, Doubles]

    def intervals(self) -> dict[str, Interval]:
        """Return each figure with its percentile interval."""
        return {name: interval(value, self.drawn[name]) for name, value in self.whole.items()}


def interval(value: float, drawn: Doubles) -> Interval:
    """Return ``value`` with the percentile interval of its draws [R]."""
    low, high = np.percentile(drawn, _ENDS)
    return Interval(value, float(low), float(high))


def figure_intervals(
    probabilities: Floats,
    targets: Floats,
    thresholds: Floats,
    *,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Draws:
    """Return all of ``multilabel_figures`` with their draws.

    The same number of pictures, rounds and seed draws the same pictures, so two networks' draws on
    the same pictures can be subtracted (``difference``).

    Args:
        probabilities: [N,L], 0..1.
        targets: [N,L], 0 or 1.
        thresholds: [L].
        rounds: How many draws.
        seed: Of the draws.
    """
    counts = draw_counts(len(targets), rounds=rounds, seed=seed)
    return Draws(
        multilabel_figures(probabilities, targets, thresholds),
        drawn_figures(probabilities, targets, thresholds, counts),
    )


def difference(ours: Draws, theirs: Draws, name: str) -> Interval:
    """Return how much one figure of ``ours`` is above that of ``theirs``, draw by draw."""
    return interval(ours.whole[name] - theirs.whole[name], ours.drawn[name] - theirs.drawn[name])


def bootstrap(
    figures: Callable[[NDArray[np.intp]], dict[str, float]],
    count: int,
    *,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> dict[str, Interval]:
    """Return any figures with their 95% interval over pictures drawn with replacement.

    Args:
        figures: Gives the figures of some rows.
        count: How many rows there are.
        rounds: How many draws.
        seed: Of the draws.
    """
    random = np.random.default_rng(seed)
    draws = [figures(random.integers(0, count, count)) for _ in range(rounds)]
    return {
        name: interval(value, np.array([draw[name] for draw in draws]))
        for name, value in figures(np.arange(count)).items()
    }


def draw_counts(count: int, *, rounds: int, seed: int) -> Doubles:
    """Return how often [R,N] each of ``count`` pictures is drawn in each of ``rounds`` draws."""
    random = np.random.default_rng(seed)
    return np.stack(
        [
            np.bincount(random.integers(0, count, count), minlength=count).astype(np.float64)
            for _ in range(rounds)
        ]
    )


def drawn_figures(
    probabilities: Floats, targets: Floats, thresholds: Floats, counts: Doubles
) -> dict[str, Doubles]:
    """Return all of ``multilabel_figures``, [R] each, where picture n counts ``counts[:, n]``."""
    likely, truth = probabilities.astype(np.float64), targets > 0
    return {
        **_order_figures(likely, truth, counts),
        **_probability_figures(likely, truth, counts),
        **_found_figures(predicted(probabilities, thresholds), truth, counts, suffix=""),
        **_found_figures(predicted(probabilities, np.array(HALF)), truth, counts, suffix="_half"),
    }


def _order_figures(
    likely: Doubles, truth: NDArray[np.bool_], counts: Doubles
) -> dict[str, Doubles]:
    there = truth.sum(axis=1)
    right = (likeliest(likely) & truth).sum(axis=1)
    share = np.divide(right, there, out=np.zeros(len(there)), where=there > 0)
    precisions = np.stack(
        [
            _average_precisions(likely[:, label], truth[:, label], counts)
            for label in range(truth.shape[1])
        ],
        axis=1,
    )
    some = (counts @ truth) > 0
    pooled = [
        _average_precisions(
            likely.reshape(-1), truth.reshape(-1), np.repeat(part, truth.shape[1], axis=1)
        )
        for part in _parts(counts, truth.shape[1])
    ]
    return {
        "top3_recall": _divided(counts @ right, counts @ there),
        "top3_recall_per_picture": _divided(counts @ share, counts @ (there > 0)),
        "mAP": _divided((precisions * some).sum(axis=1), some.sum(axis=1)),
        "micro_AP": np.concatenate(pooled),
    }


def _probability_figures(
    likely: Doubles, truth: NDArray[np.bool_], counts: Doubles
) -> dict[str, Doubles]:
    kept = np.clip(likely, SMALLEST, 1 - SMALLEST)
    losses = -np.where(truth, np.log(kept), np.log1p(-kept)).mean(axis=1)
    bins, excess = calibration_bins(likely), likely - truth
    gaps = np.stack(
        [(excess * (bins == number)).sum(axis=1) for number in range(CALIBRATION_BINS)], axis=1
    )
    drawn = counts.sum(axis=1)
    return {
        "BCE": counts @ losses / drawn,
        "ECE": np.abs(counts @ gaps).sum(axis=1) / (drawn * truth.shape[1]),
    }


def _found_figures(
    found: NDArray[np.bool_],
    truth: NDArray[np.bool_],
    counts: Doubles,
    *,
    suffix: Literal["", "_half"],
) -> dict[str, Doubles]:
    right, named, there = counts @ (found & truth), counts @ found, counts @ truth
    some = there > 0
    every = counts.sum(axis=1)
    hamming = counts @ (found != truth).mean(axis=1) / every

    def macro(values: Doubles) -> Doubles:
        return _divided((values * some).sum(axis=1), some.sum(axis=1))

    all_right, all_named, all_there = right.sum(axis=1), named.sum(axis=1), there.sum(axis=1)
    figures = {
        "micro_precision": _divided(all_right, all_named),
        "micro_recall": _divided(all_right, all_there),
        "micro_F1": _divided(2 * all_right, all_named + all_there),
        "macro_precision": macro(_divided(right, named)),
        "macro_recall": macro(_divided(right, there)),
        "macro_F1": macro(_divided(2 * right, named + there)),
        "Jaccard": macro(_divided(right, named + there - right)),
        "Hamming": hamming,
        "accuracy": 1.0 - hamming,
        "subset_accuracy": counts @ (found == truth).all(axis=1) / every,
        "never_predicted": (named == 0).sum(axis=1).astype(np.float64),
    }
    return {f"{name}{suffix}": values for name, values in figures.items()}


def _average_precisions(likely: Doubles, truth: NDArray[np.bool_], counts: Doubles) -> Doubles:
    """Return one label's average precision in each draw [R]; 0 where no positive was drawn.

    The sum over distinct probabilities of (recall gained × precision), as scikit-learn has it.

    Args:
        likely: [N].
        truth: [N].
        counts: [R,N].
    """
    order = np.argsort(-likely, kind="stable")
    last = np.append(np.flatnonzero(np.diff(likely[order])), len(order) - 1)
    weights = counts[:, order]
    named = np.cumsum(weights, axis=1)[:, last]
    right = np.cumsum(weights * truth[order], axis=1)[:, last]
    gained = np.diff(right, axis=1, prepend=0.0)
    return _divided((gained * _divided(right, named)).sum(axis=1), right[:, -1])


def _divided(above: Doubles, below: Doubles) -> Doubles:
    """Return ``above / below``, and 0 where there is nothing below."""
    top, bottom = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


def _parts(counts: Doubles, labels: int) -> Iterator[Doubles]:
    """Split draws so that a picture's counts repeated for each label stay small in memory."""
    step = max(1, _AT_ONCE // (counts.shape[1] * labels))
    for start in range(0, len(counts), step):
        yield counts[start : start + step]
