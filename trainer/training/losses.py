"""What training makes small."""

from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from timm.loss.asymmetric_loss import AsymmetricLossMultiLabel
from torch import Tensor
from torch.nn import functional

from trainer.network_settings import Training

_GREATEST_WEIGHT: Final = 50.0
"""Of a positive: a label with three examples must not outshout all others."""


class Loss(Protocol):
    """Takes logits and targets, both float [N,L], and returns one number."""

    def __call__(self, logits: Tensor, targets: Tensor, /, weights: Tensor | None = None) -> Tensor:
        """Return the mean over all N x L; ``weights`` [N,L] say how much each counts."""
        ...


def loss_of(training: Training, targets: NDArray[np.float32]) -> Loss:
    """Return the loss that a recipe names.

    Args:
        training: ``loss`` and ``positive_weights``.
        targets: float32 [N,L] of the training pictures, whose shares set the positive weights.
    """
    positive = positive_weights(targets) if training.positive_weights else None
    asymmetric = (
        AsymmetricLossMultiLabel(reduction="none", pos_weight=positive)
        if training.loss == "asymmetric"
        else None
    )

    def loss(logits: Tensor, wanted: Tensor, weights: Tensor | None = None) -> Tensor:
        if asymmetric is not None:
            each: Tensor = asymmetric.to(logits.device)(logits, wanted)
        else:
            each = functional.binary_cross_entropy_with_logits(
                logits.float(),
                wanted,
                reduction="none",
                pos_weight=None if positive is None else positive.to(logits.device),
            )
        if weights is None:
            return each.mean()
        return (each * weights).sum() / weights.sum().clamp(min=1.0)

    return loss


def positive_weights(targets: NDArray[np.float32]) -> Tensor:
    """Return how much a positive of each label counts, float32 [L]: negatives / positives.

    A label without positives counts 1; none counts more than 50.
    """
    positives = np.asarray(targets, dtype=np.float64).sum(axis=0)
    ratio = np.where(positives > 0, (len(targets) - positives) / np.maximum(positives, 1.0), 1.0)
    return torch.tensor(np.clip(ratio, 1.0 / _GREATEST_WEIGHT, _GREATEST_WEIGHT)).float()
