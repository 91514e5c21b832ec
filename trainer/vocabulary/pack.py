"""Makes the photos pack: everyday words and kinds of picture."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from trainer.calibration import fit_temperature
from trainer.data.labelled import fold_of
from trainer.errors import RecipeError
from trainer.export import PackLabel
from trainer.features import FeatureCache
from trainer.heads import Head, TrainingSet, logits_of, train_exclusive_head, train_head
from trainer.network import PackNetwork
from trainer.network_settings import Tuned
from trainer.networks.trained import count_parameters
from trainer.packing import (
    Built,
    Provenance,
    Workplace,
    build_files,
    few,
    finish,
    inputs_of,
    trunk_of,
    trunk_weights,
)
from trainer.recipe import Recipe
from trainer.training.checkpoint import Position
from trainer.training.run import RunOptions
from trainer.trunk import EMBEDDING_SIZE, Trunk
from trainer.tuned.halves import Front
from trainer.vocabulary.answer import VocabularyAnswer, kind_places
from trainer.vocabulary.fitting import Outside, fit_mixture, word_thresholds
from trainer.vocabulary.material import KINDS, Material, gather, gather_maps, vocabulary_of
from trainer.vocabulary.measure import Measured, measure_words, write_report
from trainer.vocabulary.table import Vocabulary
from trainer.vocabulary.tuning import (
    TunedTrunk,
    Tuning,
    WordHeads,
    WordNetwork,
    tuned_settings,
)

_OF_EACH_SOURCE: Final = 24
"""Pictures of each source that set the int8 ranges."""
_EXACT_FIRST: Final = 6
"""Convolutions of stem and first blocks in fp32: on 250 training photos that halves the spread of
the int8 error of child, baby, group and person (.24, .15, .18, .26 in log-odds to .12, .09, .11,
.16)."""
_FITTED_VIEWS: Final = 3
"""Views that probabilities and thresholds are fitted on, a recipe's first ones: a picture as it is,
a worn one, and one that is grey, framed or badly compressed, say."""


@dataclass(frozen=True, slots=True)
class _Made:
    """What training made.

    Attributes:
        trunk: Pixels in, embedding out.
        words: The words' heads, one a seed.
        kinds: The kinds' head.
        outside: Cross-fitted logits of all pictures but the test's.
        epochs: Passes over the training pictures.
        steps: Changes of the weights.
        seconds: Spent on training.
    """

    trunk: nn.Module
    words: list[Head]
    kinds: Head
    outside: Outside
    epochs: int
    steps: int
    seconds: float


def make_vocabulary_pack(
    recipe: Recipe, run: Path, place: Workplace, options: RunOptions | None = None
) -> None:
    """Train, calibrate, export and measure; the pack is written to ``place.out``.

    The trunk stays as it is, or its last stages are tuned, if the recipe's network is of the kind
    ``tuned``: so many networks, each blind to another fold, calibrate and choose thresholds, and
    one more that learns from all training pictures is what the pack answers with.

    Args:
        recipe: It makes a vocabulary.
        run: Folder of the runs of a tuned trunk.
        place: Where everything else lies.
        options: How the runs are carried out.

    Raises:
        KeyboardInterrupt: It was stopped, after a checkpoint; the message says how to go on.
        TrainerError: Data, recipe or vocabulary are wrong, or the export does not match.
    """
    vocabulary = vocabulary_of(recipe, place)
    trunk = trunk_of(recipe)
    cache = FeatureCache(place.features, trunk, recipe.images.spec())
    material = gather(recipe, place, vocabulary, cache)
    test = material.tested(recipe)
    if isinstance(recipe.network, Tuned):
        made = _tuned(recipe, run, place, material, vocabulary, trunk, options or RunOptions())
    else:
        made = _frozen(recipe, material, vocabulary, trunk)
    answer, thresholds = fit_answer(recipe, made, vocabulary, trunk.classifier)
    network = PackNetwork(made.trunk, answer).eval()
    built = build_files(
        network,
        place,
        recipe.images.spec(),
        images=few(_few_of_each(material, ~test), recipe.images.spec()),
        int8=recipe.pack.int8,
        exact_first=_EXACT_FIRST,
    )
    provenance = Provenance(
        weights=trunk_weights(recipe),
        embedding=EMBEDDING_SIZE,
        parameters=count_parameters(network),
        pictures=len(material.ids),
        epochs=made.epochs,
        steps=made.steps,
        seconds=made.seconds,
    )
    _report(recipe, place, vocabulary, material, thresholds, built, provenance)


def _frozen(recipe: Recipe, material: Material, vocabulary: Vocabulary, trunk: Trunk) -> _Made:
    began, rows = time.monotonic(), ~material.tested(recipe)
    words, kinds = _train(recipe, material, rows, vocabulary)
    outside = _outside(recipe, material, vocabulary, trunk)
    return _Made(
        trunk,
        words,
        kinds,
        outside,
        epochs=recipe.head.epochs,
        steps=recipe.head.epochs * math.ceil(int(rows.sum()) / recipe.head.batch),
        seconds=time.monotonic() - began,
    )


def _tuned(
    recipe: Recipe,
    run: Path,
    place: Workplace,
    material: Material,
    vocabulary: Vocabulary,
    trunk: Trunk,
    options: RunOptions,
) -> _Made:
    settings = tuned_settings(recipe)
    if settings.networks < 2:
        raise RecipeError(
            f"The recipe {recipe.pack.id} asks for one blind network, which would learn from "
            "nothing; set network.networks to 2 at least."
        )
    front = Front(trunk, settings.cut)
    cache = FeatureCache(place.features, front, recipe.images.spec())
    tuning = Tuning(
        recipe=recipe,
        material=material,
        maps=gather_maps(recipe, place, vocabulary, cache),
        trunk=trunk,
        weights=trunk_weights(recipe),
        words=np.flatnonzero(head_places(vocabulary) >= 0),
        run=run,
        options=options,
    )
    fold = fold_of(material.ids, folds=settings.networks, seed=recipe.split.seed)
    kept = ~material.tested(recipe)
    none = np.zeros_like(kept)

    def train(name: str, apart: NDArray[np.bool_]) -> tuple[WordNetwork, Position]:
        (words, *_), kinds = _train(recipe, material, kept & ~apart, vocabulary)
        compared = apart if apart.any() else kept & (fold == 0)  # of all, it has seen them
        return tuning.train(name, WordHeads(words, kinds), kept & ~apart, compared)

    parts: list[Outside] = []
    positions = []
    for number in range(settings.networks):
        mine = kept & (fold == number)
        network, position = train(f"fold-{number}", mine)
        rows = np.flatnonzero(mine & ~material.helps)
        parts.extend(
            _answered(
                [network.words],
                network.kinds,
                material,
                rows,
                tuning.embedded(network, rows, view),
                vocabulary,
                trunk.classifier,
            )
            for view in range(len(material.views[:_FITTED_VIEWS]))
        )
        positions.append(position)
    network, position = train("all", none)
    positions.append(position)
    return _Made(
        TunedTrunk(front, network.tail),
        [network.words],
        network.kinds,
        Outside.joined(parts),
        epochs=sum(each.epoch for each in positions),
        steps=sum(each.step for each in positions),
        seconds=sum(each.seconds for each in positions),
    )


def fit_answer(
    recipe: Recipe, made: _Made, vocabulary: Vocabulary, classifier: nn.Linear
) -> tuple[VocabularyAnswer, list[float | None]]:
    """Fit how heads speak with ImageNet's classes, choose thresholds.

    Args:
        recipe: How often a word must be right.
        made: Heads, and what blind ones said.
        vocabulary: The words.
        classifier: ImageNet's; becomes part of the answer.
    """
    outside = made.outside
    mixture = fit_mixture(
        vocabulary,
        outside,
        heads=head_places(vocabulary),
        sharpness=1 / fit_temperature(outside.kind_logits, outside.kind_targets),
        kinds=kind_places(vocabulary, KINDS),
    )
    answer = VocabularyAnswer(
        classifier, nn.ModuleList(made.words), made.kinds, vocabulary, mixture
    ).eval()
    with torch.inference_mode():
        probabilities = answer.combine(
            torch.from_numpy(outside.rolled),
            torch.from_numpy(outside.head_logits),
            torch.from_numpy(outside.all_kind_logits),
        ).numpy()
    return answer, word_thresholds(vocabulary, outside, mixture, probabilities, recipe.words)


def head_places(vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return the head's output for each word, or -1: learned words in the table's order."""
    places = np.full(len(vocabulary.words), -1, dtype=np.int64)
    learned = [number for number, word in enumerate(vocabulary.words) if word.learned]
    places[learned] = np.arange(len(learned))
    return places


def _train(
    recipe: Recipe, material: Material, rows: NDArray[np.bool_], vocabulary: Vocabulary
) -> tuple[list[Head], Head]:
    """Train all heads on some rows: the words', one a seed, and the kinds'."""
    judged = np.flatnonzero(head_places(vocabulary) >= 0)
    known = rows & (material.weights[:, judged] > 0).any(axis=1)
    words = TrainingSet(
        views=[view[known] for view in material.views],
        targets=material.targets[np.ix_(known, judged)],
        weights=material.weights[np.ix_(known, judged)],
    )
    told = rows & (material.kinds >= 0)
    kinds = TrainingSet(
        views=[view[told] for view in material.views],
        targets=np.eye(len(KINDS) + 1, dtype=np.float32)[material.kinds[told]],
        weights=np.repeat(material.kind_weights[told, None], len(KINDS) + 1, axis=1),
    )
    return (
        [train_head(words, recipe.head, seed=seed) for seed in recipe.head.seeds],
        train_exclusive_head(kinds, recipe.kind_head, seed=recipe.head.seeds[0]),
    )


def _outside(recipe: Recipe, material: Material, vocabulary: Vocabulary, trunk: Trunk) -> Outside:
    """Return the logits of all rows outside the test, from heads that never saw them.

    Pictures that only help in training are left out.
    """
    fold = fold_of(material.ids, folds=recipe.split.folds, seed=recipe.split.seed)
    kept = ~material.tested(recipe)
    parts: list[Outside] = []
    for number in range(recipe.split.folds):
        mine = kept & (fold == number) & ~material.helps
        if not mine.any():
            continue
        words, head = _train(recipe, material, kept & (fold != number), vocabulary)
        rows = np.flatnonzero(mine)
        parts.extend(
            _answered(words, head, material, rows, view[rows], vocabulary, trunk.classifier)
            for view in material.views[:_FITTED_VIEWS]
        )
    return Outside.joined(parts)


def _answered(
    words: Sequence[Head],
    kinds: Head,
    material: Material,
    rows: NDArray[np.int64],
    seen: NDArray[np.float16],
    vocabulary: Vocabulary,
    classifier: nn.Linear,
) -> Outside:
    return Outside(
        rolled=rolled_up(classifier, vocabulary, seen),
        head_logits=np.mean([logits_of(head, seen) for head in words], axis=0),
        all_kind_logits=logits_of(kinds, seen),
        kinds=material.kinds[rows],
        targets=material.targets[rows],
        weights=(material.weights[rows] / len(material.views[:_FITTED_VIEWS])).astype(np.float32),
    )


def rolled_up(
    classifier: nn.Linear, vocabulary: Vocabulary, embeddings: NDArray[np.float16]
) -> NDArray[np.float32]:
    """Return ImageNet's probabilities summed up the hierarchy, [N,L]."""
    with torch.inference_mode():
        softmax = torch.softmax(classifier(torch.from_numpy(embeddings).float()), dim=1)
        rolled: NDArray[np.float32] = (softmax @ torch.from_numpy(vocabulary.roll_up())).numpy()
    return rolled


def _few_of_each(material: Material, rows: NDArray[np.bool_]) -> list[Path]:
    """Return some pictures of each source, for the int8 ranges."""
    taken: dict[str, list[Path]] = {}
    for row in np.flatnonzero(rows):
        mine = taken.setdefault(material.sources[row], [])
        if len(mine) < _OF_EACH_SOURCE:
            mine.append(material.paths[row])
    return [path for mine in taken.values() for path in mine]


def _report(
    recipe: Recipe,
    place: Workplace,
    vocabulary: Vocabulary,
    material: Material,
    thresholds: Sequence[float | None],
    built: Built,
    provenance: Provenance,
) -> None:
    """Measure both graphs on the test pictures and write description and card."""
    tested = np.flatnonzero(material.tested(recipe))
    images = inputs_of([material.paths[row] for row in tested], recipe.images.spec())
    measured: dict[str, Measured] = {
        precision: measure_words(
            vocabulary,
            graph(images)[0],
            material.targets[tested],
            material.weights[tested],
            material.kinds[tested],
            thresholds,
            KINDS,
        )
        for precision, graph in built.graphs.items()
    }
    labels = _labels(vocabulary, thresholds)
    metrics: dict[str, Any] = {name: one.summary() for name, one in measured.items()}
    metrics["test_pictures"] = len(tested)
    metrics["greatest_difference"] = built.difference
    training = finish(recipe, place, labels, metrics, provenance)
    write_report(recipe, place.out, labels, measured, training, tested=len(tested))


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
