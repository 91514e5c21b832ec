"""Reads training pictures exactly as the app reads a user's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from app.imaging.resize import resize
from trainer.errors import DataError
from trainer.views import look

ResizeMode = Literal["stretch", "crop", "pad"]
ResizeFilter = Literal["bilinear", "bicubic", "lanczos", "box"]


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a network sees of a picture: size in pixels, and how the picture is brought to it."""

    height: int
    width: int
    resize: ResizeMode
    filter: ResizeFilter

    @property
    def key(self) -> str:
        """A short name that differs wherever the pixels may differ."""
        return f"{self.height}x{self.width}-{self.resize}-{self.filter}"


def read(path: Path) -> NDArray[np.uint8]:
    """Return the picture at ``path`` as RGB uint8 [H,W,3], as the app decodes it.

    Raises:
        DataError: The file is missing or no picture.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"The picture {path} cannot be read: {error.strerror}.") from error
    try:
        return decode(data, name=path.name).pixels
    except UnreadablePictureError as error:
        raise DataError(f"The picture {path} cannot be used. {error}") from error


def network_input(path: Path, *, view: str, spec: InputSpec) -> NDArray[np.uint8]:
    """Return what the network sees: uint8 [height,width,3].

    Raises:
        DataError: The file is missing or no picture.
        RecipeError: There is no such view.
    """
    pixels = look(view, read(path), name=path.name)
    return resize(
        pixels, height=spec.height, width=spec.width, mode=spec.resize, filter=spec.filter
    )
