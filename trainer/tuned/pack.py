"""Makes a pack of columns whose trunk's last stages are tuned.

Several networks are trained. Each leaves another fold out, so that the pictures of these folds are
answered by a network that never saw them: such answers calibrate and choose thresholds. The pack
answers with the mean of all networks, which share all that was not tuned.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

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
from trainer.training.checkpoint import CHECKPOINT, Position
from trainer.training.kept import kept_states
from trainer.training.loop import predict
from trainer.training.run import RunOptions, carry_out
from trainer.trunk import EMBEDDING_SIZE, Trunk, load_trunk
from trainer.tuned.ensemble import Ensemble
from trainer.tuned.halves import Front, Tail
from trainer.tuned.material import map_material
from trainer.tuned.network import TunedNetwork, embeddings, set_dropout

_EXACT_FIRST: Final = 6
"""Convolutions of stem and first blocks in fp32: on 300 training posters the mean error of a
probability in int8 falls from .0057 to .0028, for 1.3 ms more a picture (7.0 against 5.7)."""
_CPU: Final = torch.device("cpu")


@dataclass(frozen=True, slots=True)
class _Fold:
    """One network, how far it came, and what it said of the pictures it never saw."""

    network: TunedNetwork
    position: Position
    logits: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Tuning:
    """What all networks of a pack are trained with.

    Attributes:
        recipe: With its labels.
        settings: Its network.
        columns: The pictures, divided.
        maps: What the front made of them.
        untuned: Gives the embeddings before tuning, which only a new run needs.
        trunk: With its ImageNet weights.
        run: Folder of the runs.
        options: How they are carried out.
    """

    recipe: Recipe
    settings: Tuned
    columns: Columns
    maps: Featured
    untuned: Callable[[], Featured]
    trunk: Trunk
    run: Path
    options: RunOptions


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
    maps = featured(columns, cache)
    tuning = _Tuning(
        recipe=columns.recipe,
        settings=network,
        columns=columns,
        maps=maps,
        untuned=functools.cache(lambda: _untuned(maps, _tail(network, trunk))),
        trunk=trunk,
        run=run,
        options=options,
    )
    _write(tuning, place, front, [_train_fold(tuning, fold) for fold in range(network.networks)])


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


def _train_fold(tuning: _Tuning, number: int) -> _Fold:
    """Train the network that never sees the pictures of one fold."""
    recipe, columns = tuning.recipe, tuning.columns
    apart = ~columns.test & (columns.folds == number)
    training = ~columns.test & ~apart
    material = map_material(recipe, tuning.maps, training=training, validation=apart)
    folder = tuning.run / f"fold-{number}"

    def build() -> TunedNetwork:
        if (folder / CHECKPOINT).exists():  # which has the head's weights too
            return _network(tuning, None)
        (head,) = train_heads(recipe.head, tuning.untuned(), training)
        set_dropout(head, tuning.settings.dropout)
        return _network(tuning, head)

    tuning.options.tell(f"Network {number + 1} of {tuning.settings.networks}.")
    position = carry_out(recipe, material, build, folder, tuning.options)
    states, _ = kept_states(recipe, folder)
    network = _network(tuning, None)
    network.load_state_dict(states)
    network.eval().requires_grad_(False)
    return _Fold(network, position, predict(network, material, material.validation, device=_CPU))


def _network(tuning: _Tuning, head: Head | None) -> TunedNetwork:
    """Return a network as it begins; without ``head``, one whose weights are yet to be loaded."""
    recipe, settings = tuning.recipe, tuning.settings
    outputs = tuning.columns.main.targets.shape[1]
    empty = Head(EMBEDDING_SIZE, outputs, hidden=recipe.head.hidden, dropout=settings.dropout)
    return TunedNetwork(
        _tail(settings, tuning.trunk),
        head or empty,
        settings,
        collections=1 + len(tuning.columns.helpers),
        started_from=trunk_weights(recipe),
    )


def _write(tuning: _Tuning, place: Workplace, front: Front, folds: list[_Fold]) -> None:
    """Calibrate, choose thresholds, export, measure."""
    recipe, columns = tuning.recipe, tuning.columns
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
        network.eval(),
        place,
        spec,
        images=few(list(paths[~test]), spec),
        exact_first=_EXACT_FIRST,
        half=True,
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
            seconds=sum(fold.position.seconds for fold in folds),
        ),
    )
