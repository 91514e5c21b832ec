"""Depthwise convolutions with fixed kernels, whose gradient costs no more than the answer.

PyTorch's own backward pass of a depthwise convolution takes 20 to 60 times as long as its forward
pass on a CPU (measured: .25 s against .008 s for 64 maps of 1,248 x 12 x 8 and 5 x 5 kernels). What
such a kernel could learn is little, 25 numbers a channel. So the kernels stay ImageNet's, and the
gradient of the input is one more depthwise convolution.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class FixedDepthwise(nn.Module):
    """A depthwise convolution whose kernel is fixed; its bias, where it has one, learns.

    It pads as TensorFlow's ``SAME`` where the given convolution does (timm's Conv2dSame).
    """

    weight: Tensor

    def __init__(self, convolution: nn.Conv2d) -> None:
        """Take over a convolution's kernel, stride and padding.

        Args:
            convolution: Depthwise, square kernel, no dilation.
        """
        super().__init__()
        self.register_buffer("weight", convolution.weight.detach().clone())
        bias = convolution.bias
        self.bias = None if bias is None else nn.Parameter(bias.detach().clone())
        self.stride = int(convolution.stride[0])
        self._side = int(convolution.kernel_size[0])
        padding = convolution.padding
        # Conv2dSame says padding 0 and pads by itself.
        self._same = type(convolution).__name__ == "Conv2dSame"
        self._padding = 0 if isinstance(padding, str) or self._same else int(padding[0])

    def forward(self, maps: Tensor) -> Tensor:
        """Return maps [N,C,h',w'] of maps [N,C,h,w]."""
        maps = functional.pad(maps, self._around(maps.shape[2], maps.shape[3]))
        if not (torch.is_grad_enabled() and maps.requires_grad):
            channels = len(self.weight)
            return functional.conv2d(maps, self.weight, self.bias, self.stride, 0, 1, channels)
        kernel = self.weight
        if torch.is_autocast_enabled(maps.device.type):
            kind = torch.get_autocast_dtype(maps.device.type)
            maps, kernel = maps.to(kind), kernel.to(kind)
        found: Tensor = _Depthwise.apply(maps, kernel, self.stride)
        if self.bias is None:
            return found
        return found + self.bias.to(found.dtype).view(1, -1, 1, 1)

    def _around(self, height: int, width: int) -> tuple[int, int, int, int]:
        """Return what is added on the left, right, top and bottom."""
        if not self._same:
            return (self._padding,) * 4
        down, across = self._missing(height), self._missing(width)
        return across // 2, across - across // 2, down // 2, down - down // 2

    def _missing(self, side: int) -> int:
        return max((-(-side // self.stride) - 1) * self.stride + self._side - side, 0)


class _Depthwise(torch.autograd.Function):
    """Depthwise convolution of padded maps; the kernel gets no gradient."""

    @staticmethod
    def forward(ctx: Any, maps: Tensor, kernel: Tensor, stride: int) -> Tensor:
        ctx.save_for_backward(kernel)
        ctx.stride, ctx.size = stride, maps.shape[2:]
        return functional.conv2d(maps, kernel, None, stride, 0, 1, len(kernel))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        (kernel,) = ctx.saved_tensors
        stride, side = ctx.stride, kernel.shape[-1]
        if stride > 1:
            count, channels, height, width = gradient.shape
            spread = gradient.new_zeros(
                (count, channels, (height - 1) * stride + 1, (width - 1) * stride + 1)
            ).contiguous(memory_format=torch.channels_last)
            spread[:, :, ::stride, ::stride] = gradient
            gradient = spread
        found = functional.conv2d(gradient, kernel.flip(2, 3), None, 1, side - 1, 1, len(kernel))
        height, width = ctx.size
        # Rows that no stride reached had no part in the answer.
        missing = (0, width - found.shape[3], 0, height - found.shape[2])
        return functional.pad(found, missing), None, None


def fix_depthwise(module: nn.Module) -> None:
    """Put :class:`FixedDepthwise` in the place of all depthwise convolutions below ``module``."""
    for name, child in module.named_children():
        if isinstance(child, nn.Conv2d) and 1 < child.groups == child.in_channels:
            setattr(module, name, FixedDepthwise(child))
        else:
            fix_depthwise(child)
