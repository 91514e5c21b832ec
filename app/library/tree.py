"""How many photos lie in each directory and below it, each photo once."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from app.library.changes import fetch_all
from app.library.columns import decode_name

Place = TypeVar("Place", bound=Hashable)
Counts = NDArray[np.int64]

_DIRECTORIES = """
    SELECT directory.id, folder.id, folder.path, directory.relpath,
           count(DISTINCT file.photo_id) AS photos
    FROM folder
    JOIN directory ON directory.folder_id = folder.id
    JOIN file ON file.directory_id = directory.id
    GROUP BY directory.id
    HAVING photos > 0
    ORDER BY directory.folder_id, directory.relpath
"""
# Photos with one path only, nearly all of them, need no second look.
_COPIES = """
    SELECT DISTINCT directory_id, photo_id FROM file
    WHERE photo_id IN (
        SELECT photo_id FROM file WHERE photo_id IS NOT NULL GROUP BY photo_id HAVING count(*) > 1
    )
"""


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory that has readable pictures.

    Attributes:
        folder_id: The folder that it is in.
        folder: Where that lies.
        relpath: Its POSIX path in it; "" for the folder itself.
        photos: Photos directly in it.
    """

    folder_id: int
    folder: Path
    relpath: str
    photos: int

    def upwards(self) -> Iterable[str]:
        """Return the paths of all that is above it, "" first, and its own."""
        return ("", *accumulate(self.relpath.split("/"), "{}/{}".format)) if self.relpath else ("",)


class PhotoTree:
    """All directories, and which photos lie in several of them."""

    def __init__(
        self, directories: Sequence[Directory], rows: NDArray[np.int64], photos: NDArray[np.int64]
    ) -> None:
        """Keep what was read.

        Args:
            directories: By folder and path.
            rows: int64 [K], places in ``directories``.
            photos: int64 [K], a photo that lies there, and elsewhere too; no pair twice.
        """
        self._directories, self._rows, self._photos = directories, rows, photos

    def below(self, places: Callable[[Directory], Iterable[Place]]) -> dict[Place, int]:
        """Return how many photos lie in each place, a photo with several paths there once.

        Args:
            places: Says which places a directory is in, each of them once.
        """
        numbers: dict[Place, int] = {}
        chains = [
            [numbers.setdefault(place, len(numbers) + 1) for place in places(directory)]
            for directory in self._directories
        ]
        depth = max(map(len, chains), default=0)
        table = np.zeros((len(chains), depth), np.int64)  # 0 is no place
        for row, chain in zip(table, chains, strict=True):
            row[: len(chain)] = chain
        direct = [directory.photos for directory in self._directories]
        again = table[self._rows]
        span = int(self._photos.max(initial=0)) + 1
        once = np.unique(again * span + self._photos[:, None]) // span

        def counted(found: NDArray[np.int64], weights: NDArray[np.int64] | None = None) -> Counts:
            return np.bincount(found.ravel(), weights, len(numbers) + 1).astype(np.int64)

        totals = counted(table, np.repeat(direct, depth)) - counted(again) + counted(once)
        return dict(zip(numbers, totals[1:].tolist(), strict=True))


def read_tree(connection: sa.Connection) -> PhotoTree:
    """Return the tree of all folders."""
    rows = fetch_all(connection, _DIRECTORIES, ())
    at = {directory: row for row, (directory, *_) in enumerate(rows)}
    copies = np.array(fetch_all(connection, _COPIES, ()), np.int64).reshape(-1, 2)
    return PhotoTree(
        [
            Directory(folder_id, Path(decode_name(folder)), decode_name(relpath), photos)
            for _, folder_id, folder, relpath, photos in rows
        ],
        np.array([at[directory] for directory in copies[:, 0].tolist()], np.int64),
        copies[:, 1],
    )
