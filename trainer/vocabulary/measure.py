"""Measures the photos pack on pictures it never saw, and writes its card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from trainer.card import number, opening, origin
from trainer.export import PackLabel
from trainer.recipe import Recipe
from trainer.thresholds import Evidence, measure
from trainer.vocabulary.table import Vocabulary

Floats = NDArray[np.float32]

GATE: Final = 0.5
"""From this poster probability on the genres pack looks at a picture (its recipe says the same). Of
cross-fitted pictures in three views .0017 of the photos reach it, and .021 of the posters do not;
.75 kept .033 of these out for .0009."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one graph on test pictures.

    Attributes:
        words: Each word's threshold at work; words that no picture can judge found nothing.
        average_precision: Each word's, or None without a positive and a negative.
        shown_precision: Of all labels found that can be judged, the share that is right.
        found_recall: Of all true labels of shown words, the share that is found.
        kinds: For each kind, the share of its pictures that reach its threshold.
        photos_called_poster: The share of photos that reach the poster's threshold.
        photos_gated: The share of photos whose poster probability is ``GATE`` or more.
        nothing_labelled: The share of pictures of nothing with any label found.
    """

    words: tuple[Evidence, ...]
    average_precision: tuple[float | None, ...]
    shown_precision: float
    found_recall: float
    kinds: Mapping[str, float]
    photos_called_poster: float
    photos_gated: float
    nothing_labelled: float

    def summary(self) -> dict[str, Any]:
        """Return what ``pack.json`` tells."""
        known = [value for value in self.average_precision if value is not None]
        return {
            "mAP": round(float(np.mean(known)), 4) if known else 0.0,
            "shown_precision": round(self.shown_precision, 4),
            "found_recall": round(self.found_recall, 4),
            "kinds_found": {name: round(value, 4) for name, value in self.kinds.items()},
            "photos_called_poster": round(self.photos_called_poster, 4),
            "photos_through_gate": round(self.photos_gated, 4),
            "nothing_labelled": round(self.nothing_labelled, 4),
        }


def measure_words(
    vocabulary: Vocabulary,
    probabilities: Floats,
    targets: Floats,
    weights: Floats,
    kinds: NDArray[np.int64],
    thresholds: Sequence[float | None],
    kind_names: Sequence[str],
) -> Measured:
    """Measure probabilities [N,L] against what is known.

    Args:
        vocabulary: The words.
        probabilities: As answered.
        targets: [N,L].
        weights: [N,L], 0 where unknown.
        kinds: [N], place in ``kind_names``; beyond them, nothing; -1 unknown.
        thresholds: [L].
        kind_names: The kinds, in order.
    """
    words = tuple(
        measure(probabilities[:, place], targets[:, place], weights[:, place], threshold)
        for place, threshold in enumerate(thresholds)
    )
    limits = np.array([2.0 if threshold is None else threshold for threshold in thresholds])
    reached = probabilities >= limits
    judged = weights * reached
    wanted = (weights * targets)[:, limits <= 1]
    place = vocabulary.index()
    nothing = kinds == len(kind_names)
    photos = kinds == kind_names.index("photo")
    poster = place["poster"]
    shares = {}
    for number_of, name in enumerate(kind_names):
        mine = kinds == number_of
        if mine.any():
            shares[name] = float(reached[mine, place[name]].mean())
    return Measured(
        words=words,
        average_precision=tuple(
            _average_precision(probabilities[:, at], targets[:, at], weights[:, at])
            for at in range(len(words))
        ),
        shown_precision=float((judged * targets).sum() / max(judged.sum(), 1e-9)),
        found_recall=float((judged * targets).sum() / max(wanted.sum(), 1e-9)),
        kinds=shares,
        photos_called_poster=_share(reached[photos, poster]),
        photos_gated=_share(probabilities[photos, poster] >= GATE),
        nothing_labelled=_share(reached[nothing].any(axis=1)),
    )


def _share(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else 0.0


def _average_precision(likely: Floats, targets: Floats, weights: Floats) -> float | None:
    known = weights > 0
    positives = int(targets[known].sum())
    if positives in (0, int(known.sum())):
        return None
    return float(
        average_precision_score(targets[known], likely[known], sample_weight=weights[known])
    )


def write_report(
    recipe: Recipe,
    folder: Path,
    labels: Sequence[PackLabel],
    measured: Mapping[str, Measured],
    training: Mapping[str, Any],
    *,
    tested: int,
) -> None:
    """Write ``MODEL_CARD.md``."""
    first = next(iter(measured.values()))
    shown = [name for name in first.summary() if name != "kinds_found"]
    lines = [
        *opening(recipe, training),
        "## Measured",
        "",
        f"On {tested} pictures that neither training nor thresholds saw (photos of the sets below, "
        "posters, and drawn pictures of nothing). `shown_precision`: of all labels shown that can "
        "be judged, how many are right. `found_recall`: of all true labels that have a threshold, "
        "how many are found.",
        "",
        "| figure | " + " | ".join(measured) + " |",
        "| --- |" + " ---: |" * len(measured),
        *(
            f"| {name} | "
            + " | ".join(f"{m.summary()[name]:.3f}" for m in measured.values())
            + " |"
            for name in shown
        ),
        *(
            f"| {kind} recognised | "
            + " | ".join(f"{m.kinds[kind]:.3f}" for m in measured.values())
            + " |"
            for kind in first.kinds
        ),
        "",
        "| label | group | threshold | precision | recall | AP | has it |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {label.name} | {label.group} | {number(label.threshold, 'never shown')} | "
            f"{number(one.precision)} | {number(one.recall)} | {number(ap)} | {one.positives} |"
            for label, one, ap in zip(labels, first.words, first.average_precision, strict=True)
        ),
        "",
        "A dash: no test picture could judge it. Such words stand on ImageNet's classes alone; "
        "their thresholds come from words that could be judged, treated the same way.",
        "",
        *origin(recipe),
    ]
    (folder / "MODEL_CARD.md").write_text("\n".join(lines), encoding="utf-8")
