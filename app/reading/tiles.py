"""How large a picture is looked at, and in which parts."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SMALLEST_SIDE: Final = 8
"""Pixels of a side below which no letter can be told."""

LEAST_SHORT: Final = 416
"""The shorter side, in pixels, to which the detector enlarges small pictures.

On posters of 300 px it finds as many characters at 416 as at 736 or 960 px in half the time
(benchmarks/reading.py, docs/results.md).
"""

MOST_SHORT: Final = 960
"""The shorter side above which the detector looks at a reduced picture.

Type of 6 px is still found, of 5 px no more: at 960 px that is the 12-px type of a screen of 2160.
"""

ENLARGED_LONG: Final = 2 * LEAST_SHORT
"""The longer side up to which small pictures are enlarged: a strip that holds one line would become
letters too large to be seen as one line."""

MOST_ENLARGED: Final = 4.0
MOST_PIXELS: Final = 8_000_000
"""Pixels that the detector looks at in all of a picture: about four seconds on one core."""

TILE_PIXELS: Final = 1_750_000
"""Pixels of one look; 350 MB of the detector's maps."""

MOST_RATIO: Final = 3.0
"""Length over breadth of one look. In a mostly empty look of ten to one the detector no longer sees
a word at the edge; at six to one it does."""

LEAST_LONG: Final = 960
"""Pixels, of the detector, that even the narrowest look is long."""

OVERLAP: Final = 96
"""Pixels, of the detector, that two parts share: a line cut by one is whole in the other."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture.

    Attributes:
        left, top, right, bottom: Its edges in the picture's pixels.
        own_from, own_to: The part of the long axis whose lines it gives, in the picture's pixels;
            a line belongs where its middle lies.
    """

    left: int
    top: int
    right: int
    bottom: int
    own_from: float
    own_to: float


@dataclass(frozen=True, slots=True)
class Plan:
    """How a picture is looked at.

    Attributes:
        scale: The detector's pixels for one of the picture's.
        upright: Whether the parts lie one below another; else side by side.
        tiles: The parts, in order.
    """

    scale: float
    upright: bool
    tiles: tuple[Tile, ...]


def plan(width: int, height: int) -> Plan:
    """Choose scale and parts for a picture of ``width`` × ``height`` pixels.

    Parts lie along the longer side and overlap, so that the type of a tall screenshot is not
    reduced until nothing of it can be read.
    """
    short, long = sorted((width, height))
    scale = 1.0
    if short < LEAST_SHORT:
        scale = min(LEAST_SHORT / short, max(1.0, ENLARGED_LONG / long), MOST_ENLARGED)
    scale = min(scale, MOST_SHORT / short) if short > MOST_SHORT else scale
    scale = min(scale, math.sqrt(MOST_PIXELS / (short * long)))
    step = min(TILE_PIXELS / (short * scale * scale), max(MOST_RATIO * short, LEAST_LONG / scale))
    overlap = OVERLAP / scale
    upright = height >= width
    if long <= step:
        spans = [(0, long, 0.0, float(long))]
    else:
        spans = list(_spans(long, step, min(overlap, step / 4)))
    tiles = tuple(
        Tile(0, start, width, end, own_from, own_to)
        if upright
        else Tile(start, 0, end, height, own_from, own_to)
        for start, end, own_from, own_to in spans
    )
    return Plan(scale, upright, tiles)


def _spans(long: int, step: float, overlap: float) -> Iterator[tuple[int, int, float, float]]:
    """Yield (start, end, own from, own to) of parts of equal length along the long side."""
    count = math.ceil((long - overlap) / (step - overlap))
    length = (long + (count - 1) * overlap) / count
    for number in range(count):
        start = number * (length - overlap)
        first, last = number == 0, number == count - 1
        yield (
            math.floor(start),
            long if last else min(long, math.ceil(start + length)),
            0.0 if first else start + overlap / 2,
            float(long) if last else start + length - overlap / 2,
        )
