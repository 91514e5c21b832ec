"""Trains heads on kept features, so that every picture is answered by heads that never saw it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.data import Columns, Labelled
from trainer.features import FeatureCache
from trainer.heads import Head, TrainingSet, logits_of, train_head
from trainer.settings import DataSettings, HeadSettings


@dataclass(frozen=True, slots=True)
class Collection:
    """Labelled pictures and their features: float16 [N,D] a view."""

    settings: DataSettings
    data: Labelled
    views: tuple[NDArray[np.float16], ...]


@dataclass(frozen=True, slots=True)
class Featured:
    """The main collection and those that help, with their features."""

    main: Collection
    helpers: tuple[Collection, ...]


def featured(columns: Columns, cache: FeatureCache) -> Featured:
    """Return all collections with the features of all their views, computed where missing.

    Raises:
        DataError: A picture is missing or broken.
    """

    def collection(settings: DataSettings, data: Labelled) -> Collection:
        views = tuple(cache.get(data.pictures, view) for view in settings.views)
        return Collection(settings, data, views)

    return Featured(
        collection(columns.recipe.data[0], columns.main),
        tuple(collection(helper.settings, helper.data) for helper in columns.helpers),
    )


def cross_fit(
    settings: HeadSettings,
    pictures: Featured,
    rows: NDArray[np.bool_],
    folds: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return logits [rows,L] of some main pictures, from heads that never saw them.

    Args:
        settings: Of the heads.
        pictures: Features and targets.
        rows: bool [N], which main pictures are answered and learned from.
        folds: int64 [N], which of those are answered together.
    """
    logits = np.zeros_like(pictures.main.data.targets)
    for mine, answered in cross_fitted(settings, pictures, rows, folds):
        logits[mine] = answered
    return logits[rows]


def cross_fitted(
    settings: HeadSettings,
    pictures: Featured,
    rows: NDArray[np.bool_],
    folds: NDArray[np.int64],
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.float32]]]:
    """Like :func:`cross_fit`, fold by fold: yield its pictures [N], and their logits."""
    for number in np.unique(folds[rows]):
        mine = rows & (folds == number)
        heads = train_heads(settings, pictures, rows & ~mine)
        views = pictures.main.views[0][mine]
        yield mine, np.mean([logits_of(head, views) for head in heads], axis=0)


def train_heads(settings: HeadSettings, pictures: Featured, rows: NDArray[np.bool_]) -> list[Head]:
    """Train one head a seed on some rows [N] of the main collection and all of the helpers."""
    parts: Sequence[Collection] = (pictures.main, *pictures.helpers)
    kept = [rows] + [np.ones(len(part.data.ids), dtype=bool) for part in pictures.helpers]
    count = max(len(part.views) for part in parts)
    training = TrainingSet(
        views=[
            np.concatenate(
                [p.views[view % len(p.views)][k] for p, k in zip(parts, kept, strict=True)]
            )
            for view in range(count)
        ],
        targets=np.concatenate([p.data.targets[k] for p, k in zip(parts, kept, strict=True)]),
        weights=np.concatenate(
            [p.data.weights[k] * p.settings.weight for p, k in zip(parts, kept, strict=True)]
        ).astype(np.float32),
        origin=np.concatenate(
            [np.full(int(k.sum()), number) for number, k in enumerate(kept)]
        ).astype(np.int64)
        if pictures.helpers
        else None,
    )
    return [train_head(training, settings, seed=seed) for seed in settings.seeds]
