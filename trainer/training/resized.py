"""Keeps the decoded and resized pictures of a data set on disk, so that epochs only copy bytes.

One folder an input size below ``runs/pictures``, in it two files a data set: ``NAME.pixels`` with
uint8 [height,width,3] a picture, one after the other, and ``NAME.index`` with a line for each: a
digest of the picture's path, size and time. A picture that is changed or new is added at the end;
work that was stopped goes on where it was, because a line is written only after its pixels.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Final

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from trainer.errors import TrainerError
from trainer.features import PictureSet
from trainer.pictures import InputSpec, network_input
from trainer.training.progress import bar_of
from trainer.training.safely import to_disk

_CHANNELS: Final = 3
_KEY_BYTES: Final = 16
_LINE: Final = 2 * _KEY_BYTES + 1
"""Bytes of a line of the index: a digest in hex, and its end."""
_AT_ONCE: Final = 64
"""Pictures between two lines of the index: a kill costs at most these."""
_DECODERS: Final = 2
_SPARE: Final = 200_000_000
"""Bytes of the disk that are left to others."""


class Resized:
    """The pictures of some data sets in one input size, by their place: uint8 [B,H,W,3]."""

    def __init__(self, parts: Sequence[tuple[NDArray[np.uint8], NDArray[np.int64]]]) -> None:
        """Join data sets, one after the other.

        Args:
            parts: Each data set's pixels uint8 [R,H,W,3] and its N pictures' rows in them.
        """
        self._parts = parts
        self._starts = np.cumsum([0, *(len(rows) for _, rows in parts)])

    def __len__(self) -> int:
        return int(self._starts[-1])

    def __getitem__(self, places: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return a copy of the pictures at ``places`` [B]."""
        result = np.empty((len(places), *self._parts[0][0].shape[1:]), dtype=np.uint8)
        of_part = np.searchsorted(self._starts, places, side="right") - 1
        for number, (pixels, rows) in enumerate(self._parts):
            mine = of_part == number
            if mine.any():
                result[mine] = pixels[rows[places[mine] - self._starts[number]]]
        return result


def resized(
    folder: Path,
    sets: Sequence[PictureSet],
    spec: InputSpec,
    *,
    tell: Callable[[str], None] | None = None,
) -> Resized:
    """Return the pictures of some data sets as a network sees them, computing what is missing.

    Args:
        folder: Where they are kept; made when missing.
        sets: The data sets, in the order of the result.
        spec: The network's input.
        tell: Takes a line where something is computed; None: a progress bar only.

    Raises:
        DataError: A picture is missing or broken; its path is named.
        TrainerError: The disk is too full.
    """
    home = folder / spec.key
    home.mkdir(parents=True, exist_ok=True)
    return Resized([_DataSet(home, pictures.name, spec).get(pictures, tell) for pictures in sets])


class _DataSet:
    """One data set in one input size."""

    def __init__(self, home: Path, name: str, spec: InputSpec) -> None:
        self._spec = spec
        self._shape = (spec.height, spec.width, _CHANNELS)
        self._bytes = spec.height * spec.width * _CHANNELS
        self._pixels = home / f"{name}.pixels"
        self._index = home / f"{name}.index"
        self._lock = FileLock(home / f"{name}.lock")

    def get(
        self, pictures: PictureSet, tell: Callable[[str], None] | None
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        keys = [_key(path) for path in pictures.paths]
        with self._lock:
            known = self._known()
            missing = {
                key: path
                for key, path in zip(keys, pictures.paths, strict=True)
                if key not in known
            }
            if missing:
                self._check_space(len(missing))
                if tell is not None:
                    tell(f"Resizing {len(missing)} pictures of {pictures.name}.")
                self._add(missing, len(known), pictures.name)
                known = self._known()
        rows = np.array([known[key] for key in keys], dtype=np.int64)
        pixels = np.memmap(self._pixels, dtype=np.uint8, mode="r", shape=(len(known), *self._shape))
        return pixels, rows

    def _known(self) -> dict[str, int]:
        """Return the row of each key; a line that a kill cut off does not count."""
        if not (self._index.exists() and self._pixels.exists()):
            return {}
        text = self._index.read_bytes()
        rows = min(len(text) // _LINE, self._pixels.stat().st_size // self._bytes)
        lines = (text[row * _LINE : (row + 1) * _LINE - 1] for row in range(rows))
        return {line.decode("ascii"): row for row, line in enumerate(lines)}

    def _check_space(self, pictures: int) -> None:
        needed, free = pictures * self._bytes, shutil.disk_usage(self._pixels.parent).free
        if needed + _SPARE > free:
            raise TrainerError(
                f"The resized pictures need {needed:,} bytes in {self._pixels.parent}, where "
                f"{free:,} are free; make room there, or name another folder with --runs."
            )

    def _add(self, missing: dict[str, Path], rows: int, name: str) -> None:
        keys, paths = list(missing), list(missing.values())
        with (
            _open(self._pixels, rows * self._bytes) as pixels,
            _open(self._index, rows * _LINE) as index,
            bar_of(f"resizing {name}", total=len(paths)) as advance,
        ):
            done = 0
            for batch in self._decoded(paths):
                with to_disk(self._pixels):
                    pixels.write(np.stack(batch).tobytes())
                    pixels.flush()
                    lines = "".join(f"{key}\n" for key in keys[done : done + len(batch)])
                    index.write(lines.encode("ascii"))
                    index.flush()
                done += len(batch)
                advance(len(batch))

    def _decoded(self, paths: Sequence[Path]) -> Iterator[list[NDArray[np.uint8]]]:
        """Decode ahead in threads, some pictures at a time."""

        def load(path: Path) -> NDArray[np.uint8]:
            return network_input(path, view="plain", spec=self._spec)

        with ThreadPoolExecutor(_DECODERS) as pool:
            ahead: list[Future[NDArray[np.uint8]]] = []
            for start in range(0, len(paths) + _AT_ONCE, _AT_ONCE):
                current = ahead
                ahead = [pool.submit(load, path) for path in paths[start : start + _AT_ONCE]]
                if current:
                    yield [one.result() for one in current]


def _key(path: Path) -> str:
    """Return a digest that differs where the picture may differ.

    Raises:
        DataError: From reading it, later, where it is missing.
    """
    whole = path.resolve()
    told = f"{whole}"
    if whole.is_file():
        stat = whole.stat()
        told = f"{whole}\0{stat.st_size}\0{stat.st_mtime_ns}"
    return hashlib.blake2b(told.encode(), digest_size=_KEY_BYTES).hexdigest()


def _open(path: Path, length: int) -> IO[bytes]:
    """Open a file to be added to, cut off after what is known to be good."""
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(length)
    file.seek(length)
    return file
