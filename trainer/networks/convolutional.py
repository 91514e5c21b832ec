"""The hand-made networks of the published systems, as Keras makes them.

Keras's defaults differ from PyTorch's: convolutions lose their border ("valid"), weights start
Glorot-uniform with zero biases, batch normalisation keeps .99 of its running statistics (PyTorch
writes .01 for that) and adds 1e-3 to the variance.
"""

from collections.abc import Sequence
from typing import Final

from torch import nn

from trainer.network_settings import ConvolutionBlock, DenseLayer
from trainer.networks.trained import Base

_MOMENTUM: Final = 0.01
_EPSILON: Final = 1e-3
_POOL: Final = 2
_COLOURS: Final = 3


def convolutional_base(blocks: Sequence[ConvolutionBlock]) -> Base:
    """Return the blocks one after the other."""
    layers: list[nn.Module] = []
    channels = _COLOURS
    for block in blocks:
        layers += [nn.Conv2d(channels, block.channels, block.kernel), nn.ReLU()]
        if block.normalised:
            layers.append(nn.BatchNorm2d(block.channels, eps=_EPSILON, momentum=_MOMENTUM))
        layers.append(nn.MaxPool2d(_POOL))
        if block.dropout:
            layers.append(nn.Dropout(block.dropout))
        channels = block.channels
    module = nn.Sequential(*layers)
    glorot(module)
    return Base(module)


def dense_base() -> Base:
    """Return the pixels as they are."""
    return Base(nn.Identity())


def dense_layers(inputs: int, layers: Sequence[DenseLayer]) -> tuple[nn.Sequential, int]:
    """Return dense layers on ``inputs`` numbers, and how many numbers they give."""
    found: list[nn.Module] = []
    for layer in layers:
        found += [nn.Linear(inputs, layer.width), nn.ReLU()]
        if layer.normalised:
            found.append(nn.BatchNorm1d(layer.width, eps=_EPSILON, momentum=_MOMENTUM))
        if layer.dropout:
            found.append(nn.Dropout(layer.dropout))
        inputs = layer.width
    module = nn.Sequential(*found)
    glorot(module)
    return module, inputs


def glorot(module: nn.Module) -> None:
    """Start all convolutions and linear layers as Keras does: Glorot-uniform, zero biases."""
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
