"""Any kind of pixel that a file may hold, as 8-bit RGB on a neutral ground."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging.resize import NEUTRAL

_REACH = 16
"""A strip longer than this many times its breadth is squeezed: nothing needs more of it."""

_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How EXIF's orientation is undone (EXIF 2.32, tag 0x0112)."""


def upright_rgb(image: Image.Image, *, orientation: int, working_size: int) -> Image.Image:
    """Turns a loaded picture into what the rest of Lumitag works on.

    Args:
        image: Loaded, of any mode that Pillow knows.
        orientation: As EXIF defines it, 1 to 8.
        working_size: Pixels of the shorter side that are enough.

    Returns:
        Of mode RGB. Whole steps of reduction are taken while the shorter side keeps at least
        ``working_size`` pixels; then strips are squeezed to ``_REACH`` times that.
    """
    image = _reduced(_eight_bit(image), working_size)
    image = _opaque(image)
    if orientation in _TRANSPOSE:
        image = image.transpose(_TRANSPOSE[orientation])
    return image


def _eight_bit(image: Image.Image) -> Image.Image:
    """To a mode of 8 bits a channel that can be averaged (no palette, no bilevel)."""
    if image.mode.startswith("I;16"):
        # Pillow clips at 255 when it converts these; 65535 is white.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        return Image.fromarray(_stretched(np.asarray(image)))
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("PA", "La", "RGBa"):
        return image.convert("RGBA")
    if image.mode in ("L", "RGB") and "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"):
        return image
    return image.convert("RGB")


def _stretched(values: NDArray[np.int32] | NDArray[np.float32]) -> NDArray[np.uint8]:
    """Brings numbers of an unknown range to 0..255: the nearest customary range above them.

    Customary are 0..1 (floats), 0..255 and 0..65535; others go from their least to their greatest.
    """
    finite = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    ranges = (1.0, 255.0, 65535.0) if values.dtype.kind == "f" else (255.0, 65535.0)
    top = next((top for top in ranges if high <= top), None)
    if low < 0 or top is None:
        finite -= low
        top = max(high - low, 1e-6)
    scaled: NDArray[np.uint8] = np.clip(finite * (255 / top) + 0.5, 0, 255).astype(np.uint8)
    return scaled


def _reduced(image: Image.Image, working_size: int) -> Image.Image:
    factor = min(image.size) // working_size
    if factor > 1:
        image = image.reduce(factor)
    longest = max(_REACH * working_size, _REACH * min(image.size))
    if max(image.size) > longest:
        size = (min(image.width, longest), min(image.height, longest))
        image = image.resize(size, Image.Resampling.BOX)
    return image


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA"):
        ground = Image.new("RGBA", image.size, NEUTRAL)
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")
