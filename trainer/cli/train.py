"""``train``: from a recipe and labelled pictures to a pack."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from trainer.cli.arguments import add_data, add_place, add_recipe, recipe_file, workplace
from trainer.columns import make_columns_pack
from trainer.data.checks import tell_on_stderr
from trainer.neighbours import make_neighbours_pack
from trainer.recipe import Recipe, read_recipe
from trainer.training.pack import make_trained_pack
from trainer.training.run import RunOptions, RunPlace, smoked
from trainer.tuned.pack import make_tuned_pack
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
    parser.add_argument(
        "--out", type=Path, metavar="PACK", help="the pack's folder (default: the run's, pack)"
    )
    parser.add_argument("--no-int8", action="store_true", help="write the fp32 graph only")
    parser.add_argument(
        "--smoke",
        action="store_true",
        help="only 50 steps on small pictures, to see that everything works",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="begin anew, whatever the run's folder holds"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train as the options say; return the exit code."""
    recipe = read_recipe(recipe_file(options.recipe))
    if options.smoke:
        recipe = smoked(recipe)
    _MAKERS[_kind(recipe)](recipe, options)
    return 0


def _kind(recipe: Recipe) -> str:
    """Return how a recipe's pack is made: ``vocabulary``, or its network's kind."""
    if recipe.makes == "vocabulary":
        return recipe.makes
    return str(recipe.network.__struct_config__.tag)


def _columns(recipe: Recipe, options: argparse.Namespace) -> None:
    place = workplace(options, _out(recipe, options), quantised=not options.no_int8)
    make_columns_pack(recipe, place)


def _vocabulary(recipe: Recipe, options: argparse.Namespace) -> None:
    make_vocabulary_pack(
        recipe,
        _folder(recipe, options),
        workplace(options, _out(recipe, options), quantised=not options.no_int8),
        RunOptions(fresh=options.fresh, tell=tell_on_stderr),
    )


def _neighbours(recipe: Recipe, options: argparse.Namespace) -> None:
    place = workplace(options, _out(recipe, options), quantised=not options.no_int8)
    make_neighbours_pack(recipe, place)


def _trained(recipe: Recipe, options: argparse.Namespace) -> None:
    place = RunPlace(options.data, _folder(recipe, options), options.runs)
    make_trained_pack(
        recipe,
        place,
        workplace(options, _out(recipe, options), quantised=not options.no_int8),
        RunOptions(fresh=options.fresh, smoke=options.smoke, tell=tell_on_stderr),
    )


def _tuned(recipe: Recipe, options: argparse.Namespace) -> None:
    make_tuned_pack(
        recipe,
        _folder(recipe, options),
        workplace(options, _out(recipe, options), quantised=not options.no_int8),
        RunOptions(fresh=options.fresh, tell=tell_on_stderr),
    )


_MAKERS: Final[dict[str, Callable[[Recipe, argparse.Namespace], None]]] = {
    "vocabulary": _vocabulary,
    "frozen": _columns,
    "neighbours": _neighbours,
    "trained": _trained,
    "tuned": _tuned,
}


def _folder(recipe: Recipe, options: argparse.Namespace) -> Path:
    """Return the run's folder."""
    name = f"{recipe.pack.id}-smoke" if options.smoke else recipe.pack.id
    folder: Path = options.runs / name
    return folder


def _out(recipe: Recipe, options: argparse.Namespace) -> Path:
    return options.out or _folder(recipe, options) / "pack"
