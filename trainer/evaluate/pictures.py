"""Which pictures a pack is measured on, and what is true of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

import trainer
from app.labeling.pack import Label, Pack
from trainer.data.checks import Tell
from trainer.data.csv_table import read_csv
from trainer.data.gather import gather_columns
from trainer.data.genre_csv import list_genre_csv
from trainer.data.labelled import check_files
from trainer.data.labels_csv import list_labels_csv
from trainer.data.listing import Listing
from trainer.errors import DataError, RecipeError
from trainer.recipe import Recipe, read_recipe, recipe_from

PartName = Literal["test", "validation", "all"]

_RECIPES: Final = Path(trainer.__file__).resolve().parent / "recipes"
LABELS_TABLE: Final = "labels.csv"
_GENRE_TABLE: Final = "train.csv"
_NAMED_AT_MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Examined:
    """N pictures and which of a pack's labels they have.

    Attributes:
        paths: The files.
        ids: One a picture.
        labels: Ids of the L labels that are known of them, in the pack's order.
        places: Of the labels among all the pack's.
        targets: float32 [N,L], 0 or 1.
        priors: float32 [L], the labels' shares in the pictures kept apart from these; where there
            are none, in these.
        part: What they are of the whole, in words.
    """

    paths: tuple[Path, ...]
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    places: tuple[int, ...]
    targets: NDArray[np.float32]
    priors: NDArray[np.float32]
    part: str

    def take(self, rows: Sequence[int], labels: Sequence[str]) -> "Examined":
        """Return some pictures and some labels, in the order given."""
        of_label = [self.labels.index(label) for label in labels]
        return Examined(
            paths=tuple(self.paths[row] for row in rows),
            ids=tuple(self.ids[row] for row in rows),
            labels=tuple(labels),
            places=tuple(self.places[at] for at in of_label),
            targets=self.targets[np.ix_(list(rows), of_label)],
            priors=self.priors[of_label],
            part=self.part,
        )


def recipe_of(pack: Pack, given: Path | None = None) -> Recipe | None:
    """Return the recipe that a pack was made from.

    It stands in ``pack.json``; an older pack names it, and it is looked for among those shipped.

    Args:
        pack: The pack.
        given: A recipe file to use instead.

    Raises:
        RecipeError: The recipe is wrong, or makes another pack.
    """
    told = pack.training.get("recipe")
    if given is not None:
        recipe = read_recipe(given)
    elif isinstance(told, dict):
        recipe = recipe_from(told, named=str(pack.directory / "pack.json"))
    else:
        found = sorted(_RECIPES.rglob(f"{told}.toml")) if isinstance(told, str) else []
        if not found:
            return None
        recipe = read_recipe(found[0])
    if recipe.pack.id != pack.id:
        raise RecipeError(
            f"The pack {pack.directory} is {pack.id!r}, the recipe's is {recipe.pack.id!r}."
        )
    return recipe


def is_table(data: Path) -> bool:
    """Tell whether a folder itself holds labelled pictures, rather than a recipe's folders."""
    return (data / LABELS_TABLE).is_file() or (data / _GENRE_TABLE).is_file()


def collection_of(data: Path, recipe: Recipe | None) -> Path:
    """Return the folder of the pictures that ``examine`` finds with the same arguments."""
    return data if is_table(data) or recipe is None else data / recipe.data[0].folder


def examine(
    pack: Pack,
    data: Path,
    recipe: Recipe | None,
    *,
    part: PartName = "test",
    tell: Tell,
    cache_folder: Path | None = None,
) -> Examined:
    """Return the pictures to measure a pack on.

    Args:
        pack: The pack.
        data: The data directory of the recipe, or a folder of labelled pictures of its own: with
            ``labels.csv`` or ``train.csv``, whose columns are matched to the pack's labels.
        recipe: Says which pictures of its data the pack has not seen.
        part: ``test``: never looked at; ``validation``: thresholds were chosen on them; ``all``.
        tell: Is given a line for each thing that people should know.
        cache_folder: Remembers which pictures are whole.

    Raises:
        DataError: The data are wrong, or no column is a label of the pack.
        RecipeError: There is no recipe, or its labels are not the pack's.
    """
    if is_table(data):
        return _of_table(pack, data, tell)
    if recipe is None:
        raise RecipeError(
            f"{pack.directory / 'pack.json'} does not say which recipe made it; name it with "
            f"--recipe, or give a folder with {LABELS_TABLE} as --data."
        )
    return _of_recipe(pack, data, recipe, part, tell, cache_folder)


def _of_recipe(
    pack: Pack,
    data: Path,
    recipe: Recipe,
    part: PartName,
    tell: Tell,
    cache_folder: Path | None,
) -> Examined:
    alone = msgspec.structs.replace(recipe, data=recipe.data[:1])
    columns = gather_columns(alone, data, tell=tell, cache_folder=cache_folder)
    labels = tuple(label.id for label in columns.recipe.kept_labels)
    if labels != tuple(label.id for label in pack.labels):
        raise RecipeError(
            f"The labels of {pack.directory} are not those of the recipe {recipe.pack.id!r}: it "
            f"has {len(pack.labels)}, the recipe {len(labels)}, in its own order."
        )
    mine = {
        "test": columns.test,
        "validation": columns.validation,
        "all": np.ones(len(columns.part), dtype=bool),
    }[part]
    if not mine.any():
        raise DataError(
            f"No picture of {data / recipe.data[0].folder} is kept for the part {part!r}; the "
            f"recipe's [split] gives it a share of 0, or choose another --part."
        )
    rows = np.flatnonzero(mine)
    others = columns.main.targets[~mine]
    return Examined(
        paths=tuple(columns.main.pictures.paths[row] for row in rows),
        ids=tuple(columns.main.ids[row] for row in rows),
        labels=labels,
        places=tuple(range(len(labels))),
        targets=columns.main.targets[rows],
        priors=(others if len(others) else columns.main.targets).mean(axis=0),
        part={
            "test": "pictures that neither training nor thresholds saw",
            "validation": "pictures that thresholds were chosen on",
            "all": "pictures, those it was trained on included",
        }[part],
    )


def _of_table(pack: Pack, data: Path, tell: Tell) -> Examined:
    listing, labels, places = _matched(pack, data)
    known = [pack.labels[place].id for place in places]
    unknown = [label.id for label in pack.labels if label.id not in known]
    if unknown:
        tell(f"{listing.table} says nothing of {some_of(unknown)}; they are not measured.")
    listing = listing.joined()
    check_files(listing.paths, listed_in=listing.table)
    tell(
        f"All {len(listing.ids)} pictures of {data} are measured, those too that the pack may have "
        f"been trained on."
    )
    return Examined(
        paths=listing.paths,
        ids=listing.ids,
        labels=labels,
        places=places,
        targets=listing.targets,
        priors=listing.targets.mean(axis=0),
        part=f"pictures of {data}",
    )


def _matched(pack: Pack, data: Path) -> tuple[Listing, tuple[str, ...], tuple[int, ...]]:
    """Return a table with the columns that are labels of the pack, and which labels those are."""
    if (data / LABELS_TABLE).is_file():
        whole = list_labels_csv(data, (), name=data.name)
        found = columns_of(pack.labels, whole.labels)
        at = {name: place for place, name in enumerate(whole.labels)}
        targets = whole.targets[:, [at[column] for column in found.values()]]
        listing = replace(whole, labels=tuple(found.values()), targets=targets)
    else:
        header = read_csv(data / _GENRE_TABLE).header
        found = columns_of(pack.labels, header)
        listing = list_genre_csv(data, tuple(found.values()), name=data.name)
    if not found:
        raise DataError(
            f"No column of {listing.table} is a label of {pack.directory}: write its ids, names or "
            f"aliases, such as {some_of([label.name for label in pack.labels])}."
        )
    return listing, tuple(pack.labels[place].id for place in found), tuple(found)


def columns_of(labels: Sequence[Label], columns: Sequence[str]) -> dict[int, str]:
    """Return the columns that name labels, by the labels' places, whatever their letters' case."""
    written: Mapping[str, str] = {spelt(column): column for column in reversed(columns)}
    found: dict[int, str] = {}
    for place, label in enumerate(labels):
        words = (spelt(word) for word in (label.id, label.name, *label.aliases))
        column = next((written[word] for word in words if word in written), None)
        if column is not None:
            found[place] = column
    return found


def spelt(word: str) -> str:
    """Return a word so that letters' case, hyphens and spaces make no difference."""
    return " ".join(word.casefold().replace("-", " ").replace("_", " ").split())


def some_of(names: Sequence[str]) -> str:
    """Return the first names for a message, and how many more there are."""
    more = len(names) - _NAMED_AT_MOST
    rest = f" and {more} more" if more > 0 else ""
    return ", ".join(names[:_NAMED_AT_MOST]) + rest
