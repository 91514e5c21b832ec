"""A real window over a real library of drawn pictures."""

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.library import Library
from app.library.records import NewPhoto, SeenFile, StoredFile
from app.ui.background import Background
from app.ui.main_window import MainWindow
from app.ui.window_memory import WindowMemory
from tests.support.inspecting import WORDS, labels_json
from tests.support.libraries import content_of, predicted

NEWEST = datetime(2021, 8, 28, 12, 0)
SIZE = (96, 64)


def jpeg(number: int, size: tuple[int, int] = SIZE) -> bytes:
    """Return a picture of one colour, a different one for each number."""
    buffer = io.BytesIO()
    colour = (number * 37 % 256, number * 101 % 256, number * 53 % 256)
    Image.new("RGB", size, colour).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def add_pictures(
    library: Library,
    folder: Path,
    count: int,
    *,
    first: int = 0,
    size: tuple[int, int] = SIZE,
) -> list[int]:
    """Draw pictures into a folder and store them; three days lie between two.

    Every photo is of a dog, every second of a beach, every third of a cat. The newest comes first.

    Returns:
        The photos' ids, newest first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    root = library.folders.add(folder)
    library.packs.register("photos", "1", labels_json())
    items = []
    for number in range(first, first + count):
        name = f"IMG_{number:04}.jpg"
        data = jpeg(number, size)
        (folder / name).write_bytes(data)
        taken = NEWEST - timedelta(days=3 * number)
        likely = {"dog": 0.9, "beach": 0.8 * (number % 2 == 0), "cat": 0.7 * (number % 3 == 0)}
        items.append(
            StoredFile(
                file=SeenFile(root.id, name, len(data), (folder / name).stat().st_mtime_ns),
                photo=NewPhoto(content_of(name), *size, len(data), "JPEG", taken, "exif", None),
                predictions=(predicted("photos", *(likely.get(word, 0.0) for word in WORDS)),),
                thumbnail=jpeg(number),
            )
        )
    return list(library.photos.store(items).photo_ids)


@dataclass
class Open:
    """An open window and all that it stands on."""

    window: MainWindow
    engine: Engine
    background: Background
    folder: Path
    photos: list[int]
    qtbot: QtBot

    def settle(self) -> None:
        """Wait until everything asked for is on the screen."""
        self.qtbot.waitUntil(lambda: self.window.settled, timeout=10_000)

    def until(self, met: Callable[[], bool]) -> None:
        """Wait for something."""
        self.qtbot.waitUntil(met, timeout=10_000)

    def search(self, query: str) -> None:
        """Go to the photos of a query and wait for them."""
        self.window.navigation.search(query)
        self.settle()


@contextmanager
def open_window(
    qtbot: QtBot, place: Path, *, pictures: int = 12, follow: bool = False
) -> Iterator[Open]:
    """Open the window on a library with some pictures (or on an empty one)."""
    library = Library.open(place / "library.sqlite")
    folder = place / "Pictures"
    photos = add_pictures(library, folder, pictures) if pictures else []
    with Engine(library, device="cpu", packs=(), pack_errors=()) as engine:
        background = Background()
        window = MainWindow(engine, background, memory=WindowMemory(place / "window.ini"))
        qtbot.addWidget(window)
        window.resize(1200, 800)
        with qtbot.waitExposed(window):
            window.show()
        window.start(follow=follow)
        opened = Open(window, engine, background, folder, photos, qtbot)
        opened.settle()
        yield opened
        window.close()
        assert window.following.finish(5)


def make_less_sure(library: Library, photos: Sequence[int], word: str) -> None:
    """Let photos have a label nearly, the first the likeliest, and no other label."""
    library.predictions.store(
        {
            photo: [
                predicted(
                    "photos", *((0.45 - 0.01 * at if each == word else 0.0) for each in WORDS)
                )
            ]
            for at, photo in enumerate(photos)
        }
    )
