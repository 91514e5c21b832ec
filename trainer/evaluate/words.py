"""Measures a pack of everyday words: what it finds, what people would see, and what would hurt."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.labeling.pack import Label, Pack
from trainer.data.checks import Tell
from trainer.evaluate.answers import Answers, answers_of, graphs_of
from trainer.evaluate.hierarchical import Hierarchical, hierarchical, one_object
from trainer.evaluate.known import known_truth
from trainer.evaluate.robust import Robustness, robustness
from trainer.evaluate.shown import (
    OfSource,
    Shame,
    Shown,
    ShownFigures,
    by_source,
    is_photo,
    judged,
    shame,
    shown_figures,
)
from trainer.evaluate.truth import Truth
from trainer.evaluate.word_figures import (
    PRECISE,
    WordFigures,
    ap_draws,
    ap_within_sources,
    mean_average_precision,
    people_found,
    rounded,
    word_figures,
)
from trainer.metrics import Interval
from trainer.metrics.intervals import ROUNDS, Doubles, draw_counts
from trainer.packing import Workplace
from trainer.recipe import Recipe


@dataclass(frozen=True, slots=True)
class GraphOfWords:
    """What one graph of a pack of words did.

    Attributes:
        answers: Probabilities [N,L].
        shown: The labels shown for them, judged.
        words: Figures of each word.
        mean_average_precision: Over the words that have one.
        figures: Of what is shown.
        people: Recall at precision .9 of people, and of children, babies or groups.
        sources: What is shown on each source's pictures.
        within: Words' average precision within one source, by word and source.
        shame: Words that could hurt, on pictures of people.
        single: Pictures with one known label, judged along the hierarchy; None without any.
    """

    answers: Answers
    shown: Shown
    words: tuple[WordFigures, ...]
    mean_average_precision: Interval | None
    figures: ShownFigures
    people: dict[str, Interval | None]
    sources: dict[str, OfSource]
    within: dict[str, dict[str, Interval]]
    shame: Shame
    single: Hierarchical | None

    def told(self, labels: tuple[Label, ...]) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "figures": {
                "mAP": rounded(self.mean_average_precision),
                **self.figures.told(),
                f"recall_at_precision_{PRECISE:.0%}": {
                    name: rounded(one) for name, one in self.people.items()
                },
            },
            "labels": {
                label.id: one.told()
                | {"shown": int(self.shown.visible[:, at].sum())}
                | {"shown_right": int(self.shown.right[:, at].sum())}
                | {"shown_wrong": int(self.shown.wrong[:, at].sum())}
                for at, (label, one) in enumerate(zip(labels, self.words, strict=True))
            },
            "sources": {name: one.told() for name, one in self.sources.items()},
            "AP_within_source": {
                name: {source: one.rounded for source, one in found.items()}
                for name, found in self.within.items()
            },
            "could_hurt": self.shame.told(),
            "one_label": None if self.single is None else self.single.told(),
        }


@dataclass(frozen=True, slots=True)
class WordsEvaluation:
    """What a pack of words did.

    Attributes:
        pack: The pack.
        truth: The pictures and what is known of them.
        graphs: By precision; the first is the one that tables tell most of.
        robust: What other forms of the same pictures change; None: not asked.
    """

    pack: Pack
    truth: Truth
    graphs: dict[str, GraphOfWords]
    robust: Robustness | None = None

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "pack": self.pack.id,
            "version": self.pack.version,
            "part": self.truth.part,
            "pictures": len(self.truth.paths),
            "graphs": {name: one.told(self.pack.labels) for name, one in self.graphs.items()},
            "robust": None if self.robust is None else self.robust.told(),
        }


def evaluate_words(
    pack: Pack,
    data: Path,
    recipe: Recipe | None,
    place: Workplace,
    *,
    rounds: int = ROUNDS,
    threads: int = 1,
    robust: int = 0,
    tell: Tell,
) -> WordsEvaluation:
    """Measure each graph of a pack of words.

    Args:
        pack: The pack.
        data: As in ``known_truth``.
        recipe: The pack's own.
        place: Where the recipe's collections and table lie.
        rounds: Draws for the 95% intervals.
        threads: Of the CPU, for the networks.
        robust: On how many of the photos to try other forms of the same picture; 0: none.
        tell: Is given a line for each thing that people should know.

    Raises:
        PackError: The pack is broken.
        DataError: The data are.
        RecipeError: The recipe's table is.
    """
    truth = known_truth(pack, data, recipe, place, tell)
    asked = graphs_of(pack)
    said = answers_of(asked, truth.paths, threads=threads)
    counts = draw_counts(len(truth.paths), rounds=rounds, seed=0)
    return WordsEvaluation(
        pack,
        truth,
        {
            one.file.precision: measure_graph(answers, truth, pack.labels, counts)
            for one, answers in zip(asked, said, strict=True)
        },
        robustness(pack, _photos(truth), most=robust, threads=threads) if robust else None,
    )


def _photos(truth: Truth) -> list[Path]:
    return [path for path, photo in zip(truth.paths, is_photo(truth), strict=True) if photo]


def measure_graph(
    answers: Answers, truth: Truth, labels: tuple[Label, ...], counts: Doubles
) -> GraphOfWords:
    """Measure probabilities [N,L] against what is known; ``counts`` [R,N] are the draws."""
    shown = judged(answers, truth, labels)
    known = one_object(truth, shown) if truth.single is None else truth.single
    precisions = ap_draws(answers, truth, counts)
    return GraphOfWords(
        answers=answers,
        shown=shown,
        words=word_figures(answers, truth, labels, counts, precisions),
        mean_average_precision=mean_average_precision(precisions),
        figures=shown_figures(answers, truth, shown, counts),
        people=people_found(answers, truth, labels, counts),
        sources=by_source(answers, truth, shown, counts),
        within=ap_within_sources(answers, truth, labels, counts),
        shame=shame(answers, truth, shown),
        single=hierarchical(answers, known, truth.sources, shown, counts),
    )
