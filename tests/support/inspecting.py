"""A small real library to look at in the window's parts, and files that are opened by nobody."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PIL import Image

from app.library.library import Library
from app.library.records import NewPhoto, SeenFile, StoredFile
from app.ui.files import FileActions
from tests.support.libraries import content_of, predicted

WORDS = ("dog", "beach", "sea", "running", "cat", "wolf", "science fiction")
THRESHOLD = 0.5
TAKEN = datetime(2021, 8, 12, 18, 42)
PROBABILITIES = (0.98, 0.94, 0.91, 0.72, 0.02, 0.31, 0.10)
"""Of ``WORDS`` on an ordinary photo: four labels, three less sure."""


def labels_json() -> str:
    """Return ``WORDS`` as a pack gives its labels to the library."""
    aliases = {"dog": ["hound"], "science fiction": ["sci-fi"]}
    return json.dumps(
        [
            {
                "id": word.replace(" ", "-"),
                "name": word,
                "group": "things",
                "aliases": aliases.get(word, []),
                "parents": [],
                "threshold": THRESHOLD,
                "hidden_with": [],
            }
            for word in WORDS
        ]
    )


def jpeg(colour: tuple[int, int, int] = (40, 90, 160), size: tuple[int, int] = (320, 240)) -> bytes:
    """Return a thumbnail of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "JPEG")
    return buffer.getvalue()


def add_photo(
    library: Library,
    folder_id: int,
    relpath: str,
    *,
    content: str | None = None,
    probabilities: Sequence[float] = PROBABILITIES,
    camera: str | None = None,
    taken: datetime = TAKEN,
    size: int = 3_400_000,
    thumbnail: bytes | None = None,
) -> int:
    """Put one labelled photo into the library and return its id.

    Args:
        library: Where it is stored.
        folder_id: The root it lies in.
        relpath: Where it lies below that; nothing needs to be there.
        content: A word that stands for its content; its path if None.
        probabilities: Of ``WORDS``.
        camera: Make and model.
        taken: When it was taken.
        size: In bytes.
        thumbnail: None makes one; empty stores none.
    """
    library.packs.register("photos", "1", labels_json())
    photo = NewPhoto(
        content_of(content or relpath), 4032, 3024, size, "JPEG", taken, "exif", camera
    )
    known = library.photos.find([photo.content_hash])
    stored = StoredFile(
        file=SeenFile(folder_id, relpath, size, 1_600_000_000_000_000_000),
        photo=None if known else photo,
        photo_id=known.get(photo.content_hash),
        predictions=() if known else (predicted("photos", *probabilities),),
        thumbnail=None if known else jpeg() if thumbnail is None else thumbnail or None,
    )
    return library.photos.store([stored]).photo_ids[0]


@dataclass
class RecordedFiles:
    """Remembers what the desktop was asked for."""

    opened: list[Path] = field(default_factory=list)
    revealed: list[Path] = field(default_factory=list)
    copied: list[Path] = field(default_factory=list)
    works: bool = True

    def actions(self) -> FileActions:
        """Return the actions to give to a widget."""

        def open_file(path: Path) -> bool:
            self.opened.append(path)
            return self.works

        def reveal(path: Path) -> bool:
            self.revealed.append(path)
            return self.works

        return FileActions(open=open_file, reveal=reveal, copy=self.copied.extend)
