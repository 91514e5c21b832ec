"""Reads the weights that a finished run keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from torch import Tensor

from trainer.errors import TrainerError
from trainer.networks import TrainedNetwork, build
from trainer.recipe import Recipe
from trainer.training.checkpoint import BEST, CHECKPOINT, Checkpoint, load

_INSIDE: Final = "module."
"""How PyTorch's running average names the network in it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A trained network.

    Attributes:
        network: In evaluation mode.
        checkpoint: Of its run: how far it came, and from where.
    """

    network: TrainedNetwork
    checkpoint: Checkpoint


def run_checkpoint(folder: Path) -> Checkpoint:
    """Return the checkpoint of a run.

    Raises:
        TrainerError: The folder holds no run, or it cannot be read.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        raise TrainerError(
            f"{folder} holds no run ({CHECKPOINT} is missing); name the folder that train wrote, "
            "such as runs/kgptalkie-cnn."
        )
    return load(path)


def kept_network(recipe: Recipe, folder: Path) -> Kept:
    """Return the network of a run with the weights that the recipe keeps: best or last.

    Args:
        recipe: Of the run.
        folder: The run's.

    Raises:
        TrainerError: The folder holds no run, or no epoch of it is finished.
    """
    states, found = kept_states(recipe, folder)
    network = build(recipe, outputs=len(recipe.kept_labels))
    network.load_state_dict(states)
    return Kept(network.eval().requires_grad_(False), found)


def kept_states(recipe: Recipe, folder: Path) -> tuple[Mapping[str, Tensor], Checkpoint]:
    """Return the weights that the recipe keeps of a run, and the run's checkpoint.

    Raises:
        TrainerError: The folder holds no run, or no epoch of it is finished.
    """
    found = run_checkpoint(folder)
    if not found.position.epoch:
        raise TrainerError(
            f"No epoch of the run in {folder} is finished; go on with it with the train command."
        )
    if recipe.training.keep == "best":
        return load(folder / BEST).states["network"], found
    if found.states["average"] is None:
        return found.states["network"], found
    return {
        name.removeprefix(_INSIDE): value
        for name, value in found.states["average"].items()
        if name.startswith(_INSIDE)
    }, found
