"""The figures' names, in words."""

from typing import Final

FREE: Final = {
    "top3_recall": "top-3 recall, pooled",
    "top3_recall_per_picture": "top-3 recall a picture",
    "mAP": "mAP",
    "micro_AP": "micro AP",
    "BCE": "BCE",
    "ECE": "calibration error",
}
"""Figures that need no threshold, in words."""
FOUND: Final = {
    "micro_precision": "micro precision",
    "micro_recall": "micro recall",
    "micro_F1": "micro F1",
    "macro_precision": "macro precision",
    "macro_recall": "macro recall",
    "macro_F1": "macro F1",
    "Jaccard": "Jaccard a label",
    "Hamming": "Hamming",
    "accuracy": "accuracy a label",
    "subset_accuracy": "subset accuracy",
    "never_predicted": "labels never predicted",
}
"""Figures of found labels, in words; each also with ``_half``."""
COUNTS: Final = ("never_predicted", "never_predicted_half")
"""Figures that are numbers of labels."""
