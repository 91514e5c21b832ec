"""Figures of each word of a pack, with intervals, over all pictures and within each source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.labeling.pack import Label
from trainer.evaluate.truth import Truth
from trainer.metrics.figures import limits_of
from trainer.metrics.intervals import Doubles, Interval
from trainer.metrics.weighted import (
    average_precisions,
    divided,
    interval_of,
    recalls_at_precision,
    with_all,
)

Answers = NDArray[np.float32]

PRECISE: Final = 0.9
"""The precision at which recalls are compared, whatever the thresholds."""
ENOUGH: Final = 10
"""Pictures with and pictures without a word that a source must have for an AP of its own."""
PEOPLE: Final = "person"
YOUNG_OR_MANY: Final = ("child", "baby", "group")
"""Of these one is enough: how the goal for children and groups is put."""


@dataclass(frozen=True, slots=True)
class WordFigures:
    """One word's figures where its truth is known; None where there is nothing to divide by.

    Attributes:
        threshold: From which probability on it is found; None: never.
        positives: Pictures known to have it.
        negatives: Pictures known to lack it.
        found: Pictures at or above the threshold, known or not.
        precision: Right ones among those found; None too where no picture is known to have it.
        recall: Found ones among those that have it.
        f1: Of both.
        average_precision: Over all thresholds.
    """

    threshold: float | None
    positives: int
    negatives: int
    found: int
    precision: Interval | None
    recall: Interval | None
    f1: Interval | None
    average_precision: Interval | None

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "threshold": self.threshold,
            "positives": self.positives,
            "negatives": self.negatives,
            "found": self.found,
            "precision": rounded(self.precision),
            "recall": rounded(self.recall),
            "F1": rounded(self.f1),
            "AP": rounded(self.average_precision),
        }


def rounded(one: Interval | None) -> list[float] | None:
    """Return value, low and high as JSON has them, None for a figure that there is not."""
    return None if one is None else one.rounded


def word_figures(
    likely: Answers,
    truth: Truth,
    labels: tuple[Label, ...],
    counts: Doubles,
    precisions: Doubles,
) -> tuple[WordFigures, ...]:
    """Measure each word.

    Args:
        likely: Probabilities [N,L].
        truth: Of the same pictures and words.
        labels: The L words.
        counts: Draws [R,N] for the intervals.
        precisions: ``ap_draws`` of the same.
    """
    limits = limits_of([label.threshold for label in labels])
    reached, there, weights = likely >= limits, truth.there, truth.weights.astype(np.float64)
    draws = with_all(counts)
    right = draws @ (weights * (reached & there))
    found = draws @ (weights * reached)
    wanted = draws @ (weights * there)
    judged = wanted[0] > 0
    precision = np.where(judged, divided(right, found), np.nan)
    recall = np.where(limits <= 1, divided(right, wanted), np.nan)
    f1 = np.where(judged & (limits <= 1), divided(2 * right, found + wanted), np.nan)
    known = truth.weights > 0
    return tuple(
        WordFigures(
            threshold=label.threshold,
            positives=int(there[:, at].sum()),
            negatives=int((known & ~there)[:, at].sum()),
            found=int(reached[:, at].sum()),
            precision=interval_of(precision[:, at]),
            recall=interval_of(recall[:, at]),
            f1=interval_of(f1[:, at]),
            average_precision=interval_of(precisions[:, at]),
        )
        for at, label in enumerate(labels)
    )


def ap_draws(likely: Answers, truth: Truth, counts: Doubles) -> Doubles:
    """Return each word's average precision on all pictures and in each draw, [1+R,L]."""
    there = truth.there
    columns = [
        average_precisions(likely[:, at], there[:, at], truth.weights[:, at], counts)
        for at in range(likely.shape[1])
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((len(counts) + 1, 0))


def mean_average_precision(precisions: Doubles) -> Interval | None:
    """Return the mean over the words that have an average precision, draw by draw.

    Args:
        precisions: ``ap_draws``.
    """
    defined = ~np.isnan(precisions)
    sums = np.where(defined, precisions, 0.0).sum(axis=1)
    return interval_of(divided(sums, defined.sum(axis=1).astype(np.float64)))


def people_found(
    likely: Answers, truth: Truth, labels: tuple[Label, ...], counts: Doubles
) -> dict[str, Interval | None]:
    """Return the recall at precision .9 of people, and of "a child, a baby or a group".

    A picture has one of the three if it is known to have any, and lacks them if it is known to lack
    all; it is as likely as the likeliest of them.
    """
    place = {label.id: at for at, label in enumerate(labels)}
    figures: dict[str, Interval | None] = {}
    wanted: Mapping[str, tuple[str, ...]] = {
        PEOPLE: (PEOPLE,),
        " or ".join(YOUNG_OR_MANY): YOUNG_OR_MANY,
    }
    for name, words in wanted.items():
        at = [place[word] for word in words if word in place]
        if not at:
            figures[name] = None
            continue
        there, weights = truth.there[:, at], truth.weights[:, at]
        anyone = np.asarray(there.any(axis=1))
        weight = np.where(anyone, (weights * there).max(axis=1), weights.min(axis=1))
        figures[name] = interval_of(
            recalls_at_precision(
                likely[:, at].max(axis=1), anyone, weight, counts, precision=PRECISE
            )
        )
    return figures


def ap_within_sources(
    likely: Answers, truth: Truth, labels: tuple[Label, ...], counts: Doubles
) -> dict[str, dict[str, Interval]]:
    """Return words' average precision within one source at a time, by word and source.

    Where pictures of one source look alike and only they have a word, a network can tell the source
    instead of the word. Within a source it cannot.
    """
    there, known = truth.there, truth.weights > 0
    sources = np.array(truth.sources, dtype=object)
    within: dict[str, dict[str, Interval]] = {}
    for source in sorted(set(truth.sources)):
        mine = sources == source
        with_it = (there[mine]).sum(axis=0)
        without = (known[mine] & ~there[mine]).sum(axis=0)
        for at in np.flatnonzero((with_it >= ENOUGH) & (without >= ENOUGH)):
            one = interval_of(
                average_precisions(
                    likely[mine, at], there[mine, at], truth.weights[mine, at], counts[:, mine]
                )
            )
            if one is not None:
                within.setdefault(labels[at].id, {})[source] = one
    return within
