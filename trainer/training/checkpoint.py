"""Everything that a run needs to go on exactly where it was, in one file."""

import json
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

import msgspec
import torch

from trainer.errors import TrainerError
from trainer.recipe import Recipe
from trainer.training.safely import replace_file

CHECKPOINT: Final = "checkpoint.pt"
BEST: Final = "best.pt"
"""The weights of the epoch with the least validation loss."""
RECIPE: Final = "recipe.json"
_FORMAT: Final = 1
_ONLY_TOLD: Final = frozenset(
    {
        "pack",
        "gate",
        "published",
        "thresholds",
        "network.networks",
        "reading.networks",
        "reading.strength",
        "reading.ngrams",
        "reading.joint",
        "reading.joint_untuned",
        "data.*.title",
        "data.*.licence",
        "labels.*.id",
        "labels.*.name",
        "labels.*.group",
        "labels.*.aliases",
        "labels.*.shown",
        "training.keep",
        "training.calibration",
        "training.thresholds",
    }
)
"""Keys of a recipe that change what is told or done after training, not what is trained."""


@dataclass(slots=True)
class Position:
    """How far a run is.

    Attributes:
        step: Steps done in all.
        epoch: Epochs done.
        batch: Batches done of the epoch under way.
        epoch_loss: Sum of its losses, each times its pictures.
        epoch_pictures: Pictures that it has seen.
        recent_loss: Sum of the losses since the last line of the history.
        recent_steps: Steps since then.
        history: Bytes of the history.
        seconds: Spent on training, in all sittings.
        best_epoch: The epoch with the least validation loss; 0: none yet.
        best_loss: That loss.
        finished: Whether nothing is left to train.
        smoke: Whether it is only tried whether everything works.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    epoch_loss: float = 0.0
    epoch_pictures: int = 0
    recent_loss: float = 0.0
    recent_steps: int = 0
    history: int = 0
    seconds: float = 0.0
    best_epoch: int = 0
    best_loss: float = float("inf")
    finished: bool = False
    smoke: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a checkpoint belongs to.

    Attributes:
        recipe: The recipe, whole.
        data: A digest of pictures, labels and split.
        started_from: The weights that training started from, in words.
    """

    recipe: Recipe
    data: str
    started_from: str


def save(path: Path, identity: Identity, position: Position, states: Mapping[str, Any]) -> None:
    """Write a checkpoint; a kill or a full disk leaves the former one whole.

    Args:
        path: The file.
        identity: What it belongs to.
        position: How far the run is.
        states: State dicts by name: ``network``, ``optimiser``, ...

    Raises:
        TrainerError: It cannot be written.
    """
    told = {
        "format": _FORMAT,
        "recipe": recipe_json(identity.recipe),
        "data": identity.data,
        "started_from": identity.started_from,
        "position": asdict(position),
        "states": dict(states),
    }

    def write(file: IO[bytes]) -> None:
        try:
            torch.save(told, file)
        except RuntimeError as error:  # how PyTorch tells of a failed write
            raise OSError(str(error).splitlines()[0]) from error

    replace_file(path, write)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint that was read."""

    identity: Identity
    position: Position
    states: dict[str, Any]


def load(path: Path) -> Checkpoint:
    """Read a checkpoint, without running any code that might stand in it.

    Raises:
        TrainerError: It cannot be read or is none.
    """
    try:
        told = torch.load(path, map_location="cpu", weights_only=True)
        if told["format"] != _FORMAT:
            raise TrainerError(
                f"{path} has format {told['format']}; this version reads {_FORMAT}. Begin anew "
                "with --fresh."
            )
        recipe = msgspec.json.decode(told["recipe"], type=Recipe)
        return Checkpoint(
            Identity(recipe, told["data"], told["started_from"]),
            Position(**told["position"]),
            told["states"],
        )
    except OSError as error:
        raise TrainerError(f"{path} cannot be read: {error.strerror}.") from error
    except (
        RuntimeError,
        EOFError,
        KeyError,
        TypeError,
        ValueError,
        pickle.UnpicklingError,
        msgspec.MsgspecError,
    ) as error:
        raise TrainerError(
            f"{path} is no checkpoint of this trainer, or damaged; begin anew with --fresh, or "
            "name another folder with --runs."
        ) from error


def check_same(path: Path, found: Identity, wanted: Identity) -> None:
    """Make sure that a checkpoint belongs to this recipe and these data.

    Raises:
        TrainerError: It does not; the folder and the keys that differ are named.
    """
    keys = different_keys(found.recipe, wanted.recipe)
    ways = "begin anew with --fresh, or name another folder with --runs"
    if keys:
        raise TrainerError(
            f"The run in {path.parent} was started with another recipe; these keys differ: "
            f"{', '.join(keys)}. Change them back, {ways}."
        )
    if found.data != wanted.data:
        raise TrainerError(
            f"The run in {path.parent} was started with other pictures, labels or split; to train "
            f"with those of now, {ways}."
        )


def different_keys(one: Recipe, other: Recipe) -> tuple[str, ...]:
    """Return which keys of two recipes differ, of those that training depends on, in order."""
    first, second = _flat(msgspec.to_builtins(one)), _flat(msgspec.to_builtins(other))
    nothing = object()
    return tuple(
        key
        for key in dict.fromkeys([*first, *second])
        if first.get(key, nothing) != second.get(key, nothing) and not _only_told(key)
    )


def recipe_json(recipe: Recipe) -> str:
    """Return the whole recipe as JSON, defaults included."""
    return json.dumps(msgspec.to_builtins(recipe), indent=1, ensure_ascii=False) + "\n"


def _only_told(key: str) -> bool:
    parts = ["*" if part.isdigit() else part for part in key.split(".")]
    return any(".".join(parts[: end + 1]) in _ONLY_TOLD for end in range(len(parts)))


def _flat(value: Any, above: str = "") -> dict[str, Any]:
    """Return a table's leaves by dotted keys: ``training.batch``, ``data.0.folder``."""
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list | tuple):
        items = [(str(number), each) for number, each in enumerate(value)]
    else:
        return {above: value}
    if not items:
        return {above: ()}
    return {
        key: leaf
        for name, each in items
        for key, leaf in _flat(each, f"{above}.{name}" if above else name).items()
    }
