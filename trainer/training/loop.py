"""Trains a network epoch by epoch, so that a run that was stopped anywhere goes on exactly.

The order of an epoch is a function of seed and epoch, dropout and augmentation of seed and step;
all else stands in the checkpoint.
"""

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from accelerate.utils import broadcast_object_list
from numpy.typing import NDArray
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from trainer.errors import TrainerError
from trainer.recipe import Recipe
from trainer.training import checkpoint
from trainer.training.accelerating import accelerator_for
from trainer.training.checkpoint import BEST, CHECKPOINT, Identity, Position
from trainer.training.figures import EpochFigures, epoch_figures
from trainer.training.history import History
from trainer.training.learned import Inputs, Learned
from trainer.training.losses import loss_of
from trainer.training.optimisers import Learning, optimiser_of, schedule_of
from trainer.training.progress import TrainingProgress
from trainer.training.sampling import of_like_length, order
from trainer.training.stopping import Stopping

HISTORY: Final = "history.jsonl"
_LINE_EVERY: Final = 10
"""Steps between two lines of the history."""
_LEAST_BATCH: Final = 2
"""Pictures a process: one alone has no spread to normalise by."""
_AHEAD: Final = 2
"""Batches that are read while the network works."""


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """How a run is carried out; only ``smoke_steps`` changes what comes out.

    Attributes:
        folder: The run's.
        smoke_steps: A run that only shows that everything works ends after so many; None: it is
            a real one.
        save_every: Seconds between two checkpoints.
        stop_after: This sitting ends after so many steps of the run, as if by Ctrl+C.
        tell: Takes sentences for people.
        follow: Is given each epoch's figures; what it raises ends the run.
    """

    folder: Path
    smoke_steps: int | None = None
    save_every: float = 120.0
    stop_after: int | None = None
    tell: Callable[[str], None] = lambda line: None
    follow: Callable[[EpochFigures], None] = lambda figures: None


class Loop:
    """One run of one network."""

    def __init__(
        self, recipe: Recipe, material: Learned, network: nn.Module, settings: LoopSettings
    ) -> None:
        """Prepare a run from its beginning; ``resume`` goes on from a checkpoint.

        Args:
            recipe: Its training.
            material: What it learns from.
            network: Called with the inputs by name; gives logits [N,L]. Where it has ``groups``,
                these are the optimiser's.
            settings: How it is carried out.
        """
        self._training = recipe.training
        self._material, self._network, self._settings = material, network, settings
        self._identity = Identity(
            recipe, material.digest, str(getattr(network, "started_from", "scratch"))
        )
        self._targets = material.targets[material.training]
        lengths = material.lengths
        self._lengths = None if lengths is None else lengths[material.training]
        self._accelerator = accelerator_for(recipe.training, settings.tell)
        self._average = _average(network, recipe.training.average)
        self._loss = loss_of(recipe.training, self._targets)
        self._steps = self._planned()
        optimiser = optimiser_of(recipe.training, learning_of(network))
        self._schedule = schedule_of(recipe.training, optimiser, self._steps)
        self._prepared: nn.Module
        self._prepared, self._optimiser = self._accelerator.prepare(network, optimiser)
        if self._average is not None:
            self._average.to(self._accelerator.device)
        self.position = Position(smoke=settings.smoke_steps is not None)

    @property
    def started_from(self) -> str:
        """The weights that training started from, in words."""
        return self._identity.started_from

    def resume(self, found: checkpoint.Checkpoint) -> None:
        """Go on from a checkpoint.

        Raises:
            TrainerError: It is of another recipe or other data.
        """
        checkpoint.check_same(self._settings.folder / CHECKPOINT, found.identity, self._identity)
        self._identity = replace(self._identity, started_from=found.identity.started_from)
        self.position = replace(found.position)
        self._restore(found.states)

    def run(self) -> Position:
        """Train to the end; return how far the run is.

        Raises:
            KeyboardInterrupt: It was stopped, after a checkpoint; the message says how to go on.
            TrainerError: The loss is no number any more, or a file cannot be written.
        """
        shown = self._accelerator.is_main_process
        if shown:
            path = self._settings.folder / HISTORY
            self._history = History(path, position=self.position.history)
        with (
            Stopping() as stopping,
            TrainingProgress(
                total=self._steps, done=self.position.step, shown=shown
            ) as self._progress,
        ):
            self._saved = time.monotonic()
            self._clock = time.monotonic()
            while not self.position.finished:
                self._epoch(stopping)
        return self.position

    def _planned(self) -> int:
        """Return the steps of the whole run."""
        epochs = range(1, self._training.epochs + 1)
        steps = sum(len(self._batches(epoch)) for epoch in epochs)
        if not steps:
            raise TrainerError(
                f"There are {len(self._targets)} training pictures, too few for a step of "
                f"{self._least} or more; add pictures."
            )
        return min(steps, self._settings.smoke_steps or steps)

    @property
    def _least(self) -> int:
        return _LEAST_BATCH * int(self._accelerator.num_processes)

    def _batches(self, epoch: int) -> list[NDArray[np.int64]]:
        """Return an epoch's batches: rows among the training pictures. Too small ones are out."""
        rows = order(self._training, self._targets, epoch)
        if self._lengths is not None:
            rows = of_like_length(rows, self._lengths, self._training, epoch)
        starts = range(0, len(rows), self._training.batch)
        batches = [rows[start : start + self._training.batch] for start in starts]
        return [batch for batch in batches if len(batch) >= self._least]

    def _epoch(self, stopping: Stopping) -> None:
        position = self.position
        left = self._batches(position.epoch + 1)[position.batch :]
        left = left[: self._steps - position.step]
        for rows, inputs in self._read_ahead(left):
            self._step(rows, inputs)
            asked, due = self._agreed(stopping)
            if asked or due:
                self._save()
            if asked:
                raise KeyboardInterrupt(
                    f"Stopped after step {position.step} of {self._steps}; "
                    f"{self._settings.folder} keeps it. The same command goes on there."
                )
        self._end_epoch()

    def _agreed(self, stopping: Stopping) -> tuple[bool, bool]:
        """Return whether this sitting shall end now, and whether a checkpoint is due.

        All processes get the same answer: each would wait for the others for ever.
        """
        asked = stopping.asked or self.position.step == self._settings.stop_after
        due = time.monotonic() - self._saved >= self._settings.save_every
        if self._accelerator.num_processes > 1:
            mine = torch.tensor([float(asked), float(due)], device=self._accelerator.device)
            asked, due = (value > 0 for value in self._accelerator.reduce(mine).tolist())
        return asked, due

    def _read_ahead(
        self, batches: list[NDArray[np.int64]]
    ) -> Iterator[tuple[NDArray[np.int64], Inputs]]:
        """Give this process's share of each batch, with its inputs."""
        number, count = self._accelerator.process_index, self._accelerator.num_processes
        mine = [batch[number::count] for batch in batches]
        places, first = self._material.training, self.position.step

        def read(at: int) -> Inputs:
            return self._material.inputs(places[mine[at]], self._seed(first + at))

        with ThreadPoolExecutor(1) as pool:
            ahead = [pool.submit(read, at) for at in range(min(_AHEAD, len(mine)))]
            for at, rows in enumerate(mine):
                inputs = ahead.pop(0).result()
                if at + _AHEAD < len(mine):
                    ahead.append(pool.submit(read, at + _AHEAD))
                yield rows, inputs

    def _seed(self, step: int) -> int:
        return _seed(self._training.seed, step, self._accelerator.process_index)

    def _step(self, rows: NDArray[np.int64], inputs: Inputs) -> None:
        position, device = self.position, self._accelerator.device
        seed = self._seed(position.step)
        torch.manual_seed(seed)
        inputs, targets = self._material.varied(inputs, torch.from_numpy(self._targets[rows]), seed)
        batch = {name: values.to(device) for name, values in inputs.items()}
        weights = None
        if self._material.weights is not None:
            chosen = self._material.weights[self._material.training[rows]]
            weights = torch.from_numpy(chosen).to(device)
        self._network.train()
        loss = self._loss(self._prepared(**batch), targets.to(device), weights)
        value = float(self._accelerator.reduce(loss.detach(), "mean"))
        if not math.isfinite(value):
            raise TrainerError(
                f"The loss is no number any more at step {position.step + 1}; lower "
                "training.learning_rate, or set training.precision to fp32."
            )
        self._accelerator.backward(loss)
        self._optimiser.step()
        self._optimiser.zero_grad()
        if not self._optimiser.step_was_skipped:
            self._schedule.step()
        if self._average is not None:
            self._average.update_parameters(self._network)
        self._count(value, len(rows) * self._accelerator.num_processes)

    def _count(self, loss: float, pictures: int) -> None:
        position = self.position
        position.step += 1
        position.batch += 1
        position.epoch_loss += loss * pictures
        position.epoch_pictures += pictures
        position.recent_loss += loss
        position.recent_steps += 1
        if position.step % _LINE_EVERY == 0:
            self._tell(
                kind="step",
                step=position.step,
                epoch=position.epoch + 1,
                loss=round(position.recent_loss / position.recent_steps, 6),
            )
            position.recent_loss, position.recent_steps = 0.0, 0
        self._progress.step(step=position.step, epoch=position.epoch + 1, loss=loss)

    def _tell(self, **line: Any) -> None:
        if self._accelerator.is_main_process:
            self._history.add(**line)

    def _end_epoch(self) -> None:
        position = self.position
        figures = self._measured()
        self._spend()
        self._tell(
            kind="epoch", step=position.step, **figures.told(), seconds=round(position.seconds, 1)
        )
        self._progress.say(
            f"epoch {figures.epoch}: loss {figures.train_loss:.4f}, on validation pictures "
            f"{figures.loss:.4f}, accuracy {figures.accuracy:.4f}"
        )
        position.epoch, position.batch = position.epoch + 1, 0
        position.epoch_loss, position.epoch_pictures = 0.0, 0
        if figures.loss < position.best_loss:
            position.best_epoch, position.best_loss = position.epoch, figures.loss
            self._write(BEST, {"network": self._kept().state_dict()})
        late = position.epoch - position.best_epoch
        patience = self._training.patience
        position.finished = (
            position.epoch >= self._training.epochs
            or position.step >= self._steps
            or 0 < patience <= late
        )
        self._save()
        self._settings.follow(figures)

    def _measured(self) -> EpochFigures:
        """Measure on the validation pictures, in one process for all."""
        position = self.position
        told: list[EpochFigures | None] = [None]
        if self._accelerator.is_main_process:
            places, counted = self._material.validation, self._material.counted
            with self._accelerator.autocast():
                logits = predict(
                    self._kept(), self._material, places, device=self._accelerator.device
                )
            told[0] = epoch_figures(
                1 / (1 + np.exp(-logits[:, :counted].astype(np.float64))),
                self._material.targets[places][:, :counted],
                epoch=position.epoch + 1,
                train_loss=position.epoch_loss / max(position.epoch_pictures, 1),
            )
        if self._accelerator.num_processes > 1:
            broadcast_object_list(told)
        figures = told[0]
        if figures is None:
            raise RuntimeError("The first process sent no figures.")
        return figures

    def _kept(self) -> nn.Module:
        """Return the network as it is kept: the average where there is one."""
        return self._network if self._average is None else self._average.module

    def _spend(self) -> None:
        now = time.monotonic()
        self.position.seconds += now - self._clock
        self._clock = now

    def _save(self) -> None:
        self._spend()
        if self._accelerator.is_main_process:
            self.position.history = self._history.position()
            self._write(CHECKPOINT, self._states())
        self._accelerator.wait_for_everyone()  # a process that ends early ends the others
        self._saved = time.monotonic()

    def _write(self, name: str, states: dict[str, Any]) -> None:
        if self._accelerator.is_main_process:
            path = self._settings.folder / name
            checkpoint.save(path, self._identity, self.position, states)

    def _states(self) -> dict[str, Any]:
        scaler = self._accelerator.scaler
        return {
            "network": self._network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "schedule": self._schedule.state_dict(),
            "average": None if self._average is None else self._average.state_dict(),
            "scaler": None if scaler is None else scaler.state_dict(),
        }

    def _restore(self, states: dict[str, Any]) -> None:
        self._network.load_state_dict(states["network"])
        self._optimiser.load_state_dict(states["optimiser"])
        self._schedule.load_state_dict(states["schedule"])
        if self._average is not None:
            self._average.load_state_dict(states["average"])
        scaler = self._accelerator.scaler
        if scaler is not None and states["scaler"] is not None:
            scaler.load_state_dict(states["scaler"])


def predict(
    network: nn.Module,
    material: Learned,
    places: NDArray[np.int64],
    *,
    device: torch.device,
    batch: int = 32,
) -> NDArray[np.float32]:
    """Return the network's logits float32 [N,L] of the pictures at ``places``."""
    network.eval()
    parts = []
    with torch.inference_mode():
        for start in range(0, len(places), batch):
            inputs = material.inputs(places[start : start + batch], None)
            given = {name: values.to(device) for name, values in inputs.items()}
            parts.append(network(**given).float().cpu().numpy())
    logits: NDArray[np.float32] = np.concatenate(parts)
    return logits


def learning_of(network: nn.Module) -> Learning:
    """Return what an optimiser is given of a network: its ``groups``, or all its parameters."""
    groups = getattr(network, "groups", None)
    return network.parameters() if groups is None else groups()


def _seed(seed: int, step: int, process: int) -> int:
    """Return the seed of one step in one process, 0..2^63-1."""
    digest = hashlib.blake2b(f"{seed} {step} {process}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def _average(network: nn.Module, decay: float) -> AveragedModel | None:
    if not decay:
        return None
    return AveragedModel(
        deepcopy(network), multi_avg_fn=get_ema_multi_avg_fn(decay), use_buffers=True
    )
