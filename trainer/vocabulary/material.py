"""All pictures that the photos pack is made from, and what is known of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.blanks import draw_blanks
from trainer.data.annotated import read_annotated
from trainer.data.genre_csv import read_genre_csv
from trainer.data.labelled import held_out
from trainer.errors import RecipeError
from trainer.features import FeatureCache
from trainer.packing import Workplace
from trainer.recipe import Recipe
from trainer.settings import DataSettings
from trainer.vocabulary.answer import kind_places
from trainer.vocabulary.table import LEARNED_BELOW, Vocabulary, read_vocabulary

KINDS: Final = (
    "photo",
    "poster",
    "screenshot",
    "document",
    "receipt",
    "drawing",
    "painting",
    "chart",
    "meme",
)
"""The kind head's outputs, in order; one more says that there is nothing to see."""
_KIND_OF: Final = {
    "photo": "photo",
    "screenshot": "screenshot",
    "document": "document",
    "receipt": "receipt",
    "drawing": "drawing",
    "sketch": "drawing",
    "cartoon": "drawing",
    "painting": "painting",
    "chart": "chart",
    "meme": "meme",
}
"""The annotations' words for a kind, the most general first: a later one wins."""
_BLANK_PARTS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Material:
    """All pictures of all collections, stacked.

    Attributes:
        paths: [N].
        ids: [N].
        sources: [N].
        views: float16 [N,1280] each.
        targets: [N,L] by word.
        weights: [N,L] by word, 0 where unknown.
        kinds: int64 [N], place in KINDS, ``len(KINDS)`` for nothing, -1 unknown.
        kind_weights: float32 [N].
        helps: bool [N], whether a picture only helps in training.
    """

    paths: tuple[Path, ...]
    ids: tuple[str, ...]
    sources: tuple[str, ...]
    views: tuple[NDArray[np.float16], ...]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    kinds: NDArray[np.int64]
    kind_weights: NDArray[np.float32]
    helps: NDArray[np.bool_]

    def tested(self, recipe: Recipe) -> NDArray[np.bool_]:
        """Return which pictures [N] are kept for the test."""
        kept = held_out(self.ids, part=recipe.split.test, seed=recipe.split.seed)
        return np.asarray(kept & ~self.helps)


def vocabulary_of(recipe: Recipe, place: Workplace) -> Vocabulary:
    """Return the words that a recipe names.

    Raises:
        RecipeError: It names none, or the table is wrong; its line is named.
    """
    if not recipe.vocabulary:
        raise RecipeError('The recipe names no vocabulary; add vocabulary = "photos.csv".')
    return read_vocabulary(place.tables / recipe.vocabulary)


def gather(
    recipe: Recipe, place: Workplace, vocabulary: Vocabulary, cache: FeatureCache | None
) -> Material:
    """Read all collections of a recipe, and add pictures of nothing.

    Args:
        recipe: Names the collections.
        place: Where they lie.
        vocabulary: The words.
        cache: Computes the views' embeddings; None: leave them out.

    Raises:
        DataError: Something is wrong with the data; it is named.
    """
    return _stacked(_parts(recipe, place, vocabulary, cache))


def gather_maps(
    recipe: Recipe, place: Workplace, vocabulary: Vocabulary, cache: FeatureCache
) -> list[tuple[NDArray[np.float16], ...]]:
    """Return what a front makes of the same pictures: by collection, its views' maps [n,h,w,C].

    Raises:
        DataError: Something is wrong with the data; it is named.
    """
    return [part.views for part in _parts(recipe, place, vocabulary, cache)]


def _parts(
    recipe: Recipe, place: Workplace, vocabulary: Vocabulary, cache: FeatureCache | None
) -> list[Material]:
    """Return the collections, and last the pictures of nothing."""
    parts = [_collection(settings, place, vocabulary, cache) for settings in recipe.data]
    parts.append(_nothing(place, vocabulary, cache))
    measured = {name for part in parts for name in np.array(part.ids)[~part.helps].tolist()}
    return [_without_tested(part, measured, recipe) for part in parts]


def _stacked(parts: Sequence[Material]) -> Material:
    count = max(len(part.views) for part in parts)
    return Material(
        paths=tuple(path for part in parts for path in part.paths),
        ids=tuple(name for part in parts for name in part.ids),
        sources=tuple(source for part in parts for source in part.sources),
        views=tuple(
            np.concatenate([part.views[view % len(part.views)] for part in parts])
            for view in range(count)
        ),
        targets=np.concatenate([part.targets for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        kinds=np.concatenate([part.kinds for part in parts]),
        kind_weights=np.concatenate([part.kind_weights for part in parts]),
        helps=np.concatenate([part.helps for part in parts]),
    )


def _without_tested(part: Material, measured: Collection[str], recipe: Recipe) -> Material:
    """Leave out of what only helps the pictures that the test keeps: other views of them, say."""
    kept = held_out(part.ids, part=recipe.split.test, seed=recipe.split.seed)
    rows = np.flatnonzero(~(kept & part.helps & np.isin(part.ids, list(measured))))
    if len(rows) == len(part.ids):
        return part
    return Material(
        paths=tuple(part.paths[row] for row in rows),
        ids=tuple(part.ids[row] for row in rows),
        sources=tuple(part.sources[row] for row in rows),
        views=tuple(view[rows] for view in part.views),
        targets=part.targets[rows],
        weights=part.weights[rows],
        kinds=part.kinds[rows],
        kind_weights=part.kind_weights[rows],
        helps=part.helps[rows],
    )


def _collection(
    settings: DataSettings, place: Workplace, vocabulary: Vocabulary, cache: FeatureCache | None
) -> Material:
    folder = place.data / settings.folder
    words = vocabulary.words
    learned = [
        (number, word.learned)
        for number, word in enumerate(words)
        if word.learned and word.learned != LEARNED_BELOW
    ]
    if settings.reader == "genre-csv":
        data = read_genre_csv(folder, ())
        count = len(data.ids)
        targets = np.zeros((count, len(words)), dtype=np.float32)
        weights = np.zeros_like(targets)
        kinds = np.full(count, KINDS.index("poster"))
    else:
        names = [name for _, name in learned if name is not None]
        data = read_annotated(
            folder,
            [*names, *_KIND_OF],
            often_unnamed=settings.often_unnamed,
            presumed_absent=settings.presumed_absent,
            sources=settings.sources,
        )
        count = len(data.ids)
        targets = np.zeros((count, len(words)), dtype=np.float32)
        weights = np.zeros_like(targets)
        places = [number for number, _ in learned]
        targets[:, places] = data.targets[:, : len(names)]
        weights[:, places] = data.weights[:, : len(names)]
        kinds = np.full(count, -1)
        for column, kind in enumerate(_KIND_OF.values(), start=len(names)):
            kinds[data.targets[:, column] > 0] = KINDS.index(kind)
        follow_hierarchy(vocabulary, targets, weights)
    _add_kinds(vocabulary, kinds, targets, weights)
    return Material(
        paths=data.pictures.paths,
        ids=data.ids,
        sources=data.sources,
        views=tuple(cache.get(data.pictures, view) for view in settings.views) if cache else (),
        targets=targets,
        weights=weights,
        kinds=kinds.astype(np.int64),
        kind_weights=np.full(count, settings.weight, dtype=np.float32),
        helps=np.full(count, settings.help_only),
    )


def follow_hierarchy(
    vocabulary: Vocabulary, targets: NDArray[np.float32], weights: NDArray[np.float32]
) -> None:
    """Complete what is known of learned words by what is known of those above and below, in place.

    A word is there where one below it is, whatever its source names: where there is grass, there is
    a plant. It is absent at least as surely as any word above it is; one that is learned from the
    words below it is absent where all of those are, as surely as the least sure of them.

    Args:
        vocabulary: The words.
        targets: [N,L], 0 or 1.
        weights: [N,L], 0 where nothing is known.
    """
    learned = np.array([bool(word.learned) for word in vocabulary.words])
    below = vocabulary.descendants() & learned[:, None] & learned[None, :]
    true = ((targets * weights) @ below.T.astype(np.float32)) > 0
    for place, word in enumerate(vocabulary.words):
        if word.learned == LEARNED_BELOW:
            named = [at for at in np.flatnonzero(below[place]).tolist() if at != place]
            weights[:, place] = weights[:, named].min(axis=1)
    absent = np.where(true, np.float32(0), weights)
    for place in np.flatnonzero(learned).tolist():
        weights[:, place] = absent[:, below[:, place]].max(axis=1)
    targets[true], weights[true] = 1, 1


def _nothing(place: Workplace, vocabulary: Vocabulary, cache: FeatureCache | None) -> Material:
    pictures = draw_blanks(place.features.parent / "blanks")
    count = len(pictures.paths)
    targets = np.zeros((count, len(vocabulary.words)), dtype=np.float32)
    weights = np.zeros_like(targets)
    weights[:, [bool(word.learned) for word in vocabulary.words]] = 1
    kinds = np.full(count, len(KINDS), dtype=np.int64)
    _add_kinds(vocabulary, kinds, targets, weights)
    return Material(
        paths=pictures.paths,
        ids=tuple(path.name for path in pictures.paths),
        sources=("blanks",) * count,
        views=(cache.get(pictures, "plain"),) if cache else (),
        targets=targets,
        weights=weights,
        kinds=kinds,
        kind_weights=np.full(count, _BLANK_PARTS, dtype=np.float32),
        helps=np.zeros(count, dtype=bool),
    )


def _add_kinds(
    vocabulary: Vocabulary,
    kinds: NDArray[np.int64],
    targets: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> None:
    """Write each known kind (and those above it) into targets and weights, in place."""
    places = kind_places(vocabulary, KINDS)
    known = kinds >= 0
    weights[np.ix_(known, places)] = 1
    below = vocabulary.descendants()
    for number, place in enumerate(places):
        targets[np.ix_(kinds == number, below[:, place])] = 1
