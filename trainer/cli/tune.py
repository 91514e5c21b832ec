"""``tune``: searches for better parameters of a recipe."""

import argparse
import json
import sys
from pathlib import Path

from trainer.cli.arguments import add_data, add_place, add_recipe, at_least, recipe_file
from trainer.data.checks import tell_on_stderr
from trainer.errors import RecipeError
from trainer.recipe import recipe_from, recipe_table
from trainer.tuning import Search, tune
from trainer.tuning.search import Place
from trainer.tuning.space import default_space, read_space


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "tune",
        help="search for better parameters of a recipe",
        description="Try other parameters of a recipe on pictures outside its test. Frozen "
        "networks are cross-fitted, trained ones trained and compared on validation pictures. "
        "Trials are kept in RUNS/ID/tuning.db: the same command goes on until there are --trials. "
        "The best parameters become the recipe RUNS/ID/tuned.toml, all trials a table "
        "RUNS/ID/trials.csv.",
    )
    add_recipe(parser)
    add_data(parser)
    add_place(parser)
    parser.add_argument(
        "--trials", type=at_least(1), required=True, metavar="N", help="how many, with earlier ones"
    )
    parser.add_argument(
        "--sampler",
        choices=("tpe", "random"),
        default="tpe",
        help="what suggests parameters (default: tpe, which learns from earlier trials)",
    )
    parser.add_argument(
        "--pruner",
        choices=("hyperband", "none"),
        default="hyperband",
        help="what ends trials that are behind after a fold or an epoch (default: hyperband)",
    )
    parser.add_argument(
        "--space",
        type=Path,
        metavar="FILE",
        help="a TOML table [space] of parameters, such as "
        "head.hidden = { choices = [256, 512] } (default: the usual ones)",
    )
    parser.add_argument(
        "--metric",
        choices=("mAP", "top3_recall", "loss"),
        default="mAP",
        help="what is compared (default: mAP)",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Search, and print what is best; return the exit code."""
    file = recipe_file(options.recipe)
    table = recipe_table(file)
    recipe = recipe_from(table, named=str(file))
    if recipe.makes != "columns":
        raise RecipeError(f"The recipe {file} makes a vocabulary; only columns are tuned.")
    space = read_space(options.space, recipe) if options.space else default_space(recipe)
    found = tune(
        recipe,
        Place(file, table, options.data, options.runs),
        Search(space, options.trials, options.metric, options.sampler, options.pruner),
        tell_on_stderr,
    )
    write = sys.stdout.write
    write(f"{options.metric} {found.value:.4f} in trial {found.trial}\n")
    for path, value in found.values.items():
        write(f"  {path} = {json.dumps(value)}\n")
    write(f"recipe: {found.recipe}\nall trials: {found.table}\n")
    return 0
