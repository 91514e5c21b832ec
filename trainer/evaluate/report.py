"""An evaluation as tables that people read in a terminal."""

from collections.abc import Mapping
from typing import Final

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from trainer.evaluate.evaluation import Evaluation
from trainer.evaluate.measured import Measured
from trainer.evaluate.reading_report import reading_tables
from trainer.metrics import Interval
from trainer.metrics.baselines import BASELINES
from trainer.metrics.names import COUNTS, FOUND, FREE

_ALWAYS: Final = {
    "zeros": "nothing",
    "priors": "the shares",
    "frequent": "top three",
    "everything": "all labels",
}


def evaluation_table(evaluation: Evaluation) -> Group:
    """Return all figures beside the constant answers, and each label's, for a console."""
    pack, measured = evaluation.pack, evaluation.measured
    lines = [
        f"{pack.title} ({pack.id} {pack.version}): {measured.pictures} {evaluation.examined.part}.",
        "In brackets bootstrap 95% intervals; beside them what answers get that never look.",
    ]
    if evaluation.closed is not None:
        lines.append(
            f"Through the gate: on {evaluation.closed} of them it is closed, and nothing is found."
        )
    if evaluation.texts is not None:
        lines.append(evaluation.texts.said())
    lines += [
        f"{precision} loses {lost} in mAP against fp32."
        for precision, lost in measured.lost.items()
    ]
    half = {f"{name}_half": words for name, words in FOUND.items()}
    free = {
        name: words
        for name, words in FREE.items()
        if evaluation.closed is None or name not in ("BCE", "ECE")
    }
    read = []
    if evaluation.alone is not None:
        read = reading_tables(evaluation.alone, measured, evaluation.labels, {**free, **FOUND})
    return Group(
        *(Text(line) for line in lines),
        _figures("no threshold", free, measured),
        _figures("at thresholds", FOUND, measured),
        _figures("at .5, as published", half, measured),
        _labels(evaluation),
        *read,
    )


def _figures(title: str, words: Mapping[str, str], measured: Measured) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column(title, no_wrap=True, min_width=22)
    for precision in measured.draws:
        table.add_column(precision, justify="right", no_wrap=True)
    for name in BASELINES:
        table.add_column(_ALWAYS[name], justify="right", style="dim")
    figures = measured.figures
    for name, said in words.items():
        table.add_row(
            said,
            *(_interval(name, figures[precision][name]) for precision in figures),
            *(_number(name, measured.baselines[constant][name]) for constant in BASELINES),
        )
    return table


def _labels(evaluation: Evaluation) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    precision = next(iter(evaluation.measured.labels))
    table.add_column(f"label ({precision})", no_wrap=True, min_width=22)
    for title in ("has it", "threshold", "precision", "recall", "F1", "AP", "Jaccard"):
        table.add_column(title, justify="right")
    for label, one in zip(evaluation.labels, evaluation.measured.labels[precision], strict=True):
        values = (one.threshold, one.precision, one.recall, one.f1, one.average_precision)
        numbers = [f"{value:.2f}" if value is not None else "–" for value in (*values, one.jaccard)]
        table.add_row(label.name, str(one.positives), *numbers)
    return table


def _interval(name: str, one: Interval) -> str:
    if name in COUNTS:
        return f"{one.value:.0f}"
    return f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if name in COUNTS else f"{value:.3f}"
