"""How much a pack's answer changes when the same picture comes in another form.

Each picture is written anew (twelve megapixels, 300 pixels, hard JPEG, turned by its EXIF tag,
grey, with a border), as bytes of a file, and read back by the app's own decoding.
"""

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from app.labeling.pack import Pack
from trainer.errors import DataError
from trainer.evaluate.answers import answers_to, shipped_graph
from trainer.evaluate.shown import shown_on
from trainer.evaluate.truth import above

Pixels = NDArray[np.uint8]

PICTURES: Final = 300
"""Looked at unless another number is asked for."""
_LARGE: Final = 12_000_000
_SMALL: Final = 300
_FINE: Final = 92
"""JPEG quality of a camera."""
_HARD: Final = 30
"""JPEG quality of what many hands have passed on."""
_SIDE_OF_ALL: Final = 100_000
"""A working size above every picture's shorter side: nothing is reduced."""
_BORDER: Final = 0.05
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture's pixels lie in a file whose tag says 3, 6 or 8 (TIFF 6.0, page 36)."""


@dataclass(frozen=True, slots=True)
class Changed:
    """How one change moved the answers to N pictures.

    Attributes:
        labels: Jaccard distance: of all labels shown before or after, the share that vanished or
            appeared.
        said: The same, where a shown label also says what stands above it, as in a search: a
            ``corgi`` that becomes a ``dog`` still says ``dog`` and ``animal``.
        lost: Of the labels shown before, the share that vanished.
        pictures: Share of pictures with any change of the shown labels.
        moved: Mean absolute change of the labels' probabilities.
        vanished: Labels that were shown before only, all pictures together.
        appeared: Labels that are shown after only.
    """

    labels: float
    said: float
    lost: float
    pictures: float
    moved: float
    vanished: int
    appeared: int

    def told(self) -> dict[str, float]:
        """Return everything, ready for JSON."""
        return {
            "labels_changed": round(self.labels, 4),
            "said_changed": round(self.said, 4),
            "labels_lost": round(self.lost, 4),
            "pictures_changed": round(self.pictures, 4),
            "probability_moved": round(self.moved, 5),
            "vanished": self.vanished,
            "appeared": self.appeared,
        }


@dataclass(frozen=True, slots=True)
class Robustness:
    """What all changes did to the same pictures; ``over_all`` pools them."""

    pictures: int
    changes: dict[str, Changed]
    over_all: Changed

    def told(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "pictures": self.pictures,
            "changes": {name: one.told() for name, one in self.changes.items()},
            "over_all": self.over_all.told(),
        }


def robustness(
    pack: Pack, paths: Sequence[Path], *, most: int = PICTURES, threads: int = 1, shown: bool = True
) -> Robustness:
    """Return how the graph that the app runs on a CPU answers changed pictures.

    Args:
        pack: The pack.
        paths: Pictures; of more than ``most`` every so-manieth is taken.
        most: How many to look at.
        threads: Of the CPU, for the network.
        shown: Whether to draw a progress bar on stderr.

    Raises:
        PackError: The pack is broken.
        DataError: A picture cannot be read, or there is none.
    """
    taken = [paths[at] for at in _spread(len(paths), most)]
    if not taken:
        raise DataError("There are no pictures to change; give a folder with some as --data.")
    names = list(CHANGES)

    def pictures() -> Iterator[Pixels]:
        for number, path in enumerate(taken):
            data = _bytes_of(path)
            yield _decoded(data, path)
            plain = _upright(data, path)
            for name in names:
                yield _decoded(CHANGES[name](plain, number), path)

    every = answers_to(
        shipped_graph(pack),
        pictures(),
        len(taken) * (len(names) + 1),
        threads=threads,
        shown=shown,
    ).reshape(len(taken), len(names) + 1, len(pack.labels))
    visible = np.stack(
        [shown_on(every[:, at], pack.labels) for at in range(len(names) + 1)], axis=1
    )
    higher = above(pack.labels)

    def compared(after: slice) -> Changed:
        return changed(visible[:, :1], visible[:, after], every[:, :1], every[:, after], higher)

    return Robustness(
        len(taken),
        {name: compared(slice(at, at + 1)) for at, name in enumerate(names, start=1)},
        compared(slice(1, None)),
    )


def changed(
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    likely_before: NDArray[np.float32],
    likely_after: NDArray[np.float32],
    higher: NDArray[np.bool_],
) -> Changed:
    """Compare what is shown [N,1,L] with what is shown after changes [N,C,L].

    Args:
        before: What is shown.
        after: What is shown after C changes.
        likely_before: Probabilities [N,1,L].
        likely_after: Probabilities [N,C,L].
        higher: bool [L,L], row word, column a label above it (``truth.above``).
    """
    vanished, appeared = before & ~after, after & ~before
    compared = np.broadcast_to(before, after.shape)
    return Changed(
        labels=_distance(before, after),
        said=_distance(before | (before @ higher), after | (after @ higher)),
        lost=float(vanished.sum() / max(int(compared.sum()), 1)),
        pictures=float((vanished | appeared).any(axis=2).mean()),
        moved=float(np.abs(likely_after.astype(np.float64) - likely_before).mean()),
        vanished=int(vanished.sum()),
        appeared=int(appeared.sum()),
    )


def _distance(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Return the Jaccard distance of two sets of marks, 0..1; 0 of two empty ones."""
    either = int((one | other).sum())
    return float((one ^ other).sum() / either) if either else 0.0


def _spread(count: int, most: int) -> list[int]:
    """Return ``most`` places, or all, spread evenly over ``count``."""
    return [int(at) for at in np.linspace(0, count - 1, min(count, most)).round()] if count else []


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"The picture {path} cannot be read: {error.strerror}.") from error


def _decoded(data: bytes, path: Path) -> Pixels:
    try:
        return decode(data, name=path.name if path.suffix else "picture").pixels
    except UnreadablePictureError as error:
        raise DataError(f"The picture {path} cannot be used. {error}") from error


def _upright(data: bytes, path: Path) -> Image.Image:
    """Return all pixels of a picture, not only those that the app needs of it."""
    try:
        return decode(data, name=path.name, working_size=_SIDE_OF_ALL).image
    except UnreadablePictureError as error:
        raise DataError(f"The picture {path} cannot be used. {error}") from error


def _jpeg(image: Image.Image, quality: int = _FINE, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, **options)
    return buffer.getvalue()


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC)


def _twelve_megapixels(image: Image.Image, number: int) -> bytes:
    return _jpeg(_scaled(image, math.sqrt(_LARGE / (image.width * image.height))))


def _three_hundred(image: Image.Image, number: int) -> bytes:
    return _jpeg(_scaled(image, _SMALL / max(image.size)))


def _hard_jpeg(image: Image.Image, number: int) -> bytes:
    return _jpeg(image, _HARD)


def _turned(image: Image.Image, number: int) -> bytes:
    orientation = list(_TURNS)[number % len(_TURNS)]
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    return _jpeg(image.transpose(_TURNS[orientation]), exif=exif.tobytes())


def _grey(image: Image.Image, number: int) -> bytes:
    return _jpeg(image.convert("L"))


def _bordered(image: Image.Image, number: int) -> bytes:
    """Every other picture gets a white border, the others a black one."""
    width = max(1, round(_BORDER * min(image.size)))
    return _jpeg(ImageOps.expand(image, width, ("black", "white")[number % 2]))


CHANGES: Final[dict[str, Callable[[Image.Image, int], bytes]]] = {
    "12 megapixels": _twelve_megapixels,
    "300 pixels": _three_hundred,
    "JPEG quality 30": _hard_jpeg,
    "turned by EXIF": _turned,
    "grey": _grey,
    "border": _bordered,
}
