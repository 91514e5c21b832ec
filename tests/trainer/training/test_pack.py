"""A run becomes a pack that the app opens, whole and in 8 bits, and that tells where it is from."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from app.labeling.device import DeviceReport
from app.labeling.pack import Pack, load_pack, verify
from app.labeling.session import PackSession
from tests.support.trained import draw_shapes, run_place, trained_recipe
from trainer.calibration import sigmoid
from trainer.errors import TrainerError
from trainer.packing import Workplace
from trainer.recipe import Recipe, recipe_from
from trainer.training.pack import calibration_of, export_run, make_trained_pack
from trainer.training.run import RunOptions

pytestmark = pytest.mark.usefixtures("one_thread")

_TRAINING = {"epochs": 12, "learning_rate": 0.02, "thresholds": "half"}
_CPU = DeviceReport("cpu", "CPU", None, None, ())


def _place(root: Path, out: str, *, quantised: bool = True) -> Workplace:
    return Workplace(
        data=root / "data",
        out=root / out,
        features=root / "features",
        tables=root,
        quantised=quantised,
        bootstrap_rounds=20,
    )


def _recipe() -> Recipe:
    return trained_recipe(training=_TRAINING)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a run ``own`` and the pack ``pack`` of it."""
    root = tmp_path_factory.mktemp("packs")
    draw_shapes(root / "data", count=60)
    make_trained_pack(_recipe(), run_place(root), _place(root, "pack"))
    return root


@pytest.fixture
def pack(root: Path) -> Pack:
    return load_pack(root / "pack")


def test_the_app_opens_it_and_both_graphs_know_red_from_blue(root: Path, pack: Pack) -> None:
    verify(pack)
    assert {file.precision for file in pack.files} == {"fp32", "int8"}
    assert pack.embedding == 8
    blank = np.full((2, 16, 16, 3), 235, dtype=np.uint8)
    blank[0, 4:12, 4:12], blank[1, 4:12, 4:12] = (220, 20, 30), (20, 40, 220)
    with PackSession(pack, _CPU, threads=1) as session:
        answer = session.run(blank)
    assert answer.probabilities[0, 0] > answer.probabilities[1, 0]
    assert answer.embedding is not None
    assert answer.embedding.shape == (2, 8)


def test_it_tells_where_it_comes_from(pack: Pack) -> None:
    told = pack.training
    assert recipe_from(told["recipe"], named="pack.json") == _recipe()
    assert told["parameters"] == 4 * 28 + 16 + 196 * 8 + 8 + 32 + 18
    assert told["weights"] == "scratch"
    assert (told["epochs"], told["smoke"]) == (12, False)
    assert told["steps"] == 12 * told["steps"] // 12 > 12
    assert told["seconds"] > 0
    assert [label.threshold for label in pack.labels] == [0.5, 0.5]
    assert pack.metrics["greatest_difference"] < 1e-4
    assert pack.metrics["test_pictures"] > 0
    low, high = pack.metrics["fp32"]["mAP"][1:]
    assert low <= pack.metrics["fp32"]["mAP"][0] <= high
    card = (pack.directory / "MODEL_CARD.md").read_text()
    assert "convolutions 4 of 3×3" in card


def test_convolutions_and_dense_layers_are_in_8_bits_and_the_answer_is_not(pack: Pack) -> None:
    nodes = list(onnx.load(pack.directory / "model.int8.onnx").graph.node)
    by_output = {name: node for node in nodes for name in node.output}
    sources = {
        (node.op_type, number): by_output[node.input[1]].op_type
        if node.input[1] in by_output
        else ""
        for number, node in enumerate(nodes)
        if node.op_type in ("Conv", "Gemm")
    }
    kinds = [(kind, source) for (kind, _), source in sources.items()]
    assert kinds == [("Conv", "DequantizeLinear"), ("Gemm", "DequantizeLinear"), ("Gemm", "")]
    after = nodes[max(number for _, number in sources) :]
    assert not {"QuantizeLinear", "DequantizeLinear"} & {node.op_type for node in after}


def test_export_makes_the_same_pack_of_the_run_again(root: Path, pack: Pack) -> None:
    export_run(run_place(root), _place(root, "again"))
    again = load_pack(root / "again")
    assert again.metrics == pack.metrics
    assert again.training == pack.training


def test_export_refuses_a_folder_without_a_run_and_a_run_without_an_epoch(
    root: Path, tmp_path: Path
) -> None:
    with pytest.raises(TrainerError, match=r"holds no run \(checkpoint.pt is missing\)"):
        export_run(replace(run_place(root), folder=tmp_path), _place(root, "none"))
    place = run_place(root, "begun")
    with pytest.raises(KeyboardInterrupt):
        make_trained_pack(_recipe(), place, _place(root, "none"), RunOptions(stop_after=1))
    with pytest.raises(TrainerError, match=r"No epoch of the run in .*begun is finished"):
        export_run(place, _place(root, "none"))
    assert not (root / "none").exists()


def test_a_smoke_run_says_that_it_is_one(root: Path) -> None:
    options = RunOptions(smoke=True)
    recipe = trained_recipe(training={"epochs": 1})
    place = _place(root, "smoke", quantised=False)
    make_trained_pack(recipe, run_place(root, "smoke"), place, options)
    pack = load_pack(root / "smoke")
    assert pack.training["smoke"] is True
    export_run(run_place(root, "smoke"), _place(root, "smoke-again", quantised=False))
    assert load_pack(root / "smoke-again").training["smoke"] is True


def _logits() -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    logits = random.normal(-1, 1, (400, 3)).astype(np.float32)
    targets = (random.random((400, 3)) < sigmoid(logits)).astype(np.float32)
    return logits * 3, targets


def test_a_temperature_cools_all_labels_alike() -> None:
    logits, targets = _logits()
    recipe = trained_recipe(training={"calibration": "temperature"})
    found = calibration_of(recipe, logits, targets)
    assert found.slopes == pytest.approx(np.full((3, 1), 1 / 3), rel=0.2)
    assert len(set(found.slopes[:, 0])) == 1
    assert not found.biases.any()


def test_without_calibration_logits_stay_as_they_are() -> None:
    found = calibration_of(trained_recipe(training={"calibration": "none"}), *_logits())
    assert (found.slopes == 1).all()
    assert not found.biases.any()
