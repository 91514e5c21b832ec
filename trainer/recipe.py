"""Recipes: everything that decides what a pack becomes, in one TOML file."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec

from trainer.errors import RecipeError
from trainer.network_settings import Augmentation, Frozen, Network, Preprocessing, Training
from trainer.reading_settings import ReadingSettings
from trainer.settings import (
    CheckSettings,
    ColumnLabel,
    DataSettings,
    GateSettings,
    HeadSettings,
    ImageInput,
    Inputs,
    PackSettings,
    Published,
    SplitSettings,
    ThresholdSettings,
    WordSettings,
)

_BASE: Final = "extends"


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recipe file.

    Attributes:
        makes: ``columns``: a label a table column; ``vocabulary``: everyday words from ImageNet's
            classes and a head.
        leave_out: Columns that are no label here; pictures that have one of them are left out.
        vocabulary: The table of words, where ``makes`` says so.
        reading: How the pack reads the words in pictures; None: it only looks.
    """

    makes: Literal["columns", "vocabulary"]
    pack: PackSettings
    split: SplitSettings
    data: Annotated[tuple[DataSettings, ...], msgspec.Meta(min_length=1)]
    network: Network = Frozen()
    head: HeadSettings = HeadSettings()
    kind_head: HeadSettings = HeadSettings(hidden=0)
    training: Training = Training()
    preprocessing: Preprocessing = Preprocessing()
    augmentation: Augmentation = Augmentation()
    inputs: Inputs = Inputs()
    checks: CheckSettings = CheckSettings()
    thresholds: ThresholdSettings = ThresholdSettings()
    words: WordSettings = WordSettings()
    reading: ReadingSettings | None = None
    gate: GateSettings | None = None
    labels: tuple[ColumnLabel, ...] = ()
    leave_out: tuple[str, ...] = ()
    vocabulary: str = ""
    published: Published | None = None

    @property
    def images(self) -> ImageInput:
        """How pictures reach the network."""
        return self.inputs.images

    @property
    def kept_labels(self) -> tuple[ColumnLabel, ...]:
        """The labels, less those left out: what the network answers, in this order."""
        return tuple(label for label in self.labels if label.column not in self.leave_out)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe, and the ones that it ``extends``.

    Raises:
        RecipeError: It cannot be read, or a key is unknown, missing or wrong; the key is named.
    """
    return recipe_from(recipe_table(path), named=str(path))


def recipe_from(table: dict[str, Any], *, named: str) -> Recipe:
    """Return the recipe of a TOML or JSON table.

    Raises:
        RecipeError: A key is unknown, missing or wrong; the key is named.
    """
    try:
        return msgspec.convert(table, type=Recipe)
    except msgspec.ValidationError as error:
        raise RecipeError(f"The recipe {named} is wrong: {error}.") from error


def recipe_table(path: Path) -> dict[str, Any]:
    """Return a recipe file as a table, laid over the recipe that it ``extends``.

    A table is merged key by key; any other value, lists included, replaces the base's.

    Raises:
        RecipeError: A file cannot be read, is no TOML, or extends itself.
    """
    return _table(path, ())


def _table(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    if path.resolve() in above:
        raise RecipeError(f"The recipe {path} extends itself.")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"The recipe {path} is wrong: {error}.") from error
    base = table.pop(_BASE, None)
    if base is None:
        return table
    if not isinstance(base, str):
        raise RecipeError(f"The recipe {path} is wrong: {_BASE} names one recipe file.")
    return _merged(_table(path.parent / base, (*above, path.resolve())), table)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        known = result.get(key)
        if isinstance(known, dict) and isinstance(value, dict) and _same_kind(known, value):
            result[key] = _merged(known, value)
        else:
            result[key] = value
    return result


def _same_kind(base: dict[str, Any], over: dict[str, Any]) -> bool:
    """Tell whether two tables may be merged: a network of another kind has other keys."""
    return over.get("kind") in (None, base.get("kind"))
