"""Small JPEGs for the grid, made from pixels that were already reduced for the network."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

THUMBNAIL_SIZE = 320
"""The longer side of a thumbnail in pixels, at most."""

_QUALITY = 80
"""About 15 kB a thumbnail; above 85 the size doubles and no eye sees it at this scale."""


def thumbnail(pixels: NDArray[np.uint8]) -> bytes:
    """Makes a small JPEG of a picture.

    Args:
        pixels: uint8 [H, W, 3], upright, opaque.

    Returns:
        A JPEG whose longer side is at most ``THUMBNAIL_SIZE``; smaller pictures keep their size.
    """
    image = Image.fromarray(pixels)
    scale = THUMBNAIL_SIZE / max(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
