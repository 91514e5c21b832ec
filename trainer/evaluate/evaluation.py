"""Measures a finished pack: each graph, on pictures it never saw or on anyone's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.labeling.pack import Label, Pack, load_pack
from trainer.data.checks import Tell
from trainer.evaluate.answers import (
    Asked,
    answers_of,
    gate_of,
    graphs_of,
    open_through,
    shipped_graph,
)
from trainer.evaluate.measured import Answers, Measured, measure_columns
from trainer.evaluate.pictures import Examined, PartName, collection_of, examine
from trainer.evaluate.reading import Alone, measure_alone
from trainer.evaluate.texts import Texts, WordsWanted, texts_for, vectors_of
from trainer.metrics.intervals import ROUNDS
from trainer.recipe import Recipe

_WITHOUT_PROBABILITY: Final = ("BCE", "ECE")
"""Not told through a gate: a picture that is not looked at has no probability."""
_USUAL: Final = WordsWanted()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a pack did.

    Attributes:
        pack: The pack.
        labels: Those measured.
        examined: The pictures and what is true of them.
        answers: Probabilities [N,L] by precision, of a pack that reads with the words in the
            pictures; all 0 where the gate was closed.
        measured: The figures.
        closed: On how many pictures the gate was closed; None: the gate was not asked.
        texts: The words in the pictures; None: the pack does not read.
        alone: The same without them; None: there is no difference.
    """

    pack: Pack
    labels: tuple[Label, ...]
    examined: Examined
    answers: dict[str, Answers]
    measured: Measured
    closed: int | None
    texts: Texts | None = None
    alone: Alone | None = None

    @property
    def ids(self) -> list[str]:
        """Of the labels."""
        return [label.id for label in self.labels]

    @property
    def figures(self) -> list[str]:
        """Names of the figures that are told."""
        every = next(iter(self.measured.draws.values())).whole
        return [name for name in every if self.closed is None or name not in _WITHOUT_PROBABILITY]

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        summary, names, ids = self.measured.summary(), self.figures, self.ids
        table = self.measured.label_table(ids)
        graphs = {
            precision: {
                "figures": {name: summary[precision][name] for name in names},
                "labels": table[precision],
                "never_predicted": [
                    name for name, one in table[precision].items() if not one["found"]
                ],
                **({} if self.alone is None else self.alone.told(precision, ids, names)),
            }
            for precision in self.measured.draws
        }
        return {
            "pack": self.pack.id,
            "version": self.pack.version,
            "pictures": self.measured.pictures,
            "part": self.examined.part,
            "gate_closed": self.closed,
            "words": None if self.texts is None else self.texts.told(),
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
    words: WordsWanted = _USUAL,
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
        gated: Whether pictures on which the pack's gate is closed count as without any label; the
            gate's own pack looks at the pictures alone, as the app does before it reads.
        words: Where the words for a pack that reads come from.
        rounds: Draws for the 95% intervals.
        threads: Of the CPU, for the networks.
        tell: Is given a line for each thing that people should know.
        cache_folder: Remembers which pictures are whole.

    Raises:
        PackError: The pack is broken.
        DataError: The data are wrong, the gate's pack is not there, or words are asked for and the
            pack does not read.
        UnavailableError: The engine that reads words is missing or broken.
        RecipeError: The recipe is not the pack's.
    """
    pack = load_pack(folder)
    examined = examine(pack, data, recipe, part=part, tell=tell, cache_folder=cache_folder)
    texts = texts_for(
        [pack], examined.paths, collection_of(data, recipe), words, threads=threads, tell=tell
    )
    said = _answers(pack, examined, texts, gated, threads)
    labels = tuple(pack.labels[place] for place in examined.places)
    thresholds = [label.threshold for label in labels]
    measured = measure_columns(
        said.read, examined.targets, thresholds, examined.priors, rounds=rounds
    )
    alone = None
    if said.alone:
        alone = measure_alone(
            said.read,
            measured,
            said.alone,
            examined.targets,
            thresholds,
            examined.priors,
            rounds=rounds,
        )
    return Evaluation(pack, labels, examined, said.read, measured, said.closed, texts, alone)


@dataclass(frozen=True, slots=True)
class _Said:
    """Probabilities [N,L] by precision, with words and (empty without any) alone."""

    read: dict[str, Answers]
    alone: dict[str, Answers]
    closed: int | None


def _answers(
    pack: Pack, examined: Examined, texts: Texts | None, gated: bool, threads: int
) -> _Said:
    asked: list[Asked] = graphs_of(pack)
    alone: list[Asked] = []
    if texts is not None and texts.with_words:
        vectors = vectors_of(pack, texts.texts, threads=threads)
        asked, alone = [one.told(vectors) for one in asked], asked
    keeper = gate_of(pack) if gated else None
    keepers = [] if keeper is None else [shipped_graph(keeper)]
    said = answers_of([*asked, *alone, *keepers], examined.paths, threads=threads)
    looked = np.ones(len(examined.paths), dtype=bool)
    if keeper is not None:
        looked = open_through(pack, keeper, said[-1])
    places = list(examined.places)
    through = [_through(one[:, places], looked) for one in said[: len(said) - len(keepers)]]
    precisions = [one.file.precision for one in asked]
    return _Said(
        read=dict(zip(precisions, through[: len(asked)], strict=True)),
        alone=dict(zip(precisions, through[len(asked) :], strict=False)),
        closed=int((~looked).sum()) if gated else None,
    )


def _through(probabilities: Answers, looked: NDArray[np.bool_]) -> Answers:
    return np.asarray(np.where(looked[:, None], probabilities, 0), dtype=np.float32)
