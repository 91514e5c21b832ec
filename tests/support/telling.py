"""A library of drawn posters, seen by a pack that reads and that can say where.

The pack is that of ``reading_packs``: greens speak for horror, and so do some words.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper
from PIL import Image

from app.engine import Engine
from app.indexing.control import Control
from app.library.records import NewReading
from app.reading import Line, lines_to_bytes, plain_text
from tests.support.packs import ColourLabel
from tests.support.pointing import CELL, evidence_model, write_pointing_pack, written_file
from tests.support.reading_packs import READING, write_reading_pack
from tests.support.written import ENGINE, line, written_picture

POSTER = (
    line("FROM THE DIRECTOR OF “NIGHT”", (0.08, 0.06, 0.92, 0.11)),
    line("HORROR", (0.08, 0.62, 0.92, 0.76)),
    line("One kiss is all it takes", (0.2, 0.79, 0.8, 0.84)),
    line("ROBERT DOE  JANE ROE", (0.25, 0.9, 0.75, 0.93)),
)
"""What its lines do to horror: +.25, +.5, -.25, nothing."""
DULL = (line("ROBERT DOE", (0.1, 0.1, 0.6, 0.2)),)
PAGES: tuple[tuple[str, Sequence[Line] | None], ...] = (
    ("a poster.png", POSTER),
    ("b unread.png", None),
    ("c empty.png", ()),
    ("d dull.png", DULL),
)
SIZE = (400, 600)
MOON = (130, 120, 340, 310)
"""Where the poster is green."""

TELLING = tuple(
    replace(label, weights=(-1, 2, -1), threshold=0.02) if label.id == "horror" else label
    for label in READING
)
READS = {"model": "words.onnx", "tokenizer": "tokenizer.json", "max_tokens": 256}
_SIDE = 8
"""Of the network's input."""


def write_telling_pack(directory: Path, *, gate: Mapping[str, Any] | None = None) -> Path:
    """Write a pack that reads, with ``features`` and ``evidence.onnx``; return its folder."""
    write_reading_pack(directory, TELLING, gate=gate, changes={"reads": READS})
    network = onnx.load(directory / "model.onnx")
    pooled: dict[str, Any] = {"kernel_shape": [CELL, CELL], "strides": [CELL, CELL]}
    network.graph.node.extend(
        [
            helper.make_node("Transpose", ["scaled"], ["planes"], perm=[0, 3, 1, 2]),
            helper.make_node("AveragePool", ["planes"], ["features"], **pooled),
        ]
    )
    shape: list[str | int] = ["N", 3, _SIDE // CELL, _SIDE // CELL]
    network.graph.output.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, shape))
    described = json.loads((directory / "pack.json").read_text("utf-8"))
    others = [each for each in described["files"] if each["name"] != "model.onnx"]
    described["files"] = [
        written_file(directory, "model.onnx", network),
        written_file(directory, "evidence.onnx", evidence_model(TELLING)),
        *others,
    ]
    (directory / "pack.json").write_text(json.dumps(described), encoding="utf-8")
    return directory


def draw_poster(path: Path, lines: Sequence[Line], size: tuple[int, int] = SIZE) -> Path:
    """Draw a poster with a green moon, and lines of text."""
    written_picture(path, size, lines)
    with Image.open(path) as image:
        painted = image.copy()
    painted.paste((40, 255, 90), MOON)
    # No two posters are the same photo.
    painted.putpixel((0, 0), tuple(path.name.encode()[:3]))
    painted.save(path)
    return path


@contextmanager
def open_told(
    place: Path, *, evidence: bool = True, photos: Sequence[ColourLabel] = ()
) -> Iterator[tuple[Engine, list[int]]]:
    """Open a library of the ``PAGES``, all but one read; yield it and its photos' ids.

    Args:
        place: Where packs, pictures and library go.
        evidence: Whether the pack can say where.
        photos: Labels of a second pack, which does not read, and can say where.
    """
    if photos:
        write_pointing_pack(place / "packs" / "photos", photos)
    if evidence:
        write_telling_pack(place / "packs" / "genres")
    else:
        write_reading_pack(place / "packs" / "genres", TELLING, changes={"reads": READS})
    for name, lines in PAGES:
        draw_poster(place / "Pictures" / name, lines or ())
    with Engine.open(
        place / "library.sqlite", device="cpu", pack_folders=[place / "packs"]
    ) as engine:
        for _ in engine.index([place / "Pictures"], Control(), words=False):
            pass
        engine.refresh()
        ids = [int(photo) for photo in engine.search("name:* sort:name").ids]
        for photo, (_, lines) in zip(ids, PAGES, strict=True):
            if lines is not None:
                store_words(engine, photo, lines)
        yield engine, ids


def store_words(engine: Engine, photo: int, lines: Sequence[Line]) -> None:
    """Let a photo have been read."""
    reading = NewReading(ENGINE, lines_to_bytes(lines), plain_text(lines))
    engine.library.words.store({photo: reading})
