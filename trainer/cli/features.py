"""``features``: the slow part of training on a frozen trunk, done ahead."""

import argparse

from trainer.cli.arguments import add_data, add_place, add_recipe, recipe_file, workplace
from trainer.cross_fitting import featured
from trainer.data import gather_columns
from trainer.data.checks import tell_on_stderr
from trainer.features import FeatureCache, Frozen
from trainer.network_settings import Tuned
from trainer.packing import trunk_of
from trainer.recipe import Recipe, read_recipe
from trainer.tuned.halves import Front
from trainer.vocabulary.material import gather, gather_maps, vocabulary_of


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "features",
        help="compute and keep what a recipe's frozen stages make of its pictures",
        description="The slow part of training on a frozen trunk, or on the stages of one that are "
        "not tuned, done ahead. A stopped run goes on where it was.",
    )
    add_recipe(parser)
    add_data(parser)
    add_place(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compute what is missing; return the exit code."""
    recipe = read_recipe(recipe_file(options.recipe))
    trunk = trunk_of(recipe)
    front = Front(trunk, recipe.network.cut) if isinstance(recipe.network, Tuned) else None
    if recipe.makes == "columns":
        columns = gather_columns(
            recipe, options.data, tell=tell_on_stderr, cache_folder=options.runs
        )
        featured(columns, _cache(options, recipe, front or trunk))
        return 0
    place = workplace(options, options.runs)
    vocabulary = vocabulary_of(recipe, place)
    gather(recipe, place, vocabulary, _cache(options, recipe, trunk))
    if front is not None:
        gather_maps(recipe, place, vocabulary, _cache(options, recipe, front))
    return 0


def _cache(options: argparse.Namespace, recipe: Recipe, network: Frozen) -> FeatureCache:
    return FeatureCache(options.runs / "features", network, recipe.images.spec())
