"""The trainer's command line."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from app.errors import LumitagError
from trainer.annotated import read_annotated
from trainer.columns import make_columns_pack
from trainer.evaluate import evaluate
from trainer.features import FeatureCache
from trainer.genre_csv import read_genre_csv
from trainer.packing import Workplace, trunk_of
from trainer.recipe import read_recipe
from trainer.vocabulary.pack import make_vocabulary_pack

_HERE = Path(__file__).resolve().parent


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 when data, recipe or machine keep it from its work."""
    options = _parser().parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        run: int = options.run(options)
    except LumitagError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return run


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer", description="Make label packs from labelled pictures."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    train = commands.add_parser(
        "train",
        help="train, calibrate, export and measure a pack",
        description="Train a pack from a recipe: features are computed once and kept, heads are "
        "trained, probabilities calibrated, thresholds chosen, and the pack written and measured.",
    )
    _common(train)
    train.add_argument("--out", type=Path, required=True, help="the pack's folder")
    train.add_argument("--no-int8", action="store_true", help="write the fp32 graph only")
    train.set_defaults(run=_train)
    features = commands.add_parser(
        "features",
        help="compute and keep the embeddings that a recipe needs",
        description="The slow part of training, done ahead. A stopped run goes on where it was.",
    )
    _common(features)
    features.set_defaults(run=_features)
    evaluate_parser = commands.add_parser(
        "evaluate",
        help="measure a finished pack on its test pictures",
        description="Print the figures of each of the pack's graphs as JSON.",
    )
    _common(evaluate_parser)
    evaluate_parser.add_argument("--pack", type=Path, required=True, help="the pack's folder")
    evaluate_parser.set_defaults(run=_evaluate)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "recipe", type=Path, help="a recipe file, such as trainer/recipes/genres.toml"
    )
    parser.add_argument("--data", type=Path, required=True, help="where the recipe's folders lie")
    parser.add_argument(
        "--runs", type=Path, default=Path("runs"), help="where features are kept (default: runs)"
    )
    parser.add_argument(
        "--threads", type=int, default=0, help="PyTorch threads (default: all cores)"
    )


def _place(options: argparse.Namespace, out: Path, *, quantised: bool = True) -> Workplace:
    return Workplace(
        data=options.data,
        out=out,
        features=options.runs / "features",
        tables=_HERE / "vocabulary",
        quantised=quantised,
    )


def _train(options: argparse.Namespace) -> int:
    recipe = read_recipe(options.recipe)
    place = _place(options, options.out, quantised=not options.no_int8)
    if recipe.makes == "columns":
        make_columns_pack(recipe, place)
    else:
        make_vocabulary_pack(recipe, place)
    return 0


def _features(options: argparse.Namespace) -> int:
    recipe = read_recipe(options.recipe)
    cache = FeatureCache(options.runs / "features", trunk_of(recipe), recipe.images.spec())
    for settings in recipe.data:
        folder = options.data / settings.folder
        read = read_genre_csv if settings.reader == "genre-csv" else read_annotated
        pictures = read(folder, ()).pictures
        for view in settings.views:
            cache.get(pictures, view)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    recipe = read_recipe(options.recipe)
    figures = evaluate(recipe, _place(options, options.pack))
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    return 0
