"""``evaluate``: measure a finished pack again."""

import argparse
import json
import sys
from pathlib import Path

from trainer.cli.arguments import add_data, add_place, add_recipe, recipe_file, workplace
from trainer.evaluate import evaluate
from trainer.recipe import read_recipe


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "evaluate",
        help="measure a finished pack on its test pictures",
        description="Print the figures of each of the pack's graphs as JSON.",
    )
    add_recipe(parser)
    add_data(parser)
    add_place(parser)
    parser.add_argument("--pack", type=Path, required=True, help="the pack's folder")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the figures; return the exit code."""
    recipe = read_recipe(recipe_file(options.recipe))
    figures = evaluate(recipe, workplace(options, options.pack))
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 0
