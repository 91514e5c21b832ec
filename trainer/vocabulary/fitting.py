"""Fits how a word's head and ImageNet's classes speak together, and where each word counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.calibration import fit_logistic, logit
from trainer.errors import RecipeError
from trainer.settings import WordSettings
from trainer.thresholds import precise_threshold
from trainer.vocabulary.answer import DOUBT, SMALLEST_SHARE, Mixture
from trainer.vocabulary.table import KIND_GROUP, Vocabulary

Floats = NDArray[np.float32]

_STRENGTH: Final = np.array([6.0, 20.0, 2.0])
"""How strongly a word's two slopes and bias are drawn to the common ones."""
_PHOTOS_CALLED: Final = 0.01
"""Share of photos that a kind other than photo may take for its own."""
_PHOTO_LOWEST: Final = 0.5
_COMMON: Final = 0.4
_COMMON_FLOOR: Final = 0.75
"""Lowest threshold of words that more than ``_COMMON`` of the judged pictures have (person,
outdoor): anyone's pictures have them less often, so they are less likely there than they seem."""
_KIND_LOWEST: Final = 0.65
"""Lowest threshold of a kind other than photo; at .56 a white sheet was a screenshot."""
_LEAST_ABSENT: Final = 150.0
"""Weight of pictures without the word below which its precision means nothing."""
_SHARED_FLOOR: Final = 0.65
_ALONE_FLOOR: Final = 0.75
"""Lowest thresholds of words that no training picture could judge: those that share a judged
ancestor's probability, and those with ImageNet's classes alone. Looked at on contact sheets: below,
fog was a geyser and a red rock a camel."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Pictures outside their heads' training: what is known, and what was answered.

    Attributes:
        rolled: [N,L] ImageNet's probabilities summed up the hierarchy.
        head_logits: [N,H].
        all_kind_logits: [N,K+1].
        kinds: int64 [N], -1 unknown.
        targets: [N,L] by word; 0 where unknown.
        weights: [N,L] by word; 0 where unknown.
    """

    rolled: Floats
    head_logits: Floats
    all_kind_logits: Floats
    kinds: NDArray[np.int64]
    targets: Floats
    weights: Floats

    @classmethod
    def joined(cls, parts: "Sequence[Outside]") -> "Outside":
        """Return all parts as one."""
        return cls(
            rolled=np.concatenate([part.rolled for part in parts]),
            head_logits=np.concatenate([part.head_logits for part in parts]),
            all_kind_logits=np.concatenate([part.all_kind_logits for part in parts]),
            kinds=np.concatenate([part.kinds for part in parts]),
            targets=np.concatenate([part.targets for part in parts]),
            weights=np.concatenate([part.weights for part in parts]),
        )

    @property
    def kind_logits(self) -> Floats:
        """The kind head's logits of pictures whose kind is known."""
        return self.all_kind_logits[self.kinds >= 0]

    @property
    def kind_targets(self) -> Floats:
        """Which kind these are, one 1 a row."""
        known = self.kinds[self.kinds >= 0]
        return np.eye(self.all_kind_logits.shape[1], dtype=np.float32)[known]


def fit_mixture(
    vocabulary: Vocabulary,
    outside: Outside,
    *,
    heads: NDArray[np.int64],
    sharpness: float,
    kinds: NDArray[np.int64],
) -> Mixture:
    """Fit slopes and biases of all words.

    Args:
        vocabulary: The words.
        outside: What to fit to.
        heads: [L], the head's output of each word, or -1.
        sharpness: Of the kinds' softmax.
        kinds: [K], the places of the kinds' words.
    """
    size = len(vocabulary.words)
    odds = logit(np.clip(outside.rolled, SMALLEST_SHARE, 1 - SMALLEST_SHARE))
    has_classes = vocabulary.roll_up().sum(axis=0) > 0
    both = [word for word in range(size) if heads[word] >= 0 and has_classes[word]]
    only_head = [word for word in range(size) if heads[word] >= 0 and not has_classes[word]]
    slopes, biases = np.zeros((size, 2)), np.full(size, -8.0)

    def scores(word: int) -> NDArray[np.float64]:
        learned = outside.head_logits[:, heads[word]] if heads[word] >= 0 else np.zeros(len(odds))
        return np.stack([learned, odds[:, word]], axis=1)

    def common(words: Sequence[int], used: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Fit one pair of slopes for several words; slopes not ``used`` are held at 0."""
        held = np.where(used, 1e-3, 1e9)
        return fit_logistic(
            np.concatenate([scores(word) for word in words]),
            np.concatenate([outside.targets[:, word] for word in words]),
            np.concatenate([outside.weights[:, word] for word in words]),
            around=np.array([0.5, 0.5, 0.0]) * used,
            strength=held,
        )

    for words, used in (
        (both, np.array([True, True, True])),
        (only_head, np.array([True, False, True])),
    ):
        if not words:
            continue
        around = common(words, used)
        strength = np.where(used, _STRENGTH, 1e9)
        for word in words:
            fit = fit_logistic(
                scores(word),
                outside.targets[:, word],
                outside.weights[:, word],
                around=around,
                strength=strength,
            )
            slopes[word], biases[word] = fit[:2], fit[2]
    ancestors = _learned_ancestors(vocabulary, heads)
    if both:
        alone = common(both, np.array([False, True, True]))
        for word in range(size):
            if heads[word] < 0 and has_classes[word]:
                slopes[word], biases[word] = alone[:2], alone[2]
    return Mixture(heads, slopes, biases, ancestors, sharpness, kinds)


def _learned_ancestors(vocabulary: Vocabulary, heads: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nearest ancestor with a head for each word without one, else -1."""
    place = vocabulary.index()
    found = np.full(len(vocabulary.words), -1, dtype=np.int64)
    for number, word in enumerate(vocabulary.words):
        if heads[number] >= 0:
            continue
        level = list(word.parents)
        while level:
            learned = [place[name] for name in level if heads[place[name]] >= 0]
            if learned:
                found[number] = learned[0]
                break
            level = [up for name in level for up in vocabulary.words[place[name]].parents]
    return found


@dataclass(frozen=True, slots=True)
class Unjudged:
    """Thresholds for words no picture could judge, from words that were treated like them.

    Attributes:
        shared: For words that share an ancestor's probability.
        alone: For words with ImageNet's classes alone.
    """

    shared: float
    alone: float


def unjudged_thresholds(
    vocabulary: Vocabulary,
    outside: Outside,
    mixture: Mixture,
    probabilities: Floats,
    settings: WordSettings,
) -> Unjudged:
    """Return them, from words with a known truth whose own head is left out for once.

    Args:
        vocabulary: The words.
        outside: Pictures with what is known.
        mixture: The fit.
        probabilities: [N,L] as answered.
        settings: How often a word must be right.
    """
    place = vocabulary.index()
    odds = logit(np.clip(outside.rolled, SMALLEST_SHARE, 1 - SMALLEST_SHARE))
    alone_slope = _alone(mixture)
    shared: list[tuple[Floats, Floats, Floats]] = []
    alone: list[tuple[Floats, Floats, Floats]] = []
    for number, word in enumerate(vocabulary.words):
        if mixture.heads[number] < 0 or not word.imagenet:
            continue
        truth = outside.targets[:, number], outside.weights[:, number]
        if alone_slope is not None:
            likely = 1 / (1 + np.exp(-(alone_slope[0] * odds[:, number] + alone_slope[1])))
            alone.append((likely.astype(np.float32), *truth))
        for parent in word.parents:
            up = place[parent]
            if mixture.heads[up] >= 0:
                part = outside.rolled[:, number] / (outside.rolled[:, up] + DOUBT)
                shared.append(((probabilities[:, up] * part).astype(np.float32), *truth))
    return Unjudged(
        max(_SHARED_FLOOR, _pooled(shared, settings)), max(_ALONE_FLOOR, _pooled(alone, settings))
    )


def _alone(mixture: Mixture) -> tuple[float, float] | None:
    lonely = (mixture.heads < 0) & (mixture.slopes[:, 1] > 0)
    if not lonely.any():
        return None
    first = int(np.flatnonzero(lonely)[0])
    return float(mixture.slopes[first, 1]), float(mixture.biases[first])


def _pooled(parts: Sequence[tuple[Floats, Floats, Floats]], settings: WordSettings) -> float:
    """Return the threshold at which all of them together are right often enough."""
    if not parts:
        return 0.9
    likely, targets, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    found = precise_threshold(
        likely, targets, weights, precision=settings.precision, surely=settings.surely
    )
    return found if found is not None else 0.9


def word_thresholds(
    vocabulary: Vocabulary,
    outside: Outside,
    mixture: Mixture,
    probabilities: Floats,
    settings: WordSettings,
) -> list[float | None]:
    """Return the threshold of each word: from its own evidence where there is some.

    Args:
        vocabulary: The words.
        outside: Pictures with what is known.
        mixture: The fit.
        probabilities: [N,L] as answered for ``outside``.
        settings: How often a word must be right, and what was seen on contact sheets.

    Raises:
        RecipeError: The settings name a word that there is not.
    """
    known = vocabulary.index()
    for name in settings.least:
        if name not in known:
            raise RecipeError(f"The recipe's words.least names {name!r}, which is no word's id.")
    unjudged = unjudged_thresholds(vocabulary, outside, mixture, probabilities, settings)
    chosen: list[float | None] = []
    for number, word in enumerate(vocabulary.words):
        if not word.shown:
            chosen.append(None)
        elif word.group == KIND_GROUP:
            chosen.append(_kind_threshold(word.id, outside, probabilities, vocabulary, number))
        elif outside.weights[:, number].any():
            absent = (outside.weights[:, number] * (1 - outside.targets[:, number])).sum()
            found = precise_threshold(
                probabilities[:, number],
                outside.targets[:, number],
                outside.weights[:, number],
                precision=settings.precision,
                surely=settings.surely,
            )
            sure = found is not None and absent >= _LEAST_ABSENT
            common = absent < (1 - _COMMON) * outside.weights[:, number].sum()
            lowest = max(settings.lowest, _COMMON_FLOOR if common else 0.0)
            chosen.append(max(lowest, round(found, 3)) if found is not None and sure else None)
        else:
            shares = mixture.ancestors[number] >= 0
            chosen.append(round(unjudged.shared if shares else unjudged.alone, 3))
    return [
        value if value is None else max(value, settings.least.get(word.id, 0.0))
        for word, value in zip(vocabulary.words, chosen, strict=True)
    ]


def _kind_threshold(
    kind: str, outside: Outside, probabilities: Floats, vocabulary: Vocabulary, number: int
) -> float:
    """Return the lowest threshold, .65 at least, that takes few photos for ``kind``."""
    if kind == "photo":
        return _PHOTO_LOWEST
    photos = outside.targets[:, vocabulary.index()["photo"]] > 0
    called = probabilities[photos, number]
    if not called.size:
        return _KIND_LOWEST
    threshold = float(np.quantile(called.astype(np.float64), 1 - _PHOTOS_CALLED))
    return round(min(max(threshold, _KIND_LOWEST), 0.95), 3)
