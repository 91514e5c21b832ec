"""Reads all pictures of a recipe with labelled columns, checks them, and divides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from trainer.data.checks import (
    Tell,
    check_labels,
    check_leaking,
    check_unlabelled,
    check_unlisted,
    drop_broken,
    drop_leaking_helpers,
    drop_missing,
    join_repeated,
)
from trainer.data.genre_csv import list_genre_csv
from trainer.data.inspection import Inspector
from trainer.data.labelled import Labelled
from trainer.data.labels_csv import labels_of, list_labels_csv
from trainer.data.listing import Listing
from trainer.data.split import Part, Pictures, folds_of, kept_for_test, parts_of, twins_of
from trainer.errors import DataError, RecipeError
from trainer.recipe import Recipe
from trainer.settings import DataSettings


@dataclass(frozen=True, slots=True)
class Helper:
    """A collection that is only learned from, and how."""

    settings: DataSettings
    data: Labelled


@dataclass(frozen=True, slots=True)
class Columns:
    """Everything that a recipe with labelled columns learns from and is measured on.

    Attributes:
        recipe: As given; where it named no labels, with all that the table has.
        main: The N pictures that are divided; labels in the order of ``recipe.kept_labels``.
        helpers: The further collections, with the same labels; all of them for training.
        part: uint8 [N], a :class:`Part` each.
        folds: int64 [N], for cross-fitting: 0 to ``split.folds`` - 1, ``NO_FOLD`` in the test.
    """

    recipe: Recipe
    main: Labelled
    helpers: tuple[Helper, ...]
    part: NDArray[np.uint8]
    folds: NDArray[np.int64]

    @property
    def training(self) -> NDArray[np.bool_]:
        """Which pictures [N] are learned from."""
        return np.asarray(self.part == Part.TRAINING)

    @property
    def validation(self) -> NDArray[np.bool_]:
        """Which pictures [N] epochs are compared on."""
        return np.asarray(self.part == Part.VALIDATION)

    @property
    def test(self) -> NDArray[np.bool_]:
        """Which pictures [N] only measure."""
        return np.asarray(self.part == Part.TEST)


def gather_columns(
    recipe: Recipe, data: Path, *, tell: Tell, cache_folder: Path | None = None
) -> Columns:
    """Read, check and divide the pictures of a recipe.

    The first ``[[data]]`` is divided; the further ones help. Pictures that have a column of
    ``leave_out`` are dropped, after a ``hashed`` test was drawn: recipes of one seed share it.

    Args:
        recipe: Names folders, labels, split and what is done about problems.
        data: The data directory.
        tell: Is given a line for each thing that people should know.
        cache_folder: Remembers which pictures are whole, so that they are decoded only once.

    Raises:
        DataError: A table is wrong, or the data have a problem that the recipe stops for.
        RecipeError: A further collection is not ``help_only``, or the reader has no columns.
    """
    settings = recipe.data[0]
    _check_helpers(recipe.data)
    inspector = Inspector(cache_folder)
    columns = [label.column for label in recipe.kept_labels]
    listing, contents = _checked(recipe, settings, data, columns, inspector, tell)
    if not recipe.kept_labels:
        recipe = msgspec.structs.replace(recipe, labels=labels_of(listing.labels))
    pictures = Pictures(listing.ids, contents, listing.targets)
    test = np.zeros(len(listing.ids), dtype=bool)
    hashed = recipe.split.method == "hashed"
    if hashed:
        test = kept_for_test(pictures, recipe.split)
        outside = [one for one, mine in zip(contents, test, strict=True) if not mine]
        leaking = twins_of(contents, test, outside)
        check_leaking(listing, leaking, recipe.checks.leaking, tell)
        test = test & ~leaking
    kept = ~listing.left_out
    everything = len(kept)
    listing, pictures, test = listing.take(kept), pictures.take(kept), test[kept]
    _tell_left_out(recipe, listing, everything - len(listing.ids), tell)
    check_labels(listing)
    check_unlabelled(listing, recipe.checks.unlabelled, tell)
    if not hashed:
        test = kept_for_test(pictures, recipe.split)
    part = parts_of(pictures, test, recipe.split)
    _tell_never_learned(listing, part, tell)
    return Columns(
        recipe=recipe,
        main=listing.labelled(name=_cache_name(listing, everything)),
        helpers=_helpers(recipe, data, set(pictures.take(test).contents), inspector, tell),
        part=part,
        folds=folds_of(pictures, test, recipe.split),
    )


def _check_helpers(collections: Sequence[DataSettings]) -> None:
    if collections[0].help_only:
        raise RecipeError(
            f"The first [[data]], {collections[0].folder}, is help_only; it has to be the one that "
            f"is measured."
        )
    for settings in collections[1:]:
        if not settings.help_only:
            raise RecipeError(
                f"Only the first [[data]] is divided and measured; write help_only = true for "
                f"{settings.folder}."
            )


def _helpers(
    recipe: Recipe, data: Path, tested: set[str], inspector: Inspector, tell: Tell
) -> tuple[Helper, ...]:
    helpers = []
    columns = [label.column for label in recipe.kept_labels]
    for settings in recipe.data[1:]:
        listing, contents = _checked(recipe, settings, data, columns, inspector, tell)
        everything = len(listing.ids)
        leaking = np.array([one in tested for one in contents], dtype=bool)
        kept = ~listing.left_out
        listing = drop_leaking_helpers(
            listing.take(kept), leaking[kept], recipe.checks.leaking, tell
        )
        check_unlabelled(listing, recipe.checks.unlabelled, tell)
        helpers.append(Helper(settings, listing.labelled(name=_cache_name(listing, everything))))
    return tuple(helpers)


def _checked(
    recipe: Recipe,
    settings: DataSettings,
    data: Path,
    columns: Sequence[str],
    inspector: Inspector,
    tell: Tell,
) -> tuple[Listing, tuple[str, ...]]:
    """Return the rows of one collection whose pictures are whole, and what bytes each has."""
    listing = _listed(settings, data / settings.folder, columns, recipe.leave_out)
    for note in listing.notes:
        tell(note)
    check_unlisted(listing, tell)
    checks = recipe.checks
    listing = join_repeated(listing, checks.repeated, tell)
    listing = drop_missing(listing, checks.missing, tell)
    inspected = inspector.inspect(listing.paths, name=settings.folder)
    return drop_broken(listing, inspected, checks.broken, tell)


def _listed(
    settings: DataSettings, folder: Path, columns: Sequence[str], leave_out: Sequence[str]
) -> Listing:
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}, which the recipe names under [[data]].")
    name = settings.folder.replace("\\", "/").strip("./").replace("/", "-") or folder.resolve().name
    if settings.reader == "labels-csv":
        return list_labels_csv(folder, columns, name=name, leave_out=leave_out)
    if settings.reader == "annotated":
        raise RecipeError(
            f"The reader annotated of {settings.folder} is for vocabularies; a recipe that makes "
            f"columns reads genre-csv or labels-csv."
        )
    if not columns:
        raise RecipeError("The recipe names no labels; add a [[labels]] table for each column.")
    return list_genre_csv(folder, columns, name=name, leave_out=leave_out)


def _cache_name(listing: Listing, everything: int) -> str:
    """Return the collection's name, and another one where only a part of it is used.

    So recipes that leave pictures out do not overwrite the features of those that do not.
    """
    if len(listing.ids) == everything:
        return listing.name
    return f"{listing.name}-{listing.labelled(name=listing.name).pictures.digest[:8]}"


def _tell_left_out(recipe: Recipe, listing: Listing, count: int, tell: Tell) -> None:
    if count:
        tell(
            f"{listing.table}: {count} pictures are left out: they have "
            f"{', '.join(recipe.leave_out)}."
        )
    if not listing.ids:
        raise DataError(f"{listing.table}: no picture remains after leave_out.")


def _tell_never_learned(listing: Listing, part: NDArray[np.uint8], tell: Tell) -> None:
    counts = listing.targets[part == Part.TRAINING].sum(axis=0)
    empty = [label for label, count in zip(listing.labels, counts, strict=True) if not count]
    if empty:
        tell(f"No training picture has {', '.join(empty)}; the pack will never find it.")
