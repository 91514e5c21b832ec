"""Figures of probabilities against truth, computed by scikit-learn."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    hamming_loss,
    jaccard_score,
    log_loss,
    precision_recall_fscore_support,
)

Floats = NDArray[np.floating]

NEVER: Final = 2.0
"""Above every probability: how a missing threshold counts."""
HALF: Final = 0.5
"""What published systems count from."""
TOP: Final = 3
CALIBRATION_BINS: Final = 15
SMALLEST: Final = 1e-7
"""Probabilities are kept that far from 0 and 1 in the cross entropy (as Keras does)."""
THRESHOLD_FREE: Final = ("top3_recall", "top3_recall_per_picture", "mAP", "micro_AP", "BCE", "ECE")
FEWER_IS_BETTER: Final = frozenset(
    {"BCE", "ECE", "Hamming", "Hamming_half", "never_predicted", "never_predicted_half"}
)


def limits_of(thresholds: Sequence[float | None]) -> NDArray[np.float64]:
    """Return thresholds as numbers [L]; a missing one is never reached."""
    return np.array([NEVER if threshold is None else threshold for threshold in thresholds])


def predicted(probabilities: Floats, thresholds: Floats) -> NDArray[np.bool_]:
    """Return which labels [N,L] are found; a threshold above 1 finds nothing."""
    return np.asarray(probabilities >= thresholds)


def likeliest(probabilities: Floats, *, top: int = TOP) -> NDArray[np.bool_]:
    """Return which labels [N,L] are among each picture's ``top`` likeliest.

    Of equal ones the first; one of probability 0 never is (a closed gate says nothing).
    """
    places = np.argsort(-probabilities, axis=1, kind="stable")[:, :top]
    among = np.zeros(probabilities.shape, dtype=np.bool_)
    np.put_along_axis(among, places, True, axis=1)
    return np.asarray(among & (probabilities > 0))


def top_recall(probabilities: Floats, targets: Floats, *, top: int = TOP) -> float:
    """Return the pooled top-k recall: true labels among the k likeliest / all true labels."""
    right = (likeliest(probabilities, top=top) & (targets > 0)).sum()
    return float(right / max(targets.sum(), 1))


def top_recall_per_picture(probabilities: Floats, targets: Floats, *, top: int = TOP) -> float:
    """Return the mean over pictures of (true labels among the k likeliest / its true labels).

    Pictures without any label are left out.
    """
    there = targets.sum(axis=1)
    right = (likeliest(probabilities, top=top) & (targets > 0)).sum(axis=1)
    some = there > 0
    return float((right[some] / there[some]).mean()) if some.any() else 0.0


def binary_cross_entropy(probabilities: Floats, targets: Floats) -> float:
    """Return the mean over pictures and labels, in nats."""
    kept = np.clip(probabilities.astype(np.float64), SMALLEST, 1 - SMALLEST)
    return float(log_loss(targets.reshape(-1), kept.reshape(-1), labels=[0, 1]))


def mean_average_precision(probabilities: Floats, targets: Floats) -> float:
    """Return the mean of the labels' average precisions; labels without positives are left out."""
    there = targets.sum(axis=0) > 0
    if not there.any():
        return 0.0
    return float(average_precision_score(targets[:, there], probabilities[:, there]))


def micro_average_precision(probabilities: Floats, targets: Floats) -> float:
    """Return the average precision of all pictures and labels pooled."""
    if not (targets > 0).any():
        return 0.0
    return float(average_precision_score(targets.reshape(-1), probabilities.reshape(-1)))


def calibration_bins(probabilities: Floats) -> NDArray[np.intp]:
    """Return each probability's bin: 15 of equal width over 0..1."""
    places = (probabilities.astype(np.float64) * CALIBRATION_BINS).astype(np.intp)
    return np.asarray(np.clip(places, 0, CALIBRATION_BINS - 1))


def calibration_error(probabilities: Floats, targets: Floats) -> float:
    """Return the expected calibration error over all pictures and labels, in 15 equal bins.

    Naeini and others, "Obtaining well calibrated probabilities using Bayesian binning", 2015.
    """
    bins = calibration_bins(probabilities).reshape(-1)
    excess = (probabilities.astype(np.float64) - targets).reshape(-1)
    sums = np.bincount(bins, weights=excess, minlength=CALIBRATION_BINS)
    return float(np.abs(sums).sum() / probabilities.size)


def as_multilabel(columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return columns [N,L] so that scikit-learn takes them for labels: a single one comes twice.

    It would take one column for two classes; means over labels stay the same.
    """
    return np.repeat(columns, 2, axis=1) if columns.shape[1] == 1 else columns


def found_figures(
    found: NDArray[np.bool_], targets: Floats, *, suffix: Literal["", "_half"] = ""
) -> dict[str, float]:
    """Return the figures of found labels [N,L], their names with ``suffix`` at the end.

    Macro figures and ``Jaccard`` are means over the labels with at least one positive; of these, a
    label that is never found counts 0. ``never_predicted`` is how many labels are never found.
    """
    truth = as_multilabel(targets > 0)
    there = np.flatnonzero(truth.any(axis=0))
    never = float((~found.any(axis=0)).sum())
    found = as_multilabel(found)
    micro = precision_recall_fscore_support(truth, found, average="micro", zero_division=0)
    figures = dict(
        zip(("micro_precision", "micro_recall", "micro_F1"), map(float, micro[:3]), strict=True)
    )
    macro = (0.0, 0.0, 0.0)
    jaccard = 0.0
    if there.size:
        macro = precision_recall_fscore_support(
            truth, found, labels=there, average="macro", zero_division=0
        )[:3]
        jaccard = float(jaccard_score(truth, found, labels=there, average="macro", zero_division=0))
    figures |= zip(("macro_precision", "macro_recall", "macro_F1"), map(float, macro), strict=True)
    hamming = float(hamming_loss(truth, found))
    figures |= {
        "Jaccard": jaccard,
        "Hamming": hamming,
        "accuracy": 1.0 - hamming,
        "subset_accuracy": float(accuracy_score(truth, found)),
        "never_predicted": never,
    }
    return {f"{name}{suffix}": value for name, value in figures.items()}


def multilabel_figures(
    probabilities: Floats, targets: Floats, thresholds: Floats
) -> dict[str, float]:
    """Return all figures by name.

    Args:
        probabilities: [N,L], 0..1.
        targets: [N,L], 0 or 1.
        thresholds: [L]; names that end in ``_half`` use .5 instead.
    """
    return {
        "top3_recall": top_recall(probabilities, targets),
        "top3_recall_per_picture": top_recall_per_picture(probabilities, targets),
        "mAP": mean_average_precision(probabilities, targets),
        "micro_AP": micro_average_precision(probabilities, targets),
        "BCE": binary_cross_entropy(probabilities, targets),
        "ECE": calibration_error(probabilities, targets),
        **found_figures(predicted(probabilities, thresholds), targets),
        **found_figures(predicted(probabilities, np.array(HALF)), targets, suffix="_half"),
    }
