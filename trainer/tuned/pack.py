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

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from trainer.calibration import Logistic, fit_platt, fit_voices, sigmoid
from trainer.cross_fitting import Collection, Featured, featured, train_heads
from trainer.data import Columns, gather_columns
from trainer.errors import RecipeError
from trainer.features import FeatureCache
from trainer.heads import Head
from trainer.network_settings import Tuned
from trainer.networks import count_parameters
from trainer.packing import Provenance, Workplace, build_files, every, few, inputs_of, trunk_weights
from trainer.recipe import Recipe
from trainer.reporting import Tested, report_columns, thresholds_of
from trainer.training.checkpoint import CHECKPOINT, Position
from trainer.training.kept import kept_states
from trainer.training.loop import predict
from trainer.training.run import RunOptions, carry_out
from trainer.trunk import EMBEDDING_SIZE, Trunk, load_trunk
from trainer.tuned.ensemble import Ensemble, Reading
from trainer.tuned.halves import Front, Tail
from trainer.tuned.joint import JointHeads, train_joint_heads
from trainer.tuned.material import map_material
from trainer.tuned.network import TunedNetwork, embeddings, set_dropout
from trainer.tuned.reading import Readers, train_readers, write_text
from trainer.words.encoder import SOURCE

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
        recipe: With its labels; without settings of reading, which do not touch these networks.
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
        recipe=msgspec.structs.replace(columns.recipe, reading=None),
        settings=network,
        columns=columns,
        maps=maps,
        untuned=functools.cache(lambda: _untuned(maps, _tail(network, trunk))),
        trunk=trunk,
        run=run,
        options=options,
    )
    folds = [_train_fold(tuning, fold) for fold in range(network.networks)]
    readers = None
    if columns.recipe.reading is not None:
        readers = train_readers(columns, place.data, run, options)
    _write(tuning, place, front, folds, readers)


def _tuned(recipe: Recipe) -> Tuned:
    network = recipe.network
    if not isinstance(network, Tuned):
        raise RecipeError(f"The network of the recipe {recipe.pack.id} is not of the kind tuned.")
    if network.networks > recipe.split.folds:
        raise RecipeError(
            f"The recipe {recipe.pack.id} asks for {network.networks} networks, each blind to "
            f"another fold, but for {recipe.split.folds} folds; raise split.folds."
        )
    if _readers(recipe) > network.networks:
        raise RecipeError(
            f"The recipe {recipe.pack.id} asks for {_readers(recipe)} networks that read, but for "
            f"{network.networks} that look; lower reading.networks."
        )
    return network


def _readers(recipe: Recipe) -> int:
    """Return how many networks read: those of the first folds."""
    return recipe.reading.networks if recipe.reading else 0


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


@dataclass(frozen=True, slots=True)
class _Unseen:
    """What the networks say of main pictures that they never saw.

    Attributes:
        places: int64 [M], the pictures.
        logits: float32 [M,L].
        targets: float32 [M,L].
        platt: Fitted to them.
    """

    places: NDArray[np.int64]
    logits: NDArray[np.float32]
    targets: NDArray[np.float32]
    platt: Logistic


def _unseen(columns: Columns, folds: list[_Fold]) -> _Unseen:
    places = np.concatenate(
        [np.flatnonzero(~columns.test & (columns.folds == number)) for number in range(len(folds))]
    )
    logits = np.concatenate([fold.logits for fold in folds])
    targets = columns.main.targets[places]
    return _Unseen(places, logits, targets, fit_platt(logits, targets, np.ones_like(targets)))


def _voices(
    unseen: _Unseen, readers: Readers, joint: JointHeads
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return which of the unseen pictures have words [K], and all voices on those [K,L,5]."""
    order = np.argsort(unseen.places)
    rows = order[np.searchsorted(unseen.places, readers.places, sorter=order)]
    alone = unseen.logits[rows][:, :, None]
    return rows, np.concatenate([alone, readers.voices, joint.logits], axis=2)


def _read(
    unseen: _Unseen, readers: Readers, joint: JointHeads, untuned: Tail, strength: float
) -> tuple[Reading, NDArray[np.float64]]:
    """Fit by label what the voices weigh, where all are blind.

    Returns:
        What the pack answers with where there are words; and the probabilities [M,L] of the unseen
        pictures, with their words where readers answered them.
    """
    rows, scores = _voices(unseen, readers, joint)
    targets = unseen.targets[rows]
    weights = fit_voices(scores, targets, np.ones_like(targets), strength=strength)
    said = _looked(unseen)
    said[rows] = sigmoid((scores * weights.slopes).sum(axis=2) + weights.biases)
    return Reading(untuned, joint.heads, weights), said


def _looked(unseen: _Unseen) -> NDArray[np.float64]:
    """Return the probabilities [M,L] of unseen pictures, by the pictures alone."""
    return sigmoid(unseen.logits * unseen.platt.slopes[:, 0] + unseen.platt.biases)


def _write(
    tuning: _Tuning, place: Workplace, front: Front, folds: list[_Fold], readers: Readers | None
) -> None:
    """Calibrate, choose thresholds, export, measure."""
    recipe, columns = tuning.columns.recipe, tuning.columns
    data, test = columns.main, columns.test
    unseen = _unseen(columns, folds)
    reading, said = None, _looked(unseen)
    if readers is not None and recipe.reading is not None:
        untuned = _tail(tuning.settings, tuning.trunk).eval().requires_grad_(False)
        joint = train_joint_heads(recipe.reading, columns, tuning.maps, untuned, readers)
        reading, said = _read(unseen, readers, joint, untuned, recipe.reading.strength)
    compared = columns.folds[unseen.places] < (_readers(recipe) or len(folds))
    thresholds = thresholds_of(recipe, said[compared], unseen.targets[compared])
    tails = [(fold.network.tail, fold.network.head) for fold in folds]
    network = Ensemble(front, tails, unseen.platt, reading)
    spec = recipe.images.spec()
    paths = np.array(data.pictures.paths, dtype=object)
    some = np.flatnonzero(~test)[:: every(int((~test).sum()))]  # those that ``few`` takes
    text = None
    if readers is not None:
        text = write_text(readers, place, recipe, np.append(some, np.flatnonzero(test)))
    built = build_files(
        network.eval(),
        place,
        spec,
        images=few(list(paths[~test]), spec),
        int8=recipe.pack.int8,
        exact_first=_EXACT_FIRST,
        small=True,
        words=None if text is None else text.vectors[: len(some)],
    )
    done = [fold.position for fold in folds] + list(readers.positions if readers else ())
    report_columns(
        recipe,
        place,
        built,
        Tested(
            images=inputs_of(list(paths[test]), spec),
            targets=data.targets[test],
            priors=data.targets[~test].mean(axis=0),
            words=None if text is None else text.vectors[len(some) :],
        ),
        thresholds,
        Provenance(
            weights=trunk_weights(recipe) + (f"; {SOURCE}" if readers else ""),
            embedding=EMBEDDING_SIZE,
            parameters=count_parameters(network)
            + (count_parameters(readers.encoder) if readers else 0),
            pictures=len(data.ids),
            epochs=sum(position.epoch for position in done),
            steps=sum(position.step for position in done),
            seconds=sum(position.seconds for position in done),
        ),
        reads=None if text is None else text.reads,
    )
