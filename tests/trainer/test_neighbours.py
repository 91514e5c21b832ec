"""Nearest neighbours: scikit-learn's, as one graph that the app opens."""

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from app.labeling.pack import Pack, load_pack, verify
from tests.support.networks import SHIPPED, network_recipe
from trainer.calibration import Logistic
from trainer.cli import main
from trainer.data import gather_columns
from trainer.errors import DataError, RecipeError
from trainer.export import LARGEST_FILE, open_graph
from trainer.features import FeatureCache
from trainer.neighbours import NeighboursAnswer, make_neighbours_pack
from trainer.network import PackNetwork
from trainer.network_settings import Neighbours
from trainer.packing import Workplace, trunk_of
from trainer.recipe import Recipe, read_recipe

_SIDE = 32
_COUNT = 40
_NEAREST = 5


_RECIPE = f"""
makes = "columns"
[pack]
id = "near"
version = "1"
title = "Near"
description = "Red and wide shapes."
license = "CC0-1.0"
[split]
method = "hashed"
seed = "test"
test = 0.25
folds = 2
[[data]]
folder = "shapes"
reader = "genre-csv"
[network]
kind = "neighbours"
trunk = "random"
neighbours = {_NEAREST}
dimensions = 8
[inputs.images]
height = {_SIDE}
width = {_SIDE}
[[labels]]
column = "Red"
id = "red"
name = "red"
group = "Shapes"
[[labels]]
column = "Wide"
id = "wide"
name = "wide"
group = "Shapes"
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A pack and what it was made from."""

    recipe: Recipe
    data: Path
    runs: Path
    out: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("neighbours")
    folder = root / "data" / "shapes" / "images"
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    rows = ["Id,Genre,Red,Wide"]
    for number in range(_COUNT):
        red, wide = int(random.integers(2)), int(random.integers(2))
        image = Image.new("RGB", (40, 48), (240, 230, 220))
        left, top = (int(value) for value in random.integers(2, 12, 2))
        size = (24, 8) if wide else (8, 30)
        ImageDraw.Draw(image).rectangle(
            (left, top, left + size[0], top + size[1]), (220, 20, 30) if red else (20, 40, 220)
        )
        image.save(folder / f"s{number}.png")
        rows.append(f"s{number},x,{red},{wide}")
    (folder.parent / "train.csv").write_text("\n".join(rows) + "\n")
    recipe, runs, out = root / "near.toml", root / "runs", root / "pack"
    recipe.write_text(_RECIPE)
    command = ["train", str(recipe), "--data", str(root / "data"), "--runs", str(runs)]
    assert main([*command, "--out", str(out), "--no-int8", "--threads", "1"]) == 0
    return Made(read_recipe(recipe), root / "data", runs, out)


@pytest.fixture
def pack(made: Made) -> Pack:
    return load_pack(made.out)


def test_the_app_opens_the_pack(pack: Pack) -> None:
    verify(pack)
    assert [label.id for label in pack.labels] == ["red", "wide"]
    assert pack.embedding == 1280
    assert pack.metrics["greatest_difference"] < 1e-4
    assert (pack.directory / "MODEL_CARD.md").is_file()


def test_the_pack_tells_what_it_was_made_of(made: Made) -> None:
    told = json.loads((made.out / "pack.json").read_text())["training"]
    assert told["recipe"]["network"]["kind"] == "neighbours"
    assert told["pictures"] == _COUNT


def test_the_graph_votes_as_scikit_learns_neighbours_do(made: Made) -> None:
    """The whole way again, by scikit-learn alone, from the embeddings that the graph gives."""
    columns = gather_columns(made.recipe, made.data, tell=[].append)
    cache = FeatureCache(made.runs / "features", trunk_of(made.recipe), made.recipe.images.spec())
    known = cache.get(columns.main.pictures, "plain")[~columns.test].astype(np.float64)
    targets = columns.main.targets[~columns.test]
    pictures = np.random.default_rng(1).integers(0, 256, (6, _SIDE, _SIDE, 3), dtype=np.uint8)
    found, embedding = open_graph(made.out / "model.onnx")(pictures)
    votes = _by_scikit_learn(known, targets, embedding)
    scores = np.log(votes / (1 - votes))
    order = np.argsort(scores, axis=0)
    ranked = np.take_along_axis(found, order, axis=0)
    assert (np.diff(ranked, axis=0) >= -1e-3).all()  # Platt scaling keeps the order


def test_votes_are_those_of_scikit_learns_neighbours() -> None:
    random = np.random.default_rng(2)
    known = random.normal(size=(60, 12)) * np.linspace(3, 0.1, 12)
    targets = (random.random((60, 3)) < 0.3).astype(np.float32)
    asked = random.normal(size=(9, 12)).astype(np.float32)
    answer = NeighboursAnswer(Neighbours(neighbours=_NEAREST, dimensions=8), known, targets)
    with torch.inference_mode():
        found = answer.votes(torch.from_numpy(asked)).numpy()
    np.testing.assert_allclose(found, _by_scikit_learn(known, targets, asked), atol=5e-3)


def _by_scikit_learn(
    known: NDArray[np.floating], targets: NDArray[np.float32], asked: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return the votes [N,L]; neighbours kept in float16 differ in the third digit."""
    axes = PCA(8, svd_solver="full").fit(known)
    search = NearestNeighbors(n_neighbors=_NEAREST + 1, metric="cosine", algorithm="brute")
    search.fit(axes.transform(known))
    distances, rows = search.kneighbors(axes.transform(asked))
    last = distances[:, -1:]
    weights = (last - distances) / (last - distances[:, :1])
    total = weights.sum(axis=1, keepdims=True) + 1
    voted = (weights[..., None] * targets[rows]).sum(axis=1) + targets.mean(axis=0)
    return np.asarray(voted / total)


def test_no_answer_jumps_where_two_neighbours_change_places() -> None:
    known = np.eye(6)[:, :4] + 0.01 * np.arange(24).reshape(6, 4)
    targets = np.array([[1], [0], [1], [0], [1], [0]], dtype=np.float32)
    answer = NeighboursAnswer(Neighbours(neighbours=2, dimensions=4), known, targets)
    line = torch.linspace(0, 1, 4001)[:, None]
    path = torch.lerp(torch.from_numpy(known[:1]), torch.from_numpy(known[1:2]), line.double())
    with torch.inference_mode():
        steps = answer.votes(path).diff(dim=0).abs()
    assert float(steps.max()) < 0.02


def test_platt_scaling_is_part_of_the_answer() -> None:
    random = np.random.default_rng(3)
    known, targets = random.normal(size=(20, 4)), (random.random((20, 2)) < 0.5).astype("f4")
    answer = NeighboursAnswer(Neighbours(neighbours=3, dimensions=4), known, targets)
    asked = torch.from_numpy(random.normal(size=(5, 4)))
    with torch.inference_mode():
        votes = answer.votes(asked)
        torch.testing.assert_close(answer(asked), votes)
        answer.calibrate(Logistic(np.zeros((2, 1)), np.array([0.0, 2.0])))
        torch.testing.assert_close(answer(asked)[:, 0], torch.full((5,), 0.5))
        torch.testing.assert_close(answer(asked)[:, 1], torch.full((5,), 0.880797))


def test_fewer_pictures_than_neighbours_are_fine_and_one_is_not() -> None:
    targets = np.array([[1], [0], [1]], dtype=np.float32)
    answer = NeighboursAnswer(Neighbours(), np.eye(3), targets)
    with torch.inference_mode():
        found = answer(torch.eye(3))
    assert found.isfinite().all()
    with pytest.raises(DataError, match="at least two"):
        NeighboursAnswer(Neighbours(), np.eye(3)[:1], targets[:1])


def test_the_shipped_recipe_makes_a_file_that_may_be_shipped() -> None:
    recipe = read_recipe(SHIPPED / "published" / "knn.toml")
    assert isinstance(recipe.network, Neighbours)
    random = np.random.default_rng(4)
    posters = 6200  # of 7,290 pictures, less the test
    answer = NeighboursAnswer(
        msgspec.structs.replace(recipe.network, dimensions=256),
        random.normal(size=(posters, 300)),
        (random.random((posters, 25)) < 0.1).astype(np.float32),
    )
    trunk = trunk_of(recipe)
    size = sum(
        value.numel() * value.element_size() for value in PackNetwork(trunk, answer).parameters()
    )
    assert size < LARGEST_FILE


def test_a_recipe_of_another_kind_has_no_neighbours(tmp_path: Path) -> None:
    place = Workplace(data=tmp_path, out=tmp_path, features=tmp_path, tables=tmp_path)
    with pytest.raises(RecipeError, match="has no neighbours"):
        make_neighbours_pack(network_recipe({"architecture": "dense"}), place)
