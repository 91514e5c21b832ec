"""`lumitag index`: add folders, look through them, label and read what is new."""

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.cli.output import print_below, print_json, print_line, print_problem
from app.engine import Engine
from app.indexing import events
from app.indexing.control import Control

_INTERRUPTED = 128 + signal.SIGINT


def run_index(asked: argparse.Namespace) -> int:
    """Index the folders; the last line on stdout is the summary."""
    control = Control()
    summary: events.Summary | None = None
    with Engine.open(asked.library, device=asked.device) as engine, _cancel_on_interrupt(control):
        for error in engine.pack_errors:
            print_problem(str(error))
        with _Shown(as_json=asked.json) as shown:
            for event in engine.index(asked.folders, control, words=not asked.no_words):
                shown.show(event)
                if isinstance(event, events.Summary):
                    summary = event
    if summary is None:
        return 1
    _print_summary(summary, as_json=asked.json)
    if summary.cancelled:
        return _INTERRUPTED
    return 1 if summary.failed or shown.offline else 0


def _print_summary(summary: events.Summary, *, as_json: bool) -> None:
    counted = asdict(summary)
    cancelled = counted.pop("cancelled")
    if as_json:
        print_json({"type": "summary", **counted, "seconds": round(summary.seconds, 3)})
        return
    seconds = counted.pop("seconds")
    words = ", ".join(f"{count:,} {what}" for what, count in counted.items())
    print_line(f"{'Stopped' if cancelled else 'Done'} after {seconds:,.1f} s: {words}")


def _doing(progress: events.Progress) -> str:
    if progress.words:
        return f"Reading {progress.done:,} of {progress.total:,}"
    return "Labelling" if progress.labelling else "Reading pictures"


def _rate(per_second: float) -> str:
    """Reading is slow: less than a page a second is no standstill."""
    if 0 < per_second < 1:
        return f"{60 * per_second:,.0f} pictures/min"
    return f"{per_second:,.0f} pictures/s"


@contextmanager
def _cancel_on_interrupt(control: Control) -> Iterator[None]:
    """The first Ctrl+C ends the run cleanly, a second one at once."""

    def cancel(_signal: int, _frame: FrameType | None) -> None:
        control.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        before = signal.signal(signal.SIGINT, cancel)
    except ValueError:  # not the main thread: whoever runs us there handles the signal
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Shown:
    """Shows events: a progress bar on stderr for people, failures as they come."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json
        self.offline = False
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("Looking through the folders", total=None, rate="")

    def __enter__(self) -> "_Shown":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, event: events.Event) -> None:
        """Show one event."""
        match event:
            case events.Scanning(folder=folder, found=found):
                self._progress.update(
                    self._task, description=f"Looking through {folder.name}", completed=found
                )
            case events.Progress(done=done, total=total, per_second=rate):
                self._progress.update(
                    self._task,
                    description=_doing(event),
                    completed=done,
                    total=total,
                    rate=_rate(rate),
                )
            case events.FileFailed(path=path, message=message) if self._json:
                print_json({"path": str(path), "error": message})
            case events.FileFailed(path=path, message=message):
                self._say(f"{path}: {message}")
            case events.FolderOffline(path=path):
                self.offline = True
                self._say(f"{path} is offline; nothing of it was removed.")
            case events.Notice(message=message):
                self._say(f"lumitag: {message}")
            case _:
                return

    def _say(self, text: str) -> None:
        """Print a line as it is: above the bar where there is one."""
        if self._console.is_terminal:
            self._console.print(text, markup=False, highlight=False, emoji=False, soft_wrap=True)
        else:
            print_below(text)
