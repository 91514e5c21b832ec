"""Figures of a pack's graphs on the same pictures, ready for ``pack.json``, cards and tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from trainer.metrics import (
    Draws,
    Interval,
    LabelFigures,
    baselines,
    constant_baseline,
    difference,
    figure_intervals,
    label_figures,
    limits_of,
)
from trainer.metrics.intervals import ROUNDS

Answers = NDArray[np.float32]

_DIGITS: Final = 4
_FULL: Final = "fp32"
WITHOUT_WORDS: Final = " without words"
"""Follows the precision where a pack that reads was given none."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the graphs of one pack did on N pictures.

    Attributes:
        pictures: N.
        draws: Figures and their draws, by precision, the first listed first.
        labels: Figures of each label, by precision.
        baseline: Of each figure the constant answer that suits it best.
        baselines: All constant answers.
    """

    pictures: int
    draws: Mapping[str, Draws]
    labels: Mapping[str, tuple[LabelFigures, ...]]
    baseline: Mapping[str, float]
    baselines: Mapping[str, Mapping[str, float | None]]

    @property
    def figures(self) -> dict[str, dict[str, Interval]]:
        """Each figure with its interval, by precision."""
        return {precision: draws.intervals() for precision, draws in self.draws.items()}

    @property
    def lost(self) -> dict[str, Interval]:
        """How much mAP each other precision loses against fp32, picture by picture."""
        full = self.draws.get(_FULL)
        if full is None:
            return {}
        return {
            precision: difference(full, draws, "mAP")
            for precision, draws in self.draws.items()
            if precision != _FULL
        }

    def summary(self) -> dict[str, Any]:
        """Return what ``pack.json`` tells under ``metrics``."""
        return {
            "test_pictures": self.pictures,
            "baseline": rounded(self.baseline),
            "baselines": {name: rounded(figures) for name, figures in self.baselines.items()},
            **{
                precision: {name: one.rounded for name, one in intervals.items()}
                for precision, intervals in self.figures.items()
            },
            **{f"{precision}_lost": {"mAP": one.rounded} for precision, one in self.lost.items()},
        }

    def label_table(self, ids: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
        """Return each label's figures, by precision and the label's id."""
        return {
            precision: {
                name: rounded(asdict(one)) for name, one in zip(ids, of_labels, strict=True)
            }
            for precision, of_labels in self.labels.items()
        }


def measure_columns(
    answers: Mapping[str, Answers],
    targets: NDArray[np.float32],
    thresholds: Sequence[float | None],
    priors: NDArray[np.floating],
    *,
    rounds: int = ROUNDS,
) -> Measured:
    """Measure what graphs said of the same pictures.

    Args:
        answers: Probabilities [N,L] by precision.
        targets: [N,L], 0 or 1.
        thresholds: [L]; None: never found.
        priors: [L], the labels' shares in other pictures than these, for the baselines.
        rounds: Draws for the 95% intervals.
    """
    limits = limits_of(thresholds)
    return Measured(
        pictures=len(targets),
        draws={
            precision: figure_intervals(likely, targets, limits, rounds=rounds)
            for precision, likely in answers.items()
        },
        labels={
            precision: label_figures(likely, targets, thresholds)
            for precision, likely in answers.items()
        },
        baseline=constant_baseline(priors, targets, limits),
        baselines=baselines(priors, targets, limits),
    )


def column_figures(
    probabilities: Answers,
    targets: NDArray[np.float32],
    thresholds: Sequence[float | None],
    *,
    rounds: int,
) -> dict[str, Interval]:
    """Return the figures of probabilities [N,L] with their 95% intervals."""
    limits = limits_of(thresholds)
    return figure_intervals(probabilities, targets, limits, rounds=rounds).intervals()


def rounded(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures with four digits, ready for JSON."""
    return {
        name: round(value, _DIGITS) if isinstance(value, float) else value
        for name, value in figures.items()
    }
