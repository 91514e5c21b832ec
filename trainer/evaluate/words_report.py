"""An evaluation of a pack of words as tables that people read in a terminal."""

from collections.abc import Sequence
from typing import Final

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from trainer.evaluate.hierarchical import VERDICTS, Hierarchical
from trainer.evaluate.robust import Robustness
from trainer.evaluate.shown import Shame, ShownFigures
from trainer.evaluate.words import GraphOfWords, WordsEvaluation
from trainer.metrics import Interval

_DASH: Final = "–"
_WORST: Final = 3
"""Words that could hurt which are named, likeliest first, besides those that were shown."""


def words_table(evaluation: WordsEvaluation) -> Group:
    """Return all figures for a console: summary, sources, one-label pictures, words."""
    pack, truth = evaluation.pack, evaluation.truth
    first, main = next(iter(evaluation.graphs.items()))
    parts: list[RenderableType] = [
        Text(f"{pack.title} ({pack.id} {pack.version}): {len(truth.paths)} {truth.part}."),
        Text(
            "In brackets bootstrap 95% intervals. Shown: as the app shows labels, most specific "
            "first, none beside its parent."
        ),
        _summary(evaluation),
        *(Text(f"{name}: {_hurt(one.shame)}") for name, one in evaluation.graphs.items()),
        _sources(first, main),
    ]
    if main.single is not None:
        parts.append(_single(first, main.single))
    if evaluation.robust is not None:
        parts.append(_robust(evaluation.robust))
    if main.within:
        parts.append(_within(first, main))
    parts.append(_words(first, evaluation))
    return Group(*parts)


def number(one: Interval | None) -> str:
    """Return a figure with its interval, a dash where there is none."""
    return _DASH if one is None else f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"


def table(*columns: str) -> Table:
    """Return an empty table; its first column is words, the others numbers."""
    made = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for at, column in enumerate(columns):
        made.add_column(column, justify="right" if at else "left", no_wrap=not at)
    return made


def _summary(evaluation: WordsEvaluation) -> Table:
    made = table("figure", *evaluation.graphs)
    graphs = list(evaluation.graphs.values())
    made.add_row("mAP", *(number(one.mean_average_precision) for one in graphs))
    for said, values in zip(
        (name for name, _ in _figures(graphs[0].figures)),
        zip(*([one for _, one in _figures(graph.figures)] for graph in graphs), strict=True),
        strict=True,
    ):
        made.add_row(said, *(number(one) for one in values))
    for name in graphs[0].people:
        made.add_row(
            f"{name}: recall at precision .9", *(number(one.people[name]) for one in graphs)
        )
    return made


def _figures(one: ShownFigures) -> list[tuple[str, Interval | None]]:
    return [
        ("right, of the shown labels that can be judged", one.precision),
        ("the same, words on photos alone", one.photo_precision),
        ("all shown labels, also by words above and below", one.carried_precision),
        ("found, of the true labels with a threshold", one.recall),
        ("labels shown on a photo, median", one.labels_per_photo),
        ("photos that show 3 to 8", one.few_to_many),
        ("photos that show none", one.none),
        ("photos with a known object: it or its parent shown", one.object_named),
        ("photos with something right shown", one.something_right),
        ("photos called poster", one.photos_called_poster),
        ("photos that get through to genres", one.photos_through_gate),
        ("pictures of nothing that show a label", one.nothing_labelled),
        *((f"{name} recognised", found) for name, found in one.kinds.items()),
    ]


def _hurt(shame: Shame) -> str:
    if not shame.words:
        return "no word is marked as one that could hurt on pictures of people."
    seen = [
        f"{name} ({f'{number} times, ' if number else ''}at most {greatest:.2f})"
        for at, (name, (number, greatest)) in enumerate(shame.words.items())
        if number or at < _WORST
    ]
    return (
        f"words that could hurt are shown on {shame.shown_on} of {shame.pictures} pictures of "
        f"people; likeliest there: {', '.join(seen)}."
    )


def _sources(precision: str, graph: GraphOfWords) -> Table:
    made = table(
        f"source ({precision})",
        *("pictures", "right", "found", "object named", "something right", "labels"),
    )
    for name, one in graph.sources.items():
        made.add_row(
            name,
            str(one.pictures),
            number(one.precision),
            number(one.recall),
            number(one.object_named),
            number(one.something_right),
            f"{one.labels:.1f}",
        )
    return made


def _single(precision: str, one: Hierarchical) -> Table:
    where = ", ".join(f"{name} {count}" for name, count in one.sources.items())
    made = table(f"one known label ({precision})", *VERDICTS)
    made.caption = (
        f"{one.pictures} pictures ({where}) with {one.labels} labels; the likeliest of these "
        f"labels is the right one on {number(one.likeliest)}."
    )
    made.caption_justify = "left"
    for said, shares in (
        ("likeliest shown label", one.first),
        ("likeliest shown of its group", one.of_group),
        ("best of the shown labels", one.anything),
    ):
        made.add_row(said, *(number(shares[verdict]) for verdict in VERDICTS))
    return made


def _within(precision: str, graph: GraphOfWords) -> Table:
    sources = sorted({source for found in graph.within.values() for source in found})
    made = table(f"AP within a source ({precision})", *sources)
    for name, found in graph.within.items():
        if len(found) > 1:
            made.add_row(name, *_aligned(found, sources))
    return made


def _robust(robust: Robustness) -> Table:
    made = table(
        f"the same {robust.pictures} photos",
        *("labels changed", "with those above", "lost", "photos changed"),
        *("vanished", "appeared", "probabilities moved"),
    )
    for name, one in {**robust.changes, "over all": robust.over_all}.items():
        made.add_row(
            name,
            f"{one.labels:.3f}",
            f"{one.said:.3f}",
            f"{one.lost:.3f}",
            f"{one.pictures:.3f}",
            str(one.vanished),
            str(one.appeared),
            f"{one.moved:.4f}",
        )
    return made


def _aligned(found: dict[str, Interval], sources: Sequence[str]) -> list[str]:
    return [f"{found[source].value:.2f}" if source in found else _DASH for source in sources]


def _words(precision: str, evaluation: WordsEvaluation) -> Table:
    made = table(
        f"word ({precision})",
        *("threshold", "has it", "lacks it", "shown", "wrong"),
        *("precision", "recall", "F1", "AP"),
    )
    graph = evaluation.graphs[precision]
    for at, (label, one) in enumerate(zip(evaluation.pack.labels, graph.words, strict=True)):
        shown = int(graph.shown.visible[:, at].sum())
        if not (one.positives or one.negatives or shown):
            continue
        made.add_row(
            label.name,
            _DASH if one.threshold is None else f"{one.threshold:.2f}",
            str(one.positives),
            str(one.negatives),
            str(shown),
            str(int(graph.shown.wrong[:, at].sum())),
            *(_short(each) for each in (one.precision, one.recall, one.f1, one.average_precision)),
        )
    return made


def _short(one: Interval | None) -> str:
    return _DASH if one is None else f"{one.value:.2f} ({one.low:.2f}–{one.high:.2f})"
