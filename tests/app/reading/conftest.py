"""One real engine for all tests of a process: loading it is what takes time."""

from collections.abc import Iterator
from importlib.metadata import files

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.labeling.opening import Opener
from app.reading import Reader

FONT = next(
    str(file.locate()) for file in files("matplotlib") or () if file.name == "DejaVuSans.ttf"
)
"""A type with accents, Greek and Cyrillic that comes with what the tests install anyway."""

PATIENT = 10_000.0
"""Seconds: a busy machine must not cut a test's page short."""


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    with Reader(Opener("cpu", threads=1), max_seconds=PATIENT) as opened:
        yield opened


def written(
    *lines: str, size: int = 28, width: int = 420, turned: float = 0, step: int = 46
) -> NDArray[np.uint8]:
    """Draw black lines on white; uint8 [H,W,3]."""
    page = Image.new("RGB", (width, step * len(lines) + 24), "white")
    font = ImageFont.truetype(FONT, size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(page).text((20, 14 + number * step), line, "black", font)
    if turned:
        page = page.rotate(turned, expand=True, fillcolor="white")
    return np.array(page)
