"""Recipes: everything that decides what a pack becomes, in one TOML file."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from trainer.errors import RecipeError
from trainer.pictures import InputSpec

Share = Annotated[float, msgspec.Meta(ge=0, lt=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class PackSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people read about the pack."""

    id: str
    version: str
    title: str
    description: str
    license: str


class InputSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The picture input; other kinds of input will stand beside it."""

    height: Count = 260
    width: Count = 260
    resize: Literal["stretch", "crop", "pad"] = "stretch"
    filter: Literal["bilinear", "bicubic", "lanczos", "box"] = "bilinear"

    def spec(self) -> InputSpec:
        """Return it in the words of ``trainer.pictures``."""
        return InputSpec(self.height, self.width, self.resize, self.filter)


class SplitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which pictures are kept for the test, and into how many folds the others go."""

    seed: str
    test: Share = 0.15
    folds: Annotated[int, msgspec.Meta(ge=2)] = 5


class HeadSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A head and its training. ``average`` is the EMA's decay a step."""

    hidden: Annotated[int, msgspec.Meta(ge=0)] = 512
    dropout: Share = 0.5
    epochs: Count = 20
    batch: Count = 256
    learning_rate: Positive = 1e-3
    weight_decay: Annotated[float, msgspec.Meta(ge=0)] = 1e-2
    average: Share = 0.99
    seeds: tuple[int, ...] = (0,)


class DataSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One collection of labelled pictures.

    Attributes:
        folder: Below the data directory.
        reader: ``genre-csv`` or ``annotated``.
        views: How each picture is looked at; the first is the one that is measured.
        weight: How much a picture counts in training.
        help_only: Trains, but is never part of test or calibration.
        often_unnamed: Labels whose absence must not be presumed where the annotations are silent.
        licence: Named on the model card.
    """

    folder: str
    reader: Literal["genre-csv", "annotated"]
    views: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    weight: Positive = 1.0
    help_only: bool = False
    often_unnamed: tuple[str, ...] = ()
    title: str = ""
    licence: str = ""


class GateSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pack's gate."""

    pack: str
    label: str
    at_least: Share


class ColumnLabel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A label learned from a column of a table."""

    column: str
    id: str
    name: str
    group: str
    aliases: tuple[str, ...] = ()
    shown: bool = True


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recipe file.

    Attributes:
        makes: ``columns``: a label a table column; ``vocabulary``: everyday words from ImageNet's
            classes and a head.
        trunk: ``imagenet``, or ``random`` (for tests).
    """

    makes: Literal["columns", "vocabulary"]
    pack: PackSettings
    split: SplitSettings
    data: Annotated[tuple[DataSettings, ...], msgspec.Meta(min_length=1)]
    head: HeadSettings = HeadSettings()
    kind_head: HeadSettings = HeadSettings(hidden=0)
    input: InputSettings = InputSettings()
    trunk: Literal["imagenet", "random"] = "imagenet"
    gate: GateSettings | None = None
    labels: tuple[ColumnLabel, ...] = ()
    vocabulary: str = ""


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        RecipeError: It cannot be read, or a key is unknown, missing or wrong; the key is named.
    """
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Recipe)
    except OSError as error:
        raise RecipeError(f"The recipe {path} cannot be read: {error.strerror}.") from error
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise RecipeError(f"The recipe {path} is wrong: {error}.") from error
