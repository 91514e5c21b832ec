"""How good probabilities are: scikit-learn's measures, constant baselines, 95% intervals.

Names of figures: with ``_half`` at the end a label is found from .5 on, as published systems count;
without it, from its own threshold. ``top3_recall``, ``top3_recall_per_picture``, ``mAP``,
``micro_AP``, ``BCE`` and ``ECE`` need no threshold.
"""

from trainer.metrics.baselines import baselines, constant_baseline
from trainer.metrics.figures import (
    FEWER_IS_BETTER,
    NEVER,
    THRESHOLD_FREE,
    binary_cross_entropy,
    calibration_error,
    limits_of,
    mean_average_precision,
    multilabel_figures,
    predicted,
    top_recall,
    top_recall_per_picture,
)
from trainer.metrics.intervals import Draws, Interval, bootstrap, difference, figure_intervals
from trainer.metrics.labels import LabelFigures, label_figures

__all__ = [
    "FEWER_IS_BETTER",
    "NEVER",
    "THRESHOLD_FREE",
    "Draws",
    "Interval",
    "LabelFigures",
    "baselines",
    "binary_cross_entropy",
    "bootstrap",
    "calibration_error",
    "constant_baseline",
    "difference",
    "figure_intervals",
    "label_figures",
    "limits_of",
    "mean_average_precision",
    "multilabel_figures",
    "predicted",
    "top_recall",
    "top_recall_per_picture",
]
