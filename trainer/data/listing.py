"""Labelled pictures as a table lists them, before anything was checked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.data.labelled import Labelled
from trainer.features import PictureSet


@dataclass(frozen=True, slots=True)
class Listing:
    """The N rows of a table, with L label columns and X columns to leave out.

    Attributes:
        name: Of the collection: its folder below the data directory.
        table: The file, for messages.
        rows: The rows' numbers in the file.
        ids: The pictures' ids; a repeated one stands here as often as in the file.
        paths: The pictures' files, whether they are there or not.
        labels: The labels' names.
        targets: float32 [N,L], 0 or 1.
        left_out: bool [N], whether the row has a column that the recipe leaves out.
        unlisted: Picture files that no row names.
        notes: What people should know and nothing stops for.
    """

    name: str
    table: Path
    rows: tuple[int, ...]
    ids: tuple[str, ...]
    paths: tuple[Path, ...]
    labels: tuple[str, ...]
    targets: NDArray[np.float32]
    left_out: NDArray[np.bool_]
    unlisted: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

    def take(self, kept: NDArray[np.bool_]) -> "Listing":
        """Return the rows where ``kept`` [N] is true."""
        places = np.flatnonzero(kept).tolist()
        return replace(
            self,
            rows=tuple(self.rows[place] for place in places),
            ids=tuple(self.ids[place] for place in places),
            paths=tuple(self.paths[place] for place in places),
            targets=self.targets[kept],
            left_out=self.left_out[kept],
        )

    def joined(self) -> "Listing":
        """Return each id once, in the order of first rows, with the labels of all its rows."""
        places: dict[str, int] = {}
        of_row = np.array([places.setdefault(name, len(places)) for name in self.ids], dtype=int)
        targets = np.zeros((len(places), len(self.labels)), dtype=np.float32)
        np.maximum.at(targets, of_row, self.targets)
        left_out = np.zeros(len(places), dtype=bool)
        np.logical_or.at(left_out, of_row, self.left_out)
        first = np.zeros(len(self.ids), dtype=bool)
        first[np.unique(of_row, return_index=True)[1]] = True
        return replace(self.take(first), targets=targets, left_out=left_out)

    def labelled(self, *, name: str) -> Labelled:
        """Return the pictures ready for training; ``name`` is the feature cache's for them."""
        return Labelled(
            pictures=PictureSet(name, self.paths),
            ids=self.ids,
            labels=self.labels,
            targets=self.targets,
            weights=np.ones_like(self.targets),
            sources=(self.name,) * len(self.ids),
        )


def matrix(values: Sequence[Sequence[float]], width: int) -> NDArray[np.float32]:
    """Return rows of numbers as float32 [N,width], also where N or width is 0."""
    return np.array(values, dtype=np.float32).reshape(len(values), width)


def is_there(path: Path) -> bool:
    """Tell whether there is such a file; a name that no disk takes is no file."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
