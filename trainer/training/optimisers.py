"""Optimisers by name, and how the learning rate goes over a run."""

from collections.abc import Iterable
from typing import Any, Final

from torch import nn, optim
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    LRScheduler,
    OneCycleLR,
)

from trainer.network_settings import Training

_RISE: Final = 0.1
"""Part of a one-cycle run in which the learning rate rises."""
_SHORTEST_RISE: Final = 1.5
"""Steps, at least; PyTorch divides by zero where the rise is one step."""
_KERAS_RHO: Final = 0.9
"""RMSprop's memory: the sources are written for Keras (PyTorch's default is .99)."""
_KERAS_START: Final = 0.1
"""Adagrad's first accumulator, for the same reason (PyTorch's default is 0)."""


Learning = Iterable[nn.Parameter] | Iterable[dict[str, Any]]
"""Parameters, or groups of them with their own settings, as PyTorch's optimisers take them."""


def optimiser_of(training: Training, learning: Learning) -> optim.Optimizer:
    """Return the optimiser that a recipe names, on those parameters that learn."""
    mine: list[Any] = [
        one for one in learning if not isinstance(one, nn.Parameter) or one.requires_grad
    ]
    rate, decay, epsilon = training.learning_rate, training.weight_decay, training.epsilon
    match training.optimiser:
        case "adam":
            return optim.Adam(mine, rate, eps=epsilon, weight_decay=decay)
        case "adamw":
            return optim.AdamW(mine, rate, eps=epsilon, weight_decay=decay)
        case "sgd":
            return optim.SGD(mine, rate, momentum=training.momentum, weight_decay=decay)
        case "rmsprop":
            return optim.RMSprop(
                mine,
                rate,
                alpha=_KERAS_RHO,
                eps=epsilon,
                weight_decay=decay,
                momentum=training.momentum,
            )
        case "adagrad":
            return optim.Adagrad(
                mine,
                rate,
                weight_decay=decay,
                initial_accumulator_value=_KERAS_START,
                eps=epsilon,
            )
        case "adadelta":
            return optim.Adadelta(mine, rate, eps=epsilon, weight_decay=decay)


def schedule_of(training: Training, optimiser: optim.Optimizer, steps: int) -> LRScheduler:
    """Return the schedule that a recipe names; it is stepped once a step.

    Args:
        training: ``schedule``.
        optimiser: Whose rates it sets; those it has now are the highest.
        steps: Of the whole run, at least 1.
    """
    match training.schedule:
        case "constant":
            return ConstantLR(optimiser, factor=1.0, total_iters=1)
        case "cosine":
            return CosineAnnealingLR(optimiser, T_max=steps)
        case "one-cycle":
            return OneCycleLR(
                optimiser,
                [group["lr"] for group in optimiser.param_groups],
                total_steps=steps + 1,
                pct_start=max(_RISE, _SHORTEST_RISE / (steps + 1)),
                cycle_momentum=False,
            )
