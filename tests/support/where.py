"""A library of pictures with one coloured square each, seen by a pack that can say where."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.engine import Engine
from app.indexing.control import Control
from tests.support.packs import BLUE, GENRES, PHOTOS, RED, ColourLabel, write_pack
from tests.support.pointing import spotted, write_pointing_pack

SIDE = 320, 240
RED_BOX = (240, 40, 300, 100)
BLUE_BOX = (20, 140, 80, 200)
GREY = (90, 90, 90)

THRESHOLDS = {"red": 0.0, "blue": 0.0, "light": 0.9}
FOUND = tuple(
    ColourLabel(
        label.id,
        label.weights,
        label.bias,
        THRESHOLDS.get(label.id),
        label.group,
        aliases=label.aliases,
    )
    for label in PHOTOS
)
"""Labels of which red and blue are shown wherever they are likely at all, and light is unsure."""


@contextmanager
def open_spotted(place: Path, *, evidence: bool = True) -> Iterator[tuple[Engine, list[int]]]:
    """Open a library of three photos: red, blue, and red with blue; yield it and their ids.

    Args:
        place: Where packs, pictures and library go.
        evidence: Whether the pack can say where.
    """
    packs, pictures = place / "packs", place / "Pictures"
    if evidence:
        write_pointing_pack(packs / "photos", FOUND, size=32)
    else:
        write_pack(packs / "photos", FOUND, size=32)
    write_pack(packs / "genres", GENRES)
    ground = (60, 0, 0)
    spotted(pictures / "a red.png", RED, RED_BOX, size=SIDE, ground=ground)
    spotted(pictures / "b blue.png", BLUE, BLUE_BOX, size=SIDE, ground=(0, 0, 60))
    spotted(pictures / "c red.png", RED, BLUE_BOX, size=SIDE, ground=ground)
    with Engine.open(place / "library.sqlite", device="cpu", pack_folders=[packs]) as engine:
        for _ in engine.index([pictures], Control()):
            pass
        engine.refresh()
        yield engine, [int(photo) for photo in engine.search("name:* sort:name").ids]
