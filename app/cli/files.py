"""Which files the words on the command line mean."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.imaging.formats import is_picture


def picture_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files named, and the pictures in the folders named, in a steady order."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        for folder, below, names in os.walk(path):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                if is_picture(name) and not name.startswith("."):
                    yield Path(folder, name)
