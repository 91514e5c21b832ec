"""Makes a pack whose labels are columns of a table: movie genres, or anyone's own labels."""

import math
import time

import numpy as np
from torch import nn

from trainer.calibration import fit_platt, sigmoid
from trainer.cross_fitting import cross_fit, featured, train_heads
from trainer.data import Columns, gather_columns
from trainer.data.checks import Tell, tell_on_stderr
from trainer.features import FeatureCache
from trainer.network import ColumnsAnswer, PackNetwork
from trainer.networks.trained import count_parameters
from trainer.packing import (
    Provenance,
    Workplace,
    build_files,
    few,
    inputs_of,
    trunk_of,
    trunk_weights,
)
from trainer.recipe import Recipe
from trainer.reporting import Tested, report_columns, thresholds_of
from trainer.trunk import EMBEDDING_SIZE


def make_columns_pack(recipe: Recipe, place: Workplace, *, tell: Tell = tell_on_stderr) -> None:
    """Train, calibrate, export and measure; the pack is written to ``place.out``.

    Args:
        recipe: Of a frozen network.
        place: Where everything lies.
        tell: Is given what people should know of the data.

    Raises:
        TrainerError: Data or recipe are wrong, or the export does not match the network.
    """
    began = time.monotonic()
    trunk = trunk_of(recipe)
    cache = FeatureCache(place.features, trunk, recipe.images.spec())
    columns = gather_columns(recipe, place.data, tell=tell, cache_folder=place.features.parent)
    recipe, data, test = columns.recipe, columns.main, columns.test
    pictures = featured(columns, cache)
    outside = cross_fit(recipe.head, pictures, ~test, columns.folds)
    targets = data.targets[~test]
    platt = fit_platt(outside, targets, np.ones_like(targets))
    calibrated = sigmoid(outside * platt.slopes[:, 0] + platt.biases)
    thresholds = thresholds_of(recipe, calibrated, targets)
    heads = train_heads(recipe.head, pictures, ~test)
    network = PackNetwork(trunk, ColumnsAnswer(nn.ModuleList(heads), platt)).eval()
    spec = recipe.images.spec()
    paths = np.array(data.pictures.paths, dtype=object)
    images = few(list(paths[~test]), spec)
    built = build_files(network, place, spec, images=images, int8=recipe.pack.int8)
    report_columns(
        recipe,
        place,
        built,
        Tested(
            images=inputs_of(list(paths[test]), spec),
            targets=data.targets[test],
            priors=data.targets[~test].mean(axis=0),
        ),
        thresholds,
        _provenance(columns, network, seconds=time.monotonic() - began),
    )


def _provenance(columns: Columns, network: PackNetwork, *, seconds: float) -> Provenance:
    head, data = columns.recipe.head, columns.main
    shown = int((~columns.test).sum()) + sum(len(helper.data.ids) for helper in columns.helpers)
    return Provenance(
        weights=trunk_weights(columns.recipe),
        embedding=EMBEDDING_SIZE,
        parameters=count_parameters(network),
        pictures=len(data.ids),
        epochs=head.epochs,
        steps=head.epochs * math.ceil(shown / head.batch),
        seconds=seconds,
    )
