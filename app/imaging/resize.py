"""Pictures brought to a network's input size: one implementation for training and for use."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Mode = Literal["stretch", "crop", "pad"]
Filter = Literal["bilinear", "bicubic", "lanczos", "box"]

NEUTRAL = (128, 128, 128)
"""Mid grey: the ground below transparent pixels and around padded ones.

A black drawing and a white one, both on nothing, stay visible on it.
"""

_FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "box": Image.Resampling.BOX,
}


def resize(
    pixels: NDArray[np.uint8] | Image.Image,
    *,
    height: int,
    width: int,
    mode: Mode,
    filter: Filter,  # noqa: A002 - the word of the pack format
) -> NDArray[np.uint8]:
    """Scales a picture to exactly ``height`` × ``width``, antialiased when it shrinks.

    Args:
        pixels: uint8 [H, W, 3], or an image of mode RGB (which saves a copy).
        height: Of the result, in pixels.
        width: Of the result, in pixels.
        mode: "stretch" changes the proportions; "crop" keeps them and takes the middle; "pad" keeps
            them and fills up with ``NEUTRAL``.
        filter: The resampling kernel, as Pillow defines it.

    Returns:
        uint8 [height, width, 3], contiguous, writable, the caller's own.
    """
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    wide, high = image.size
    if (high, wide) == (height, width):
        return np.array(image)
    kernel = _FILTERS[filter]
    if mode == "stretch":
        return np.array(image.resize((width, height), kernel))
    if mode == "crop":
        scale = min(wide / width, high / height)
        # Rounding may put an edge a hair outside the picture, which Pillow refuses.
        left, top = max(0.0, (wide - width * scale) / 2), max(0.0, (high - height * scale) / 2)
        box = (left, top, min(wide, left + width * scale), min(high, top + height * scale))
        return np.array(image.resize((width, height), kernel, box=box))
    scale = min(width / wide, height / high)
    inner = (max(1, round(wide * scale)), max(1, round(high * scale)))
    ground = Image.new("RGB", (width, height), NEUTRAL)
    ground.paste(image.resize(inner, kernel), ((width - inner[0]) // 2, (height - inner[1]) // 2))
    return np.array(ground)
