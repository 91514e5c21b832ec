"""The comparison as Markdown and as JSON."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from trainer.compare.together import Compared, Comparison
from trainer.metrics import Interval
from trainer.metrics.baselines import BASELINES
from trainer.metrics.names import COUNTS, FOUND, FREE

_FREE_SHOWN: Final = tuple(FREE)
_FOUND_SHOWN: Final = (
    "micro_precision",
    "micro_recall",
    "micro_F1",
    "macro_F1",
    "Jaccard",
    "Hamming",
    "accuracy",
    "never_predicted",
)
_WITH_INTERVAL: Final = ("top3_recall", "mAP", "micro_F1", "macro_F1", "micro_F1_half")
_CONSTANT: Final = {
    "zeros": "always nothing",
    "priors": "always the labels' shares",
    "frequent": "always the three most frequent",
    "everything": "always every label",
}
_WORDS: Final = {
    **FREE,
    **FOUND,
    **{f"{name}_half": words for name, words in FOUND.items()},
}
PUBLISHED: Final = {
    "loss": "BCE",
    "val_loss": "BCE",
    "bce": "BCE",
    "accuracy": "accuracy_half",
    "val_accuracy": "accuracy_half",
    "hamming": "Hamming_half",
    "jaccard": "Jaccard_half",
    "top3_recall": "top3_recall",
    "top3_recall_per_picture": "top3_recall_per_picture",
    "map": "mAP",
    "micro_ap": "micro_AP",
    "subset_accuracy": "subset_accuracy_half",
    "precision": "micro_precision_half",
    "recall": "micro_recall_half",
    "f1": "micro_F1_half",
    "micro_precision": "micro_precision_half",
    "micro_recall": "micro_recall_half",
    "micro_f1": "micro_F1_half",
    "macro_precision": "macro_precision_half",
    "macro_recall": "macro_recall_half",
    "macro_f1": "macro_F1_half",
}
"""Which of our figures a published one is; what sources count, they count from .5 on."""


def ours_of(published: str) -> str | None:
    """Return the name of our figure that a published one is; None: we have none like it."""
    return PUBLISHED.get(published.lower().removesuffix("_half"))


def comparison_markdown(comparison: Comparison) -> list[str]:
    """Return the tables, as lines of Markdown."""
    count, names = len(comparison.examined.paths), comparison.names
    return [
        f"All packs on the same {count:,} {comparison.examined.part}, by the same {len(names)} "
        "labels; in brackets bootstrap 95% intervals. *Smoke*: trained for a few steps on small "
        "pictures, to show that everything runs. Speeds are of one thread in the precision that "
        "was measured." + _read(comparison),
        "",
        *_networks(comparison),
        *_table(comparison, "Without a threshold", _FREE_SHOWN, FREE),
        *_table(
            comparison,
            "From .5 on, as published",
            tuple(f"{name}_half" for name in _FOUND_SHOWN),
            {f"{name}_half": words for name, words in FOUND.items()},
        ),
        *_table(comparison, "At the packs' own thresholds", _FOUND_SHOWN, FOUND),
        *_published(comparison),
    ]


def comparison_told(comparison: Comparison) -> dict[str, Any]:
    """Return everything, ready for JSON."""
    first = comparison.rows[0].measured
    return {
        "pictures": len(comparison.examined.paths),
        "part": comparison.examined.part,
        "labels": list(comparison.examined.labels),
        "words": None if comparison.texts is None else comparison.texts.told(),
        "packs": [_told(row) for row in comparison.rows],
        "baselines": {
            name: {
                figure: None if value is None else round(value, 4)
                for figure, value in first.baselines[name].items()
            }
            for name in BASELINES
        },
    }


def _told(row: Compared) -> dict[str, Any]:
    entry = row.entry
    return {
        "pack": entry.name,
        "version": entry.pack.version,
        "source": entry.source,
        "parameters": entry.told.get("parameters"),
        "epochs": entry.told.get("epochs"),
        "steps": entry.told.get("steps"),
        "smoke": entry.smoke,
        "started_from": entry.started_from,
        "precision": row.precision,
        "reads": entry.pack.reads is not None,
        "pictures_per_second": round(row.speed, 1),
        "milliseconds_per_text": None if row.text_time is None else round(row.text_time, 2),
        "published": entry.published,
        "figures": {name: one.rounded for name, one in row.figures.items()},
        "labels": row.measured.label_table([label.id for label in row.labels])[row.precision],
    }


def _read(comparison: Comparison) -> str:
    """Return which packs were given the words in the pictures, and where those come from."""
    readers = [row for row in comparison.rows if row.entry.pack.reads is not None]
    if comparison.texts is None or not readers:
        return ""
    times = [
        f"{_name(row)} ({row.text_time:.1f} ms a text on one thread, beside the picture)"
        if row.text_time is not None
        else _name(row)
        for row in readers
    ]
    return f" Packs that read: {', '.join(times)}. {comparison.texts.said()}"


def _networks(comparison: Comparison) -> list[str]:
    lines = [
        "| pack | source | parameters | epochs | trained from | precision | pictures a second |",
        "| --- | --- | ---: | ---: | --- | --- | ---: |",
    ]
    for row in comparison.rows:
        entry = row.entry
        parameters, epochs = entry.told.get("parameters"), entry.told.get("epochs")
        steps = entry.told.get("steps")
        trained = f"{steps} steps" if entry.smoke and steps else _or_dash(epochs)
        lines.append(
            f"| {_name(row)} | {entry.source} | "
            f"{f'{parameters:,}' if isinstance(parameters, int) else '–'} | {trained} | "
            f"{entry.started_from} | {row.precision} | {row.speed:,.0f} |"
        )
    return [*lines, ""]


def _table(
    comparison: Comparison, title: str, figures: Sequence[str], words: Mapping[str, str]
) -> list[str]:
    first = comparison.rows[0].measured
    return [
        f"### {title}",
        "",
        "| pack | " + " | ".join(words[name] for name in figures) + " |",
        "| --- |" + " ---: |" * len(figures),
        *(
            f"| {_name(row)} | "
            + " | ".join(_interval(name, row.figures[name]) for name in figures)
            + " |"
            for row in comparison.rows
        ),
        *(
            f"| {_CONSTANT[constant]} | "
            + " | ".join(_number(name, first.baselines[constant][name]) for name in figures)
            + " |"
            for constant in BASELINES
        ),
        "",
    ]


def _published(comparison: Comparison) -> list[str]:
    lines = []
    for row in comparison.rows:
        for printed, value in row.entry.published.items():
            name = ours_of(printed)
            ours = "–" if name is None else _interval(name, row.figures[name], always=True)
            words = printed if name is None else _WORDS[name]
            lines.append(f"| {_name(row)} | {words} | {short(value)} | {ours} |")
    if not lines:
        return []
    return [
        "### Published beside ours",
        "",
        "Published figures are of other splits of the same posters; some are of the epoch that did "
        "best on the test itself.",
        "",
        "| pack | figure | published | ours, from .5 on |",
        "| --- | --- | ---: | ---: |",
        *lines,
        "",
    ]


def _name(row: Compared) -> str:
    return f"{row.entry.name} *(smoke)*" if row.entry.smoke else row.entry.name


def _interval(name: str, one: Interval, *, always: bool = False) -> str:
    if name in COUNTS:
        return f"{one.value:.0f}"
    if always or name in _WITH_INTERVAL:
        return f"{short(one.value)} ({short(one.low)} to {short(one.high)})"
    return short(one.value)


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if name in COUNTS else short(value)


def _or_dash(value: object) -> str:
    return "–" if value is None else str(value)


def short(value: float) -> str:
    """Return a figure with three digits and no leading zero, as the tables of the docs have it."""
    return f"{value:.3f}".removeprefix("0") if value >= 0 else f"{value:.3f}"
