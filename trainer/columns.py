"""Makes a pack whose labels are columns of a table: movie genres, or anyone's own labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from trainer.calibration import fit_platt, sigmoid
from trainer.card import columns_card
from trainer.data.genre_csv import read_genre_csv
from trainer.data.labelled import Labelled, fold_of, held_out
from trainer.errors import DataError
from trainer.evaluate import column_figures, limits_of
from trainer.export import PackLabel
from trainer.features import FeatureCache
from trainer.heads import Head, TrainingSet, logits_of, train_head
from trainer.metrics import Interval, constant_baseline
from trainer.network import ColumnsAnswer, PackNetwork
from trainer.packing import Built, Workplace, build_files, finish, inputs_of, trunk_of
from trainer.recipe import Recipe
from trainer.settings import DataSettings
from trainer.thresholds import Evidence, f1_thresholds, measure

_BORROW = 150.0
"""Positives that the common threshold counts for when a label's own is chosen."""
_LEAST_FOUND = 10
"""With fewer pictures found a threshold would be luck; the label is then never shown."""
_LEAST_PRECISION = 0.4
"""A genre that is wrong more often than that helps nobody."""


@dataclass(frozen=True, slots=True)
class _Collection:
    settings: DataSettings
    data: Labelled
    views: tuple[NDArray[np.float16], ...]


def make_columns_pack(recipe: Recipe, place: Workplace) -> None:
    """Train, calibrate, export and measure; the pack is written to ``place.out``.

    Raises:
        TrainerError: Data or recipe are wrong, or the export does not match the network.
    """
    trunk = trunk_of(recipe)
    cache = FeatureCache(place.features, trunk, recipe.images.spec())
    columns = [label.column for label in recipe.labels]
    if not columns:
        raise DataError("The recipe names no labels; add a [[labels]] table for each column.")
    collections = [_load(settings, columns, place, cache) for settings in recipe.data]
    main, helpers = collections[0], collections[1:]
    _check_labels(main.data)
    test = held_out(main.data.ids, part=recipe.split.test, seed=recipe.split.seed)
    outside = _cross_fit(recipe, main, helpers, test)
    targets = main.data.targets[~test]
    platt = fit_platt(outside, targets, np.ones_like(targets))
    calibrated = sigmoid(outside * platt.slopes[:, 0] + platt.biases)
    thresholds = [
        threshold if label.shown else None
        for label, threshold in zip(
            recipe.labels,
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
    heads = _heads(recipe, main, helpers, ~test)
    network = PackNetwork(trunk, ColumnsAnswer(nn.ModuleList(heads), platt)).eval()
    paths = np.array(main.data.pictures.paths, dtype=object)
    built = build_files(
        network,
        place,
        recipe.images.spec(),
        calibration=list(paths[~test]),
    )
    _report(recipe, place, main.data, test, thresholds, built)


def _load(
    settings: DataSettings, columns: Sequence[str], place: Workplace, cache: FeatureCache
) -> _Collection:
    data = read_genre_csv(place.data / settings.folder, columns)
    views = tuple(cache.get(data.pictures, view) for view in settings.views)
    return _Collection(settings, data, views)


def _check_labels(data: Labelled) -> None:
    empty = [
        label
        for label, count in zip(data.labels, data.targets.sum(axis=0), strict=True)
        if not count
    ]
    if empty:
        raise DataError(
            f"No picture has the label {', '.join(empty)}; take the column out of the recipe."
        )


def _cross_fit(
    recipe: Recipe,
    main: _Collection,
    helpers: Sequence[_Collection],
    test: NDArray[np.bool_],
) -> NDArray[np.float32]:
    """Return logits [N,L] of all pictures outside the test, from heads that never saw them."""
    fold = fold_of(main.data.ids, folds=recipe.split.folds, seed=recipe.split.seed)
    logits = np.zeros_like(main.data.targets)
    for number in range(recipe.split.folds):
        mine = ~test & (fold == number)
        if not mine.any():
            continue
        heads = _heads(recipe, main, helpers, ~test & ~mine)
        logits[mine] = np.mean([logits_of(head, main.views[0][mine]) for head in heads], axis=0)
    return logits[~test]


def _heads(
    recipe: Recipe,
    main: _Collection,
    helpers: Sequence[_Collection],
    rows: NDArray[np.bool_],
) -> list[Head]:
    """Train one head a seed on some rows of the main collection and all of the helpers."""
    parts = [main, *helpers]
    kept = [rows] + [np.ones(len(part.data.ids), dtype=bool) for part in helpers]
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
        if helpers
        else None,
    )
    return [train_head(training, recipe.head, seed=seed) for seed in recipe.head.seeds]


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
    targets = data.targets[test]
    limits = limits_of(thresholds)
    images = inputs_of(paths, recipe.images.spec())
    figures: dict[str, dict[str, Interval]] = {}
    evidence: list[Evidence] = []
    for precision, graph in built.graphs.items():
        probabilities = graph(images)[0]
        figures[precision] = column_figures(
            probabilities, targets, thresholds, rounds=place.bootstrap_rounds
        )
        if not evidence:
            ones = np.ones(len(targets), dtype=np.float32)
            evidence = [
                measure(probabilities[:, label], targets[:, label], ones, threshold)
                for label, threshold in enumerate(thresholds)
            ]
    baseline = constant_baseline(data.targets[~test].mean(axis=0), targets, limits)
    metrics: dict[str, Any] = {
        "test_pictures": len(targets),
        "baseline": {name: round(value, 4) for name, value in baseline.items()},
        **{
            precision: {
                name: [round(i.value, 4), round(i.low, 4), round(i.high, 4)]
                for name, i in intervals.items()
            }
            for precision, intervals in figures.items()
        },
        "greatest_difference": built.difference,
    }
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
        for label, threshold in zip(recipe.labels, thresholds, strict=True)
    ]
    finish(recipe, place, labels, metrics, pictures=len(data.ids))
    card = columns_card(recipe, labels, figures, baseline, evidence, tested=len(targets))
    (place.out / "MODEL_CARD.md").write_text(card, encoding="utf-8")
