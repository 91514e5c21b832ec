"""Makes the photos pack: everyday words and kinds of picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer.annotated import read_annotated
from trainer.blanks import draw_blanks
from trainer.calibration import fit_temperature
from trainer.errors import RecipeError
from trainer.export import PackLabel
from trainer.features import FeatureCache
from trainer.genre_csv import read_genre_csv
from trainer.heads import Head, TrainingSet, logits_of, train_exclusive_head, train_head
from trainer.labelled import fold_of, held_out
from trainer.network import PackNetwork
from trainer.packing import Workplace, build_files, finish, inputs_of, trunk_of
from trainer.recipe import DataSettings, Recipe
from trainer.vocabulary.answer import VocabularyAnswer, kind_places
from trainer.vocabulary.fitting import Outside, fit_mixture, word_thresholds
from trainer.vocabulary.measure import Measured, measure_words, write_report
from trainer.vocabulary.table import Vocabulary, read_vocabulary

KINDS: Final = (
    "photo",
    "poster",
    "screenshot",
    "document",
    "receipt",
    "drawing",
    "painting",
    "chart",
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
    """

    paths: tuple[Path, ...]
    ids: tuple[str, ...]
    sources: tuple[str, ...]
    views: tuple[NDArray[np.float16], ...]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    kinds: NDArray[np.int64]
    kind_weights: NDArray[np.float32]


def make_vocabulary_pack(recipe: Recipe, place: Workplace) -> None:
    """Train, calibrate, export and measure; the pack is written to ``place.out``.

    Raises:
        TrainerError: Data, recipe or vocabulary are wrong, or the export does not match.
    """
    if not recipe.vocabulary:
        raise RecipeError("The recipe names no vocabulary; add vocabulary = \"photos.csv\".")
    vocabulary = read_vocabulary(place.tables / recipe.vocabulary)
    trunk = trunk_of(recipe)
    cache = FeatureCache(place.features, trunk, recipe.input.spec())
    material = _gather(recipe, place, vocabulary, cache)
    test = held_out(material.ids, part=recipe.split.test, seed=recipe.split.seed)
    heads = _head_places(vocabulary)
    kinds = kind_places(vocabulary, KINDS)
    judged = [number for number in range(len(heads)) if heads[number] >= 0]

    def train(rows: NDArray[np.bool_]) -> tuple[list[Head], Head]:
        return _train(recipe, material, rows, judged)

    head_logits, kind_logits = _cross_fit(recipe, material, test, train, len(judged))
    final_heads, kind_head = train(~test)

    def answer_of(mixture: Any) -> VocabularyAnswer:
        return VocabularyAnswer(
            trunk.classifier, nn.ModuleList(final_heads), kind_head, vocabulary, mixture
        ).eval()

    rolled = _rolled(trunk.classifier, vocabulary, material.views[0])
    dev = ~test
    outside = Outside(
        rolled[dev],
        head_logits[dev],
        kind_logits[dev],
        material.targets[dev],
        material.weights[dev],
    )
    sharpness = 1 / _temperature(kind_logits[dev], material.kinds[dev])
    mixture = fit_mixture(
        vocabulary, outside, heads=heads, sharpness=sharpness, kinds=kinds
    )
    answer = answer_of(mixture)
    with torch.inference_mode():
        probabilities = answer.combine(
            torch.from_numpy(outside.rolled),
            torch.from_numpy(outside.head_logits),
            torch.from_numpy(outside.kind_logits),
        ).numpy()
    thresholds = word_thresholds(vocabulary, outside, mixture, probabilities)
    network = PackNetwork(trunk, answer).eval()
    calibration = _few_of_each(material, dev)
    built = build_files(network, place, recipe.input.spec(), calibration=calibration)
    tested = np.flatnonzero(test)
    images = inputs_of([material.paths[row] for row in tested], recipe.input.spec())
    measured: dict[str, Measured] = {}
    for precision, graph in built.graphs.items():
        measured[precision] = measure_words(
            vocabulary,
            graph(images)[0],
            material.targets[tested],
            material.weights[tested],
            material.kinds[tested],
            thresholds,
            KINDS,
        )
    labels = _labels(vocabulary, thresholds)
    metrics: dict[str, Any] = {name: one.summary() for name, one in measured.items()}
    metrics["test_pictures"] = len(tested)
    metrics["greatest_difference"] = built.difference
    finish(recipe, place, labels, metrics, pictures=len(material.ids))
    write_report(recipe, place.out, labels, measured, tested=len(tested))


def _gather(
    recipe: Recipe, place: Workplace, vocabulary: Vocabulary, cache: FeatureCache
) -> Material:
    parts = [_collection(settings, place, vocabulary, cache) for settings in recipe.data]
    parts.append(_nothing(place, vocabulary, cache))
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
    )


def _collection(
    settings: DataSettings, place: Workplace, vocabulary: Vocabulary, cache: FeatureCache
) -> Material:
    folder = place.data / settings.folder
    words = vocabulary.words
    learned = [(number, word.learned) for number, word in enumerate(words) if word.learned]
    if settings.reader == "genre-csv":
        data = read_genre_csv(folder, ())
        count = len(data.ids)
        targets = np.zeros((count, len(words)), dtype=np.float32)
        weights = np.zeros_like(targets)
        kinds = np.full(count, KINDS.index("poster"))
    else:
        names = [name for _, name in learned if name is not None]
        data = read_annotated(folder, [*names, *_KIND_OF])
        count = len(data.ids)
        targets = np.zeros((count, len(words)), dtype=np.float32)
        weights = np.zeros_like(targets)
        places = [number for number, _ in learned]
        targets[:, places] = data.targets[:, : len(names)]
        weights[:, places] = data.weights[:, : len(names)]
        kinds = np.full(count, -1)
        for column, kind in enumerate(_KIND_OF.values(), start=len(names)):
            kinds[data.targets[:, column] > 0] = KINDS.index(kind)
    return Material(
        paths=data.pictures.paths,
        ids=data.ids,
        sources=data.sources,
        views=tuple(cache.get(data.pictures, view) for view in settings.views),
        targets=targets,
        weights=weights,
        kinds=kinds.astype(np.int64),
        kind_weights=np.full(count, settings.weight, dtype=np.float32),
    )


def _nothing(place: Workplace, vocabulary: Vocabulary, cache: FeatureCache) -> Material:
    pictures = draw_blanks(place.features.parent / "blanks")
    count = len(pictures.paths)
    targets = np.zeros((count, len(vocabulary.words)), dtype=np.float32)
    weights = np.zeros_like(targets)
    weights[:, [bool(word.learned) for word in vocabulary.words]] = 1
    return Material(
        paths=pictures.paths,
        ids=tuple(path.name for path in pictures.paths),
        sources=("blanks",) * count,
        views=(cache.get(pictures, "plain"),),
        targets=targets,
        weights=weights,
        kinds=np.full(count, len(KINDS), dtype=np.int64),
        kind_weights=np.full(count, _BLANK_PARTS, dtype=np.float32),
    )


def _head_places(vocabulary: Vocabulary) -> NDArray[np.int64]:
    places = np.full(len(vocabulary.words), -1, dtype=np.int64)
    learned = [number for number, word in enumerate(vocabulary.words) if word.learned]
    places[learned] = np.arange(len(learned))
    return places


def _train(
    recipe: Recipe, material: Material, rows: NDArray[np.bool_], judged: Sequence[int]
) -> tuple[list[Head], Head]:
    """Train the words' heads (one a seed) and the kinds' head on some rows."""
    known = rows & (material.weights > 0).any(axis=1)
    words = TrainingSet(
        views=[view[known] for view in material.views],
        targets=material.targets[np.ix_(known, judged)],
        weights=material.weights[np.ix_(known, judged)],
    )
    heads = [train_head(words, recipe.head, seed=seed) for seed in recipe.head.seeds]
    told = rows & (material.kinds >= 0)
    kinds = TrainingSet(
        views=[view[told] for view in material.views],
        targets=np.eye(len(KINDS) + 1, dtype=np.float32)[material.kinds[told]],
        weights=np.repeat(material.kind_weights[told, None], len(KINDS) + 1, axis=1),
    )
    return heads, train_exclusive_head(kinds, recipe.kind_head, seed=recipe.head.seeds[0])


def _cross_fit(
    recipe: Recipe,
    material: Material,
    test: NDArray[np.bool_],
    train: Any,
    outputs: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return both heads' logits for all rows outside the test, from heads that never saw them."""
    fold = fold_of(material.ids, folds=recipe.split.folds, seed=recipe.split.seed)
    count = len(material.ids)
    words = np.zeros((count, outputs), dtype=np.float32)
    kinds = np.zeros((count, len(KINDS) + 1), dtype=np.float32)
    for number in range(recipe.split.folds):
        mine = ~test & (fold == number)
        if not mine.any():
            continue
        heads, kind_head = train(~test & ~mine)
        seen = material.views[0][mine]
        words[mine] = np.mean([logits_of(head, seen) for head in heads], axis=0)
        kinds[mine] = logits_of(kind_head, seen)
    return words, kinds


def _rolled(
    classifier: nn.Linear, vocabulary: Vocabulary, embeddings: NDArray[np.float16]
) -> NDArray[np.float32]:
    with torch.inference_mode():
        softmax = torch.softmax(classifier(torch.from_numpy(embeddings).float()), dim=1)
        rolled: NDArray[np.float32] = (softmax @ torch.from_numpy(vocabulary.roll_up())).numpy()
    return rolled


def _temperature(logits: NDArray[np.float32], kinds: NDArray[np.int64]) -> float:
    known = kinds >= 0
    return fit_temperature(logits[known], np.eye(logits.shape[1])[kinds[known]])


def _few_of_each(material: Material, rows: NDArray[np.bool_]) -> list[Path]:
    """Return up to 24 pictures of each source, for the int8 ranges."""
    taken: dict[str, list[Path]] = {}
    for row in np.flatnonzero(rows):
        mine = taken.setdefault(material.sources[row], [])
        if len(mine) < 24:
            mine.append(material.paths[row])
    return [path for mine in taken.values() for path in mine]


def _labels(vocabulary: Vocabulary, thresholds: Sequence[float | None]) -> list[PackLabel]:
    return [
        PackLabel(
            id=word.id,
            name=word.name,
            group=word.group,
            aliases=word.aliases,
            parents=word.parents,
            threshold=threshold,
            hidden_with=word.hidden_with,
        )
        for word, threshold in zip(vocabulary.words, thresholds, strict=True)
    ]
