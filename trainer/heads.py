"""Heads on the trunk's embedding, and how they are trained."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from trainer.settings import HeadSettings

_RISE: Final = 0.1
"""Part of the steps in which the learning rate rises."""


class Head(nn.Module):
    """Embedding [N,D] in, logits [N,L] out, through one hidden layer (none when ``hidden`` is 0).

    The embedding is standardised first, by the mean and spread of the training pictures.
    """

    def __init__(self, inputs: int, outputs: int, *, hidden: int, dropout: float) -> None:
        super().__init__()
        self.scale = nn.BatchNorm1d(inputs, affine=False)
        self.layers = (
            nn.Sequential(
                nn.Dropout(dropout / 2),
                nn.Linear(inputs, hidden),
                nn.ReLU(),
                nn.Dropout(dropout),
                nn.Linear(hidden, outputs),
            )
            if hidden
            else nn.Sequential(nn.Dropout(dropout), nn.Linear(inputs, outputs))
        )

    def forward(self, embedding: Tensor) -> Tensor:
        """Return logits [N,L]."""
        logits: Tensor = self.layers(self.scale(embedding))
        return logits


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What one head learns from.

    Attributes:
        views: float16 [N,D] each: the same N pictures, looked at in different ways. Each time a
            picture comes, one view is drawn.
        targets: float32 [N,L], 0 or 1.
        weights: float32 [N,L]; 0 where nothing is known.
        origin: int64 [N] or None: which collection a picture is of. Collections beyond the first
            get a bias of their own a label while training, so that what they hold more or less
            of does not move the head's own priors.
    """

    views: Sequence[NDArray[np.float16]]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    origin: NDArray[np.int64] | None = None


def train_head(data: TrainingSet, settings: HeadSettings, *, seed: int) -> Head:
    """Train a head with AdamW on masked binary cross-entropy (one cosine from warm to cold).

    Returns the running average of the weights (EMA), in evaluation mode.
    """
    return _train(data, settings, seed=seed, exclusive=False)


def train_exclusive_head(data: TrainingSet, settings: HeadSettings, *, seed: int) -> Head:
    """Like :func:`train_head` for labels of which a picture has exactly one (softmax)."""
    return _train(data, settings, seed=seed, exclusive=True)


def _train(data: TrainingSet, settings: HeadSettings, *, seed: int, exclusive: bool) -> Head:
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _descend(data, settings, generator, exclusive)


def _descend(
    data: TrainingSet, settings: HeadSettings, generator: torch.Generator, exclusive: bool
) -> Head:
    views = [torch.from_numpy(np.asarray(view)) for view in data.views]
    targets, weights = torch.from_numpy(data.targets), torch.from_numpy(data.weights)
    origin = None if data.origin is None else torch.from_numpy(data.origin)
    count, outputs = targets.shape
    head = Head(views[0].shape[1], outputs, hidden=settings.hidden, dropout=settings.dropout)
    biases = nn.Embedding(1 if origin is None else int(origin.max()) + 1, outputs)
    nn.init.zeros_(biases.weight)
    _set_priors(head, targets, weights)
    groups: list[dict[str, Any]] = [
        {"params": list(head.parameters())},
        {"params": list(biases.parameters()), "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(
        groups,
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
    )
    steps = settings.epochs * math.ceil(count / settings.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.learning_rate, total_steps=_scheduled(steps), pct_start=_RISE
    )
    average = torch.optim.swa_utils.AveragedModel(
        head,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(settings.average),
        use_buffers=True,
    )
    head.train()
    for _ in range(settings.epochs):
        for rows in torch.randperm(count, generator=generator).split(settings.batch):
            if len(rows) < 2:
                continue  # one picture has no spread to standardise by
            looks = torch.cat([rows, rows]) if settings.agreement else rows
            logits = head(_drawn(views, looks, generator))
            if origin is not None:
                shift = biases(origin[looks])
                logits = logits + shift * (origin[looks] > 0).unsqueeze(1)
            loss = _loss(logits, targets[looks], weights[looks], exclusive=exclusive)
            if settings.agreement:
                loss = loss + settings.agreement * _disagreement(logits, exclusive=exclusive)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            average.update_parameters(head)
    head.load_state_dict(average.module.state_dict())
    return head.eval().requires_grad_(False)


def _drawn(views: Sequence[Tensor], rows: Tensor, generator: torch.Generator) -> Tensor:
    """Return embeddings float32 [n,D] of some pictures, each in a view drawn for it."""
    chosen = torch.randint(len(views), (len(rows),), generator=generator)
    inputs = torch.empty(len(rows), views[0].shape[1])
    for number, view in enumerate(views):
        mine = chosen == number
        inputs[mine] = view[rows[mine]].float()
    return inputs


def _disagreement(logits: Tensor, *, exclusive: bool) -> Tensor:
    """Return how far two answers [2n,L] to the same n pictures, one after the other, lie apart.

    Cross-entropy of each with the mean of both, which is not itself drawn anywhere. All labels
    count, those of which nothing is known as well.
    """
    likely = (torch.softmax(logits, dim=1) if exclusive else torch.sigmoid(logits)).detach()
    mean = likely.view(2, -1, likely.shape[1]).mean(dim=0).repeat(2, 1)
    if exclusive:
        return functional.cross_entropy(logits, mean)
    return functional.binary_cross_entropy_with_logits(logits, mean)


def _scheduled(steps: int) -> int:
    """Return how many steps the schedule is told: PyTorch divides by the rising ones less one."""
    return steps + 1 if steps * _RISE == 1 else steps


def _loss(logits: Tensor, targets: Tensor, weights: Tensor, *, exclusive: bool) -> Tensor:
    if exclusive:
        each = functional.cross_entropy(logits, targets, reduction="none")
        weight = weights[:, 0]
        return (each * weight).sum() / weight.sum().clamp(min=1.0)
    each = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (each * weights).sum() / weights.sum().clamp(min=1.0) * 1.0


def _set_priors(head: Head, targets: Tensor, weights: Tensor) -> None:
    """Start the last bias at the labels' log-odds, so that rare labels need not be unlearned."""
    share = ((targets * weights).sum(0) + 0.5) / (weights.sum(0) + 1.0)
    last = head.layers[-1]
    if isinstance(last, nn.Linear):
        with torch.no_grad():
            last.bias.copy_(torch.logit(share.clamp(1e-4, 1 - 1e-4)))


def logits_of(head: Head, embeddings: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the head's logits float32 [N,L]."""
    with torch.inference_mode():
        found: NDArray[np.float32] = head(torch.from_numpy(embeddings).float()).numpy()
    return found
