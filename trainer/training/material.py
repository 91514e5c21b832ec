"""What a run learns from and is measured on: pictures as bytes, labels, and the parts."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.data.gather import Columns, gather_columns
from trainer.errors import DataError
from trainer.recipe import Recipe
from trainer.training.augmentation import augment, mixup
from trainer.training.learned import Inputs
from trainer.training.resized import Resized, resized

_PICTURES: Final = "pictures"


@dataclass(frozen=True, slots=True)
class Material:
    """N pictures, those of the first data set first.

    Attributes:
        recipe: As given; where it named no labels, with those that the data have.
        paths: The files.
        pictures: What the network sees of them, by place.
        targets: float32 [N,L], 0 or 1.
        weights: float32 [N,L]; None: all count alike.
        training: Places int64 that are trained on.
        validation: Places on which epochs are compared, probabilities calibrated and thresholds
            chosen.
        test: Places that only measure.
        digest: Changes with pictures, labels and split.
        lengths: Pictures are of one size.
        counted: How many of the targets, the first ones, epochs are measured by; None: all.
    """

    recipe: Recipe
    paths: tuple[Path, ...]
    pictures: Resized
    targets: NDArray[np.float32]
    weights: NDArray[np.float32] | None
    training: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    digest: str
    lengths: None = None
    counted: int | None = None

    def inputs(self, places: NDArray[np.int64], seed: int | None) -> Inputs:
        """Return ``images`` uint8 [B,H,W,3] of the pictures at ``places``; nothing is drawn."""
        return {"images": torch.from_numpy(self.pictures[places])}

    def varied(self, inputs: Inputs, targets: Tensor, seed: int) -> tuple[Inputs, Tensor]:
        """Return augmented ``images``, and mixed ones with their targets."""
        settings = self.recipe.augmentation
        images = augment(settings, inputs["images"], seed)
        images, targets = mixup(settings, images, targets, seed)
        return {"images": images}, targets


def gather_material(
    recipe: Recipe, *, data: Path, runs: Path, tell: Callable[[str], None]
) -> Material:
    """Read all labelled pictures of a recipe and bring them to the network's input size.

    Args:
        recipe: Its data, labels, split and input.
        data: The data directory.
        runs: Where resized pictures, and what is known of files, are kept.
        tell: Takes sentences about the data.

    Raises:
        DataError: The data are not what they should be.
        TrainerError: The disk is too full.
    """
    found = gather_columns(recipe, data, tell=tell, cache_folder=runs)
    sets = [found.main, *(helper.data for helper in found.helpers)]
    targets = np.concatenate([each.targets for each in sets])
    weights = _weights(found)
    helping = np.arange(len(found.main.ids), len(targets), dtype=np.int64)
    training = np.concatenate([np.flatnonzero(found.training), helping])
    validation = np.flatnonzero(found.validation)
    for name, places in (("training", training), ("validation", validation)):
        if not len(places):
            raise DataError(f"The split leaves no {name} pictures; change [split] or add pictures.")
    return Material(
        recipe=found.recipe,
        paths=tuple(path for each in sets for path in each.pictures.paths),
        pictures=resized(
            runs / _PICTURES, [each.pictures for each in sets], recipe.images.spec(), tell=tell
        ),
        targets=targets,
        weights=None if (weights == 1).all() else weights,
        training=training,
        validation=validation,
        test=np.flatnonzero(found.test),
        digest=_digest(found, targets, weights),
    )


def _weights(found: Columns) -> NDArray[np.float32]:
    first = found.main.weights * np.float32(found.recipe.data[0].weight)
    helping = [each.data.weights * np.float32(each.settings.weight) for each in found.helpers]
    return np.concatenate([first, *helping])


def _digest(found: Columns, targets: NDArray[np.float32], weights: NDArray[np.float32]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for each in (found.main, *(helper.data for helper in found.helpers)):
        digest.update("\n".join((*each.sources, *each.ids, *each.labels)).encode())
    for values in (targets, weights, found.part):
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()
