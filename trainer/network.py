"""The whole networks that become packs: uint8 pixels in, calibrated probabilities out."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from trainer.calibration import Logistic
from trainer.networks.trained import TrainedNetwork


@runtime_checkable
class GivesMaps(Protocol):
    """A trunk whose embedding is the mean of maps."""

    def maps(self, images: Tensor) -> Tensor:
        """Return the last maps float [N,D,h,w] of uint8 images [N,H,W,3]."""
        ...

    def pooled(self, maps: Tensor) -> Tensor:
        """Return the embedding float [N,D]: the mean of each map."""
        ...


class PackNetwork(nn.Module):
    """A trunk, pixels in and embedding out, and an answer on its embedding."""

    def __init__(self, trunk: nn.Module, answer: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk
        self.answer = answer

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return what the pack says of uint8 images [N,H,W,3].

        Returns:
            Probabilities float32 [N,L]; the embedding float32 [N,D]; and, of a trunk whose
            embedding is the mean of maps, these maps float32 [N,D,h,w].
        """
        if not isinstance(self.trunk, GivesMaps):
            embedding = self.trunk(images)
            return self.answer(embedding), embedding
        maps = self.trunk.maps(images)
        embedding = self.trunk.pooled(maps)
        return self.answer(embedding), embedding, maps


class BeforeLast(nn.Module):
    """A trained network up to its last layer: what a trunk is to heads."""

    def __init__(self, network: TrainedNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """Return the embedding float32 [N,D] of uint8 [N,H,W,3]."""
        return self.network.embedding(images).float()


class ColumnsAnswer(nn.Module):
    """Embedding to probabilities: the mean logits of some heads, Platt-scaled a label."""

    def __init__(self, heads: nn.ModuleList, platt: Logistic) -> None:
        super().__init__()
        self.heads = heads
        self.slopes: Tensor
        self.biases: Tensor
        self.register_buffer("slopes", torch.tensor(platt.slopes[:, 0], dtype=torch.float32))
        self.register_buffer("biases", torch.tensor(platt.biases, dtype=torch.float32))

    def forward(self, embedding: Tensor) -> Tensor:
        """Return probabilities float32 [N,L]."""
        return torch.sigmoid(mean_logits(self.heads, embedding) * self.slopes + self.biases)


def mean_logits(heads: nn.ModuleList, embedding: Tensor) -> Tensor:
    """Return the mean of the heads' logits [N,L]."""
    total: Tensor = heads[0](embedding)
    for head in list(heads)[1:]:
        total = total + head(embedding)
    return total / len(heads)
