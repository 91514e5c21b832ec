"""What is measured after each epoch, on the validation pictures."""

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trainer.metrics import mean_average_precision, top_recall

_HALF: Final = 0.5
_SMALLEST: Final = 1e-7
"""Probabilities are kept this far from 0 and 1, as Keras keeps them."""


@dataclass(frozen=True, slots=True)
class EpochFigures:
    """An epoch's figures; all but the first two are of the validation pictures.

    Attributes:
        epoch: From 1.
        train_loss: Mean of the loss over the epoch's pictures, while it was going on.
        loss: Binary cross-entropy, mean over pictures and labels, in nats.
        accuracy: Element-wise, at .5.
        micro_precision: Right ones among all found at .5; 0 where nothing is found.
        precision: The same a label; None where nothing is found.
        top3_recall: True labels among each picture's three likeliest / all true labels.
        mean_average_precision: Of the labels that validation pictures have.
    """

    epoch: int
    train_loss: float
    loss: float
    accuracy: float
    micro_precision: float
    precision: tuple[float | None, ...]
    top3_recall: float
    mean_average_precision: float

    def told(self) -> dict[str, Any]:
        """Return them as the history keeps them."""
        return asdict(self)


def epoch_figures(
    probabilities: NDArray[np.floating],
    targets: NDArray[np.floating],
    *,
    epoch: int,
    train_loss: float,
) -> EpochFigures:
    """Measure probabilities [N,L] against targets [N,L], 0 to 1; at .5 a label counts as there."""
    likely = np.clip(np.asarray(probabilities, dtype=np.float64), _SMALLEST, 1 - _SMALLEST)
    wanted = (np.asarray(targets) >= _HALF).astype(np.float32)
    there = wanted > 0
    found = np.asarray(probabilities) >= _HALF
    right, count = (found & there).sum(axis=0), found.sum(axis=0)
    return EpochFigures(
        epoch=epoch,
        train_loss=train_loss,
        loss=float(-np.where(there, np.log(likely), np.log1p(-likely)).mean()),
        accuracy=float((found == there).mean()),
        micro_precision=float(right.sum() / max(int(count.sum()), 1)),
        precision=tuple(
            float(good / every) if every else None
            for good, every in zip(right.tolist(), count.tolist(), strict=True)
        ),
        top3_recall=top_recall(probabilities, wanted),
        mean_average_precision=mean_average_precision(probabilities, wanted),
    )
