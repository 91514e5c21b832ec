"""A tried poster is labelled by its looks at once, and anew when its words are read."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.engine.words import PictureWords
from app.reading import Line, ReadingError, UnavailableError
from app.ui.background import Background
from app.ui.dialogs.try_picture import TryDialog
from tests.support.packs import GATE, GREEN, PURPLE, Colour, write_pack
from tests.support.reading_packs import write_reading_pack

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SOON_MS = 10_000
HORROR = (Line("HORROR night", 0.9, (0.1, 0.4, 0.9, 0.9)),)


@dataclass
class FeignedReader:
    """Reads as it is told; while ``going`` is clear it takes its time."""

    lines: tuple[Line, ...] = HORROR
    error: Exception | None = None
    asked: list[tuple[int, ...]] = field(default_factory=list)
    stopped: int = 0
    going: threading.Event = field(default_factory=threading.Event)

    def read(self, pixels: object, *, stop: Callable[[], bool] = lambda: False) -> tuple[Line, ...]:
        self.asked.append(getattr(pixels, "shape", ()))
        while not self.going.wait(0.02):
            if stop():
                self.stopped += 1
                return ()
        if self.error is not None:
            raise self.error
        return self.lines

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class Scene:
    dialog: TryDialog
    engine: Engine
    reader: FeignedReader
    folder: Path
    qtbot: QtBot

    def picture(self, name: str, colour: Colour) -> Path:
        path = self.folder / name
        Image.new("RGB", (400, 300), colour).save(path)
        return path

    def try_it(self, *paths: Path) -> dict[str, int]:
        """Try pictures and wait for what their looks say; the reader is held until let go."""
        self.dialog.try_paths(paths)
        self.qtbot.waitUntil(
            lambda: all(path in self.dialog._found for path in paths), timeout=SOON_MS
        )
        return self.answer()

    def until_read(self) -> dict[str, int]:
        self.reader.going.set()
        self.qtbot.waitUntil(lambda: self.dialog.words.settled, timeout=SOON_MS)
        return self.answer()

    def answer(self) -> dict[str, int]:
        """The labels shown, with their per cent."""
        rows = self.dialog.answer.rows
        return {row.label.name: round(100 * row.label.probability) for row in rows}

    @property
    def note(self) -> str:
        """The note on the words, as far as it can be seen."""
        label = self.dialog.answer.words
        return label.text() if label.isVisible() else ""


@pytest.fixture
def parts() -> dict[str, bytes]:
    """Files of the pack to write differently."""
    return {}


@pytest.fixture
def scene(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parts: dict[str, bytes]
) -> Iterator[Scene]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    packs = tmp_path / "packs"
    write_pack(packs / "photos")
    write_reading_pack(packs / "genres", gate=GATE, parts=parts)
    reader = FeignedReader()
    monkeypatch.setattr(PictureWords, "reader", lambda self: reader)
    with Engine.open(tmp_path / "library.db", device="cpu", pack_folders=[packs]) as engine:
        background = Background()
        dialog = TryDialog(engine, background)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        yield Scene(dialog, engine, reader, tmp_path, qtbot)
        reader.going.set()
        dialog.words.stop()
        assert background.close()
    QLocale.setDefault(before)


def test_looks_come_first_and_words_sharpen_them(scene: Scene) -> None:
    before = scene.try_it(scene.picture("poster.png", PURPLE))
    assert "horror" not in before
    assert scene.note == "Reading the words in it…"
    after = scene.until_read()
    assert after["horror"] == 75
    assert scene.note == "The words in it count, too."
    assert scene.reader.asked == [(300, 400, 3)]
    assert scene.engine.library.photos.count() == 0
    assert scene.engine.words.count().read == 0


def test_a_photo_that_no_reading_pack_looks_at_is_not_read(scene: Scene) -> None:
    scene.try_it(scene.picture("meadow.png", GREEN))
    scene.until_read()
    assert (scene.reader.asked, scene.note) == ([], "")


def test_where_reading_is_switched_off_nothing_is_read_and_it_says_so(scene: Scene) -> None:
    scene.engine.words.set_enabled(False)
    before = scene.try_it(scene.picture("poster.png", PURPLE))
    assert scene.until_read() == before
    assert "switched off in the settings" in scene.note
    assert scene.reader.asked == []


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (UnavailableError("It is not installed."), "Labels come from the pictures alone."),
        (ReadingError("The words of this picture could not be read."), "could not be read."),
    ],
)
def test_what_keeps_it_from_reading_is_told_and_the_labels_stay(
    scene: Scene, error: Exception, says: str
) -> None:
    scene.reader.error = error
    before = scene.try_it(scene.picture("poster.png", PURPLE))
    assert scene.until_read() == before
    assert scene.note.endswith(says)
    assert "poster.png" not in scene.note


@pytest.mark.parametrize("parts", [{"words.onnx": b"no network"}])
def test_a_broken_text_model_is_told_and_the_labels_of_all_pictures_stay(scene: Scene) -> None:
    posters = [scene.picture("a.png", PURPLE), scene.picture("b.png", (160, 0, 250))]
    before = scene.try_it(*posters)
    assert "comedy" in before
    assert scene.until_read() == before
    for at in range(2):
        scene.dialog.list.setCurrentRow(at)
        assert "words.onnx is no network" in scene.note
        assert "comedy" in scene.answer()


def test_a_poster_without_words_says_so(scene: Scene) -> None:
    scene.reader.lines = ()
    scene.try_it(scene.picture("poster.png", PURPLE))
    scene.until_read()
    assert scene.note == "No words were found in it."


def test_the_picture_looked_at_is_read_before_others(scene: Scene) -> None:
    first, second, photo = (
        scene.picture("a.png", PURPLE),
        scene.picture("b.png", (160, 0, 250)),
        scene.picture("c.png", GREEN),
    )
    third = scene.picture("d.png", (150, 0, 250))
    scene.try_it(first, second, photo, third)
    scene.dialog.list.setCurrentRow(3)
    order: list[Path] = []
    scene.dialog.words.sharpened.connect(lambda tried: order.append(tried.path))
    scene.until_read()
    assert order == [first, third, second]
    assert "horror" in scene.answer()
    scene.dialog.list.setCurrentRow(2)
    assert scene.note == ""


def test_a_closed_dialog_ends_the_reading(scene: Scene) -> None:
    scene.try_it(scene.picture("a.png", PURPLE), scene.picture("b.png", (160, 0, 250)))
    scene.qtbot.waitUntil(lambda: len(scene.reader.asked) == 1, timeout=SOON_MS)
    scene.dialog.reject()
    scene.qtbot.waitUntil(lambda: scene.reader.stopped == 1, timeout=SOON_MS)
    scene.reader.going.set()
    scene.qtbot.wait(100)
    assert len(scene.reader.asked) == 1
