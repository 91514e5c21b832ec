"""Arguments that several commands take, and where they lead."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

import trainer
from trainer.data.words import WORDS_FILE
from trainer.errors import RecipeError
from trainer.evaluate.texts import WordsWanted
from trainer.packing import Workplace

_HOME: Final = Path(trainer.__file__).resolve().parent
_RECIPES: Final = _HOME / "recipes"
_BASES: Final = "common"
"""The folder of what recipes extend: no recipes themselves."""


def at_least(least: int) -> Callable[[str], int]:
    """Return how a whole number of ``least`` or more is read."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of {least} or more")
        return number

    return read


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """Add RECIPE: a file, or a shipped recipe's name."""
    parser.add_argument(
        "recipe",
        metavar="RECIPE",
        help="a recipe file, or the name of a shipped one, such as kgptalkie-cnn",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """Add --data."""
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="where the recipe's folders lie"
    )


def add_place(parser: argparse.ArgumentParser) -> None:
    """Add --runs and --threads."""
    parser.add_argument(
        "--runs",
        type=Path,
        default=Path("runs"),
        metavar="DIR",
        help="where runs, features and resized pictures are kept (default: runs)",
    )
    parser.add_argument(
        "--threads",
        type=at_least(0),
        default=0,
        metavar="N",
        help="PyTorch threads (default: all cores)",
    )


def add_words(parser: argparse.ArgumentParser) -> None:
    """Add --words and --words-file: where the words for packs that read come from."""
    parser.add_argument(
        "--words",
        choices=("file", "read", "none"),
        help=f"for packs that read: the words of the collection's {WORDS_FILE}, those that this "
        "program reads in the pictures now, or none (default: file if it is there, else read)",
    )
    parser.add_argument(
        "--words-file",
        type=Path,
        metavar="FILE",
        help="the words stand in FILE instead; with --words read, what is read is written there, "
        "and a stopped run goes on where it was",
    )


def words_wanted(options: argparse.Namespace) -> WordsWanted:
    """Return where the words are to come from, by what ``add_words`` added."""
    return WordsWanted(options.words, options.words_file)


def recipe_file(named: str) -> Path:
    """Return the recipe file that ``named`` stands for.

    Args:
        named: A file, or the name of a recipe below ``trainer/recipes`` without its ``.toml``.

    Raises:
        RecipeError: There is neither; the shipped names are told.
    """
    file = Path(named)
    if file.is_file() or file.suffix == ".toml":
        return file
    files = sorted(path for path in _RECIPES.rglob("*.toml") if path.parent.name != _BASES)
    shipped = {path.stem: path for path in files}
    if named not in shipped:
        raise RecipeError(
            f"There is no recipe {named}: it is neither a file nor one of those shipped "
            f"({', '.join(sorted(shipped))})."
        )
    return shipped[named]


def workplace(options: argparse.Namespace, out: Path, *, quantised: bool = True) -> Workplace:
    """Return where a command works.

    Args:
        options: With ``data`` and ``runs``.
        out: The pack's folder.
        quantised: Whether an int8 graph is written too.
    """
    return Workplace(
        data=options.data,
        out=out,
        features=options.runs / "features",
        tables=_HOME / "vocabulary",
        quantised=quantised,
    )
