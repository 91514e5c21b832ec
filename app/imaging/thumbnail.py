"""Small JPEGs for the grid, made from pixels that were already reduced for the network."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

THUMBNAIL_SIZE = 320
"""The longer side of a thumbnail in pixels, where the picture has to be made smaller."""
LARGEST_KEPT = THUMBNAIL_SIZE * 3 // 2
"""Pictures up to this longer side keep their size.

To make a poster of 300 × 418 a quarter smaller costs 1.5 ms, more than decoding it; encoding it as
it is costs 0.4 ms, and 7 kB more on the disk.
"""

_QUALITY = 80
"""About 15 kB a thumbnail; above 85 the size doubles and no eye sees it at this scale."""


def thumbnail(pixels: NDArray[np.uint8] | Image.Image) -> bytes:
    """Makes a small JPEG of a picture.

    Args:
        pixels: uint8 [H, W, 3], upright, opaque; or such an image of mode RGB (saves a copy).

    Returns:
        A JPEG whose longer side is ``THUMBNAIL_SIZE``; pictures of up to ``LARGEST_KEPT`` keep
        their size.
    """
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    if max(image.size) > LARGEST_KEPT:
        scale = THUMBNAIL_SIZE / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        # As sharp as bicubic at the cost of bilinear.
        image = image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
