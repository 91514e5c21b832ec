"""Measures the graphs of a pack of columns on its test pictures, and writes what is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.card import columns_card
from trainer.evaluate import measure_columns
from trainer.evaluate.measured import WITHOUT_WORDS
from trainer.export import PackLabel, PackReads
from trainer.packing import Built, Provenance, Workplace, finish
from trainer.recipe import Recipe
from trainer.thresholds import f1_thresholds, promised_thresholds

_HALF: Final = 0.5


@dataclass(frozen=True, slots=True)
class Tested:
    """The pictures that a pack is measured on.

    Attributes:
        images: uint8 [N,H,W,3], as the network sees them.
        targets: float32 [N,L], 0 or 1.
        priors: [L], the labels' shares in the other pictures.
        words: float32 [N,E], what was read on them, for a pack that reads.
    """

    images: NDArray[np.uint8]
    targets: NDArray[np.float32]
    priors: NDArray[np.floating]
    words: NDArray[np.float32] | None = None


def thresholds_of(
    recipe: Recipe,
    probabilities: NDArray[np.floating],
    targets: NDArray[np.float32],
    *,
    half: bool = False,
) -> list[float | None]:
    """Return the thresholds [L] of a pack of columns; None for labels that are never shown.

    Args:
        recipe: Its labels.
        probabilities: [N,L], calibrated, of pictures not trained on.
        targets: [N,L], 0 or 1.
        half: .5 for all, as published systems have it.
    """
    found: list[float | None]
    if half:
        found = [_HALF] * targets.shape[1]
    else:
        settings = recipe.thresholds
        choose = (
            promised_thresholds
            if settings.rule == "promised"
            else partial(f1_thresholds, borrow=settings.borrow)
        )
        found = choose(
            probabilities,
            targets,
            least_found=settings.least_found,
            least_precision=settings.least_precision,
        )
    return [
        threshold if label.shown else None
        for label, threshold in zip(recipe.kept_labels, found, strict=True)
    ]


def report_columns(
    recipe: Recipe,
    place: Workplace,
    built: Built,
    tested: Tested,
    thresholds: Sequence[float | None],
    provenance: Provenance,
    reads: PackReads | None = None,
) -> None:
    """Measure all graphs on the test pictures and write ``pack.json`` and ``MODEL_CARD.md``.

    A pack that ``reads`` is measured with the pictures' words, and on the pictures alone.
    """
    graphs = built.graphs.items()
    answers = {precision: graph(tested.images, tested.words)[0] for precision, graph in graphs}
    if tested.words is not None:
        answers |= {f"{name}{WITHOUT_WORDS}": graph(tested.images)[0] for name, graph in graphs}
    measured = measure_columns(
        answers, tested.targets, thresholds, tested.priors, rounds=place.bootstrap_rounds
    )
    labels = [
        PackLabel(
            id=label.id,
            name=label.name,
            group=label.group,
            aliases=label.aliases,
            parents=(),
            threshold=threshold,
            hidden_with=(),
        )
        for label, threshold in zip(recipe.kept_labels, thresholds, strict=True)
    ]
    metrics = {**measured.summary(), "greatest_difference": built.difference}
    training = finish(recipe, place, labels, metrics, provenance, reads)
    card = columns_card(recipe, labels, measured, training)
    (place.out / "MODEL_CARD.md").write_text(card, encoding="utf-8")
