"""What the words in pictures add, as tables that people read in a terminal."""

from collections.abc import Mapping, Sequence
from typing import Final

from rich import box
from rich.table import Table

from app.labeling.pack import Label
from trainer.evaluate.measured import Measured
from trainer.evaluate.reading import Alone
from trainer.metrics import Interval
from trainer.metrics.names import COUNTS

_DASH: Final = "–"
_DIGITS: Final = 3


def reading_tables(
    alone: Alone, measured: Measured, labels: Sequence[Label], words: Mapping[str, str]
) -> list[Table]:
    """Return each graph's figures with and without words, and the first one's of each label.

    Args:
        alone: What the pack did without words.
        measured: What it did with them.
        labels: Those measured.
        words: The figures to tell, by name, in words.
    """
    return [
        *(_figures(precision, alone, measured, words) for precision in measured.draws),
        _labels(alone, measured, labels),
    ]


def _figures(precision: str, alone: Alone, measured: Measured, words: Mapping[str, str]) -> Table:
    table = _table(f"words in pictures ({precision})", "with words", "without", "words add")
    read, own = measured.figures[precision], alone.measured.figures[precision]
    for name, said in words.items():
        digits = 0 if name in COUNTS else _DIGITS
        added = alone.added[precision][name]
        table.add_row(
            said, _written(read[name], digits), _written(own[name], digits), _added(added, digits)
        )
    return table


def _labels(alone: Alone, measured: Measured, labels: Sequence[Label]) -> Table:
    precision = next(iter(alone.labels))
    table = _table(f"AP ({precision})", "has it", "with words", "without", "words add")
    figures = measured.labels[precision]
    for label, one, both in zip(labels, figures, alone.labels[precision], strict=True):
        table.add_row(
            label.name,
            str(one.positives),
            *(
                _DASH if value is None else _written(value, _DIGITS)
                for value in (both.read, both.alone)
            ),
            _DASH if both.added is None else _added(both.added, _DIGITS),
        )
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.add_column(title, no_wrap=True, min_width=22)
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _written(one: Interval, digits: int) -> str:
    if not digits:
        return f"{one.value:.0f}"
    return f"{one.value:.{digits}f} ({one.low:.{digits}f} to {one.high:.{digits}f})"


def _added(one: Interval, digits: int) -> str:
    if not digits:
        return f"{one.value:+.0f}"
    return f"{one.value:+.{digits}f} ({one.low:+.{digits}f} to {one.high:+.{digits}f})"
