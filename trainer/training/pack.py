"""From a run to a pack: calibrated on the validation pictures, exported, measured on the test."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer.calibration import Logistic, fit_logistic, fit_platt, sigmoid
from trainer.network import BeforeLast, ColumnsAnswer, PackNetwork
from trainer.networks import count_parameters
from trainer.packing import Provenance, Workplace, build_files, every
from trainer.quantising import EVERYTHING
from trainer.recipe import Recipe
from trainer.reporting import Tested, report_columns, thresholds_of
from trainer.training.accelerating import processes
from trainer.training.checkpoint import CHECKPOINT, Identity, check_same
from trainer.training.kept import Kept, kept_network, run_checkpoint
from trainer.training.loop import predict
from trainer.training.material import Material, gather_material
from trainer.training.run import RunOptions, RunPlace, train_network

_FIXED: Final = 1e12
"""How strongly a bias is drawn to 0 where only a temperature is fitted."""
_FREE: Final = 1e-3
_CPU: Final = torch.device("cpu")


def make_trained_pack(
    recipe: Recipe, run: RunPlace, place: Workplace, options: RunOptions | None = None
) -> None:
    """Train a recipe's network, or go on with its run, and make a pack of it.

    Args:
        recipe: Its network is of the kind ``trained``; for a smoke run, what ``smoked`` gives.
        run: Where it is trained.
        place: ``out`` gets the pack.
        options: How it is trained.

    Raises:
        KeyboardInterrupt: It was stopped, after a checkpoint; the message says how to go on.
        TrainerError: Recipe, data, disk or export keep it from its work.
    """
    options = options or RunOptions()
    material, _ = train_network(recipe, run, options)
    if processes().is_main_process:
        kept = kept_network(material.recipe, run.folder)
        _make(material, kept, place, smoke=options.smoke)


def export_run(run: RunPlace, place: Workplace, options: RunOptions | None = None) -> None:
    """Make a pack of what a run has reached so far, without training on.

    Args:
        run: Its folder holds a run; its data calibrate and measure.
        place: ``out`` gets the pack.
        options: ``tell`` takes sentences about the data.

    Raises:
        TrainerError: The folder holds no run with a finished epoch, the data are not those it was
            trained on, or the export does not match.
    """
    options = options or RunOptions()
    found = run_checkpoint(run.folder)
    material = gather_material(
        found.identity.recipe, data=run.data, runs=run.runs, tell=options.tell
    )
    wanted = Identity(material.recipe, material.digest, found.identity.started_from)
    check_same(run.folder / CHECKPOINT, found.identity, wanted)
    kept = kept_network(material.recipe, run.folder)
    _make(material, kept, place, smoke=found.position.smoke)


@dataclass(frozen=True, slots=True)
class _Fitted:
    """How logits become probabilities, and probabilities labels."""

    platt: Logistic
    thresholds: list[float | None]


def _make(material: Material, kept: Kept, place: Workplace, *, smoke: bool) -> None:
    recipe, network = material.recipe, kept.network
    fitted = _fitted(material, network)
    answer = ColumnsAnswer(nn.ModuleList([network.last]), fitted.platt)
    whole = PackNetwork(BeforeLast(network), answer).eval()
    some = material.training[:: every(len(material.training))]
    built = build_files(
        whole,
        place,
        recipe.images.spec(),
        images=material.pictures[some],
        int8=recipe.pack.int8,
        operators=EVERYTHING,
        exact_answer=True,
    )
    tested = material.test if len(material.test) else material.validation
    others = np.setdiff1d(np.concatenate([material.training, material.validation]), tested)
    position = kept.checkpoint.position
    report_columns(
        recipe,
        place,
        built,
        Tested(
            images=material.pictures[tested],
            targets=material.targets[tested],
            priors=material.targets[others].mean(axis=0),
        ),
        fitted.thresholds,
        Provenance(
            weights=kept.checkpoint.identity.started_from,
            embedding=network.last.in_features,
            parameters=count_parameters(network),
            pictures=len(material.paths),
            epochs=position.epoch,
            steps=position.step,
            seconds=position.seconds,
            smoke=smoke,
        ),
    )


def _fitted(material: Material, network: nn.Module) -> _Fitted:
    """Calibrate and choose thresholds on the validation pictures."""
    recipe, places = material.recipe, material.validation
    logits = predict(network, material, places, device=_CPU)
    targets = material.targets[places]
    platt = calibration_of(recipe, logits, targets)
    probabilities = sigmoid(logits * platt.slopes[:, 0] + platt.biases)
    half = recipe.training.thresholds == "half"
    return _Fitted(platt, thresholds_of(recipe, probabilities, targets, half=half))


def calibration_of(
    recipe: Recipe, logits: NDArray[np.float32], targets: NDArray[np.float32]
) -> Logistic:
    """Return how logits [N,L] become probabilities, as ``training.calibration`` says."""
    labels = logits.shape[1]
    if recipe.training.calibration == "platt":
        return fit_platt(logits, targets, np.ones_like(targets))
    slope = 1.0
    if recipe.training.calibration == "temperature":
        slope = _slope(logits, targets)
    return Logistic(np.full((labels, 1), slope), np.zeros(labels))


def _slope(logits: NDArray[np.float32], targets: NDArray[np.float32]) -> float:
    """Return 1 / T of the temperature T that makes sigmoid(logits / T) likeliest, for all labels.

    Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017.
    """
    flat = targets.reshape(-1)
    found = fit_logistic(
        np.asarray(logits, dtype=np.float64).reshape(-1, 1),
        flat,
        np.ones_like(flat),
        around=np.array([1.0, 0.0]),
        strength=np.array([_FREE, _FIXED]),
    )
    return float(found[0])
