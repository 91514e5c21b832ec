"""A light on one part of a picture: where a label was seen.

Of a tint over the label, a heat map and a light, the light is the one that leaves untouched what
the eye came for. A thin line at half the evidence shows the part also where a picture is dark
itself.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Overlay = NDArray[np.uint8]

VEIL: Final = (12, 13, 16)
"""What covers the rest: the near-black on which the viewer shows pictures, whatever the theme."""
DEEPEST: Final = 0.66
"""How opaque the veil is where nothing speaks for the label: the rest can still be made out."""
LINE: Final = (122, 167, 255)
"""The accent of the dark theme, which reads on the veil in both."""
FIRMEST: Final = 0.8
"""How opaque the line is."""

_DARK_BELOW, _BRIGHT_ABOVE = 0.15, 0.75
"""Shares of the greatest evidence between which the light falls off."""
_LINE_AT: Final = 0.5
_HALF_WIDTH: Final = 1.2
"""Of the line, in pixels of the overlay; its edge fades over the last one."""


def spotlight(evidence: NDArray[np.float32], *, height: int, width: int) -> Overlay:
    """Makes what is laid over a picture to show one part of it.

    Args:
        evidence: float32 [h, w], 0 and more, over the whole picture; what counts is the share of
            its greatest value.
        height: Of the result, in pixels.
        width: Of the result, in pixels.

    Returns:
        uint8 [height, width, 4] RGBA, its colours not multiplied by its opacity; clear everywhere
        where there is no evidence at all.
    """
    if float(evidence.max()) <= 0:
        return np.zeros((height, width, 4), np.uint8)
    strength = _smooth(evidence, height, width)
    veil = DEEPEST * (1 - _eased(strength))
    line = FIRMEST * _line(strength)
    opacity = line + veil * (1 - line)
    share = np.divide(line, opacity, out=np.zeros_like(line), where=opacity > 0)[..., None]
    colour = np.array(LINE) * share + np.array(VEIL) * (1 - share)
    overlay: Overlay = np.rint(np.dstack([colour, opacity * 255])).astype(np.uint8)
    return overlay


def lit_boxes(evidence: NDArray[np.float32]) -> tuple[tuple[float, float, float, float], ...]:
    """Returns boxes that together hold what lies within the line: the cells of each row.

    Args:
        evidence: As for ``spotlight``.

    Returns:
        (left, top, width, height) of each in shares of the picture; none overlap.
    """
    greatest = float(evidence.max())
    if greatest <= 0:
        return ()
    height, width = evidence.shape
    inside = np.pad(evidence >= _LINE_AT * greatest, ((0, 0), (1, 1))).astype(np.int8)
    rows, starts = np.nonzero(np.diff(inside, axis=1) > 0)
    _, ends = np.nonzero(np.diff(inside, axis=1) < 0)
    return tuple(
        (start / width, row / height, (end - start) / width, 1 / height)
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )


def laid_over(image: Image.Image, overlay: Overlay) -> Image.Image:
    """Lays an overlay over a picture of the same size; returns a new image of mode RGB."""
    top = Image.fromarray(overlay)
    return Image.alpha_composite(image.convert("RGBA"), top).convert("RGB")


def _smooth(evidence: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]:
    shares = np.ascontiguousarray(evidence / evidence.max(), np.float32)
    image = Image.fromarray(shares).resize((width, height), Image.Resampling.BICUBIC)
    return np.clip(np.asarray(image, np.float32), 0, 1)


def _eased(strength: NDArray[np.float32]) -> NDArray[np.float32]:
    """0 below, 1 above, and a smooth step between."""
    rising = np.clip((strength - _DARK_BELOW) / (_BRIGHT_ABOVE - _DARK_BELOW), 0, 1)
    eased: NDArray[np.float32] = rising * rising * (3 - 2 * rising)
    return eased


def _line(strength: NDArray[np.float32]) -> NDArray[np.float32]:
    """0..1: the nearer to the contour, the more; its width is the same on slopes of any kind."""
    if min(strength.shape) < 2:
        return np.zeros_like(strength)
    down, across = np.gradient(strength)
    slope = np.hypot(down, across) + 1e-5
    line: NDArray[np.float32] = np.clip(_HALF_WIDTH - np.abs(strength - _LINE_AT) / slope, 0, 1)
    return line
