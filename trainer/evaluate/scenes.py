"""Draws pictures in which it is known where a label was: labelled pictures pasted on others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from trainer.blanks import draw_blank
from trainer.pictures import read

Setting = Literal["alone", "beside"]

_SHARES: Final = (0.12, 0.4)
"""Of the whole picture, what a pasted one covers when it is alone."""
_BLANKS: Final = (6, 240)
"""Numbers of drawn grounds: gradients, noise, blots, stripes, and flat ones with a little noise."""
_BLURRED: Final = 1 / 3
"""How often the ground is a blurred picture without the label instead."""
_BLUR: Final = 1 / 12
"""Radius of that blur, of the picture's longer side: no thing survives it."""
_SIDE: Final = 2
"""Pictures in a row and in a column where a labelled one stands beside others."""


@dataclass(frozen=True, slots=True)
class Judged:
    """N pictures and what is known of them.

    Attributes:
        paths: The files.
        has: bool [N,L], which labels they surely have.
        lacks: bool [N,L], which they surely have not.
    """

    paths: tuple[Path, ...]
    has: NDArray[np.bool_]
    lacks: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a picture, in pixels: rows top to bottom - 1, columns left to right - 1."""

    top: int
    left: int
    bottom: int
    right: int

    def share(self, height: int, width: int) -> float:
        """Return its part of the picture's area, 0..1."""
        return (self.bottom - self.top) * (self.right - self.left) / (height * width)


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture with a label in one known place.

    Attributes:
        pixels: uint8 [H,W,3].
        label: The label's place among the L.
        box: Where it is.
        setting: ``alone`` on a neutral ground, or ``beside`` three pictures without the label.
    """

    pixels: NDArray[np.uint8]
    label: int
    box: Box
    setting: Setting


def draw_scenes(
    judged: Judged, label: int, *, height: int, width: int, count: int, seed: int
) -> Iterator[Scene]:
    """Yield two scenes, alone and beside, for each of up to ``count`` pictures that have a label.

    Which pictures, grounds, sizes and places only depends on the seed and the label.

    Args:
        judged: Pictures to choose from; where fewer than three lack the label, none is beside.
        label: Its place.
        height: Of the scenes, in pixels.
        width: Of the scenes, in pixels.
        count: The most pictures.
        seed: Of all chance.

    Raises:
        DataError: A picture cannot be read.
    """
    random = np.random.default_rng((seed, label))
    having = random.permutation(np.flatnonzero(judged.has[:, label]))[:count]
    lacking = np.flatnonzero(judged.lacks[:, label])
    for row in having.tolist():
        picture = Image.fromarray(read(judged.paths[row]))
        ground = _ground(judged, lacking, random, height, width)
        pixels, box = _pasted(picture, ground, random)
        yield Scene(pixels, label, box, "alone")
        if len(lacking) >= _SIDE**2 - 1:
            chosen = random.choice(lacking, _SIDE**2 - 1, replace=False)
            others = [Image.fromarray(read(judged.paths[other])) for other in chosen.tolist()]
            pixels, box = _beside(picture, others, random, height, width)
            yield Scene(pixels, label, box, "beside")


def _ground(
    judged: Judged,
    lacking: NDArray[np.int64],
    random: np.random.Generator,
    height: int,
    width: int,
) -> Image.Image:
    blurred = random.random() < _BLURRED
    number = int(random.integers(*_BLANKS))
    if not (blurred and len(lacking)):
        return Image.fromarray(draw_blank(number)).resize((width, height))
    picture = Image.fromarray(read(judged.paths[int(random.choice(lacking))]))
    return picture.resize((width, height)).filter(
        ImageFilter.GaussianBlur(max(height, width) * _BLUR)
    )


def _pasted(
    picture: Image.Image, ground: Image.Image, random: np.random.Generator
) -> tuple[NDArray[np.uint8], Box]:
    """Paste a picture in its own proportions somewhere on a ground, which it may reach across."""
    width, height = ground.size
    area = float(random.uniform(*_SHARES)) * width * height
    scale = (area / (picture.width * picture.height)) ** 0.5
    across = min(width, max(1, round(picture.width * scale)))
    down = min(height, max(1, round(picture.height * scale)))
    left = int(random.integers(0, width - across + 1))
    top = int(random.integers(0, height - down + 1))
    ground.paste(picture.resize((across, down), Image.Resampling.BOX), (left, top))
    return np.asarray(ground), Box(top, left, top + down, left + across)


def _beside(
    picture: Image.Image,
    others: Sequence[Image.Image],
    random: np.random.Generator,
    height: int,
    width: int,
) -> tuple[NDArray[np.uint8], Box]:
    """Lay pictures side by side, each stretched to its quarter."""
    whole = Image.new("RGB", (width, height))
    mine = int(random.integers(_SIDE**2))
    boxes = [
        Box(
            row * height // _SIDE,
            column * width // _SIDE,
            (row + 1) * height // _SIDE,
            (column + 1) * width // _SIDE,
        )
        for row in range(_SIDE)
        for column in range(_SIDE)
    ]
    order = list(others)
    order.insert(mine, picture)
    for part, box in zip(order, boxes, strict=True):
        size = (box.right - box.left, box.bottom - box.top)
        whole.paste(part.resize(size, Image.Resampling.BOX), (box.left, box.top))
    return np.asarray(whole), boxes[mine]
