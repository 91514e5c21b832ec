"""``evaluate``: measure a finished pack again."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

import torch
from rich.console import Console

from app.labeling.pack import load_pack
from trainer.cli.arguments import add_place, recipe_file, workplace
from trainer.data.checks import tell_on_stderr
from trainer.errors import RecipeError
from trainer.evaluate import evaluate_pack, evaluation_table, pack_folder, recipe_of
from trainer.evaluate.words import evaluate_words
from trainer.metrics.intervals import ROUNDS

_WIDEST: Final = 160
"""Columns of the table where its output is no terminal."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "evaluate",
        help="measure a finished pack",
        description="Measure each graph of a pack, beside constant answers and with 95%% "
        "intervals, on the pictures that its recipe kept for the test, or on any folder of "
        "labelled pictures whose columns are labels of the pack.",
    )
    parser.add_argument("pack", type=Path, metavar="PACK", help="a pack's folder, or a run's")
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="where the recipe's folders lie, or a folder with a labels.csv (or train.csv)",
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
        "--rounds", type=int, default=ROUNDS, metavar="N", help="draws for the intervals"
    )
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
    if recipe is not None and recipe.makes == "vocabulary":
        if options.gated or options.part != "test":
            raise RecipeError("A pack of words is measured on its test only, and has no gate.")
        place = workplace(options, folder)
        _print_json(evaluate_words(pack, recipe, place, threads=threads))
        return 0
    evaluation = evaluate_pack(
        folder,
        options.data,
        recipe=recipe,
        part=options.part,
        gated=options.gated,
        rounds=options.rounds,
        threads=threads,
        tell=tell_on_stderr,
        cache_folder=options.runs,
    )
    if options.json:
        _print_json(evaluation.told())
    else:
        width = None if sys.stdout.isatty() else _WIDEST
        Console(file=sys.stdout, width=width).print(evaluation_table(evaluation))
    return 0


def _print_json(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
