"""How good a recipe is, found out without its test: by cross-fitting, or by training it."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.calibration import sigmoid
from trainer.cross_fitting import Featured, cross_fitted, featured
from trainer.data import Columns, Helper
from trainer.errors import RecipeError
from trainer.features import FeatureCache
from trainer.metrics import binary_cross_entropy, mean_average_precision, top_recall
from trainer.neighbours import cross_fitted_votes
from trainer.network_settings import Neighbours
from trainer.packing import trunk_of
from trainer.recipe import Recipe
from trainer.settings import HeadSettings
from trainer.training.checkpoint import BEST, CHECKPOINT
from trainer.training.figures import EpochFigures
from trainer.training.run import RunOptions, RunPlace, train_network
from trainer.tuning.space import kind_of

Metric = Literal["top3_recall", "mAP", "loss"]
Report = Callable[[int, float], None]
"""Is given a step from 1 and the metric so far; raises to end a trial that is not worth more."""

LESS_IS_BETTER: Final[frozenset[Metric]] = frozenset({"loss"})
_MEASURES: Final[Mapping[Metric, Callable[[NDArray[np.floating], NDArray[np.floating]], float]]] = {
    "top3_recall": top_recall,
    "mAP": mean_average_precision,
    "loss": binary_cross_entropy,
}


class Trials(Protocol):
    """Measures recipes that differ in a few parameters, on the same pictures."""

    @property
    def steps(self) -> int:
        """How many steps a trial of the unchanged recipe reports."""

    def measure(self, recipe: Recipe, number: int, report: Report) -> float:
        """Return the metric of a recipe; ``number`` is the trial's, from 0."""


class FrozenTrials:
    """Heads on a frozen trunk, cross-fitted on all pictures outside the test; a step is a fold.

    Where a recipe averages heads of several seeds, a trial trains the first one's only, unless the
    seeds are what is tried: that is as good a comparison in a part of the time.
    """

    def __init__(self, columns: Columns, *, metric: Metric, features: Path) -> None:
        """Measure on ``columns``; ``features`` is where features are kept."""
        self._columns = columns
        self._metric: Metric = metric
        self._cache = features
        self._looks: object = None
        self._pictures: Featured | None = None

    @property
    def steps(self) -> int:
        """The folds."""
        return self._columns.recipe.split.folds

    def measure(self, recipe: Recipe, number: int, report: Report) -> float:
        """Return the metric over all pictures outside the test."""
        pictures, rows = self._featured(recipe), ~self._columns.test
        targets = self._columns.main.targets
        likely = np.zeros_like(targets)
        measure = _MEASURES[self._metric]
        seen = np.zeros_like(rows)
        found = cross_fitted(self._head(recipe), pictures, rows, self._columns.folds)
        for step, (mine, logits) in enumerate(found, start=1):
            likely[mine] = sigmoid(logits)
            seen |= mine
            report(step, measure(likely[seen], targets[seen]))
        return measure(likely[rows], targets[rows])

    def _head(self, recipe: Recipe) -> HeadSettings:
        seeds = recipe.head.seeds
        if seeds != self._columns.recipe.head.seeds:
            return recipe.head
        return msgspec.structs.replace(recipe.head, seeds=seeds[:1])

    def _featured(self, recipe: Recipe) -> Featured:
        """Return the pictures as the recipe looks at them and weighs them."""
        looks = (recipe.network, recipe.inputs, [data.views for data in recipe.data])
        if self._pictures is None or looks != self._looks:
            cache = FeatureCache(self._cache, trunk_of(recipe), recipe.images.spec())
            helpers = [
                Helper(settings, helper.data)
                for settings, helper in zip(recipe.data[1:], self._columns.helpers, strict=True)
            ]
            columns = replace(self._columns, recipe=recipe, helpers=tuple(helpers))
            self._pictures, self._looks = featured(columns, cache), looks
        main, helpers_seen = self._pictures.main, self._pictures.helpers
        return Featured(
            replace(main, settings=recipe.data[0]),
            tuple(
                replace(helper, settings=settings)
                for settings, helper in zip(recipe.data[1:], helpers_seen, strict=True)
            ),
        )


@dataclass(frozen=True, slots=True)
class NeighbourTrials:
    """Nearest neighbours of other folds, for all pictures outside the test; there are no steps.

    Attributes:
        columns: The pictures.
        metric: What is compared.
        features: Where features are kept.
    """

    columns: Columns
    metric: Metric
    features: Path

    @property
    def steps(self) -> int:
        """One: nothing is reported on the way."""
        return 1

    def measure(self, recipe: Recipe, number: int, report: Report) -> float:
        """Return the metric of the neighbours' votes over all pictures outside the test."""
        if not isinstance(recipe.network, Neighbours):
            raise RecipeError("network.kind cannot change from one trial to the next.")
        cache = FeatureCache(self.features, trunk_of(recipe), recipe.images.spec())
        embeddings = cache.get(self.columns.main.pictures, "plain")
        votes = cross_fitted_votes(recipe.network, embeddings, self.columns)
        return _MEASURES[self.metric](votes, self.columns.main.targets[~self.columns.test])


@dataclass(frozen=True, slots=True)
class TrainedTrials:
    """Networks that are trained as a whole; a step is an epoch, measured on validation pictures.

    Attributes:
        columns: The pictures.
        metric: What is compared.
        data: The data directory.
        folder: Where each trial has a run of its own; its learning curve stays.
        runs: Where resized pictures are kept.
        tell: Takes sentences for people.
    """

    columns: Columns
    metric: Metric
    data: Path
    folder: Path
    runs: Path
    tell: Callable[[str], None]

    @property
    def steps(self) -> int:
        """The epochs."""
        return self.columns.recipe.training.epochs

    def measure(self, recipe: Recipe, number: int, report: Report) -> float:
        """Return the metric after the epoch whose weights the recipe keeps."""
        run = self.folder / f"trial-{number + 1:04}"
        shutil.rmtree(run, ignore_errors=True)
        curve: list[EpochFigures] = []

        def follow(figures: EpochFigures) -> None:
            curve.append(figures)
            report(figures.epoch, self._value(figures))

        try:
            train_network(
                recipe,
                RunPlace(data=self.data, folder=run, runs=self.runs),
                RunOptions(fresh=True, follow=follow, save_every=float("inf")),
            )
        finally:
            for weights in (CHECKPOINT, BEST):
                (run / weights).unlink(missing_ok=True)
        if recipe.training.keep == "best":
            return self._value(min(curve, key=lambda figures: figures.loss))
        return self._value(curve[-1])

    def _value(self, figures: EpochFigures) -> float:
        if self.metric == "top3_recall":
            return figures.top3_recall
        return figures.mean_average_precision if self.metric == "mAP" else figures.loss


def with_labels(recipe: Recipe, columns: Columns) -> Recipe:
    """Return a recipe with the labels that the data have, where it names none."""
    return msgspec.structs.replace(recipe, labels=columns.recipe.labels)


def trials_of(
    columns: Columns,
    *,
    metric: Metric,
    data: Path,
    runs: Path,
    folder: Path,
    tell: Callable[[str], None],
) -> Trials:
    """Return what measures recipes like that of ``columns``.

    Args:
        columns: The pictures and the recipe.
        metric: What is compared.
        data: The data directory.
        runs: Where features and resized pictures are kept.
        folder: The tuning's, for trials that need one.
        tell: Takes sentences for people.

    Raises:
        RecipeError: The recipe's network is of a kind that is not tuned, or its split has no
            validation pictures to compare on.
    """
    kind = kind_of(columns.recipe)
    if kind == "frozen":
        return FrozenTrials(columns, metric=metric, features=runs / "features")
    if kind == "neighbours":
        return NeighbourTrials(columns, metric, runs / "features")
    if not columns.validation.any():
        raise RecipeError(
            "Trials of trained networks are compared on validation pictures; set "
            "split.validation above 0."
        )
    return TrainedTrials(columns, metric, data, folder, runs, tell)
