"""Several tails on one front, as the network of a pack."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from trainer.calibration import Logistic
from trainer.heads import Head
from trainer.tuned.halves import Front, Tail


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pack that reads answers with where there are words.

    Attributes:
        joint: Heads on ``middle_of`` the picture and one text network's state.
        weights: By label, of the pictures' mean logit, the words' two voices and the joint heads'
            mean logit.
    """

    joint: Sequence[Head]
    weights: Logistic


def middle_of(before: Tensor) -> Tensor:
    """Return the mean and the greatest value of each map [N,c,h,w], float32 [N,2*c]."""
    return torch.cat([before.mean((2, 3)), before.amax((2, 3))], dim=1).float()


class EnsembleAnswer(nn.Module):
    """The tails' embeddings in, probabilities out: the mean logits of all heads, Platt-scaled.

    Where words were read, four voices are weighed by label: that one, the words' own two, and the
    joint heads'.
    """

    slopes: Tensor
    biases: Tensor
    reading_slopes: Tensor
    reading_biases: Tensor

    def __init__(
        self, heads: Sequence[Head], platt: Logistic, reading: Reading | None = None
    ) -> None:
        """Join heads.

        Args:
            heads: One a tail.
            platt: Of their mean logits.
            reading: Where there are words; None: the pack does not read.
        """
        super().__init__()
        self.heads = nn.ModuleList(heads)
        self.register_buffer("slopes", torch.tensor(platt.slopes[:, 0], dtype=torch.float32))
        self.register_buffer("biases", torch.tensor(platt.biases, dtype=torch.float32))
        if reading is not None:
            slopes, biases = reading.weights.slopes.T, reading.weights.biases
            self.joint = nn.ModuleList(reading.joint)
            self.register_buffer("reading_slopes", torch.tensor(slopes, dtype=torch.float32))
            self.register_buffer("reading_biases", torch.tensor(biases, dtype=torch.float32))

    def forward(
        self, embeddings: Tensor, words: Tensor | None = None, middle: Tensor | None = None
    ) -> Tensor:
        """Return probabilities float32 [N,L].

        Args:
            embeddings: The tails', side by side, float32 [N,T*1280].
            words: What a ``TextVoices`` gives; a row of zeros, or None: no words are known.
            middle: ``middle_of`` the pictures; with words only.
        """
        parts = embeddings.chunk(len(self.heads), dim=1)
        logits = torch.stack([head(one) for head, one in zip(self.heads, parts, strict=True)]).mean(
            dim=0
        )
        alone = logits * self.slopes + self.biases
        if words is None or middle is None:
            return torch.sigmoid(alone)
        labels = len(self.slopes)
        text, ngrams, states = words.split([labels, labels, words.shape[1] - 2 * labels], dim=1)
        own = states.chunk(len(self.joint), dim=1)
        together = [
            head(torch.cat([middle, one], dim=1)) for head, one in zip(self.joint, own, strict=True)
        ]
        voices = torch.stack([logits, text, ngrams, torch.stack(together).mean(dim=0)])
        both = (voices * self.reading_slopes.unsqueeze(1)).sum(0) + self.reading_biases
        read = (words != 0).any(dim=1, keepdim=True)
        return torch.sigmoid(torch.where(read, both, alone))


class Ensemble(nn.Module):
    """Pictures in; probabilities, embedding and last maps out.

    What the tails have in common is computed once: the front, and the stages that none tuned.
    """

    def __init__(
        self,
        front: Front,
        tails: Sequence[tuple[Tail, Head]],
        platt: Logistic,
        reading: Reading | None = None,
    ) -> None:
        """Join the parts; weights are rounded to float16, which is how a pack keeps them.

        Args:
            front: Gives maps.
            tails: Each with its head.
            platt: Of the mean logits; not rounded.
            reading: Where there are words; None: the pack does not read.
        """
        super().__init__()
        self.front = front
        self.tails = nn.ModuleList(tail for tail, _ in tails)
        heads = nn.ModuleList(head for _, head in tails)
        with torch.no_grad():
            for part in (
                self.front,
                self.tails,
                heads,
                nn.ModuleList(reading.joint if reading else ()),
            ):
                for weights in (*part.parameters(), *part.buffers()):
                    if weights.is_floating_point():
                        weights.copy_(weights.half().float())
        self.answer = EnsembleAnswer([head for _, head in tails], platt, reading)

    def forward(self, images: Tensor, words: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the pack says of pictures.

        Args:
            images: uint8 [N,H,W,3].
            words: As for ``EnsembleAnswer.forward``.

        Returns:
            Probabilities float32 [N,L]; the embedding float32 [N,1280], which is the mean of the
            tails'; and the tails' last maps one after the other, float32 [N,T*1280,h,w].
        """
        before = self.tails[0].before(self.front(images))  # type: ignore[operator]
        maps = [tail.last_maps(before) for tail in self.tails]  # type: ignore[operator]
        embeddings = [one.mean((2, 3)) for one in maps]
        probabilities = self.answer(torch.cat(embeddings, dim=1), words, middle_of(before))
        return probabilities, torch.stack(embeddings).mean(dim=0), torch.cat(maps, dim=1)
