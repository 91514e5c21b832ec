"""A run: a folder in which one recipe's network is trained, stopped and gone on with."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec
from filelock import FileLock, Timeout
from torch import nn

from trainer.errors import RecipeError, TrainerError
from trainer.network_settings import Trained
from trainer.networks import build
from trainer.recipe import Recipe
from trainer.training import checkpoint
from trainer.training.accelerating import processes
from trainer.training.checkpoint import BEST, CHECKPOINT, RECIPE, Position
from trainer.training.figures import EpochFigures
from trainer.training.learned import Learned
from trainer.training.loop import HISTORY, Loop, LoopSettings
from trainer.training.material import Material, gather_material
from trainer.training.safely import replace_file

SMOKE_STEPS: Final = 50
SMOKE_SIDE: Final = 96
"""Pixels; the smallest that torchvision's networks take is 75 (Inception v3)."""
_LOCK: Final = "run.lock"


@dataclass(frozen=True, slots=True)
class RunPlace:
    """Where a run works.

    Attributes:
        data: The data directory; recipes name folders below it.
        folder: The run's: checkpoint, history, recipe.
        runs: Where resized pictures, and what is known of files, are kept between runs.
    """

    data: Path
    folder: Path
    runs: Path


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out.

    Attributes:
        fresh: Begin anew, whatever the folder holds.
        smoke: Only 50 steps, to see that everything works.
        save_every: Seconds between two checkpoints.
        stop_after: This sitting ends after so many steps of the run, as if by Ctrl+C.
        tell: Takes sentences for people.
        follow: Is given each epoch's figures; what it raises ends the run.
    """

    fresh: bool = False
    smoke: bool = False
    save_every: float = 120.0
    stop_after: int | None = None
    tell: Callable[[str], None] = lambda line: None
    follow: Callable[[EpochFigures], None] = lambda figures: None


def train_network(
    recipe: Recipe, place: RunPlace, options: RunOptions | None = None
) -> tuple[Material, Position]:
    """Train a recipe's network, or go on where its run was stopped.

    The weights are in the run's folder afterwards (``trainer.training.kept`` reads them).

    Args:
        recipe: Its network is of the kind ``trained``; for a smoke run, what ``smoked`` gives.
        place: Where.
        options: How.

    Returns:
        What it learned from, and how far it is: finished.

    Raises:
        KeyboardInterrupt: It was stopped, after a checkpoint; the message says how to go on.
        TrainerError: Recipe, data or disk keep it from its work, the folder holds a run of another
            recipe, or another process trains in it.
    """
    options = options or RunOptions()
    if not processes().is_main_process:
        options = replace(options, tell=lambda line: None)  # one process tells for all
    material = gather_material(recipe, data=place.data, runs=place.runs, tell=options.tell)
    recipe = material.recipe
    position = carry_out(
        recipe,
        material,
        lambda: build(recipe, outputs=material.targets.shape[1]),
        place.folder,
        options,
    )
    return material, position


def carry_out(
    recipe: Recipe,
    material: Learned,
    network: Callable[[], nn.Module],
    folder: Path,
    options: RunOptions,
) -> Position:
    """Train a network in a run's folder, or go on where that run was stopped.

    Args:
        recipe: How it is trained.
        material: What it learns from.
        network: Makes it as it begins.
        folder: The run's.
        options: How the run is carried out.

    Returns:
        How far it is: finished.

    Raises:
        KeyboardInterrupt: It was stopped, after a checkpoint; the message says how to go on.
        TrainerError: The disk is full, the folder holds a run of another recipe, or another
            process trains in it.
    """
    with _alone(folder):
        _begin(folder, recipe, fresh=options.fresh)
        path = folder / CHECKPOINT
        found = checkpoint.load(path) if path.exists() else None
        loop = Loop(
            recipe,
            material,
            network(),
            LoopSettings(
                folder=folder,
                smoke_steps=SMOKE_STEPS if options.smoke else None,
                save_every=options.save_every,
                stop_after=options.stop_after,
                tell=options.tell,
                follow=options.follow,
            ),
        )
        if found is not None:
            loop.resume(found)
            options.tell(f"Going on in {folder} after step {found.position.step}.")
        return loop.run()


def smoked(recipe: Recipe) -> Recipe:
    """Return a recipe for a smoke run: small pictures, and whatever count of parameters they make.

    Raises:
        RecipeError: Its network is not trained as a whole.
    """
    if not isinstance(recipe.network, Trained):
        raise RecipeError(
            f"--smoke is for networks that are trained as a whole, and the recipe {recipe.pack.id} "
            "has another; train it without --smoke, on fewer pictures if it takes long."
        )
    return msgspec.structs.replace(
        recipe,
        network=msgspec.structs.replace(recipe.network, parameters=None),
        inputs=msgspec.structs.replace(
            recipe.inputs,
            images=msgspec.structs.replace(recipe.images, height=SMOKE_SIDE, width=SMOKE_SIDE),
        ),
    )


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second run out of a folder (all processes of one run share the first one's lock)."""
    folder.mkdir(parents=True, exist_ok=True)
    if not processes().is_main_process:
        yield
        return
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise TrainerError(
            f"Another process trains in {folder}; wait for it, or name another folder with --runs."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _begin(folder: Path, recipe: Recipe, *, fresh: bool) -> None:
    """Make a run's folder ready, in one process for all."""
    state = processes()
    if state.is_main_process:
        if fresh:
            for name in (CHECKPOINT, BEST, HISTORY, RECIPE):
                (folder / name).unlink(missing_ok=True)
        if not (folder / CHECKPOINT).exists():
            told = checkpoint.recipe_json(recipe).encode()
            replace_file(folder / RECIPE, lambda file: file.write(told))
    state.wait_for_everyone()
