"""What the words in pictures add: a pack that reads, measured with them and without them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.evaluate.measured import Answers, Measured, measure_columns
from trainer.metrics import Interval, difference
from trainer.metrics.intervals import ROUNDS, draw_counts
from trainer.metrics.weighted import average_precisions, interval_of


@dataclass(frozen=True, slots=True)
class LabelWithWords:
    """One label's average precision; None where all pictures have the label or none has.

    Attributes:
        read: With the words.
        alone: Of the pictures alone.
        added: The difference, draw by draw.
    """

    read: Interval | None
    alone: Interval | None
    added: Interval | None

    def told(self) -> dict[str, list[float] | None]:
        """Return everything, ready for JSON."""
        return {
            "with_words": None if self.read is None else self.read.rounded,
            "without_words": None if self.alone is None else self.alone.rounded,
            "added": None if self.added is None else self.added.rounded,
        }


@dataclass(frozen=True, slots=True)
class Alone:
    """The same graphs on the same pictures without their words, and what the words add to that.

    Attributes:
        answers: Probabilities [N,L] by precision.
        measured: The figures.
        added: How much each figure is higher with the words, draw by draw, by precision.
        labels: Each label's average precision with and without, by precision.
    """

    answers: Mapping[str, Answers]
    measured: Measured
    added: Mapping[str, Mapping[str, Interval]]
    labels: Mapping[str, tuple[LabelWithWords, ...]]

    def told(self, precision: str, ids: Sequence[str], figures: Sequence[str]) -> dict[str, Any]:
        """Return what is told of one graph, ready for JSON.

        Args:
            precision: The graph's.
            ids: The labels'.
            figures: Names of those that are told.
        """
        own = self.measured.figures[precision]
        return {
            "without_words": {
                "figures": {name: own[name].rounded for name in figures},
                "labels": self.measured.label_table(ids)[precision],
            },
            "words_add": {
                "figures": {name: self.added[precision][name].rounded for name in figures},
                "AP": {
                    name: both.told()
                    for name, both in zip(ids, self.labels[precision], strict=True)
                },
            },
        }


def measure_alone(
    read: Mapping[str, Answers],
    measured: Measured,
    alone: Mapping[str, Answers],
    targets: NDArray[np.float32],
    thresholds: Sequence[float | None],
    priors: NDArray[np.floating],
    *,
    rounds: int = ROUNDS,
) -> Alone:
    """Measure what graphs say of the pictures alone, beside what they say with the words.

    Args:
        read: Probabilities [N,L] with the words, by precision.
        measured: ``measure_columns`` of these, with the same arguments.
        alone: Probabilities [N,L] without.
        targets: [N,L], 0 or 1.
        thresholds: [L]; None: never found.
        priors: [L], as in ``measure_columns``.
        rounds: Draws for the 95% intervals.
    """
    own = measure_columns(alone, targets, thresholds, priors, rounds=rounds)
    return Alone(
        answers=alone,
        measured=own,
        added={
            precision: {
                name: difference(measured.draws[precision], draws, name) for name in draws.whole
            }
            for precision, draws in own.draws.items()
        },
        labels={
            precision: labels_added(read[precision], answers, targets, rounds=rounds)
            for precision, answers in alone.items()
        },
    )


def labels_added(
    read: Answers, alone: Answers, targets: NDArray[np.float32], *, rounds: int = ROUNDS
) -> tuple[LabelWithWords, ...]:
    """Return each label's average precision with and without words, and the paired difference.

    Args:
        read: Probabilities [N,L] with the words.
        alone: Without them.
        targets: [N,L], 0 or 1.
        rounds: Draws for the 95% intervals.
    """
    counts = draw_counts(len(targets), rounds=rounds, seed=0)
    every, truth = np.ones(len(targets)), targets > 0
    found = []
    for at in range(truth.shape[1]):
        with_words, without = (
            average_precisions(answers[:, at], truth[:, at], every, counts)
            for answers in (read, alone)
        )
        found.append(
            LabelWithWords(
                interval_of(with_words), interval_of(without), interval_of(with_words - without)
            )
        )
    return tuple(found)
