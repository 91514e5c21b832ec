"""Figures of each label by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, jaccard_score, precision_recall_fscore_support

from trainer.metrics.figures import HALF, Floats, as_multilabel, limits_of, predicted


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """One label among N pictures.

    Attributes:
        threshold: From which probability on it is found; None: never.
        positives: How many pictures have it.
        found: How many it is found on.
        precision: None where it is never found.
        recall: None where no picture has it, like all that follow.
        f1: 0 where it is never found.
        jaccard: Found and there / found or there.
        average_precision: Needs no threshold.
        precision_half: As ``precision``, found from .5 on.
        recall_half: As ``recall``, found from .5 on.
        f1_half: As ``f1``, found from .5 on.
    """

    threshold: float | None
    positives: int
    found: int
    precision: float | None
    recall: float | None
    f1: float | None
    jaccard: float | None
    average_precision: float | None
    precision_half: float | None
    recall_half: float | None
    f1_half: float | None


def label_figures(
    probabilities: Floats, targets: Floats, thresholds: Sequence[float | None]
) -> tuple[LabelFigures, ...]:
    """Return the figures of each label, in order.

    Args:
        probabilities: [N,L], 0..1.
        targets: [N,L], 0 or 1.
        thresholds: [L].
    """
    truth = targets > 0
    found = predicted(probabilities, limits_of(thresholds))
    half = predicted(probabilities, np.array(HALF))
    own, at_half = _scores(truth, found), _scores(truth, half)
    jaccard = jaccard_score(
        as_multilabel(truth), as_multilabel(found), average=None, zero_division=0
    )
    told = []
    for place, threshold in enumerate(thresholds):
        positives = int(truth[:, place].sum())
        precision, recall, f1 = own[place]
        precision_half, recall_half, f1_half = at_half[place]
        told.append(
            LabelFigures(
                threshold=threshold,
                positives=positives,
                found=int(found[:, place].sum()),
                precision=precision,
                recall=recall,
                f1=f1,
                jaccard=float(jaccard[place]) if positives else None,
                average_precision=float(
                    average_precision_score(truth[:, place], probabilities[:, place])
                )
                if positives
                else None,
                precision_half=precision_half,
                recall_half=recall_half,
                f1_half=f1_half,
            )
        )
    return tuple(told)


def _scores(
    truth: NDArray[np.bool_], found: NDArray[np.bool_]
) -> list[tuple[float | None, float | None, float | None]]:
    """Return each label's precision, recall and F1; None where there is nothing to divide by."""
    precision, recall, f1, _ = precision_recall_fscore_support(
        as_multilabel(truth), as_multilabel(found), average=None, zero_division=0
    )
    there, named = truth.sum(axis=0) > 0, found.sum(axis=0) > 0
    return [
        (
            float(precision[at]) if named[at] else None,
            float(recall[at]) if there[at] else None,
            float(f1[at]) if there[at] else None,
        )
        for at in range(truth.shape[1])
    ]
