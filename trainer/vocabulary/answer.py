"""The photos pack's answer: everyday words from ImageNet's classes and a head, in one graph."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.network import mean_logits
from trainer.vocabulary.table import KIND_GROUP, PEOPLE_GROUP, Vocabulary

SMALLEST_SHARE: Final = 1e-6
"""Rolled-up ImageNet probabilities are kept this far from 0 and 1 before their log-odds."""
DOUBT: Final = 0.1
"""Softmax mass that an ancestor always holds back from its descendants: where ImageNet sees next to
nothing of the ancestor (.01, say), how it divides that among breeds means nothing."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """How a word's probability comes about; arrays are over the L words of the vocabulary.

    Attributes:
        heads: int64 [L], the head's output for the word, or -1.
        slopes: float64 [L,2], of the head's logit and of the rolled-up log-odds.
        biases: float64 [L].
        ancestors: int64 [L], the place of the ancestor whose probability the word shares, or -1
            where the word has a probability of its own.
        sharpness: How much of the log-odds of the kinds' softmax counts (1 / temperature).
        kinds: int64 [K], the places of the kinds' words, in the order of the kind head's outputs
            (its last output is "nothing" and has no word).
    """

    heads: NDArray[np.int64]
    slopes: NDArray[np.float64]
    biases: NDArray[np.float64]
    ancestors: NDArray[np.int64]
    sharpness: float
    kinds: NDArray[np.int64]


class VocabularyAnswer(nn.Module):
    """Embedding [N,1280] to probabilities [N,L] of the vocabulary's words.

    1. ImageNet's softmax is summed up the hierarchy: R.
    2. A word with a head or classes of its own: p = sigmoid(a·head + b·logit(R) + c).
    3. A word below one that was learned shares that ancestor's probability as ImageNet shares it
       out: p = p(ancestor) · R / (R(ancestor) + DOUBT).
    4. The kind head's softmax gives the kinds; the more it sees nothing at all, the less remains
       of everything.
    5. Words that would hurt a person fade where one is likely, by any word of the group People.
    6. A word is at least as likely as those below it.
    """

    def __init__(
        self,
        classifier: nn.Linear,
        heads: nn.ModuleList,
        kind_head: nn.Module,
        vocabulary: Vocabulary,
        mixture: Mixture,
    ) -> None:
        super().__init__()
        self.classifier = classifier
        self.heads = heads
        self.kind_head = kind_head
        self.sharpness = mixture.sharpness
        words = vocabulary.words
        place = vocabulary.index()
        self._buffers_of(
            roll_up=vocabulary.roll_up().astype(np.uint8),
            head_of=np.maximum(mixture.heads, 0),
            has_head=(mixture.heads >= 0).astype(np.float32),
            slopes=mixture.slopes.astype(np.float32),
            biases=mixture.biases.astype(np.float32),
            ancestor=np.where(mixture.ancestors >= 0, mixture.ancestors, np.arange(len(words))),
            shares=mixture.ancestors >= 0,
            hurts=np.array([word.people_hurt for word in words], dtype=np.float32),
            below=vocabulary.descendants().astype(np.uint8),
        )
        self.people = [place[word.id] for word in words if word.group == PEOPLE_GROUP]
        kinds = np.full(len(words), -1, dtype=np.int64)
        kinds[mixture.kinds] = np.arange(len(mixture.kinds))
        self._buffers_of(kind_of=np.maximum(kinds, 0), is_kind=kinds >= 0)

    roll_up: Tensor
    head_of: Tensor
    has_head: Tensor
    slopes: Tensor
    biases: Tensor
    ancestor: Tensor
    shares: Tensor
    hurts: Tensor
    below: Tensor
    kind_of: Tensor
    is_kind: Tensor

    def _buffers_of(self, **arrays: NDArray[np.generic]) -> None:
        for name, array in arrays.items():
            self.register_buffer(name, torch.from_numpy(np.ascontiguousarray(array)))

    def forward(self, embedding: Tensor) -> Tensor:
        """Return probabilities float32 [N,L]."""
        return self.combine(
            self.rolled(embedding), mean_logits(self.heads, embedding), self.kind_head(embedding)
        )

    def rolled(self, embedding: Tensor) -> Tensor:
        """Return ImageNet's probabilities summed up the hierarchy, float32 [N,L]."""
        return torch.softmax(self.classifier(embedding), dim=1) @ self.roll_up.float()

    def combine(self, rolled: Tensor, head_logits: Tensor, kind_logits: Tensor) -> Tensor:
        """Return probabilities [N,L] from rolled-up ones [N,L] and logits [N,H] and [N,K+1]."""
        odds = torch.logit(rolled.clamp(SMALLEST_SHARE, 1 - SMALLEST_SHARE))
        learned = head_logits[:, self.head_of] * self.has_head
        own = torch.sigmoid(learned * self.slopes[:, 0] + odds * self.slopes[:, 1] + self.biases)
        of_ancestor = rolled / (rolled[:, self.ancestor] + DOUBT)
        words = torch.where(self.shares, own[:, self.ancestor] * of_ancestor, own)
        if self.people:
            words = words * (1 - self.hurts * words[:, self.people].amax(dim=1, keepdim=True))
        kinds = torch.softmax(kind_logits * self.sharpness, dim=1)
        something = 1 - kinds[:, -1:]
        words = torch.where(self.is_kind, kinds[:, self.kind_of], words * something)
        return (words.unsqueeze(1) * self.below.float()).amax(dim=2)


def kind_places(vocabulary: Vocabulary, names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return the places of the kinds named; every word of the group ``kind`` has to be among them.

    Raises:
        KeyError: A kind has no word.
    """
    place = vocabulary.index()
    kinds = {word.id for word in vocabulary.words if word.group == KIND_GROUP}
    if kinds != set(names):
        raise KeyError(f"kinds without a head or without a word: {kinds ^ set(names)}")
    return np.array([place[name] for name in names], dtype=np.int64)
