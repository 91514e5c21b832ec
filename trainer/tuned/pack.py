"""Makes a pack of columns whose trunk's last stages are tuned.

Several networks are trained. Each leaves another fold out, so that the pictures of these folds are
answered by a network that never saw them: such answers calibrate and choose thresholds. The pack
answers with the mean of all networks, which share all that was not tuned.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.calibration import fit_platt, sigmoid
from trainer.cross_fitting import Collection, Featured, featured, train_heads
from trainer.data import Columns, gather_columns
from trainer.errors import RecipeError
from trainer.features import FeatureCache
from trainer.heads import Head
from trainer.network_settings import Tuned
from trainer.networks import count_parameters
from trainer.packing import Provenance, Workplace, build_files, few, inputs_of, trunk_weights
from trainer.recipe import Recipe
from trainer.reporting import Tested, report_columns, thresholds_of
from trainer.training.checkpoint import Position
from trainer.training.kept import kept_states
from trainer.training.loop import predict
from trainer.training.run import RunOptions, carry_out
from trainer.trunk import EMBEDDING_SIZE, Trunk, load_trunk
from trainer.tuned.ensemble import Ensemble
from trainer.tuned.halves import Front, Tail
from trainer.tuned.material import map_material
from trainer.tuned.network import TunedNetwork, embeddings, set_dropout

_CPU: Final = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class _Fold:
    """One network, how far it came, and what it said of the pictures it never saw."""

    network: TunedNetwork
    position: Position
    logits: NDArray[np.float32]


def make_tuned_pack(
    recipe: Recipe, run: Path, place: Workplace, options: RunOptions | None = None
) -> None:
    """Tune, calibrate, export and measure; the pack is written to ``place.out``.

    Args:
        recipe: Its network is of the kind ``tuned``.
        run: Folder of the runs: one below it for each fold.
        place: Where everything else lies.
        options: How the runs are carried out.

    Raises:
        KeyboardInterrupt: It was stopped, after a checkpoint; the message says how to go on.
        TrainerError: Recipe, data, disk or export keep it from its work.
    """
    options = options or RunOptions()
    network = _tuned(recipe)
    trunk = load_trunk(network.trunk)
    front = Front(trunk, network.cut)
    cache = FeatureCache(place.features, front, recipe.images.spec())
    columns = gather_columns(
        recipe, place.data, tell=options.tell, cache_folder=place.features.parent
    )
    recipe = columns.recipe
    pictures = featured(columns, cache)
    untuned = _untuned(pictures, _tail(network, trunk))
    began = time.monotonic()
    folds = [
        _train_fold(recipe, columns, pictures, untuned, trunk, run, number, options)
        for number in range(network.networks)
    ]
    _write(recipe, place, columns, front, folds, time.monotonic() - began)


def _tuned(recipe: Recipe) -> Tuned:
    network = recipe.network
    if not isinstance(network, Tuned):
        raise RecipeError(f"The network of the recipe {recipe.pack.id} is not of the kind tuned.")
    if network.networks > recipe.split.folds:
        raise RecipeError(
            f"The recipe {recipe.pack.id} asks for {network.networks} networks, each blind to "
            f"another fold, but for {recipe.split.folds} folds; raise split.folds."
        )
    return network


def _tail(network: Tuned, trunk: Trunk) -> Tail:
    return Tail(trunk, network.cut, learning=network.first, drop=network.drop)


def _untuned(pictures: Featured, tail: Tail) -> Featured:
    """Return the embeddings that the tail gives before it is tuned, for the heads to start from."""

    def embedded(part: Collection) -> Collection:
        found = embeddings(tail, part.views[0]).to(torch.float16).numpy()
        return Collection(part.settings, part.data, (found,))

    return Featured(embedded(pictures.main), tuple(embedded(one) for one in pictures.helpers))


def _train_fold(
    recipe: Recipe,
    columns: Columns,
    pictures: Featured,
    untuned: Featured,
    trunk: Trunk,
    run: Path,
    number: int,
    options: RunOptions,
) -> _Fold:
    """Train the network that never sees the pictures of one fold."""
    settings = _tuned(recipe)
    apart = ~columns.test & (columns.folds == number)
    training = ~columns.test & ~apart
    material = map_material(recipe, pictures, training=training, validation=apart)

    def build() -> TunedNetwork:
        (head,) = train_heads(recipe.head, untuned, training)
        set_dropout(head, settings.dropout)
        return TunedNetwork(
            _tail(settings, trunk),
            head,
            settings,
            collections=1 + len(columns.helpers),
            started_from=trunk_weights(recipe),
        )

    options.tell(f"Network {number + 1} of {settings.networks}.")
    folder = run / f"fold-{number}"
    position = carry_out(recipe, material, build, folder, options)
    states, _ = kept_states(recipe, folder)
    network = _network(recipe, trunk, columns, states)
    return _Fold(network, position, predict(network, material, material.validation, device=_CPU))


def _network(
    recipe: Recipe, trunk: Trunk, columns: Columns, states: Mapping[str, Tensor]
) -> TunedNetwork:
    """Return a trained network, in evaluation mode."""
    settings = _tuned(recipe)
    outputs = columns.main.targets.shape[1]
    head = Head(EMBEDDING_SIZE, outputs, hidden=recipe.head.hidden, dropout=settings.dropout)
    network = TunedNetwork(
        _tail(settings, trunk),
        head,
        settings,
        collections=1 + len(columns.helpers),
        started_from=trunk_weights(recipe),
    )
    network.load_state_dict(states)
    return network.eval().requires_grad_(False)


def _write(
    recipe: Recipe,
    place: Workplace,
    columns: Columns,
    front: Front,
    folds: list[_Fold],
    seconds: float,
) -> None:
    """Calibrate, choose thresholds, export, measure."""
    data, test = columns.main, columns.test
    unseen = [~test & (columns.folds == number) for number in range(len(folds))]
    outside = np.concatenate([fold.logits for fold in folds])
    targets = np.concatenate([data.targets[rows] for rows in unseen])
    platt = fit_platt(outside, targets, np.ones_like(targets))
    calibrated = sigmoid(outside * platt.slopes[:, 0] + platt.biases)
    thresholds = thresholds_of(recipe, calibrated, targets)
    network = Ensemble(front, [(fold.network.tail, fold.network.head) for fold in folds], platt)
    spec = recipe.images.spec()
    paths = np.array(data.pictures.paths, dtype=object)
    built = build_files(
        network.eval(), place, spec, images=few(list(paths[~test]), spec), half=True
    )
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
        Provenance(
            weights=trunk_weights(recipe),
            embedding=EMBEDDING_SIZE,
            parameters=count_parameters(network),
            pictures=len(data.ids),
            epochs=sum(fold.position.epoch for fold in folds),
            steps=sum(fold.position.step for fold in folds),
            seconds=sum(fold.position.seconds for fold in folds) or seconds,
        ),
    )
