"""The model card says what was measured and what the network is, whatever network it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import trainer
from trainer.card import columns_card, network_words
from trainer.evaluate import Measured, measure_columns
from trainer.export import PackLabel
from trainer.recipe import Recipe, read_recipe

_RECIPES = Path(trainer.__file__).parent / "recipes"


def shipped(name: str) -> Recipe:
    return read_recipe(next(_RECIPES.rglob(f"{name}.toml")))


def labels_of(recipe: Recipe) -> list[PackLabel]:
    return [
        PackLabel(label.id, label.name, label.group, label.aliases, (), 0.4, ())
        for label in recipe.kept_labels
    ]


def measured(count: int) -> Measured:
    random = np.random.default_rng(0)
    truth = (random.random((60, count)) < 0.2).astype(np.float32)
    likely = (truth * 0.3 + random.random((60, count)) * 0.6).astype(np.float32)
    answers = {"fp32": likely, "int8": np.round(likely, 1)}
    return measure_columns(answers, truth, [0.4] * count, truth.mean(axis=0), rounds=10)


def card(recipe: Recipe, training: Mapping[str, Any] | None = None) -> str:
    labels = labels_of(recipe)
    return columns_card(recipe, labels, measured(len(labels)), training)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kgptalkie-cnn", "convolutions 16 of 3×3, 32 of 3×3, 64 of 3×3, 128 of 3×3"),
        ("inholland-vgg16", "vgg16"),
        ("amrita-ffn", "flattened pixels, dense layers of"),
        ("knn", "nearest neighbours (cosine)"),
    ],
)
def test_the_card_says_which_network_it_is(name: str, words: str) -> None:
    assert words in network_words(shipped(name))


def test_the_card_tells_parameters_time_weights_and_every_figure() -> None:
    training = {
        "parameters": 6_672_889,
        "epochs": 5,
        "steps": 820,
        "seconds": 7200.0,
        "weights": "scratch",
    }
    text = card(shipped("kgptalkie-cnn"), training)
    assert "6,672,889 parameters, running statistics included." in text
    assert "Trained for 5 epochs (820 steps) in 120 minutes." in text
    assert "Weights it started from: scratch." in text
    for words in ("| mAP |", "| Hamming, at .5 |", "| Jaccard a label, at thresholds |"):
        assert words in text
    assert "int8 loses" in text
    assert "| drama | 0.40 |" in text
    assert "smoke" not in text.lower()


def test_the_card_of_a_smoke_test_says_that_it_is_one() -> None:
    assert "**A smoke test" in card(shipped("vgg19"), {"smoke": True, "epochs": 1, "steps": 50})


def test_labels_that_are_no_genres_get_no_word_on_posters() -> None:
    table = shipped("kgptalkie-cnn")
    own = msgspec.structs.replace(
        table, labels=tuple(msgspec.structs.replace(one, group="Own") for one in table.labels)
    )
    assert "A poster shows" not in card(own)
    assert "A poster shows" in card(table)
