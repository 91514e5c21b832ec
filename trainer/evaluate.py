"""Measures a finished pack again, on the pictures its recipe kept for the test."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.labeling.pack import Pack, load_pack, verify
from trainer.data.genre_csv import read_genre_csv
from trainer.data.labelled import held_out
from trainer.errors import RecipeError
from trainer.export import open_graph
from trainer.metrics import Interval, bootstrap, constant_baseline, multilabel_figures
from trainer.packing import Workplace, inputs_of
from trainer.recipe import Recipe
from trainer.vocabulary.material import KINDS, gather
from trainer.vocabulary.measure import measure_words
from trainer.vocabulary.table import read_vocabulary

NEVER: Final = 2.0
"""Above every probability: how a missing threshold counts in the figures."""


def limits_of(thresholds: Sequence[float | None]) -> NDArray[np.float64]:
    """Return thresholds as numbers [L]; a missing one is never reached."""
    return np.array([NEVER if threshold is None else threshold for threshold in thresholds])


def column_figures(
    probabilities: NDArray[np.float32],
    targets: NDArray[np.float32],
    thresholds: Sequence[float | None],
    *,
    rounds: int,
) -> dict[str, Interval]:
    """Return the figures of probabilities [N,L] with their 95% intervals."""
    limits = limits_of(thresholds)

    def measured(rows: NDArray[np.intp]) -> dict[str, float]:
        return multilabel_figures(probabilities[rows], targets[rows], limits)

    return bootstrap(measured, len(targets), rounds=rounds)


def evaluate(recipe: Recipe, place: Workplace) -> dict[str, Any]:
    """Return the figures of each graph of the pack in ``place.out``, ready for JSON.

    Raises:
        PackError: The pack is broken.
        DataError: The data are.
        RecipeError: The pack was made from another recipe.
    """
    pack = load_pack(place.out)
    verify(pack)
    if pack.id != recipe.pack.id:
        raise RecipeError(f"The pack {place.out} is {pack.id!r}, the recipe's {recipe.pack.id!r}.")
    if recipe.makes == "columns":
        return _columns(pack, recipe, place)
    return _words(pack, recipe, place)


def _columns(pack: Pack, recipe: Recipe, place: Workplace) -> dict[str, Any]:
    columns = [label.column for label in recipe.labels]
    data = read_genre_csv(place.data / recipe.data[0].folder, columns)
    test = held_out(data.ids, part=recipe.split.test, seed=recipe.split.seed)
    thresholds = [label.threshold for label in pack.labels]
    paths = [path for path, mine in zip(data.pictures.paths, test, strict=True) if mine]
    images = inputs_of(paths, recipe.images.spec())
    told: dict[str, Any] = {"pictures": len(paths)}
    for file, graph in _graphs(pack):
        figures = column_figures(
            graph(images)[0], data.targets[test], thresholds, rounds=place.bootstrap_rounds
        )
        told[file] = {name: [i.value, i.low, i.high] for name, i in figures.items()}
    told["baseline"] = constant_baseline(
        data.targets[~test].mean(axis=0), data.targets[test], limits_of(thresholds)
    )
    return told


def _words(pack: Pack, recipe: Recipe, place: Workplace) -> dict[str, Any]:
    vocabulary = read_vocabulary(place.tables / recipe.vocabulary)
    material = gather(recipe, place, vocabulary, None)
    tested = np.flatnonzero(material.tested(recipe))
    images = inputs_of([material.paths[row] for row in tested], recipe.images.spec())
    told: dict[str, Any] = {"pictures": len(tested)}
    for file, graph in _graphs(pack):
        told[file] = measure_words(
            vocabulary,
            graph(images)[0],
            material.targets[tested],
            material.weights[tested],
            material.kinds[tested],
            [label.threshold for label in pack.labels],
            KINDS,
        ).summary()
    return told


def _graphs(pack: Pack) -> list[tuple[str, Any]]:
    networks = [file.name for file in pack.files if file.is_network]
    return [(name, open_graph(Path(pack.directory) / name)) for name in networks]
