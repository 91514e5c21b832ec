"""What is done to every picture before the network, as part of the exported graph."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from trainer.errors import RecipeError
from trainer.network_settings import Preprocessing

_WHITE: Final = 255.0
_LUMA: Final = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in brightness (ITU-R BT.601)."""
_RANGES: Final = {
    "unit": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    "signed": ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
    "imagenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}
"""Mean and spread a channel, of pixels 0..1 (ImageNet's are torchvision's and timm's)."""


class Preparation(nn.Module):
    """uint8 [N,H,W,3] in, float32 [N,3,H,W] out.

    In this order: grey, blur (noise reduction), dilation, range.

    Raises:
        RecipeError: The side of blur or dilation is even: it would move the picture.
    """

    def __init__(self, settings: Preprocessing) -> None:
        super().__init__()
        for key in ("noise_reduction", "dilation"):
            side = getattr(settings, key)
            if side and side % 2 == 0:
                raise RecipeError(
                    f"[preprocessing] {key} is {side}; it must be odd, or 0 for none."
                )
        mean, spread = _RANGES[settings.range]
        self.mean: Tensor
        self.spread: Tensor
        self.luma: Tensor
        self.blur: Tensor
        self.register_buffer("mean", _channels(mean), persistent=False)
        self.register_buffer("spread", _channels(spread), persistent=False)
        self.register_buffer("luma", _channels(_LUMA), persistent=False)
        self.register_buffer("blur", _gaussian(settings.noise_reduction), persistent=False)
        self._settings = settings

    def forward(self, images: Tensor) -> Tensor:
        """Return prepared pixels."""
        settings = self._settings
        pixels = images.permute(0, 3, 1, 2).to(torch.float32) / _WHITE
        if settings.greyscale:
            pixels = (pixels * self.luma).sum(dim=1, keepdim=True).expand(-1, 3, -1, -1)
        if settings.noise_reduction > 1:
            edge = settings.noise_reduction // 2
            padded = functional.pad(pixels, (edge, edge, edge, edge), mode="replicate")
            pixels = functional.conv2d(padded, self.blur, groups=3)
        if settings.dilation > 1:
            side = settings.dilation
            pixels = functional.max_pool2d(pixels, side, stride=1, padding=side // 2)
        return (pixels - self.mean) / self.spread


def _channels(values: tuple[float, float, float]) -> Tensor:
    return torch.tensor(values).reshape(1, 3, 1, 1)


def _gaussian(side: int) -> Tensor:
    """Return a Gaussian [3,1,side,side]; its spread follows from the side as in OpenCV."""
    if side < 2:
        return torch.ones(3, 1, 1, 1)
    spread = 0.3 * ((side - 1) * 0.5 - 1) + 0.8
    places = torch.arange(side, dtype=torch.float32) - side // 2
    line = torch.exp(-0.5 * (places / spread) ** 2)
    line = line / line.sum()
    return torch.outer(line, line).repeat(3, 1, 1, 1)
