"""Which pictures a pack of words is measured on, and what is known of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from app.labeling.pack import Pack
from trainer.data.checks import Tell
from trainer.data.single_label import SingleLabels, single_labels
from trainer.errors import DataError
from trainer.evaluate.pictures import (
    LABELS_TABLE,
    columns_of,
    examine,
    is_table,
    some_of,
    spelt,
)
from trainer.evaluate.truth import Floats, Mask, Truth, above
from trainer.packing import Workplace
from trainer.recipe import Recipe
from trainer.vocabulary.material import KINDS, gather
from trainer.vocabulary.table import Vocabulary, read_vocabulary


def known_truth(
    pack: Pack, data: Path, recipe: Recipe | None, place: Workplace, tell: Tell
) -> Truth:
    """Return the pictures of ``data`` and what is known of them.

    These are the ones that the recipe kept for the test, if its collections lie in ``data``; else
    all pictures of a folder that has ``labels.csv`` (or ``train.csv``), or subfolders named for the
    label of the pictures in them.

    Raises:
        DataError: There are no such pictures, or something is wrong with them.
        RecipeError: The recipe's table is wrong.
    """
    if not is_table(data) and recipe is not None and (data / recipe.data[0].folder).is_dir():
        return truth_of_recipe(pack, recipe, place, tell)
    by_table = is_table(data) and not (data / LABELS_TABLE).is_file()
    single = None if by_table else single_labels(data)
    if single is None:
        truth = truth_of_table(pack, data, tell)
    else:
        truth = truth_of_single(pack, data, single, tell)
    if recipe is None or not recipe.vocabulary:
        return truth
    vocabulary = read_vocabulary(place.tables / recipe.vocabulary)
    return replace(truth, people_hurt=hurting(pack, vocabulary))


def truth_of_recipe(pack: Pack, recipe: Recipe, place: Workplace, tell: Tell) -> Truth:
    """Return the pictures that a recipe kept for the test.

    The pack's words are looked up in the recipe's table by their ids: the table may have changed
    since the pack was made.

    Raises:
        RecipeError: The table is wrong.
        DataError: The data are.
    """
    vocabulary = read_vocabulary(place.tables / recipe.vocabulary)
    material = gather(recipe, place, vocabulary, None)
    rows = np.flatnonzero(material.tested(recipe))
    columns = vocabulary.index()
    known = [at for at, label in enumerate(pack.labels) if label.id in columns]
    unknown = [label.id for label in pack.labels if label.id not in columns]
    if unknown:
        tell(
            f"The table {place.tables / recipe.vocabulary} has changed since the pack was made: it "
            f"lacks {some_of(unknown)}; they are not judged."
        )
    taken = np.array([columns[pack.labels[at].id] for at in known], dtype=np.intp)
    targets = np.zeros((len(rows), len(pack.labels)), dtype=np.float32)
    weights = np.zeros_like(targets)
    targets[:, known] = material.targets[np.ix_(rows, taken)]
    weights[:, known] = material.weights[np.ix_(rows, taken)]
    return Truth(
        paths=tuple(material.paths[row] for row in rows),
        sources=tuple(material.sources[row] for row in rows),
        targets=targets,
        weights=weights,
        kinds=material.kinds[rows],
        people_hurt=hurting(pack, vocabulary),
        part="pictures that neither training nor thresholds saw",
    )


def hurting(pack: Pack, vocabulary: Vocabulary) -> Mask:
    """Return which of a pack's words [L] could hurt on a picture of a person."""
    names = {word.id for word in vocabulary.words if word.people_hurt}
    return np.array([label.id in names for label in pack.labels], dtype=bool)


def truth_of_table(pack: Pack, data: Path, tell: Tell) -> Truth:
    """Return a folder's pictures whose table says of several words whether each is true.

    Raises:
        DataError: The table is wrong, or no column is a word of the pack.
    """
    examined = examine(pack, data, None, tell=tell)
    count = len(examined.paths)
    targets = np.zeros((count, len(pack.labels)), dtype=np.float32)
    weights = np.zeros_like(targets)
    places = list(examined.places)
    targets[:, places], weights[:, places] = examined.targets, 1
    return _own(pack, examined.paths, data, targets, weights, examined.part)


def truth_of_single(pack: Pack, data: Path, single: SingleLabels, tell: Tell) -> Truth:
    """Return a folder's pictures that have one label each.

    A picture is taken not to show what the others' labels say, unless one is above or below its
    own. Pictures whose label is no word of the pack are left out and told.

    Raises:
        DataError: No picture has a label of the pack.
    """
    matched = columns_of(pack.labels, single.names)
    place_of = {spelt(name): place for place, name in matched.items()}
    places = [place_of.get(spelt(name)) for name in single.names]
    unknown = sorted({name for name, at in zip(single.names, places, strict=True) if at is None})
    kept = [row for row, at in enumerate(places) if at is not None]
    if not kept:
        raise DataError(
            f"None of {single.written} is a label of {pack.directory}: use its ids, names or "
            f"aliases, such as {some_of([label.name for label in pack.labels])}."
        )
    if unknown:
        tell(
            f"{len(places) - len(kept)} pictures are left out, because {some_of(unknown)} "
            f"{'are no labels' if len(unknown) > 1 else 'is no label'} of the pack."
        )
    higher = above(pack.labels)
    own = np.array([at for at in places if at is not None], dtype=np.intp)
    kin = higher | higher.T | np.eye(len(pack.labels), dtype=bool)
    set_of = np.isin(np.arange(len(pack.labels)), own)
    targets = np.eye(len(pack.labels), dtype=np.float32)[own]
    weights = np.maximum(targets, (set_of & ~kin[own]).astype(np.float32))
    paths = tuple(single.paths[row] for row in kept)
    truth = _own(pack, paths, data, targets, weights, f"pictures of {data}")
    return replace(truth, single=own.astype(np.int64))


def _own(
    pack: Pack, paths: tuple[Path, ...], data: Path, targets: Floats, weights: Floats, part: str
) -> Truth:
    """Return the truth of pictures that somebody gives, and their kinds where they are known."""
    place = {label.id: at for at, label in enumerate(pack.labels)}
    kinds = np.full(len(paths), -1, dtype=np.int64)
    for number, name in enumerate(KINDS):
        if name in place:
            kinds[targets[:, place[name]] > 0] = number
    return Truth(
        paths=paths,
        sources=(data.resolve().name,) * len(paths),
        targets=targets,
        weights=weights,
        kinds=kinds,
        people_hurt=np.zeros(len(pack.labels), dtype=bool),
        part=part,
    )
