"""From a handful of pictures to a pack that the app opens: the whole way, on a small input."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.labeling.device import DeviceReport
from app.labeling.pack import Pack, load_pack, verify
from app.labeling.session import PackSession
from trainer.cli import main
from trainer.errors import RecipeError
from trainer.export import open_graph
from trainer.recipe import read_recipe

_SIDE = 64
_COUNT = 48
_RECIPE = """
makes = "columns"
[pack]
id = "shapes"
version = "7"
title = "Shapes"
description = "Red and blue shapes."
license = "CC0-1.0"
[gate]
pack = "photos"
label = "poster"
at_least = 0.5
[inputs.images]
height = 64
width = 64
[network]
kind = "frozen"
trunk = "random"
[split]
method = "hashed"
seed = "test"
test = 0.25
folds = 2
[[data]]
folder = "shapes"
reader = "genre-csv"
views = ["plain", "mirror", "worn-1"]
licence = "drawn here"
[head]
hidden = 16
dropout = 0.1
epochs = 40
batch = 16
learning_rate = 1e-2
average = 0.9
[[labels]]
column = "Red"
id = "red"
name = "red"
group = "Colours"
aliases = ["crimson"]
[[labels]]
column = "Wide"
id = "wide"
name = "wide"
group = "Forms"
shown = false
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A data directory, the recipe, and the pack made from them."""

    data: Path
    recipe: Path
    pack: Path
    runs: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("training")
    folder = root / "data" / "shapes"
    (folder / "images").mkdir(parents=True)
    random = np.random.default_rng(0)
    rows = ["Id,Genre,Red,Wide"]
    for number in range(_COUNT):
        red, wide = int(random.integers(2)), int(random.integers(2))
        image = Image.new("RGB", (80, 100), (240, 230, 220))
        colour = (220, 20, 30) if red else (20, 40, 220)
        left, top = (int(value) for value in random.integers(5, 20, 2))
        size = (50, 20) if wide else (20, 60)
        ImageDraw.Draw(image).rectangle((left, top, left + size[0], top + size[1]), colour)
        image.save(folder / "images" / f"s{number}.jpg")
        rows.append(f"s{number},x,{red},{wide}")
    (folder / "train.csv").write_text("\n".join(rows) + "\n")
    recipe = root / "shapes.toml"
    recipe.write_text(_RECIPE)
    made = Made(root / "data", recipe, root / "packs" / "shapes", root / "runs")
    code = main(
        [
            "train",
            str(recipe),
            "--data",
            str(made.data),
            "--runs",
            str(made.runs),
            "--out",
            str(made.pack),
            "--threads",
            "1",
        ]
    )
    assert code == 0
    return made


@pytest.fixture
def pack(made: Made) -> Pack:
    return load_pack(made.pack)


def test_the_app_opens_the_pack_and_reads_what_the_recipe_says(pack: Pack) -> None:
    verify(pack)
    assert (pack.id, pack.version, pack.embedding) == ("shapes", "7", 1280)
    assert [label.id for label in pack.labels] == ["red", "wide"]
    assert pack.labels[0].aliases == ("crimson",)
    assert pack.labels[1].threshold is None
    assert pack.gate is not None
    assert pack.gate.key == "photos/poster"
    assert {file.precision for file in pack.files} == {"fp32", "int8"}


def test_the_pack_tells_what_it_was_measured_on(pack: Pack) -> None:
    assert pack.metrics["greatest_difference"] < 1e-4
    assert 0 < pack.metrics["test_pictures"] < _COUNT
    value, low, high = pack.metrics["fp32"]["mAP"]
    assert low <= value <= high
    assert "drawn here" in (pack.directory / "MODEL_CARD.md").read_text()


def test_the_app_runs_it_on_any_number_of_pictures(pack: Pack) -> None:
    device = DeviceReport("cpu", "CPU", None, None, ())
    with PackSession(pack, device, threads=1) as session:
        for count in (1, 3):
            images = np.full((count, _SIDE, _SIDE, 3), 128, dtype=np.uint8)
            output = session.run(images)
            assert output.probabilities.shape == (count, 2)
            assert output.embedding is not None
            assert output.embedding.shape == (count, 1280)


def test_a_picture_gets_the_same_answer_alone_and_in_a_batch(made: Made) -> None:
    images = np.random.default_rng(1).integers(0, 256, (5, _SIDE, _SIDE, 3), dtype=np.uint8)
    run = open_graph(made.pack / "model.onnx")
    together = run(images)[0]
    alone = np.concatenate([run(images[[number]])[0] for number in range(5)])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_second_run_uses_the_features_of_the_first(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in made.runs.rglob("*.npy")}
    assert len(before) == 3
    code = main(["features", str(made.recipe), "--data", str(made.data), "--runs", str(made.runs)])
    assert code == 0
    assert {path: path.stat().st_mtime_ns for path in made.runs.rglob("*.npy")} == before


def test_evaluate_prints_the_same_figures_as_training_wrote(
    made: Made, pack: Pack, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["evaluate", str(made.pack), "--data", str(made.data), "--runs", str(made.runs)]
    assert main([*arguments, "--recipe", str(made.recipe), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["graphs"]["fp32"]["figures"]
    for figure in ("mAP", "top3_recall", "micro_F1", "Hamming"):
        assert told[figure] == pytest.approx(pack.metrics["fp32"][figure], abs=2e-4)


def test_a_missing_picture_ends_with_one_sentence_and_exit_code_1(
    made: Made, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shapes"
    folder.mkdir()
    (folder / "train.csv").write_text("Id,Red,Wide\ngone,1,0\n")
    arguments = ["train", str(made.recipe), "--data", str(tmp_path), "--out", str(tmp_path / "o")]
    assert main(arguments) == 1
    told = capsys.readouterr().err
    assert "1 of 1 pictures" in told
    assert "gone" in told
    assert not (tmp_path / "o").exists()


def test_a_recipe_with_an_unknown_key_names_it(tmp_path: Path) -> None:
    recipe = tmp_path / "wrong.toml"
    recipe.write_text(_RECIPE.replace("epochs = 40", "epoch = 40"))
    with pytest.raises(RecipeError, match="epoch"):
        read_recipe(recipe)
