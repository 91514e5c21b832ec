"""N-grams of characters, counted inside the graph: they still match where a letter is misread.

Words are cut as scikit-learn's ``char_wb`` does: n-grams within words, a space at either end of a
word being one of its characters. Weights are sublinear term frequency times inverse document
frequency, brought to length 1, and logistic regression on them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from tokenizers import Tokenizer
from torch import Tensor, nn

from app.labeling.tokens import padded
from trainer.reading_settings import NGramSettings

_SPACE: Final = ord(" ")
_FOREIGN: Final = 1
"""Stands for every character beyond ASCII."""
_PRIME: Final = 2**31 - 1
_BASE, _SPREAD, _APART = 1031, 48271, 7919
"""Of the polynomial hash modulo a prime: of characters, of its low bits, of lengths."""
_NEVER: Final = -6.0
"""Log-odds of a label that fewer than two training texts have; of the others' absence likewise."""
_FEWEST: Final = 2
"""Texts that have a label, and that lack it, for a regression."""
_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class TextSet:
    """What n-grams are learned from: N texts.

    Attributes:
        tokens: The tokens of each.
        targets: float32 [N,L], 0 or 1.
        weights: float32 [N], how much each counts.
        origin: int64 [N], the collection of each; those beyond the first get a bias of their own.
    """

    tokens: Sequence[Sequence[int]]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    origin: NDArray[np.int64]


class NGrams(nn.Module):
    """Tokens in, logits out."""

    spelling: Tensor
    rarity: Tensor
    weights: Tensor
    biases: Tensor

    def __init__(
        self, spelling: NDArray[np.uint8], settings: NGramSettings, *, outputs: int
    ) -> None:
        """Make n-grams that say nothing yet.

        Args:
            spelling: uint8 [V,M], of ``spelling_of``.
            settings: Lengths and buckets.
            outputs: Labels.
        """
        super().__init__()
        self.settings = settings
        self.register_buffer("spelling", torch.from_numpy(spelling))
        self.register_buffer("rarity", torch.ones(settings.buckets))
        self.register_buffer("weights", torch.zeros(settings.buckets, outputs))
        self.register_buffer("biases", torch.zeros(outputs))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return logits float32 [N,L].

        Args:
            input_ids: int64 [N,T].
            attention_mask: int64 [N,T]: 1 a token, 0 padding.
        """
        counts = self.counts(input_ids, attention_mask)
        weighed = torch.where(counts > 0, 1 + torch.log(counts.clamp(min=1)), 0.0) * self.rarity
        length = weighed.square().sum(1, keepdim=True).sqrt().clamp(min=1e-6)
        return (weighed / length) @ self.weights + self.biases

    def counts(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return how often each bucket's n-grams come, float32 [N,B]; arguments as above."""
        text = self._characters(input_ids, attention_mask)
        zeros = torch.zeros_like(text[:, :1])
        longest = self.settings.longest
        ahead = torch.cat([text, zeros.expand(-1, longest)], dim=1)
        count = text.shape[1]
        counts = torch.zeros_like(text[:, :1], dtype=torch.float32)
        counts = counts.expand(-1, self.settings.buckets).clone()
        for size in range(self.settings.shortest, longest + 1):
            hashed = torch.zeros_like(text)
            whole = text > 0
            for at in range(size):
                one = ahead[:, at : at + count]
                hashed = (hashed * _BASE + one) % _PRIME
                whole = whole & (one > 0)
                if 0 < at < size - 1:
                    whole = whole & (one != _SPACE)
            buckets = (hashed * _SPREAD + size * _APART) % _PRIME % self.settings.buckets
            counts = counts.scatter_add(1, buckets, whole.float())
        return counts

    def _characters(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the characters int64 [N,T*M] of each text one after the other, then zeros."""
        spelled = self.spelling[input_ids].long() * attention_mask.unsqueeze(-1)
        scattered = spelled.flatten(1)
        places = (torch.cumsum((scattered > 0).long(), dim=1) - 1).clamp(min=0)
        # Where there is no character, 0 is added to its left neighbour's place.
        text = torch.zeros_like(scattered).scatter_add(1, places, scattered)
        ends = (scattered > 0).sum(1, keepdim=True).clamp(max=scattered.shape[1] - 1)
        last = torch.zeros_like(text).scatter(1, ends, _SPACE)
        return torch.where(text > 0, text, last)


def spelling_of(tokenizer: Tokenizer) -> NDArray[np.uint8]:
    """Return the characters of each token, uint8 [V,M]: ASCII, 1 for others, 0 after the last.

    A token that begins a word begins with a space; special tokens have no character.
    """
    special = {each["content"] for each in json.loads(tokenizer.to_str())["added_tokens"]}
    told = tokenizer.get_vocab(with_added_tokens=True)
    words = {
        number: word[2:] if word.startswith("##") else f" {word}"
        for word, number in told.items()
        if word not in special
    }
    spelling = np.zeros((max(told.values()) + 1, max(map(len, words.values()))), np.uint8)
    for number, word in words.items():
        codes = [ord(one) if one.isascii() else _FOREIGN for one in word]
        spelling[number, : len(codes)] = codes
    return spelling


def weigh_ngrams(ngrams: NGrams, tokens: Sequence[Sequence[int]]) -> None:
    """Set how much each bucket counts by how few of some texts have it, in place."""
    settings = ngrams.settings
    found_in = np.bincount(count_ngrams(ngrams, tokens).indices, minlength=settings.buckets)
    rarity = np.log((1 + len(tokens)) / (1 + found_in)) + 1
    rarity[found_in < settings.least] = 0
    ngrams.rarity.copy_(torch.from_numpy(rarity))


def fit_ngrams(ngrams: NGrams, texts: TextSet) -> None:
    """Fit weights and biases to texts, in place: a regression a label.

    Args:
        ngrams: Its rarity is set.
        texts: N of them.
    """
    settings = ngrams.settings
    counts = count_ngrams(ngrams, texts.tokens)
    counts.data = 1 + np.log(counts.data)
    weighed = normalize(counts.multiply(ngrams.rarity.double().numpy()).tocsr())
    further = texts.origin[:, None] == np.arange(1, texts.origin.max(initial=0) + 1)
    features = sparse.hstack([weighed, sparse.csr_matrix(further.astype(np.float64))]).tocsr()
    for label, target in enumerate(texts.targets.T):
        if target.sum() < _FEWEST or (target == 0).sum() < _FEWEST:
            ngrams.biases[label] = _NEVER if target.mean() < 1 / 2 else -_NEVER
            continue
        regression = LogisticRegression(C=settings.inverse_strength, solver="liblinear")
        regression.fit(features, target > 0, sample_weight=texts.weights)
        learned = regression.coef_[0, : settings.buckets].astype(np.float32)
        ngrams.weights[:, label] = torch.from_numpy(learned)
        ngrams.biases[label] = float(regression.intercept_[0])


@torch.inference_mode()
def count_ngrams(ngrams: NGrams, tokens: Sequence[Sequence[int]]) -> sparse.csr_matrix:
    """Return the counts of all texts, sparse float64 [N,B], as the graph counts them."""
    parts = []
    for start in range(0, len(tokens), _BATCH):
        rows = map(torch.from_numpy, padded(tokens[start : start + _BATCH]))
        parts.append(sparse.csr_matrix(ngrams.counts(*rows).numpy().astype(np.float64)))
    return sparse.vstack(parts).tocsr()


@torch.inference_mode()
def logits_of(ngrams: NGrams, tokens: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Return the logits float32 [N,L] of texts."""
    parts = [np.zeros((0, len(ngrams.biases)), np.float32)]
    for start in range(0, len(tokens), _BATCH):
        rows = map(torch.from_numpy, padded(tokens[start : start + _BATCH]))
        parts.append(ngrams(*rows).numpy())
    return np.concatenate(parts)
