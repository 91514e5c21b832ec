"""Libraries for tests and benchmarks: small ones by hand, a million photos in about a minute.

Labels follow Zipf's law (a few are on every tenth photo, most on one in a thousand), dates span
fifteen years, folders are years with events in them. The same seed gives the same library.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.library.library import Library
from app.library.names import fold
from app.library.records import NewPhoto, NewPrediction, SeenFile, StoredFile

Run = Callable[..., Any]  # runs one statement, with one row of values or many

BLOCK = 10_000
FIRST_DAY = int(datetime(2010, 1, 1, tzinfo=UTC).timestamp())
SPAN_SECONDS = 15 * 365 * 86_400
EVENTS_A_YEAR = 60
THRESHOLD_CODE = 128
COMMONEST = 0.3  # the share of photos that the most frequent label is on

EVENTS = ("Beach", "Birthday", "Hiking", "Wedding", "Garden", "Snow", "City trip", "Concert")
PHOTO_WORDS = (
    "photo", "person", "dog", "beach", "cat", "car", "flower", "tree", "food", "building",
    "mountain", "bird", "boat", "water", "sky", "night", "snow", "poster", "screenshot", "document",
)  # fmt: skip
GENRE_WORDS = (
    "drama", "comedy", "romance", "action", "crime", "thriller", "horror", "adventure",
    "science fiction", "fantasy", "mystery", "biography", "family", "animation", "history", "music",
    "war", "sport", "documentary", "musical", "western", "short", "news", "reality", "n/a",
)  # fmt: skip


@dataclass(frozen=True)
class MadePack:
    """A pack of which only predictions exist.

    Attributes:
        id: Its id.
        words: Names of its labels.
        sees: The share of photos that it looks at; for the rest its gate is closed.
        embedding: Length of its embedding; 0 for none.
    """

    id: str
    words: Sequence[str]
    sees: float = 1.0
    embedding: int = 0
    version: str = "1"

    def labels_json(self) -> str:
        """Return the labels as packs give them to the library."""
        return json.dumps(
            [
                {
                    "id": word.replace(" ", "-").replace("/", "-"),
                    "name": word,
                    "group": "things",
                    "aliases": [],
                    "parents": [],
                    "threshold": THRESHOLD_CODE / 255,
                    "hidden_with": [],
                }
                for word in self.words
            ]
        )


PHOTOS = MadePack("photos", PHOTO_WORDS + tuple(f"thing {at}" for at in range(20, 300)))
GENRES = MadePack("genres", GENRE_WORDS)


@dataclass(frozen=True)
class Filled:
    """What ``fill`` put in: the folder and the first and last photo."""

    folder_id: int
    first: int
    last: int


def fill(
    library: Library,
    *,
    photos: int,
    packs: Sequence[MadePack] = (PHOTOS, GENRES),
    seed: int = 0,
    decisions: int = 0,
    thumbnail: bytes | None = None,
) -> Filled:
    """Put many photos with predictions into a library, in bulk.

    Args:
        library: Any library.
        photos: How many photos, each at one path.
        packs: The packs that labelled them; (300 + 25 labels) by default.
        seed: The same seed gives the same photos.
        decisions: How many decisions the user made, spread over photos and frequent labels.
        thumbnail: The thumbnail of every photo, or None for none.
    """
    random = np.random.default_rng(seed)
    versions = {pack.id: library.packs.register(pack.id, pack.version, pack.labels_json()).id
                for pack in packs}  # fmt: skip
    root = library.path.parent / f"pictures-{seed}"
    root.mkdir(exist_ok=True)
    folder = library.folders.add(root)
    with library._database.change() as change:
        run = change.connection.exec_driver_sql
        first = 1 + (run("SELECT max(id) FROM photo").scalar() or 0)
        directories = _directories(run, folder.id)
    for start in range(first, first + photos, BLOCK):
        ids = np.arange(start, min(start + BLOCK, first + photos))
        taken = _taken(random, ids - first, photos)
        # A transaction for each block: one for all would write everything twice.
        with library._database.change(durable=False) as change:
            change.paths_changed()
            run = change.connection.exec_driver_sql
            run(
                "INSERT INTO photo VALUES (?, ?, 4032, 3024, 4300000, 'JPEG', ?, 'exif',"
                " 'Maker Model', ?, 1, ?)",
                [
                    (photo, made_hash(seed, photo), moment, moment + 86_400, change.revision)
                    for photo, moment in zip(ids.tolist(), taken.tolist(), strict=True)
                ],
            )
            run(
                "INSERT INTO file (directory_id, name, name_folded, size, mtime_ns, photo_id)"
                " VALUES (?, ?, ?, 4300000, ?, ?)",
                list(_files(directories, ids, taken)),
            )
            for pack in packs:
                _predict(run, random, pack, versions[pack.id], ids)
    with library._database.change() as change:
        _decide(change.connection.exec_driver_sql, random, packs, decisions, first, photos)
    if thumbnail is not None:
        for start in range(first, first + photos, BLOCK):
            numbers = range(start, min(start + BLOCK, first + photos))
            library.thumbnails.store({made_hash(seed, number): thumbnail for number in numbers})
    return Filled(folder.id, first, first + photos - 1)


def made_hash(seed: int, number: int) -> bytes:
    """Return the content hash that stands for a made-up photo."""
    return seed.to_bytes(8, "big") + number.to_bytes(8, "big") + bytes(16)


def stored_file(
    folder_id: int,
    relpath: str,
    content: bytes | str,
    *,
    predictions: Sequence[NewPrediction] = (),
    taken: datetime = datetime(2020, 5, 17, 12, 30),
    size: int = 1000,
    mtime_ns: int = 1_600_000_000_000_000_000,
    thumbnail: bytes | None = None,
) -> StoredFile:
    """Return a file to store, whose content is known by the word ``content``."""
    return StoredFile(
        file=SeenFile(folder_id, relpath, size, mtime_ns),
        photo=NewPhoto(content_of(content), 400, 300, size, "JPEG", taken, "exif", None),
        predictions=tuple(predictions),
        thumbnail=thumbnail,
    )


def content_of(word: bytes | str) -> bytes:
    """Return the 32 bytes that stand for the hash of the content ``word``."""
    raw = word.encode() if isinstance(word, str) else word
    return raw.ljust(32, b"\0")[:32]


def predicted(
    pack: str, *probabilities: float, version: str = "1", words: str | None = None
) -> NewPrediction:
    """Return a prediction with these probabilities; ``words`` names the reading behind it."""
    codes = np.round(np.array(probabilities) * 255).astype(np.uint8)
    return NewPrediction(pack, version, codes, None, None, words)


def closed(pack: str, *, version: str = "1", gate_version: str | None = "1") -> NewPrediction:
    """Return the prediction of a pack whose gate was closed."""
    return NewPrediction(pack, version, None, None, gate_version)


def is_sound(place: Path) -> bool:
    """Tell whether SQLite finds nothing wrong in a database file."""
    with closing(sqlite3.connect(place)) as connection:
        verdicts = connection.execute("PRAGMA integrity_check").fetchall()
        loose = connection.execute("PRAGMA foreign_key_check").fetchall()
    return verdicts == [("ok",)] and not loose


def _taken(
    random: np.random.Generator, places: NDArray[np.int64], photos: int
) -> NDArray[np.int64]:
    steady = FIRST_DAY + places * SPAN_SECONDS // max(photos, 1)
    return steady + random.integers(0, 3600, len(places))


def _directories(run: Run, folder_id: int) -> dict[tuple[int, int], int]:
    numbers = {}
    for year in range(2010, 2026):
        for event in range(EVENTS_A_YEAR):
            relpath = f"{year}/{year}-{event + 1:02} {EVENTS[event % len(EVENTS)]}"
            numbers[year, event] = run(
                "INSERT INTO directory (folder_id, relpath) VALUES (?, ?) RETURNING id",
                (folder_id, relpath.encode()),
            ).scalar_one()
    return numbers


def _files(
    directories: dict[tuple[int, int], int], ids: NDArray[np.int64], taken: NDArray[np.int64]
) -> Iterator[tuple[int, bytes, str, int, int]]:
    years = taken.astype("datetime64[s]").astype("datetime64[Y]")
    within = (taken - years.astype("datetime64[s]").astype(np.int64)) * EVENTS_A_YEAR // 31_622_400
    for photo, moment, year, event in zip(
        ids.tolist(),
        taken.tolist(),
        (years.astype(np.int64) + 1970).tolist(),
        within.tolist(),
        strict=True,
    ):
        name = f"IMG_{photo:07}.jpg" if photo % 3 else f"DSC{photo:07}.JPG"
        yield directories[year, event], name.encode(), fold(name), moment * 10**9, photo


def _predict(
    run: Run,
    random: np.random.Generator,
    pack: MadePack,
    version: int,
    ids: NDArray[np.int64],
) -> None:
    labels = len(pack.words)
    shares = np.minimum(COMMONEST / np.arange(1, labels + 1), COMMONEST)
    chance = random.random((len(ids), labels), np.float32)
    below = random.integers(0, 60, (len(ids), labels), np.uint8)
    above = random.integers(THRESHOLD_CODE, 256, (len(ids), labels), np.uint8)
    codes = np.where(chance < shares.astype(np.float32), above, below)
    looked = random.random(len(ids)) < pack.sees
    raw = codes.tobytes()
    run(
        "INSERT INTO prediction (pack, photo_id, pack_version_id, codes, gate_version)"
        " VALUES (?, ?, ?, ?, ?)",
        [
            (
                pack.id,
                photo,
                version,
                raw[at * labels : (at + 1) * labels] if open_ else None,
                None if open_ else "1",
            )
            for at, (photo, open_) in enumerate(zip(ids.tolist(), looked.tolist(), strict=True))
        ],
    )
    if pack.embedding:
        vectors = random.standard_normal((len(ids), pack.embedding), np.float32)
        rows = vectors.astype(np.float16)
        run(
            "INSERT INTO embedding (photo_id, pack_version_id, vector) VALUES (?, ?, ?)",
            [
                (photo, version, rows[at].tobytes())
                for at, photo in enumerate(ids.tolist())
                if looked[at]
            ],
        )


def _decide(
    run: Run,
    random: np.random.Generator,
    packs: Sequence[MadePack],
    decisions: int,
    first: int,
    photos: int,
) -> None:
    keys = [f"{pack.id}/{word.replace(' ', '-')}" for pack in packs for word in pack.words[:10]]
    if not decisions or not keys:
        return
    run("INSERT OR IGNORE INTO label (key, muted) VALUES (?, 0)", [(key,) for key in keys])
    numbers = [run("SELECT id FROM label WHERE key = ?", (key,)).scalar_one() for key in keys]
    run(
        "INSERT OR IGNORE INTO decision VALUES (?, ?, ?, 0, ?)",
        [
            (photo, numbers[label], accepted, FIRST_DAY + SPAN_SECONDS)
            for photo, label, accepted in zip(
                random.integers(first, first + photos, decisions).tolist(),
                random.integers(0, len(numbers), decisions).tolist(),
                random.integers(0, 2, decisions).tolist(),
                strict=True,
            )
        ],
    )
