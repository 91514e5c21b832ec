"""Pictures on their way into networks, each resized once for every size that is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.labeling.pack import PackInput

Pixels = NDArray[np.uint8]

Picture = Any
"""A picture in any form that ``resize`` takes; the labeler does nothing else with it."""

Resize = Callable[..., Pixels]
"""``resize(picture, *, height, width, mode, filter)``: brings a picture to a network's size."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture already brought to the sizes that every picture needs (``Labeler.prepare``).

    Attributes:
        inputs: uint8 [H,W,3] by the packs' input.
        picture: the picture itself, where a gated pack may want it in another size; else None.
    """

    inputs: Mapping[PackInput, Pixels]
    picture: Picture | None


class Batch:
    """Pictures, each resized once for every size that is asked for."""

    def __init__(
        self,
        pictures: Sequence[Picture | Prepared],
        resized: Callable[[Picture, PackInput], Pixels],
    ) -> None:
        self._pictures = pictures
        self._resized = resized
        self._done: dict[tuple[int, PackInput], Pixels] = {}

    def images(self, at: Sequence[int], size: PackInput) -> Pixels:
        """Some of the pictures as uint8 [N,H,W,3]."""
        return np.stack([self._image(each, size) for each in at])

    def _image(self, at: int, size: PackInput) -> Pixels:
        picture = self._pictures[at]
        if isinstance(picture, Prepared):
            if size in picture.inputs:
                return picture.inputs[size]
            if picture.picture is None:
                raise ValueError("the picture was prepared for other packs")
            picture = picture.picture
        if (at, size) not in self._done:
            self._done[at, size] = self._resized(picture, size)
        return self._done[at, size]
