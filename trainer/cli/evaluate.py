"""``evaluate``: measure a finished pack again."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch
from rich.console import Console, RenderableType

from app.labeling.pack import Pack, load_pack
from trainer.cli.arguments import (
    add_place,
    add_words,
    at_least,
    recipe_file,
    words_wanted,
    workplace,
)
from trainer.data.checks import tell_on_stderr
from trainer.errors import RecipeError
from trainer.evaluate import evaluate_pack, evaluation_table, pack_folder, recipe_of
from trainer.evaluate.pointing import PICTURES as POINTED
from trainer.evaluate.pointing import point, pointing_table
from trainer.evaluate.robust import PICTURES
from trainer.evaluate.sheets import write_sheets
from trainer.evaluate.words import evaluate_words
from trainer.evaluate.words_report import words_table
from trainer.metrics.intervals import ROUNDS
from trainer.recipe import Recipe

_WIDEST: Final = 160
"""Columns of the table where its output is no terminal."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "evaluate",
        help="measure a finished pack",
        description="Measure each graph of a pack, beside constant answers and with 95% "
        "intervals, on the pictures that its recipe kept for the test, or on any folder of "
        "labelled pictures whose columns are labels of the pack.",
    )
    parser.add_argument("pack", type=Path, metavar="PACK", help="a pack's folder, or a run's")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="where the recipe's folders lie, or a folder with a labels.csv (or train.csv); for a "
        "pack of words also one with subfolders that are named for what their pictures show",
    )
    parser.add_argument(
        "--recipe", metavar="RECIPE", help="for packs that do not tell theirs: a file or a name"
    )
    parser.add_argument(
        "--part",
        choices=("test", "validation", "all"),
        default="test",
        help="which of the recipe's pictures (default: test)",
    )
    parser.add_argument(
        "--gated",
        action="store_true",
        help="through the pack's gate: a picture that it keeps out has no label found",
    )
    parser.add_argument(
        "--rounds", type=at_least(1), default=ROUNDS, metavar="N", help="draws for the intervals"
    )
    parser.add_argument(
        "--sheets",
        type=Path,
        metavar="FOLDER",
        help="for a pack of words: write a contact sheet of each word there (top hits, those "
        "nearest the threshold, wrong ones)",
    )
    parser.add_argument(
        "--robust",
        type=at_least(1),
        nargs="?",
        const=PICTURES,
        metavar="N",
        help="for a pack of words: how much the shown labels change when N of the pictures come "
        f"larger, smaller, compressed, turned, grey or with a border (default: {PICTURES})",
    )
    parser.add_argument(
        "--pointing",
        type=at_least(1),
        nargs="?",
        const=POINTED,
        metavar="N",
        help="instead: whether the evidence lies on the label, where up to N pictures of each are "
        f"pasted on neutral grounds and beside others (default: {POINTED})",
    )
    add_words(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_place(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the figures; return the exit code."""
    folder = pack_folder(options.pack)
    pack = load_pack(folder)
    given = None if options.recipe is None else recipe_file(options.recipe)
    recipe = recipe_of(pack, given)
    threads = torch.get_num_threads()
    words_of_columns = not options.pointing and (recipe is None or recipe.makes == "columns")
    if words_wanted(options).any_asked and not words_of_columns:
        raise RecipeError(
            "--words and --words-file are for the figures of packs of columns that read; leave "
            "them out."
        )
    if pack.reads is not None and not words_of_columns:
        tell_on_stderr(f"{pack.directory} reads, but is measured on the pictures alone here.")
    if options.pointing:
        return _run_pointing(options, pack, recipe, folder)
    if recipe is not None and recipe.makes == "vocabulary":
        return _run_words(options, pack, recipe, folder, threads)
    if options.sheets or options.robust:
        raise RecipeError("--sheets and --robust are for packs of words; leave them out.")
    evaluation = evaluate_pack(
        folder,
        options.data,
        recipe=recipe,
        part=options.part,
        gated=options.gated,
        words=words_wanted(options),
        rounds=options.rounds,
        threads=threads,
        tell=tell_on_stderr,
        cache_folder=options.runs,
    )
    _print(options, evaluation.told, lambda: evaluation_table(evaluation))
    return 0


def _run_pointing(
    options: argparse.Namespace, pack: Pack, recipe: Recipe | None, folder: Path
) -> int:
    pointing = point(
        pack,
        options.data,
        recipe,
        workplace(options, folder),
        part=options.part,
        pictures=options.pointing,
        tell=tell_on_stderr,
    )
    _print(options, pointing.told, lambda: pointing_table(pointing))
    return 0


def _run_words(
    options: argparse.Namespace, pack: Pack, recipe: Recipe, folder: Path, threads: int
) -> int:
    if options.gated or options.part != "test":
        raise RecipeError("A pack of words is measured on its test only, and has no gate.")
    evaluation = evaluate_words(
        pack,
        options.data,
        recipe,
        workplace(options, folder),
        rounds=options.rounds,
        threads=threads,
        robust=options.robust or 0,
        tell=tell_on_stderr,
    )
    if options.sheets is not None:
        write_sheets(evaluation, options.sheets)
        tell_on_stderr(f"The contact sheets are in {options.sheets}: open index.html there.")
    _print(options, evaluation.told, lambda: words_table(evaluation))
    return 0


def _print(
    options: argparse.Namespace,
    told: Callable[[], dict[str, Any]],
    table: Callable[[], RenderableType],
) -> None:
    """Print one JSON object, or tables."""
    if options.json:
        sys.stdout.write(json.dumps(told(), indent=1, ensure_ascii=False) + "\n")
        return
    width = None if sys.stdout.isatty() else _WIDEST
    Console(file=sys.stdout, width=width).print(table())
