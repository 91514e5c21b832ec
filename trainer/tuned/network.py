"""The network that is tuned: the trunk's tail, and one linear layer a label."""

from collections.abc import Iterator
from typing import Any, Final

import torch
from torch import Tensor, nn

from trainer.heads import Head
from trainer.network_settings import Tuned
from trainer.precision import quick_cpu
from trainer.tuned.halves import Tail

_BIAS_RATE: Final = 1e-2
"""Learning rate of the collections' own biases: they start at 0 and may go anywhere."""


class TunedNetwork(nn.Module):
    """Maps in, logits out.

    Each collection beyond the first has a bias of its own a label while training, so that what it
    holds more or less of does not move the priors.

    Attributes:
        started_from: The weights that training starts from, in words.
    """

    def __init__(
        self, tail: Tail, head: Head, settings: Tuned, *, collections: int, started_from: str
    ) -> None:
        """Join tail and head.

        Args:
            tail: Gives embeddings.
            head: Answers them; trained on the untuned tail, so that the first steps do no harm.
            settings: Rates of the head.
            collections: How many the training pictures come from.
            started_from: The weights, in words.
        """
        super().__init__()
        self.tail, self.head, self._settings = tail, head, settings
        outputs = _outputs(head)
        self.biases = nn.Embedding(collections, outputs)
        nn.init.zeros_(self.biases.weight)
        self.started_from = started_from
        self.tail.fixed.requires_grad_(False)
        self.head.requires_grad_(True)

    def forward(self, maps: Tensor, origin: Tensor) -> Tensor:
        """Return logits float32 [N,L].

        Args:
            maps: float [N,h,w,C].
            origin: int64 [N], the collection of each picture; 0 is the one that is measured.
        """
        logits: Tensor = self.head(self.tail(maps)).float()
        shift: Tensor = self.biases(origin) * (origin > 0).unsqueeze(1)
        return logits + shift

    def train(self, mode: bool = True) -> "TunedNetwork":
        """Set the mode; the embedding's scale stays as the head was trained with it."""
        super().train(mode)
        self.head.scale.eval()
        return self

    def groups(self) -> Iterator[dict[str, Any]]:
        """Yield the optimiser's groups: kernels, the tail's biases, head, collections' biases."""
        tail = [value for value in self.tail.parameters() if value.requires_grad]
        yield {"params": [value for value in tail if value.ndim > 1]}
        yield {"params": [value for value in tail if value.ndim <= 1], "weight_decay": 0.0}
        yield {
            "params": list(self.head.parameters()),
            "lr": self._settings.head_rate,
            "weight_decay": self._settings.head_decay,
        }
        yield {"params": list(self.biases.parameters()), "lr": _BIAS_RATE, "weight_decay": 0.0}


def _outputs(head: Head) -> int:
    last = head.layers[-1]
    if not isinstance(last, nn.Linear):
        raise TypeError("A head ends in a linear layer.")
    return last.out_features


def set_dropout(head: Head, share: float) -> None:
    """Set a head's dropout for what follows its own training."""
    for layer in head.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = share


@torch.inference_mode()
def embeddings(tail: Tail, maps: Any, *, batch: int = 64) -> Tensor:
    """Return a tail's embeddings float32 [N,1280] of maps float16 [N,h,w,C], a batch at a time."""
    tail.eval()
    parts = []
    with quick_cpu():
        for start in range(0, len(maps), batch):
            part = torch.tensor(maps[start : start + batch])
            parts.append(tail(part).float())
    return torch.cat(parts)
