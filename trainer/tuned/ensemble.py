"""Several tails on one front, as the network of a pack."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from trainer.calibration import Logistic
from trainer.heads import Head
from trainer.tuned.halves import Front, Tail


class Ensemble(nn.Module):
    """Pictures in, probabilities and embedding out: the mean logits of all tails, Platt-scaled.

    What the tails have in common is computed once: the front, and the stages that none tuned.
    """

    slopes: Tensor
    biases: Tensor

    def __init__(self, front: Front, tails: Sequence[tuple[Tail, Head]], platt: Logistic) -> None:
        """Join the parts; weights are rounded to float16, which is how a pack keeps them.

        Args:
            front: Gives maps.
            tails: Each with its head.
            platt: Of the mean logits.
        """
        super().__init__()
        self.front = front
        self.tails = nn.ModuleList(tail for tail, _ in tails)
        self.heads = nn.ModuleList(head for _, head in tails)
        with torch.no_grad():
            for weights in (*self.parameters(), *self.buffers()):
                if weights.is_floating_point():
                    weights.copy_(weights.half().float())
        self.register_buffer("slopes", torch.tensor(platt.slopes[:, 0], dtype=torch.float32))
        self.register_buffer("biases", torch.tensor(platt.biases, dtype=torch.float32))

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return probabilities float32 [N,L] and embedding float32 [N,1280] of uint8 [N,H,W,3].

        The embedding is the mean of the tails'.
        """
        before = self.tails[0].before(self.front(images))  # type: ignore[operator]
        embeddings = [tail.tuned(before) for tail in self.tails]  # type: ignore[operator]
        logits = torch.stack(
            [head(one) for head, one in zip(self.heads, embeddings, strict=True)]
        ).mean(dim=0)
        probabilities = torch.sigmoid(logits * self.slopes + self.biases)
        return probabilities, torch.stack(embeddings).mean(dim=0)
