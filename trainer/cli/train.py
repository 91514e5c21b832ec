"""``train``: from a recipe and labelled pictures to a pack."""

import argparse
from pathlib import Path

from trainer.cli.arguments import add_data, add_place, add_recipe, recipe_file, workplace
from trainer.columns import make_columns_pack
from trainer.recipe import read_recipe
from trainer.vocabulary.pack import make_vocabulary_pack


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "train",
        help="train, calibrate, export and measure a pack",
        description="Train a pack from a recipe: the network is trained, probabilities are "
        "calibrated, thresholds chosen, and the pack written and measured. A run that was stopped "
        "goes on where it was.",
    )
    add_recipe(parser)
    add_data(parser)
    add_place(parser)
    parser.add_argument("--out", type=Path, metavar="PACK", help="the pack's folder")
    parser.add_argument("--no-int8", action="store_true", help="write the fp32 graph only")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train as the options say; return the exit code."""
    recipe = read_recipe(recipe_file(options.recipe))
    out = options.out or options.runs / recipe.pack.id / "pack"
    place = workplace(options, out, quantised=not options.no_int8)
    if recipe.makes == "columns":
        make_columns_pack(recipe, place)
    else:
        make_vocabulary_pack(recipe, place)
    return 0
