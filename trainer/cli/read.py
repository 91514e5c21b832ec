"""``read``: the words in the pictures of a collection, for packs that read."""

import argparse
from pathlib import Path
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

from app.labeling.opening import Opener
from app.reading import Reader
from trainer.cli.arguments import at_least
from trainer.data.words import WORDS_FILE
from trainer.data.words_writing import Done, WordsFile, collection, read_collection

_PATIENCE: Final = 120.0
"""Seconds for one picture: nobody waits for it, and what is cut short is lost to training."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "read",
        help="read the words in the pictures of a collection",
        description="Write what is written in the pictures of DIR (or of DIR/images) into "
        f"{WORDS_FILE}, one line a picture. A stopped run goes on where it was.",
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="where the pictures lie"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help=f"where the words go (default: DIR/{WORDS_FILE})"
    )
    parser.add_argument("--device", choices=("auto", "cuda", "cpu"), default="auto")
    parser.add_argument(
        "--threads",
        type=at_least(0),
        default=0,
        metavar="N",
        help="of the CPU (default: all cores)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read what is missing; return 0, or 1 if a picture could not be read."""
    console = Console(stderr=True)
    pictures = collection(options.data)
    failed = 0
    opener = Opener(options.device, threads=options.threads or None)
    with (
        WordsFile(options.out or options.data / WORDS_FILE) as file,
        Reader(opener, max_seconds=_PATIENCE) as reader,
        _bar(console) as bar,
    ):
        there = len(file.ids & pictures.keys())
        task = bar.add_task("Reading", total=len(pictures), completed=there)
        for done in read_collection(pictures, file, reader):
            bar.advance(task)
            failed += done.problem is not None
            _tell(console, done)
    console.print(
        f"{file.path}: {len(file.ids)} pictures, {failed} could not be read.",
        markup=False, highlight=False, soft_wrap=True,
    )  # fmt: skip
    return 1 if failed else 0


def _tell(console: Console, done: Done) -> None:
    said = done.problem or ("It has more words than are read." if done.cut_short else None)
    if said:
        console.print(f"{done.path}: {said}", markup=False, highlight=False, soft_wrap=True)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
