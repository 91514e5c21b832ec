import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.library.library import Library
from app.library.records import Folder
from app.library.thumbnails import thumbnails_path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where the library of a test lies."""
    return tmp_path / "data" / "library.sqlite"


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new library, to be copied: making one takes far longer than opening it."""
    path = tmp_path_factory.mktemp("fresh") / "library.sqlite"
    Library.open(path).close()
    return path


@pytest.fixture
def library(place: Path, fresh: Path) -> Iterator[Library]:
    place.parent.mkdir()
    for name in (fresh.name, thumbnails_path(fresh).name):
        shutil.copy(fresh.with_name(name), place.with_name(name))
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
