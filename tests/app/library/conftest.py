from collections.abc import Iterator
from pathlib import Path

import pytest

from app.library.library import Library
from app.library.records import Folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the library of a test lies."""
    return tmp_path / "data" / "library.sqlite"


@pytest.fixture
def library(place: Path) -> Iterator[Library]:
    with Library.open(place) as opened:
        yield opened


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(library: Library, pictures: Path) -> Folder:
    return library.folders.add(pictures)
