"""Measures a finished pack: each graph, on pictures it never saw or on anyone's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.labeling.pack import Label, Pack, load_pack
from trainer.data.checks import Tell
from trainer.evaluate.answers import answers_of, gate_of, graphs_of, open_through, shipped_graph
from trainer.evaluate.measured import Answers, Measured, measure_columns
from trainer.evaluate.pictures import Examined, PartName, examine
from trainer.metrics.intervals import ROUNDS
from trainer.recipe import Recipe

_WITHOUT_PROBABILITY: Final = ("BCE", "ECE")
"""Not told through a gate: a picture that is not looked at has no probability."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a pack did.

    Attributes:
        pack: The pack.
        labels: Those measured.
        examined: The pictures and what is true of them.
        answers: Probabilities [N,L] by precision; all 0 where the gate was closed.
        measured: The figures.
        closed: On how many pictures the gate was closed; None: the gate was not asked.
    """

    pack: Pack
    labels: tuple[Label, ...]
    examined: Examined
    answers: dict[str, Answers]
    measured: Measured
    closed: int | None

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        summary = self.measured.summary()
        table = self.measured.label_table([label.id for label in self.labels])
        graphs = {
            precision: {
                "figures": {
                    name: value
                    for name, value in summary[precision].items()
                    if self.closed is None or name not in _WITHOUT_PROBABILITY
                },
                "labels": table[precision],
                "never_predicted": [
                    name for name, one in table[precision].items() if not one["found"]
                ],
            }
            for precision in self.measured.draws
        }
        return {
            "pack": self.pack.id,
            "version": self.pack.version,
            "pictures": self.measured.pictures,
            "part": self.examined.part,
            "gate_closed": self.closed,
            "graphs": graphs,
            "lost": {name: {"mAP": one.rounded} for name, one in self.measured.lost.items()},
            "baseline": summary["baseline"],
            "baselines": summary["baselines"],
        }


def pack_folder(named: Path) -> Path:
    """Return the pack's folder that a pack, or a run with a pack in it, stands for."""
    inside = named / "pack"
    return inside if not (named / "pack.json").exists() and inside.is_dir() else named


def evaluate_pack(
    folder: Path,
    data: Path,
    *,
    recipe: Recipe | None,
    part: PartName = "test",
    gated: bool = False,
    rounds: int = ROUNDS,
    threads: int = 1,
    tell: Tell,
    cache_folder: Path | None = None,
) -> Evaluation:
    """Measure each graph of a pack whose labels are columns.

    Args:
        folder: The pack's.
        data: As in ``examine``.
        recipe: The pack's own.
        part: Which pictures of the recipe's.
        gated: Whether pictures on which the pack's gate is closed count as without any label.
        rounds: Draws for the 95% intervals.
        threads: Of the CPU, for the networks.
        tell: Is given a line for each thing that people should know.
        cache_folder: Remembers which pictures are whole.

    Raises:
        PackError: The pack is broken.
        DataError: The data are wrong, or the gate's pack is not there.
        RecipeError: The recipe is not the pack's.
    """
    pack = load_pack(folder)
    examined = examine(pack, data, recipe, part=part, tell=tell, cache_folder=cache_folder)
    asked = graphs_of(pack)
    keeper = gate_of(pack) if gated else None
    keepers = [] if keeper is None else [shipped_graph(keeper)]
    said = answers_of([*asked, *keepers], examined.paths, threads=threads)
    labels = tuple(pack.labels[place] for place in examined.places)
    looked = np.ones(len(examined.paths), dtype=bool)
    if keeper is not None:
        looked = open_through(pack, keeper, said[-1])
    answers: dict[str, Answers] = {
        one.file.precision: _through(probabilities[:, list(examined.places)], looked)
        for one, probabilities in zip(asked, said[: len(asked)], strict=True)
    }
    measured = measure_columns(
        answers,
        examined.targets,
        [label.threshold for label in labels],
        examined.priors,
        rounds=rounds,
    )
    return Evaluation(
        pack, labels, examined, answers, measured, int((~looked).sum()) if gated else None
    )


def _through(probabilities: Answers, looked: NDArray[np.bool_]) -> Answers:
    return np.asarray(np.where(looked[:, None], probabilities, 0), dtype=np.float32)
