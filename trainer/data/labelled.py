"""Labelled pictures in memory: targets, what is known of them, and parts no head may mix."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.errors import DataError
from trainer.features import PictureSet

_NAMED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Labelled:
    """N pictures and what is known of L labels.

    Attributes:
        pictures: The files.
        ids: What splits are made by, one a picture.
        labels: The labels' names.
        targets: float32 [N,L], 0 or 1.
        weights: float32 [N,L], how much a target counts; 0 where nothing is known.
        sources: Where each picture comes from.
    """

    pictures: PictureSet
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    sources: tuple[str, ...]


def check_files(paths: Sequence[Path], *, listed_in: Path) -> None:
    """Make sure that every listed picture is there.

    Raises:
        DataError: Some are missing; the first are named.
    """
    missing = [path for path in paths if not path.is_file()]
    if missing:
        names = ", ".join(str(path) for path in missing[:_NAMED_AT_MOST])
        more = len(missing) - _NAMED_AT_MOST
        rest = f" and {more} more" if more > 0 else ""
        raise DataError(
            f"{len(missing)} of {len(paths)} pictures listed in {listed_in} are missing: "
            f"{names}{rest}. Copy them there or take their rows out."
        )


def draw(name: str, *, seed: str) -> float:
    """Return a number in 0..1 that depends on ``name`` and ``seed`` alone.

    The same picture falls into the same part whatever else is in the data.
    """
    digest = hashlib.blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2.0**64


def held_out(ids: Sequence[str], *, part: float, seed: str) -> NDArray[np.bool_]:
    """Return which pictures [N] are kept for the test: about ``part`` of them."""
    return np.array([draw(name, seed=f"{seed} test") < part for name in ids], dtype=bool)


def fold_of(ids: Sequence[str], *, folds: int, seed: str) -> NDArray[np.int64]:
    """Return the fold 0..folds-1 of each picture, for cross-fitting."""
    return np.array([int(draw(name, seed=f"{seed} fold") * folds) for name in ids], dtype=np.int64)
