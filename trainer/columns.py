"""Makes a pack whose labels are columns of a table: movie genres, or anyone's own labels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from torch import nn

from trainer.calibration import fit_platt, sigmoid
from trainer.card import columns_card
from trainer.cross_fitting import cross_fit, featured, train_heads
from trainer.data import Labelled, gather_columns
from trainer.data.checks import Tell, tell_on_stderr
from trainer.evaluate import measure_columns
from trainer.export import PackLabel
from trainer.features import FeatureCache
from trainer.network import ColumnsAnswer, PackNetwork
from trainer.packing import Built, Workplace, build_files, finish, inputs_of, trunk_of
from trainer.recipe import Recipe
from trainer.thresholds import f1_thresholds

_BORROW = 150.0
"""Positives that the common threshold counts for when a label's own is chosen."""
_LEAST_FOUND = 10
"""With fewer pictures found a threshold would be luck; the label is then never shown."""
_LEAST_PRECISION = 0.4
"""A genre that is wrong more often than that helps nobody."""


def make_columns_pack(recipe: Recipe, place: Workplace, *, tell: Tell = tell_on_stderr) -> None:
    """Train, calibrate, export and measure; the pack is written to ``place.out``.

    Args:
        recipe: Of a frozen network.
        place: Where everything lies.
        tell: Is given what people should know of the data.

    Raises:
        TrainerError: Data or recipe are wrong, or the export does not match the network.
    """
    trunk = trunk_of(recipe)
    cache = FeatureCache(place.features, trunk, recipe.images.spec())
    columns = gather_columns(recipe, place.data, tell=tell, cache_folder=place.features.parent)
    recipe, data, test = columns.recipe, columns.main, columns.test
    pictures = featured(columns, cache)
    outside = cross_fit(recipe.head, pictures, ~test, columns.folds)
    targets = data.targets[~test]
    platt = fit_platt(outside, targets, np.ones_like(targets))
    calibrated = sigmoid(outside * platt.slopes[:, 0] + platt.biases)
    thresholds = [
        threshold if label.shown else None
        for label, threshold in zip(
            recipe.kept_labels,
            f1_thresholds(
                calibrated,
                targets,
                borrow=_BORROW,
                least_found=_LEAST_FOUND,
                least_precision=_LEAST_PRECISION,
            ),
            strict=True,
        )
    ]
    heads = train_heads(recipe.head, pictures, ~test)
    network = PackNetwork(trunk, ColumnsAnswer(nn.ModuleList(heads), platt)).eval()
    paths = np.array(data.pictures.paths, dtype=object)
    built = build_files(
        network,
        place,
        recipe.images.spec(),
        calibration=list(paths[~test]),
    )
    _report(recipe, place, data, test, thresholds, built)


def _report(
    recipe: Recipe,
    place: Workplace,
    data: Labelled,
    test: NDArray[np.bool_],
    thresholds: Sequence[float | None],
    built: Built,
) -> None:
    """Measure both graphs on the test pictures and write description and card."""
    paths = [path for path, mine in zip(data.pictures.paths, test, strict=True) if mine]
    images = inputs_of(paths, recipe.images.spec())
    measured = measure_columns(
        {precision: graph(images)[0] for precision, graph in built.graphs.items()},
        data.targets[test],
        thresholds,
        data.targets[~test].mean(axis=0),
        rounds=place.bootstrap_rounds,
    )
    metrics = {**measured.summary(), "greatest_difference": built.difference}
    labels = [
        PackLabel(
            id=label.id,
            name=label.name,
            group=label.group,
            aliases=label.aliases,
            parents=(),
            threshold=threshold,
            hidden_with=(),
        )
        for label, threshold in zip(recipe.kept_labels, thresholds, strict=True)
    ]
    finish(recipe, place, labels, metrics, pictures=len(data.ids))
    card = columns_card(recipe, labels, measured)
    (place.out / "MODEL_CARD.md").write_text(card, encoding="utf-8")
