"""A small real library to find things in: seven photos in two folders, a dozen labels.

=====================  =======================
photo                  labels
=====================  =======================
Pictures/a.jpg         dog, beach
Pictures/b.jpg         dog, terrier
Pictures/2021/c.jpg    beach, person
Pictures/2021/d.jpg    cat
Pictures/2021/e.jpg    person
Posters/f.jpg          drama, science fiction
Posters/g.jpg          drama
=====================  =======================
"""

import json
from pathlib import Path

from app.engine import Engine
from app.library.records import FailedFile, NewPrediction, SeenFile
from tests.support.libraries import predicted, stored_file

EVERYDAY = {
    "dog": "animals",
    "terrier": "animals",
    "poodle": "animals",
    "cat": "animals",
    "bird": "animals",
    "beach": "places",
    "snow": "places",
    "person": "people",
}
GENRES = {"drama": "genres", "comedy": "genres", "science fiction": "genres"}
ALIASES = {"science fiction": ["sci-fi"], "dog": ["puppy"]}
PARENTS = {"terrier": ["dog"], "poodle": ["dog"]}
PHOTOS = {
    "Pictures": {
        "a.jpg": {"dog", "beach"},
        "b.jpg": {"dog", "terrier"},
        "2021/c.jpg": {"beach", "person"},
        "2021/d.jpg": {"cat"},
        "2021/e.jpg": {"person"},
    },
    "Posters": {"f.jpg": {"drama", "science fiction"}, "g.jpg": {"drama"}},
}


def open_filled(place: Path) -> Engine:
    """Open a new library below ``place`` and put the photos in; the files hold no pictures."""
    engine = Engine.open(place / "library.sqlite", device="cpu", pack_folders=[])
    library = engine.library
    library.packs.register("photos", "1", _labels_json(EVERYDAY))
    library.packs.register("genres", "1", _labels_json(GENRES))
    for name, photos in PHOTOS.items():
        folder_path = place / name
        folder_path.mkdir()
        folder = library.folders.add(folder_path)
        library.photos.store(
            [
                stored_file(folder.id, relpath, f"{name}/{relpath}", predictions=_seen(labels))
                for relpath, labels in photos.items()
            ]
        )
    engine.refresh()
    return engine


def add_failure(engine: Engine, relpath: str = "broken.jpg") -> None:
    """Record a file of the first folder that could not be read."""
    folder = engine.library.folders.all()[0]
    file = SeenFile(folder.id, relpath, 3, 1)
    engine.library.photos.store([FailedFile(file, "truncated", "The file ends too early.")])


def _seen(labels: set[str]) -> list[NewPrediction]:
    packs = {"photos": EVERYDAY, "genres": GENRES}
    return [
        predicted(pack, *(0.9 if word in labels else 0.1 for word in words))
        for pack, words in packs.items()
    ]


def _labels_json(words: dict[str, str]) -> str:
    return json.dumps(
        [
            {
                "id": word.replace(" ", "-"),
                "name": word,
                "group": group,
                "aliases": ALIASES.get(word, []),
                "parents": PARENTS.get(word, []),
                "threshold": 0.5,
                "hidden_with": [],
            }
            for word, group in words.items()
        ]
    )
