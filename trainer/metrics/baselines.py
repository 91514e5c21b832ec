"""What answers get that do not look at the picture at all."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.metrics.figures import HALF, TOP, Floats, found_figures, multilabel_figures, predicted

BASELINES: Final = ("zeros", "priors", "frequent", "everything")
"""All zeros; the labels' shares; always the three most frequent labels; always every label."""
_ORDER_ONLY: Final = ("top3_recall", "top3_recall_per_picture", "mAP", "micro_AP")
_SUITED: Final = {
    "Hamming": "zeros",
    "accuracy": "zeros",
    "subset_accuracy": "zeros",
    "macro_F1": "everything",
    "Jaccard": "everything",
}
"""The constant that does best, where it is neither the shares nor the three most frequent."""


def baselines(
    priors: Floats, targets: Floats, thresholds: Floats
) -> dict[str, dict[str, float | None]]:
    """Return the figures of each constant answer, by its name in ``BASELINES``.

    Only the shares are probabilities, so only they have a cross entropy and a calibration error;
    ``zeros`` and ``everything`` have no order of labels, so no top-3 recall. Those are None.

    Args:
        priors: [L], the labels' shares in other pictures than these.
        targets: [N,L], 0 or 1.
        thresholds: [L]: where a label's share reaches its threshold, ``priors`` finds it.
    """
    answers = _answers(np.asarray(priors), len(targets))
    told: dict[str, dict[str, float | None]] = {}
    for name, answer in answers.items():
        figures: dict[str, float | None] = dict(multilabel_figures(answer, targets, thresholds))
        if name != "priors":
            found = predicted(answer, np.array(HALF))
            figures |= found_figures(found, targets) | found_figures(found, targets, suffix="_half")
            figures |= {"BCE": None, "ECE": None}
        if name in ("zeros", "everything"):
            figures |= {"top3_recall": None, "top3_recall_per_picture": None}
        told[name] = figures
    return told


def constant_baseline(priors: Floats, targets: Floats, thresholds: Floats) -> dict[str, float]:
    """Return for each figure that of the constant answer which suits it best.

    The labels' shares ``priors`` [L] for what needs no threshold; nothing at all for Hamming and
    accuracy; every label for macro F1 and Jaccard; else always the three most frequent labels.
    """
    told = baselines(priors, targets, thresholds)
    best: dict[str, float] = {}
    for name in told["priors"]:
        free = name in (*_ORDER_ONLY, "BCE", "ECE")
        suited = "priors" if free else _SUITED.get(name.removesuffix("_half"), "frequent")
        value = told[suited][name]
        if value is not None:
            best[name] = value
    return best


def _answers(priors: Floats, count: int) -> dict[str, NDArray[np.float64]]:
    frequent = np.zeros(len(priors))
    frequent[np.argsort(-priors, kind="stable")[:TOP]] = 1
    rows = {
        "zeros": np.zeros(len(priors)),
        "priors": priors.astype(np.float64),
        "frequent": frequent,
        "everything": np.ones(len(priors)),
    }
    return {name: np.repeat(row[None], count, axis=0) for name, row in rows.items()}
