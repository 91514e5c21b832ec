"""Cuts a trunk in two: a front that stays as it is, and a tail that is tuned."""

from copy import deepcopy
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from trainer.depthwise import FixedDepthwise, fix_depthwise
from trainer.trunk import Trunk

_CENTRE: Final = 127.5
"""uint8 pixels become (pixel - 127.5) / 127.5, as the trunk wants them."""


class Front(nn.Module):
    """The trunk's stem and first stages: uint8 pictures in, maps out.

    Attributes:
        key: Names weights and cut; maps of other ones are never used for these.
    """

    def __init__(self, trunk: Trunk, stage: int) -> None:
        """Take stem and stages 0 to ``stage`` - 1 of a trunk, as in the tail by folded copies."""
        super().__init__()
        network: Any = trunk.network
        self.key = f"{trunk.key}-before{stage}"
        self.stem = nn.Sequential(_folded(network.conv_stem, network.bn1), network.bn1.act)
        stages: list[Any] = [deepcopy(blocks) for blocks in network.blocks[:stage]]
        for block in (block for blocks in stages for block in blocks):
            _fold_all(block)
        self.stages = nn.Sequential(*stages)
        fix_depthwise(self)
        self.eval().requires_grad_(False)

    def forward(self, images: Tensor) -> Tensor:
        """Return maps float [N,h,w,C] of uint8 images [N,H,W,3]."""
        pixels = (images.permute(0, 3, 1, 2).to(torch.float32) - _CENTRE) / _CENTRE
        found: Tensor = self.stages(self.stem(pixels))
        return found.permute(0, 2, 3, 1)

    def shape(self, height: int, width: int) -> tuple[int, ...]:
        """Return the shape (h, w, C) of one picture's maps."""
        with torch.inference_mode():
            maps = self(torch.zeros((1, height, width, 3), dtype=torch.uint8))
        return tuple(maps.shape[1:])


class Tail(nn.Module):
    """The trunk's last stages: maps in, embedding out.

    Batch normalisation is folded into the convolutions before it (their running statistics are
    ImageNet's either way), depthwise kernels are fixed. What learns are the pointwise kernels and
    all biases of the stages from ``learning`` on. While training, whole blocks are left out at
    random (stochastic depth, Huang 2016), later ones more often.
    """

    def __init__(self, trunk: Trunk, stage: int, *, learning: int, drop: float) -> None:
        """Take the stages from ``stage`` on, whose weights are taken over by copies.

        Args:
            trunk: With its ImageNet weights.
            stage: The first one.
            learning: The first one that learns, ``stage`` or later.
            drop: Probability that the last block is left out in a training step.
        """
        super().__init__()
        network: Any = trunk.network
        self.fixed = nn.ModuleList()
        self.learning = nn.ModuleList()
        for number, blocks in enumerate(network.blocks[stage:], start=stage):
            place = self.learning if number >= learning else self.fixed
            for block in blocks:
                place.append(_Block(block))
        self.last = _folded(network.conv_head, network.bn2)
        self.active = network.bn2.act
        self._drop = drop
        self.requires_grad_(True)
        self.fixed.requires_grad_(False)

    def forward(self, maps: Tensor) -> Tensor:
        """Return embeddings float [N,1280] (all >= 0) of maps [N,h,w,C]."""
        return self.tuned(self.before(maps))

    def before(self, maps: Tensor) -> Tensor:
        """Return what the stages that learn are given, [N,c,h,w]: all tails have the same."""
        found: Tensor = maps.permute(0, 3, 1, 2).float()
        with torch.no_grad():
            for block in self.fixed:
                found = block(found, 0.0)
        return found

    def tuned(self, found: Tensor) -> Tensor:
        """Return embeddings float [N,1280] of what ``before`` gave."""
        pooled: Tensor = self.last_maps(found).mean((2, 3))
        return pooled.float()

    def last_maps(self, found: Tensor) -> Tensor:
        """Return the last maps float [N,1280,h,w] (all >= 0) of what ``before`` gave."""
        count = len(self.learning)
        for number, block in enumerate(self.learning, start=1):
            drop = self._drop * number / count if self.training else 0.0
            found = block(found, drop)
        maps: Tensor = self.active(self.last(found))
        return maps


class _Block(nn.Module):
    """An inverted residual block (Sandler 2018) without normalisation: expand, look, project."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        self.expand = _folded(block.conv_pw, block.bn1)
        self.look = FixedDepthwise(_folded(block.conv_dw, block.bn2))
        self.project = _folded(block.conv_pwl, block.bn3)
        self.active = block.bn1.act
        self.skips = bool(block.has_skip)

    def forward(self, maps: Tensor, drop: float) -> Tensor:
        expanded = self.active(self.expand(maps))
        found: Tensor = self.project(self.active(self.look(expanded)))
        if not self.skips:
            return found
        if drop:
            kept = torch.rand(len(maps), 1, 1, 1, device=maps.device) >= drop
            found = found * (kept.to(found.dtype) / (1 - drop))
        return maps + found


def _fold_all(block: nn.Module) -> None:
    """Fold each normalisation of a block into the convolution before it; activations stay."""
    convolution = ""
    for name, child in list(block.named_children()):
        if isinstance(child, nn.Conv2d):
            convolution = name
        elif isinstance(child, nn.BatchNorm2d):
            setattr(block, convolution, _folded(getattr(block, convolution), child))
            setattr(block, name, getattr(child, "act", nn.Identity()))


def _folded(convolution: object, normalisation: object) -> nn.Conv2d:
    if not isinstance(convolution, nn.Conv2d) or not isinstance(normalisation, nn.BatchNorm2d):
        raise TypeError("The trunk's stages are not made of inverted residual blocks.")
    folded: nn.Conv2d = fuse_conv_bn_eval(convolution, normalisation)
    return folded
