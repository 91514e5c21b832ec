"""``features``: the slow part of training on a frozen trunk, done ahead."""

import argparse

from trainer.cli.arguments import add_data, add_place, add_recipe, recipe_file
from trainer.cross_fitting import featured
from trainer.data import gather_columns
from trainer.data.annotated import read_annotated
from trainer.data.checks import tell_on_stderr
from trainer.data.genre_csv import read_genre_csv
from trainer.features import FeatureCache
from trainer.packing import trunk_of
from trainer.recipe import read_recipe


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = commands.add_parser(
        "features",
        help="compute and keep the embeddings that a recipe needs",
        description="The slow part of training on a frozen trunk, done ahead. A stopped run goes "
        "on where it was.",
    )
    add_recipe(parser)
    add_data(parser)
    add_place(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compute what is missing; return the exit code."""
    recipe = read_recipe(recipe_file(options.recipe))
    cache = FeatureCache(options.runs / "features", trunk_of(recipe), recipe.images.spec())
    if recipe.makes == "columns":
        featured(
            gather_columns(recipe, options.data, tell=tell_on_stderr, cache_folder=options.runs),
            cache,
        )
        return 0
    for settings in recipe.data:
        folder = options.data / settings.folder
        read = read_genre_csv if settings.reader == "genre-csv" else read_annotated
        pictures = read(folder, ()).pictures
        for view in settings.views:
            cache.get(pictures, view)
    return 0
