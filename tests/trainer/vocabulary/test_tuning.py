"""A trunk tuned for words: blind networks calibrate, and one that learned from all answers."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from app.labeling.pack import load_pack, verify
from trainer.cli import main
from trainer.errors import RecipeError
from trainer.export import open_graph
from trainer.packing import Workplace
from trainer.recipe import read_recipe
from trainer.training.run import RunOptions
from trainer.trunk import random_trunk
from trainer.tuned.halves import Front, Tail
from trainer.vocabulary.material import KINDS
from trainer.vocabulary.pack import make_vocabulary_pack
from trainer.vocabulary.tuning import TunedTrunk, log_odds

_COUNT = 60
_RECIPE = """
makes = "vocabulary"
vocabulary = "words.csv"
[pack]
id = "tuned-words"
version = "1"
title = "Shapes"
description = "Red and blue shapes."
license = "CC0-1.0"
[network]
kind = "tuned"
networks = 2
trunk = "random"
[inputs.images]
height = 64
width = 64
[split]
method = "hashed"
seed = "test"
test = 0.2
[[data]]
folder = "shapes"
reader = "annotated"
views = ["plain", "altered-1", "worn-1"]
[head]
hidden = 8
epochs = 5
batch = 16
[kind_head]
hidden = 0
epochs = 5
batch = 16
[training]
epochs = 1
batch = 16
optimiser = "adamw"
learning_rate = 1e-4
schedule = "cosine"
average = 0.9
"""
_WORDS = """id,name,group,aliases,parents,imagenet,learned,hidden_with,show
thing,thing,Things,,,,*,,
red,red,Things,,thing,0-9,red,,
blue,blue,Things,,thing,10-19,blue,,
pink,pink,Things,,red,20-29,,,
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    root = tmp_path_factory.mktemp("words")
    images = root / "data" / "shapes" / "images"
    images.mkdir(parents=True)
    lines = ["file,source,labels,unsure"]
    random = np.random.default_rng(0)
    for number in range(_COUNT):
        colour = ("red", "blue")[number % 2]
        picture = Image.new("RGB", (48, 40), tuple(random.integers(0, 90, 3).tolist()))
        left, top = random.integers(0, 16, 2).tolist()
        ImageDraw.Draw(picture).ellipse((left, top, left + 24, top + 20), fill=colour)
        picture.save(images / f"{number}.png")
        kind = ("photo", "drawing")[number % 3 == 0]
        lines.append(f"{number}.png,made,{colour}|{kind},")
    (root / "data" / "shapes" / "index.csv").write_text("\n".join(lines) + "\n")
    told = {
        "labels": ["red", "blue"],
        "kinds": [*KINDS, "sketch", "cartoon"],
        "complete": {"made": ["red", "blue"]},
        "weak": {},
    }
    (root / "data" / "shapes" / "completeness.json").write_text(json.dumps(told))
    kinds = "".join(f"{kind},{kind},kind,,,,{kind},,\n" for kind in KINDS)
    (root / "words.csv").write_text(_WORDS + kinds)
    (root / "recipe.toml").write_text(_RECIPE)
    place = Workplace(
        data=root / "data", out=root / "pack", features=root / "runs" / "features", tables=root
    )
    _make(place)
    return place


def _make(place: Workplace) -> None:
    run = place.features.parent / "tuned-words"
    make_vocabulary_pack(read_recipe(place.tables / "recipe.toml"), run, place, RunOptions())


def test_the_pack_opens_in_the_app_and_its_graphs_agree(place: Workplace) -> None:
    pack = load_pack(place.out)
    verify(pack)
    assert pack.metrics["greatest_difference"] < 1e-4
    card = (place.out / "MODEL_CARD.md").read_text()
    assert "2 further trainings, each blind to a half of the pictures, calibrated it" in card
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3)).astype(np.uint8)
    likely = open_graph(place.out / "model.onnx")(images)[0]
    words = {label.id: likely[:, at] for at, label in enumerate(pack.labels)}
    assert (words["thing"] >= words["red"]).all()
    assert (words["red"] >= words["pink"]).all()


def test_a_network_for_each_fold_and_one_for_all_have_their_runs(place: Workplace) -> None:
    runs = place.features.parent / "tuned-words"
    assert sorted(path.name for path in runs.iterdir()) == ["all", "fold-0", "fold-1"]
    for run in runs.iterdir():
        told = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
        (epoch,) = [line for line in told if line["kind"] == "epoch"]
        assert 0 < epoch["mean_average_precision"] <= 1


def test_a_second_call_trains_nothing_again(place: Workplace) -> None:
    runs = place.features.parent / "tuned-words"
    before = {run.name: (run / "history.jsonl").read_bytes() for run in runs.iterdir()}
    told = [file.sha256 for file in load_pack(place.out).files]
    _make(place)
    assert {run.name: (run / "history.jsonl").read_bytes() for run in runs.iterdir()} == before
    assert [file.sha256 for file in load_pack(place.out).files] == told


def test_what_features_computes_ahead_is_what_training_asks_for(
    place: Workplace, tmp_path: Path
) -> None:
    recipe = place.tables / "ahead.toml"
    recipe.write_text(_RECIPE.replace('"words.csv"', f'"{place.tables / "words.csv"}"'))
    assert main(["features", str(recipe), "--data", str(place.data), "--runs", str(tmp_path)]) == 0
    assert _computed(tmp_path / "features") == _computed(place.features)


def _computed(features: Path) -> set[Path]:
    return {path.relative_to(features) for path in features.rglob("*.npy")}


def test_one_blind_network_is_refused_before_anything_is_trained(place: Workplace) -> None:
    told = _RECIPE.replace("networks = 2", "networks = 1")
    (place.tables / "one.toml").write_text(told)
    run = place.tables / "one"
    with pytest.raises(RecipeError, match=r"set network\.networks to 2"):
        make_vocabulary_pack(read_recipe(place.tables / "one.toml"), run, place)
    assert not run.exists()


def test_log_odds_are_those_of_a_softmax() -> None:
    logits = torch.tensor([[0.0, 1.0, -2.0], [9.0, -9.0, 0.0], [200.0, 0.0, 0.0]])
    likely = torch.sigmoid(log_odds(logits))
    torch.testing.assert_close(likely, torch.softmax(logits, dim=1), rtol=1e-4, atol=2e-6)


def test_a_front_and_an_untuned_tail_are_the_trunk() -> None:
    trunk = random_trunk(5)
    images = torch.randint(0, 256, (2, 64, 64, 3), dtype=torch.uint8)
    halves = TunedTrunk(Front(trunk, 4), Tail(trunk, 4, learning=5, drop=0.0).eval())
    with torch.inference_mode():
        torch.testing.assert_close(halves.maps(images), trunk.maps(images), rtol=1e-3, atol=1e-4)
        found = halves.pooled(halves.maps(images))
        torch.testing.assert_close(found, trunk(images), rtol=1e-3, atol=1e-4)
