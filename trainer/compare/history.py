"""A run's ``history.jsonl`` as curves."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.data.checks import Tell

Doubles = NDArray[np.float64]

_POINTS: Final = 300
"""More than a picture of that width can show."""
_SMOOTHED_OVER: Final = 0.03
"""Of the curve's length."""


class _Step(msgspec.Struct):
    step: int
    loss: float


class _Epoch(msgspec.Struct):
    epoch: int
    step: int
    train_loss: float
    loss: float
    accuracy: float
    micro_precision: float
    precision: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """How a network learned.

    Attributes:
        at: float64 [S], in epochs, where ``loss`` was noted.
        loss: float64 [S], the training loss of single steps.
        epochs: float64 [E], 1, 2, ...
        train_loss: float64 [E], mean of the epoch.
        validation_loss: float64 [E], binary cross entropy of the validation pictures.
        micro_precision: float64 [E], of the validation pictures at .5.
        precision: float64 [E,L], each label's; NaN where it is never predicted.
    """

    at: Doubles
    loss: Doubles
    epochs: Doubles
    train_loss: Doubles
    validation_loss: Doubles
    micro_precision: Doubles
    precision: Doubles

    def smoothed(self) -> tuple[Doubles, Doubles]:
        """Return ``at`` and ``loss`` averaged over a window, few enough points to draw."""
        count = len(self.loss)
        width = max(1, round(count * _SMOOTHED_OVER))
        kernel = np.ones(width)
        inside = np.convolve(np.ones(count), kernel, mode="same")
        smooth = np.convolve(self.loss, kernel, mode="same") / inside
        taken = np.unique(np.linspace(0, count - 1, min(count, _POINTS)).astype(int))
        return self.at[taken], smooth[taken]


def read_curve(path: Path, tell: Tell) -> Curve | None:
    """Return a run's curve; None where there is no history, or one that cannot be read (told).

    A last line that a kill cut off is left out. After a run that went on from a checkpoint the
    last word on a step or an epoch counts.
    """
    if not path.is_file():
        return None
    try:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
        return _curve(lines)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        tell(f"The history {path} cannot be read ({error}); its pack stays without a curve.")
        return None


def _curve(lines: list[Any]) -> Curve | None:
    steps: dict[int, _Step] = {}
    epochs: dict[int, _Epoch] = {}
    for line in lines:
        kind = line.get("kind") if isinstance(line, dict) else None
        if kind == "step":
            step = msgspec.convert(line, _Step)
            steps[step.step] = step
        elif kind == "epoch":
            epoch = msgspec.convert(line, _Epoch)
            epochs[epoch.epoch] = epoch
    if not steps and not epochs:
        return None
    ended = [epochs[number] for number in sorted(epochs)]
    noted = [steps[number] for number in sorted(steps)]
    last = ended[-1] if ended else None
    an_epoch = max(1.0, last.step / last.epoch) if last else float(max(steps))
    labels = max((len(one.precision) for one in ended), default=0)
    return Curve(
        at=np.array([one.step / an_epoch for one in noted]),
        loss=np.array([one.loss for one in noted]),
        epochs=np.array([float(one.epoch) for one in ended]),
        train_loss=np.array([one.train_loss for one in ended]),
        validation_loss=np.array([one.loss for one in ended]),
        micro_precision=np.array([one.micro_precision for one in ended]),
        precision=np.array(
            [
                [np.nan if value is None else value for value in one.precision]
                + [np.nan] * (labels - len(one.precision))
                for one in ended
            ],
            dtype=np.float64,
        ).reshape(len(ended), labels),
    )
