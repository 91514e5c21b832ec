"""Shows how far long work is and how long it still takes: bars on a screen, lines in a log."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

_LOG_EVERY: Final = 60.0
"""Seconds between two lines where there is no screen."""


@contextlib.contextmanager
def bar_of(name: str, *, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr; gives the function that moves it on."""
    with _bar() as bar:
        task = bar.add_task(name, total=total)
        yield lambda count: bar.advance(task, count)


class TrainingProgress:
    """The progress of one run: a bar with loss and time left, and a line an epoch.

    Where stderr is no screen (a log file) a line a minute stands in for the bar.
    """

    def __init__(self, *, total: int, done: int, shown: bool = True) -> None:
        """Begin.

        Args:
            total: Steps of the whole run.
            done: Steps that an earlier sitting did.
            shown: Whether to show anything (one process of several does).
        """
        self._console = Console(stderr=True, quiet=not shown, highlight=False, soft_wrap=True)
        self._bar = _bar(self._console)
        self._task = self._bar.add_task("training", total=total, completed=done)
        self._total = total
        self._first, self._began = done, time.monotonic()
        self._spoke = self._began

    def __enter__(self) -> "TrainingProgress":
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._bar.stop()

    def step(self, *, step: int, epoch: int, loss: float) -> None:
        """Show that ``step`` steps are done, the last in ``epoch`` (from 1) with ``loss``."""
        told = f"epoch {epoch}  loss {loss:.4f}"
        self._bar.update(self._task, completed=step, description=told)
        now = time.monotonic()
        if self._console.is_terminal or now - self._spoke < _LOG_EVERY:
            return
        self._spoke = now
        left = (now - self._began) / max(step - self._first, 1) * (self._total - step)
        self.say(f"{told}  step {step} of {self._total}  about {left / 60:.0f} min left")

    def say(self, line: str) -> None:
        """Write a line that stays."""
        self._console.print(line, markup=False)


def _bar(console: Console | None = None) -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console or Console(stderr=True),
    )
