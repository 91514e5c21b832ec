"""Several tails on one front, as the network of a pack."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from trainer.calibration import Logistic
from trainer.compact import is_rounded, round_matrices, round_to_half
from trainer.heads import Head
from trainer.tuned.halves import Front, Tail


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pack that reads answers with where there are words.

    Attributes:
        untuned: The tail before it was tuned.
        joint: For ``middle_of`` the picture, and for the untuned tail's embedding: heads on it and
            on one text network's state.
        weights: By label, of the pictures' mean logit, the words' two voices and, for each kind of
            joint heads, their mean logit.
    """

    untuned: Tail
    joint: Sequence[Sequence[Head]]
    weights: Logistic


def middle_of(before: Tensor) -> Tensor:
    """Return the mean and the greatest value of each map [N,c,h,w], float32 [N,2*c]."""
    return torch.cat([before.mean((2, 3)), before.amax((2, 3))], dim=1).float()


class EnsembleAnswer(nn.Module):
    """The tails' embeddings in, probabilities out: the mean logits of all heads, Platt-scaled.

    Where words were read, five voices are weighed by label: that one, the words' own two, and those
    of two kinds of joint heads.
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
            self.joint = nn.ModuleList(nn.ModuleList(heads) for heads in reading.joint)
            self.register_buffer("reading_slopes", torch.tensor(slopes, dtype=torch.float32))
            self.register_buffer("reading_biases", torch.tensor(biases, dtype=torch.float32))

    def forward(
        self,
        embeddings: Tensor,
        words: Tensor | None = None,
        seen: Sequence[Tensor] = (),
    ) -> Tensor:
        """Return probabilities float32 [N,L].

        Args:
            embeddings: The tails', side by side, float32 [N,T*1280].
            words: What a ``TextVoices`` gives; a row of zeros, or None: no words are known.
            seen: What each kind of joint heads has of the pictures; with words only.
        """
        parts = embeddings.chunk(len(self.heads), dim=1)
        logits = torch.stack([head(one) for head, one in zip(self.heads, parts, strict=True)]).mean(
            dim=0
        )
        alone = logits * self.slopes + self.biases
        if words is None:
            return torch.sigmoid(alone)
        labels = len(self.slopes)
        text, ngrams, states = words.split([labels, labels, words.shape[1] - 2 * labels], dim=1)
        joint = [
            _together(heads, one, states)  # type: ignore[arg-type]
            for heads, one in zip(self.joint, seen, strict=True)
        ]
        voices = torch.stack([logits, text, ngrams, *joint])
        both = (voices * self.reading_slopes.unsqueeze(1)).sum(0) + self.reading_biases
        read = (words != 0).any(dim=1, keepdim=True)
        return torch.sigmoid(torch.where(read, both, alone))


def _together(heads: nn.ModuleList, seen: Tensor, states: Tensor) -> Tensor:
    """Return the mean logits [N,L] of heads on something of the pictures and a state each."""
    own = states.chunk(len(heads), dim=1)
    said = [head(torch.cat([seen, one], dim=1)) for head, one in zip(heads, own, strict=True)]
    return torch.stack(said).mean(dim=0)


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
        """Join the parts; weights are rounded in place to how a pack keeps them.

        What learned goes to 8 bits, all else to float16. On the posters of two folds that is a mean
        .0015 of a probability, and no loss (BCE .1951 and .1984 before, .1950 and .1984 after).

        Args:
            front: Gives maps.
            tails: Each with its head.
            platt: Of the mean logits; not rounded.
            reading: Where there are words; None: the pack does not read.
        """
        super().__init__()
        self.front = front
        self.tails = nn.ModuleList(tail for tail, _ in tails)
        self.untuned = reading.untuned if reading else None
        all_tails = [tail for tail, _ in tails] + ([reading.untuned] if reading else [])
        heads = [head for _, head in tails]
        heads += [head for kind in (reading.joint if reading else ()) for head in kind]
        learned: list[nn.Module] = [*heads]
        for tail in all_tails:
            learned += [tail.learning, tail.last]
        for part in learned:
            round_matrices(part)
        whole: list[nn.Module] = [front, *all_tails, *heads]
        for part in whole:
            weights = (*part.parameters(), *part.buffers())
            round_to_half(one for one in weights if not is_rounded(one))
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
        seen: tuple[Tensor, ...] = ()
        if self.untuned is not None and words is not None:
            seen = (middle_of(before), self.untuned.tuned(before))
        probabilities = self.answer(torch.cat(embeddings, dim=1), words, seen)
        return probabilities, torch.stack(embeddings).mean(dim=0), torch.cat(maps, dim=1)
