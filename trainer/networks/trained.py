"""The module that is trained: preparation, base, dense layers, one logit a label."""

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Base:
    """What stands before the dense layers.

    Attributes:
        module: float32 [N,3,H,W] in, float32 [N,F] or maps [N,C,h,w] out (which are flattened).
        left_out: How the names of those tensors begin that a file of weights has for the parts
            that were taken off: the classifier.
    """

    module: nn.Module
    left_out: tuple[str, ...] = ()


class TrainedNetwork(nn.Module):
    """uint8 pictures in, logits out.

    Attributes:
        started_from: The weights that training starts from, in words.
        left_out: As in :class:`Base`.
    """

    def __init__(
        self,
        preparation: nn.Module,
        base: Base,
        dense: nn.Sequential,
        last: nn.Linear,
        *,
        frozen: bool,
    ) -> None:
        super().__init__()
        self.preparation = preparation
        self.base = base.module
        self.dense = dense
        self.last = last
        self.left_out = base.left_out
        self.started_from = "scratch"
        self._frozen = frozen
        if frozen:
            self.base.requires_grad_(False)

    def embedding(self, images: Tensor) -> Tensor:
        """Return the activations before the last layer, float [N,D], of uint8 [N,H,W,3]."""
        found: Tensor = self.dense(self.base(self.preparation(images)).flatten(1))
        return found

    def answer(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits float32 [N,L] and embedding float32 [N,D] of uint8 [N,H,W,3]."""
        embedding = self.embedding(images)
        return self.last(embedding).float(), embedding.float()

    def forward(self, images: Tensor) -> Tensor:
        """Return logits float32 [N,L] of uint8 [N,H,W,3]."""
        return self.answer(images)[0]

    def train(self, mode: bool = True) -> "TrainedNetwork":
        """Set the mode; a frozen base always answers as it will in use."""
        super().train(mode)
        if self._frozen:
            self.base.eval()
        return self


def count_parameters(module: nn.Module) -> int:
    """Return the count of numbers that a network holds, running means and variances included."""
    running = sum(
        buffer.numel()
        for name, buffer in module.named_buffers()
        if name.endswith(("running_mean", "running_var"))
    )
    return running + sum(parameter.numel() for parameter in module.parameters())
