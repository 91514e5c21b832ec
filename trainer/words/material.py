"""What a text encoder learns from: the words read on pictures, with labels and weights."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.labeling.tokens import Tokens, padded
from app.reading import Line, ordered_text
from trainer.reading_settings import ReadingSettings
from trainer.training.learned import Inputs
from trainer.words.disturbing import disturbed


@dataclass(frozen=True, slots=True)
class TextMaterial:
    """N pictures, those of the first collection first.

    Attributes:
        settings: How texts are disturbed.
        tokens: The tokenizer.
        lines: What was read on each picture.
        collection: int64 [N], where each picture comes from.
        targets: float32 [N,L], 0 or 1.
        weights: float32 [N,L], how much each target counts.
        training: Places int64 that are trained on.
        validation: Places that this network never learns from; epochs are compared on them.
        lengths: int64 [N], tokens of each text; batches are made of texts of about one length.
        digest: Changes with words, labels, tokens and split.
        counted: How many of the targets, the first ones, epochs are measured by; None: all.
    """

    settings: ReadingSettings
    tokens: Tokens
    lines: Sequence[tuple[Line, ...]]
    collection: NDArray[np.int64]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    training: NDArray[np.int64]
    validation: NDArray[np.int64]
    lengths: NDArray[np.int64]
    digest: str
    counted: int | None = None

    def inputs(self, places: NDArray[np.int64], seed: int | None) -> Inputs:
        """Return what the network is given of some pictures.

        Args:
            places: Of the pictures.
            seed: Of the disturbances; None: the words as they were read.

        Returns:
            ``input_ids`` and ``attention_mask`` int64 [B,T] and ``origin`` int64 [B].
        """
        lines = [self.lines[place] for place in places.tolist()]
        if seed is None:
            texts = list(map(ordered_text, lines))
        else:
            random = np.random.default_rng(seed)
            texts = [disturbed(one, self.settings.disturbance, random) for one in lines]
        ids, mask = self.tokens.batch(texts)
        return {
            "input_ids": torch.from_numpy(ids),
            "attention_mask": torch.from_numpy(mask),
            "origin": torch.from_numpy(self.collection[places]),
        }

    def varied(self, inputs: Inputs, targets: Tensor, seed: int) -> tuple[Inputs, Tensor]:
        """Return both as they are: texts are disturbed as lines."""
        return inputs, targets


@dataclass(frozen=True, slots=True)
class ReadPictures:
    """Everything that was read on N pictures, before it is divided.

    Attributes:
        settings: How texts are disturbed.
        tokens: The tokenizer.
        lines: What was read on each picture; empty where nothing was.
        rows: The tokens of each, empty likewise.
        collection: int64 [N], where each picture comes from; those of the first, 0, come first.
        targets: float32 [N,L], 0 or 1.
        weights: float32 [N,L], how much each target counts.
    """

    settings: ReadingSettings
    tokens: Tokens
    lines: Sequence[tuple[Line, ...]]
    rows: Sequence[Sequence[int]]
    collection: NDArray[np.int64]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]

    @property
    def has_words(self) -> NDArray[np.bool_]:
        """Tell on which pictures [N] something was read."""
        return np.array([bool(row) for row in self.rows], dtype=bool)

    def padded(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return ``input_ids`` and ``attention_mask`` int64 [B,T] of some pictures."""
        return padded([self.rows[place] for place in places.tolist()])

    def material(
        self, *, training: NDArray[np.bool_], validation: NDArray[np.bool_]
    ) -> TextMaterial:
        """Return the material of one network; pictures without words are on neither side.

        Args:
            training: bool [M] of the first collection's pictures; all further ones are trained on.
            validation: bool [M] likewise.
        """
        words, main = self.has_words, len(training)
        learned = np.concatenate([training, np.ones(len(words) - main, dtype=bool)]) & words
        digest = hashlib.blake2b(digest_size=16)
        for row in self.rows:
            digest.update(np.array([-1, *row], np.int64).tobytes())
        for values in (self.collection, self.targets, self.weights, learned, validation):
            digest.update(np.ascontiguousarray(values).tobytes())
        return TextMaterial(
            settings=self.settings,
            tokens=self.tokens,
            lines=self.lines,
            collection=self.collection,
            targets=self.targets,
            weights=self.weights,
            training=np.flatnonzero(learned).astype(np.int64),
            validation=np.flatnonzero(validation & words[:main]).astype(np.int64),
            lengths=np.array([len(row) for row in self.rows], np.int64),
            digest=digest.hexdigest(),
        )
