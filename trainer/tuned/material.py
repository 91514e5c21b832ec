"""What a tail learns from: kept maps of all pictures in all views, with labels and weights."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.cross_fitting import Featured
from trainer.recipe import Recipe
from trainer.training.learned import Inputs

_ERASED: Final = (1 / 6, 1 / 2)
"""Of each side, the least and the greatest part of it that an erased rectangle takes."""


@dataclass(frozen=True, slots=True)
class MapMaterial:
    """N pictures, those of the first collection first.

    Attributes:
        recipe: What is trained.
        maps: float16 [M,h,w,C] a collection and view.
        collection: int64 [N], where each picture comes from.
        row: int64 [N], its row there.
        targets: float32 [N,L], 0 or 1.
        weights: float32 [N,L], how much each target counts.
        training: Places int64 that are trained on.
        validation: Places that this network never learns from; epochs are compared on them.
        digest: Changes with pictures, labels, views and split.
        lengths: Maps are of one size.
        counted: How many of the targets, the first ones, epochs are measured by; None: all.
    """

    recipe: Recipe
    maps: Sequence[Sequence[NDArray[np.float16]]]
    collection: NDArray[np.int64]
    row: NDArray[np.int64]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    training: NDArray[np.int64]
    validation: NDArray[np.int64]
    digest: str
    lengths: None = None
    counted: int | None = None

    def inputs(self, places: NDArray[np.int64], seed: int | None) -> Inputs:
        """Return what the network is given of some pictures.

        Args:
            places: Of the pictures.
            seed: Of the views that are drawn; None: the first, that is measured.

        Returns:
            ``maps`` float16 [B,h,w,C] and ``origin`` int64 [B].
        """
        random = None if seed is None else np.random.default_rng(seed)
        found = []
        for collection, row in zip(
            self.collection[places].tolist(), self.row[places].tolist(), strict=True
        ):
            views = self.maps[collection]
            view = 0 if random is None else int(random.integers(len(views)))
            found.append(views[view][row])
        return {
            "maps": torch.from_numpy(np.stack(found)),
            "origin": torch.from_numpy(self.collection[places]),
        }

    def varied(self, inputs: Inputs, targets: Tensor, seed: int) -> tuple[Inputs, Tensor]:
        """Return the inputs with rectangles of maps erased, and mixed with others' (Zhang 2018).

        Weights are not mixed: a picture keeps its own.
        """
        settings = self.recipe.augmentation
        random = np.random.default_rng(seed)
        maps = inputs["maps"].float()
        for picture in np.flatnonzero(random.random(len(maps)) < settings.erase):
            _erase(maps[picture], random)
        if not settings.mixup:
            return {"maps": maps, "origin": inputs["origin"]}, targets
        share = float(random.beta(settings.mixup, settings.mixup))
        share = max(share, 1 - share)
        other = torch.from_numpy(random.permutation(len(maps)))
        return {
            "maps": maps * share + maps[other] * (1 - share),
            "origin": inputs["origin"],
        }, targets * share + targets[other] * (1 - share)


def _erase(maps: Tensor, random: np.random.Generator) -> None:
    """Erase a rectangle of maps [h,w,C], a sixth to half of each side, in place."""
    sides = [int(side * random.uniform(*_ERASED)) for side in maps.shape[:2]]
    top, left = (
        int(random.integers(0, whole - side + 1))
        for whole, side in zip(maps.shape[:2], sides, strict=True)
    )
    maps[top : top + sides[0], left : left + sides[1]] = 0


def map_material(
    recipe: Recipe,
    pictures: Featured,
    *,
    training: NDArray[np.bool_],
    validation: NDArray[np.bool_],
) -> MapMaterial:
    """Return the material of one network.

    Args:
        recipe: What is trained.
        pictures: Maps and targets of all collections.
        training: bool [N] of the main pictures; all further collections are trained on.
        validation: bool [N] of the main pictures.
    """
    parts = (pictures.main, *pictures.helpers)
    sizes = [len(part.data.ids) for part in parts]
    collection = np.repeat(np.arange(len(parts)), sizes)
    helping = np.arange(sizes[0], sum(sizes))
    targets = np.concatenate([part.data.targets for part in parts])
    weights = np.concatenate(
        [part.data.weights * np.float32(part.settings.weight) for part in parts]
    )
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update("\n".join((*part.data.ids, *part.data.labels)).encode())
        digest.update("\n".join(part.settings.views).encode())
    for values in (targets, weights, training, validation):
        digest.update(np.ascontiguousarray(values).tobytes())
    return MapMaterial(
        recipe=recipe,
        maps=[part.views for part in parts],
        collection=collection.astype(np.int64),
        row=np.concatenate([np.arange(size) for size in sizes]).astype(np.int64),
        targets=targets,
        weights=weights,
        training=np.concatenate([np.flatnonzero(training), helping]).astype(np.int64),
        validation=np.flatnonzero(validation),
        digest=digest.hexdigest(),
    )
