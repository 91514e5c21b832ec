"""Draws pictures of nothing, to teach the photos pack to say nothing about them."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trainer.features import PictureSet

_COUNT: Final = 240
_SIDES: Final = (64, 320)
Pixels = NDArray[np.uint8]


def draw_blanks(folder: Path, *, count: int = _COUNT) -> PictureSet:
    """Write ``count`` pictures of nothing into ``folder`` (PNG), unless they are there.

    Flat colours, gradients, noise fine and coarse, soft blots, stripes; each from its number alone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / f"blank-{number:04d}.png" for number in range(count))
    for number, path in enumerate(paths):
        if not path.exists():
            Image.fromarray(draw_blank(number)).save(path)
    return PictureSet("blanks", paths)


def draw_blank(number: int) -> Pixels:
    """Return picture ``number`` of nothing, uint8 [H,W,3]."""
    random = np.random.default_rng(number)
    height, width = (int(side) for side in random.integers(*_SIDES, size=2))
    kind = number % 6
    if number < 6:
        flat = [(0, 0, 0), (255, 255, 255), (128, 128, 128), (255, 0, 0), (0, 0, 255), (20, 20, 20)]
        return np.full((height, width, 3), flat[number], dtype=np.uint8)
    if kind == 0:
        values = np.broadcast_to(random.uniform(0, 255, 3), (height, width, 3)).copy()
        values += random.normal(0, random.uniform(0, 6), values.shape)
    elif kind == 1:
        values = _gradient(random, height, width)
    elif kind == 2:
        channels = int(random.choice([1, 3]))
        values = random.normal(128, random.uniform(10, 90), (height, width, channels))
        values = np.repeat(values, 3 // channels, axis=2)
    elif kind == 3:
        values = _blots(random, height, width, int(random.integers(2, 5)))
    elif kind == 4:
        values = _blots(random, height, width, int(random.integers(8, 40)))
    else:
        values = _stripes(random, height, width)
    return np.clip(values, 0, 255).astype(np.uint8)


def _gradient(random: np.random.Generator, height: int, width: int) -> NDArray[np.float64]:
    first, second = random.uniform(0, 255, (2, 3))
    angle = random.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    if random.random() < 0.3:
        along = np.hypot(rows, columns) / np.sqrt(2)
    else:
        along = (np.cos(angle) * columns + np.sin(angle) * rows) / 2.83 + 0.5
    mixed: NDArray[np.float64] = first + (second - first) * along[..., None]
    return mixed


def _blots(random: np.random.Generator, height: int, width: int, cells: int) -> NDArray[np.float64]:
    coarse = random.uniform(0, 255, (cells, cells, 3)).astype(np.uint8)
    smooth = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(smooth, dtype=np.float64)


def _stripes(random: np.random.Generator, height: int, width: int) -> NDArray[np.float64]:
    first, second = random.uniform(0, 255, (2, 3))
    period = random.uniform(6, 80)
    rows, columns = np.mgrid[:height, :width]
    phase = rows if random.random() < 0.5 else columns
    on = (phase % period) < period / 2
    striped: NDArray[np.float64] = np.where(on[..., None], first, second)
    return striped
