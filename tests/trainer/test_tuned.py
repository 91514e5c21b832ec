"""Tails of trunks are tuned on kept maps, and become packs that answer as one network."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from app.labeling.device import DeviceReport
from app.labeling.pack import load_pack, verify
from app.labeling.session import PackSession
from tests.trainer.shapes import COUNT, RECIPE, draw
from trainer.cli import main
from trainer.depthwise import FixedDepthwise, fix_depthwise
from trainer.trunk import random_trunk
from trainer.tuned.halves import Front, Tail


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tuned")
    draw(root / "data" / "shapes", COUNT, 0)
    draw(root / "data" / "further", 12, 1)
    (root / "shapes.toml").write_text(RECIPE)
    assert _train(root) == 0
    return root


def _train(root: Path) -> int:
    place = ["--data", str(root / "data"), "--runs", str(root / "runs"), "--threads", "1"]
    return main(["train", str(root / "shapes.toml"), *place])


def test_what_features_computes_ahead_is_what_training_asks_for(made: Path) -> None:
    def computed(runs: str) -> set[Path]:
        features = made / runs / "features"
        return {path.relative_to(features) for path in features.rglob("*.npy")}

    place = ["--data", str(made / "data"), "--runs", str(made / "ahead")]
    assert main(["features", str(made / "shapes.toml"), *place]) == 0
    assert computed("ahead") == computed("runs")


def test_the_pack_opens_in_the_app_and_its_graphs_agree(made: Path) -> None:
    folder = made / "runs" / "tuned-shapes" / "pack"
    pack = load_pack(folder)
    verify(pack)
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 32, 3)).astype(np.uint8)
    with PackSession(pack, DeviceReport("cpu", "CPU", None, None, ()), threads=1) as session:
        answers = session.run(images)
    assert answers.probabilities.shape == (3, 2)
    assert answers.embedding is not None
    assert answers.embedding.shape == (3, 1280)
    assert pack.metrics["greatest_difference"] < 1e-4


def test_large_weights_are_kept_in_few_bytes(made: Path) -> None:
    folder = made / "runs" / "tuned-shapes" / "pack"
    kinds = {
        constant.data_type
        for constant in onnx.load(folder / "model.onnx").graph.initializer
        if np.prod(constant.dims) >= 1024 and not constant.name.endswith(".scales")
    }
    assert kinds == {onnx.TensorProto.FLOAT16, onnx.TensorProto.INT8}


def test_every_fold_has_its_run_and_its_learning_curve(made: Path) -> None:
    for number in range(2):
        lines = (made / "runs" / "tuned-shapes" / f"fold-{number}" / "history.jsonl").read_text()
        told = [json.loads(line) for line in lines.splitlines()]
        assert [line["epoch"] for line in told if line["kind"] == "epoch"] == [1, 2]


def test_a_second_call_trains_nothing_again(made: Path) -> None:
    runs = made / "runs" / "tuned-shapes"
    histories = [runs / f"fold-{number}" / "history.jsonl" for number in (0, 1)]
    before = [history.read_text() for history in histories]
    told = load_pack(runs / "pack").files[0].sha256
    assert _train(made) == 0
    assert [history.read_text() for history in histories] == before
    assert load_pack(runs / "pack").files[0].sha256 == told


def test_front_and_tail_together_are_the_trunk() -> None:
    trunk = random_trunk(3)
    images = torch.randint(0, 256, (2, 64, 64, 3), dtype=torch.uint8)
    _unsettle(trunk)
    with torch.inference_mode():
        wanted = trunk(images)
        tail = Tail(trunk, 4, learning=5, drop=0.2).eval()
        found = tail(Front(trunk, 4)(images))
    torch.testing.assert_close(found, wanted, rtol=1e-3, atol=1e-4)


def _unsettle(module: nn.Module) -> None:
    """Give batch normalisation statistics that are not neutral, so that folding them shows."""
    generator = torch.Generator().manual_seed(1)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d) and layer.running_mean is not None:
            size = layer.running_mean.shape
            layer.running_mean.copy_(torch.rand(size, generator=generator) * 0.1)
            layer.running_var.copy_(torch.rand(size, generator=generator) + 0.5)


@pytest.mark.parametrize(
    ("side", "stride", "padding"), [(3, 1, 1), (5, 1, 2), (5, 2, 2), (3, 2, 1)]
)
@pytest.mark.parametrize("size", [(7, 8), (12, 9)])
def test_the_gradient_of_a_fixed_kernel_is_pytorchs(
    side: int, stride: int, padding: int, size: tuple[int, int]
) -> None:
    torch.manual_seed(0)
    convolution = nn.Conv2d(6, 6, side, stride, padding, groups=6)
    ours = FixedDepthwise(convolution)
    maps = torch.randn(2, 6, *size)
    given, wanted = maps.clone().requires_grad_(True), maps.clone().requires_grad_(True)
    found, told = ours(given), convolution(wanted)
    torch.testing.assert_close(found, told)
    weights = torch.randn_like(found)
    (found * weights).sum().backward()
    (told * weights).sum().backward()
    torch.testing.assert_close(given.grad, wanted.grad)
    assert ours.bias is not None
    torch.testing.assert_close(ours.bias.grad, convolution.bias.grad)


def test_other_convolutions_are_left_alone() -> None:
    whole = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Sequential(nn.Conv2d(8, 8, 3, groups=8)))
    images = torch.randn(1, 3, 12, 12)
    with torch.no_grad():
        wanted = whole(images)
        fix_depthwise(whole)
        torch.testing.assert_close(whole(images), wanted)
    assert isinstance(whole[0], nn.Conv2d)
    assert isinstance(whole[1][0], FixedDepthwise)


def test_what_is_not_tuned_stays_imagenets() -> None:
    trunk = random_trunk(0)
    tail = Tail(trunk, 4, learning=5, drop=0.0).train()
    maps = torch.rand(2, 4, 4, 88)
    functional.relu(tail(maps)).sum().backward()
    assert all(value.grad is None for value in tail.fixed.parameters())
    learning: list[NDArray[np.float32]] = [
        value.grad.numpy() for value in tail.learning.parameters() if value.grad is not None
    ]
    assert len(learning) == len(list(tail.learning.parameters()))
