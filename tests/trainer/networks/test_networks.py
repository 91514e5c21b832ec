"""Networks are the published ones to the last parameter, and learn, export and load again."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from tests.support.networks import network_recipe, published
from trainer.errors import RecipeError, TrainerError
from trainer.export import open_graph, write_onnx
from trainer.networks import TrainedNetwork, build, count_parameters, parameters_of

_SMALL = {
    "architecture": "convolutional",
    "blocks": [{"channels": 4, "normalised": True, "dropout": 0.1}],
    "dense": [{"width": 6, "normalised": True, "dropout": 0.1}],
}


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One thread, and no thread of tqdm's own, which PyTorch's exporter brings with it."""
    monkeypatch.setattr(tqdm, "monitor_interval", 0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def _pictures(count: int, side: int) -> Tensor:
    random = np.random.default_rng(count)
    return torch.from_numpy(random.integers(0, 256, (count, side, side, 3), dtype=np.uint8))


@pytest.mark.parametrize(
    ("name", "count", "running"),
    [
        ("kgptalkie-cnn", 6_672_889, 992),
        ("iet-cnn", 6_075_641, 992),
        ("inholland-cnn", 1_168_952, 0),
        ("inholland-cnn-tuned", 24_182_744, 0),
        ("inholland-vgg16", 21_143_640, 0),
        ("inholland-vgg16-tuned", 21_143_640, 0),
    ],
)
def test_a_published_network_has_the_published_number_of_parameters(
    name: str, count: int, running: int
) -> None:
    recipe = published(name)
    assert parameters_of(recipe, outputs=len(recipe.kept_labels)) == count
    if name.endswith("cnn"):
        network = build(recipe, outputs=len(recipe.kept_labels), side=96)
        learned = sum(parameter.numel() for parameter in network.parameters())
        assert count_parameters(network) - learned == running


def test_another_count_than_the_published_one_stops_the_work() -> None:
    with pytest.raises(RecipeError, match=r"6,672,889"):
        build(published("kgptalkie-cnn"), outputs=24, side=96)


def test_a_block_is_convolution_relu_normalisation_pooling_dropout() -> None:
    network = build(published("kgptalkie-cnn"), outputs=25, side=96)
    assert isinstance(network.base, nn.Sequential)
    assert [type(layer).__name__ for layer in network.base][:5] == [
        "Conv2d",
        "ReLU",
        "BatchNorm2d",
        "MaxPool2d",
        "Dropout",
    ]
    normalisation = network.base[2]
    assert isinstance(normalisation, nn.BatchNorm2d)
    assert (normalisation.eps, normalisation.momentum) == (1e-3, 0.01)
    assert [float(layer.p) for layer in network.base if isinstance(layer, nn.Dropout)] == [
        0.3,
        0.3,
        0.4,
        0.5,
    ]


def test_weights_start_glorot_uniform_with_zero_biases() -> None:
    network = build(network_recipe(_SMALL), outputs=3)
    assert isinstance(network.base, nn.Sequential)
    first = network.base[0]
    assert isinstance(first, nn.Conv2d)
    limit = (6 / (3 * 9 + 4 * 9)) ** 0.5
    assert 0.9 * limit < float(first.weight.detach().abs().max()) <= limit
    assert not network.last.bias.any()


def test_the_seed_of_a_recipe_fixes_the_weights_and_nothing_else() -> None:
    before = torch.random.get_rng_state()
    first, again = (build(network_recipe(_SMALL), outputs=3) for _ in range(2))
    other = build(network_recipe(_SMALL, training={"seed": 1}), outputs=3)
    assert torch.equal(first.last.weight, again.last.weight)
    assert not torch.equal(first.last.weight, other.last.weight)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize(
    ("architecture", "side", "width", "flatten"),
    [
        ("torchvision:resnet50", 32, 2048, False),
        ("torchvision:inception_v3", 75, 2048, False),
        ("torchvision:vgg11", 32, 512, True),
        ("torchvision:resnet18", 64, 2048, True),
        ("torchvision:mobilenet_v3_small", 32, 1024, False),
        ("timm:test_resnet", 32, 96, False),
        ("timm:test_resnet", 32, 96, True),
    ],
)
def test_a_transfer_network_learns_and_loads_again(
    architecture: str, side: int, width: int, flatten: bool
) -> None:
    recipe = network_recipe({"architecture": architecture, "flatten": flatten}, side=side)
    network = build(recipe, outputs=3)
    pictures, targets = _pictures(2, side), torch.tensor([[1.0, 0, 0], [0, 1, 1]])
    assert network.embedding(pictures).shape == (2, width)
    network.train()
    loss = functional.binary_cross_entropy_with_logits(network(pictures), targets)
    loss.backward()  # type: ignore[no-untyped-call]
    assert all(parameter.grad is not None for parameter in network.parameters())
    network.eval()
    again = build(recipe, outputs=3)
    again.load_state_dict(network.state_dict())
    with torch.inference_mode():
        assert torch.equal(again.eval()(pictures), network(pictures))


def test_vgg16_has_three_linear_layers_of_its_own_unless_its_maps_are_flattened() -> None:
    kept = parameters_of(
        network_recipe({"architecture": "torchvision:vgg16"}, side=64), outputs=1000
    )
    assert kept == 138_357_544  # as torchvision tells for the whole network
    bare = network_recipe({"architecture": "torchvision:vgg16", "flatten": True}, side=250)
    assert parameters_of(bare, outputs=1) == 14_714_688 + 25_088 + 1


class _Answers(nn.Module):
    """A network as it is exported."""

    def __init__(self, network: TrainedNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        logits, embedding = self.network.answer(images)
        return torch.sigmoid(logits), embedding


@pytest.mark.parametrize(
    "network",
    [
        _SMALL,
        {"architecture": "dense", "dense": [{"width": 4}]},
        {"architecture": "timm:test_resnet"},
        {"architecture": "torchvision:resnet18"},
    ],
    ids=["convolutional", "dense", "timm", "torchvision"],
)
def test_the_exported_graph_gives_the_same_probabilities(
    network: dict[str, object], tmp_path: Path
) -> None:
    recipe = network_recipe(
        network,
        side=32,
        preprocessing={
            "range": "imagenet",
            "greyscale": True,
            "noise_reduction": 3,
            "dilation": 3,
        },
    )
    whole = _Answers(build(recipe, outputs=3)).eval()
    path = tmp_path / "model.onnx"
    write_onnx(whole, path, recipe.images.spec())  # type: ignore[arg-type]
    pictures = _pictures(3, 32)
    with torch.inference_mode():
        expected = whole(pictures)
    for ours, graph in zip(expected, open_graph(path)(pictures.numpy()), strict=True):
        np.testing.assert_allclose(graph, ours.numpy(), atol=1e-4)


def test_a_frozen_base_keeps_weights_and_running_statistics() -> None:
    recipe = network_recipe({"architecture": "timm:test_resnet", "frozen": True}, side=32)
    network = build(recipe, outputs=3)
    before = {name: value.clone() for name, value in network.base.state_dict().items()}
    network.train()
    network(_pictures(4, 32)).sum().backward()
    assert all(torch.equal(value, network.base.state_dict()[n]) for n, value in before.items())
    assert all(parameter.grad is None for parameter in network.base.parameters())
    assert network.last.weight.grad is not None


@pytest.mark.parametrize(
    ("network", "told"),
    [
        ({"architecture": "perceptron"}, "no architecture 'perceptron'"),
        ({"architecture": "timm:nothing"}, "timm has no network 'nothing'"),
        ({"architecture": "torchvision:nothing"}, "torchvision has no network 'nothing'"),
        ({"architecture": "torchvision:fcn_resnet50"}, "torchvision has no network"),
        ({"architecture": "torchvision:squeezenet1_0"}, "no linear classifier"),
        ({"architecture": "torchvision:densenet121", "flatten": True}, "set flatten = false"),
        ({"architecture": "torchvision:vit_b_16"}, "cannot see pictures of 16x16"),
        ({**_SMALL, "blocks": [{"channels": 4, "kernel": 17}]}, "cannot see pictures of 16x16"),
    ],
)
def test_a_network_that_cannot_be_is_told_in_one_sentence(
    network: dict[str, object], told: str
) -> None:
    with pytest.raises(RecipeError, match=told):
        build(network_recipe(network), outputs=2)


def test_a_recipe_of_another_kind_trains_no_whole_network() -> None:
    with pytest.raises(RecipeError, match="trains no whole network"):
        build(published("knn"), outputs=25)


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_any_text_as_an_architecture_is_a_network_or_a_clear_error(name: str) -> None:
    for start in ("", "timm:", "torchvision:"):
        try:
            parameters_of(network_recipe({"architecture": start + name}), outputs=2)
        except TrainerError as error:
            assert str(error).endswith((".", ";", ")", "all.", "them."))  # noqa: PT017
