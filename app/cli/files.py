"""Which files the words on the command line mean."""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from app.imaging.formats import is_picture


def picture_files(paths: Iterable[Path], problem: Callable[[Path, str], None]) -> Iterator[Path]:
    """Yield the files named, and the pictures in the folders named, in a steady order.

    Args:
        paths: Files and folders.
        problem: Is told a folder that cannot be looked through, and why.
    """
    for path in paths:
        # Path.is_dir raises where a name is too long.
        if not os.path.isdir(path):  # noqa: PTH112
            yield path
            continue
        for folder, below, names in os.walk(path, onerror=partial(_tell, problem)):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                if is_picture(name) and not name.startswith("."):
                    yield Path(folder, name)


def _tell(problem: Callable[[Path, str], None], error: OSError) -> None:
    problem(
        Path(error.filename), f"The folder could not be looked through: {error.strerror or error}."
    )
