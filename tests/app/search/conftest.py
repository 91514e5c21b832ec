"""A small library of animals on beaches, for tests of search."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from app.library.library import Library
from app.library.records import Folder
from app.search.searcher import Searcher
from tests.support.libraries import predicted, stored_file

PHOTOS_LABELS = json.dumps(
    [
        {"id": "animal", "name": "animal", "group": "animals", "threshold": 0.5},
        {
            "id": "dog",
            "name": "dog",
            "group": "animals",
            "aliases": ["hound"],
            "parents": ["animal"],
            "threshold": 0.5,
        },
        {"id": "cat", "name": "cat", "group": "animals", "parents": ["animal"], "threshold": 0.5},
        {"id": "beach", "name": "beach", "group": "places", "threshold": 0.6},
        {"id": "hot-dog", "name": "hot dog", "group": "food", "threshold": 0.5},
        {"id": "mood", "name": "mood", "group": "moods", "threshold": None},
        {"id": "photo", "name": "photo", "group": "kind", "threshold": 0.5},
        {"id": "poster", "name": "poster", "group": "kind", "threshold": 0.5},
    ]
)
GENRES_LABELS = json.dumps(
    [
        {"id": "drama", "name": "drama", "group": "genres", "threshold": 0.4},
        {
            "id": "science-fiction",
            "name": "science fiction",
            "group": "genres",
            "aliases": ["sci-fi"],
            "threshold": 0.4,
        },
    ]
)
#         animal dog  cat  beach hotd mood photo poster
DOG = (0.90, 0.95, 0.05, 0.10, 0.0, 0.9, 0.9, 0.1)
DOG_ON_BEACH = (0.80, 0.70, 0.01, 0.80, 0.0, 0.2, 0.9, 0.1)
CAT = (0.30, 0.02, 0.99, 0.05, 0.0, 0.1, 0.9, 0.1)
BEACH = (0.01, 0.01, 0.01, 0.90, 0.0, 0.1, 0.9, 0.1)
POSTER = (0.01, 0.01, 0.01, 0.02, 0.0, 0.1, 0.6, 0.8)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data" / "library.sqlite") as opened:
        opened.packs.register("photos", "1", PHOTOS_LABELS)
        opened.packs.register("genres", "1", GENRES_LABELS)
        yield opened


@pytest.fixture
def folder(library: Library, tmp_path: Path) -> Folder:
    (tmp_path / "Pictures").mkdir()
    return library.folders.add(tmp_path / "Pictures")


@pytest.fixture
def holiday(library: Library, folder: Folder) -> Library:
    """The library with six photos, ids 1 to 6."""
    files = [
        ("2020 Sylt/rex.jpg", DOG, datetime(2020, 7, 1, 10)),
        ("2020 Sylt/rex swims.jpg", DOG_ON_BEACH, datetime(2020, 7, 2, 10)),
        ("Home/mia.png", CAT, datetime(2019, 12, 31, 23, 59, 59)),
        ("2020 Sylt/dunes.jpg", BEACH, datetime(2020, 8, 1)),
        ("Home/Alien.jpg", POSTER, datetime(2021, 1, 1)),
        ("Home/unseen.jpg", None, datetime(2021, 1, 1)),
    ]
    library.photos.store(
        [
            stored_file(
                folder.id,
                relpath,
                relpath,
                predictions=()
                if values is None
                else (
                    predicted("photos", *values),
                    *([predicted("genres", 0.2, 0.9)] if values is POSTER else []),
                ),
                taken=taken,
            )
            for relpath, values, taken in files
        ]
    )
    return library


@pytest.fixture
def searcher(holiday: Library) -> Iterator[Searcher]:
    opened = Searcher(holiday)
    opened.refresh()
    yield opened
    opened.close()
