"""A trunk in halves is the trunk, and what is not tuned stays ImageNet's."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from trainer.depthwise import FixedDepthwise, fix_depthwise
from trainer.trunk import random_trunk
from trainer.tuned.halves import Front, Tail


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
    maps = torch.rand(2, 4, 4, 80)
    functional.relu(tail(maps)).sum().backward()
    assert all(value.grad is None for value in tail.fixed.parameters())
    learning: list[NDArray[np.float32]] = [
        value.grad.numpy() for value in tail.learning.parameters() if value.grad is not None
    ]
    assert len(learning) == len(list(tail.learning.parameters()))
