"""What the faces do with words: ask, show, switch off, erase; with the real reader, too."""

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import files
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from app.engine import Engine
from app.engine.words import PhotoWords
from app.indexing.control import Control
from app.indexing.events import Event, Idle, Progress, Summary
from tests.app.cli.conftest import paint
from tests.support.packs import MAGENTA, RED, Colour
from tests.support.pages import ForetoldReader

PATIENCE_SECONDS = 60.0
FONT = next(
    str(file.locate()) for file in files("matplotlib") or () if file.name == "DejaVuSans.ttf"
)


@pytest.fixture
def reader(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> ForetoldReader:
    reader = ForetoldReader()
    monkeypatch.setattr(engine.words, "reader", lambda: reader)
    return reader


def draw(path: Path, *lines: str, ground: Colour = MAGENTA) -> None:
    picture = Image.new("RGB", (560, 60 + 70 * len(lines)), ground)
    font = ImageFont.truetype(FONT, 44)
    for at, text in enumerate(lines):
        ImageDraw.Draw(picture).text((30, 30 + 70 * at), text, "white", font)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def photo(engine: Engine, name: str) -> int:
    engine.refresh()
    [found] = engine.search(f'name:"{name}"').ids
    return int(found)


class Window:
    """Follows in a thread of its own, as the window does."""

    def __init__(self, engine: Engine) -> None:
        self.control = Control()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, args=(engine,))
        self._thread.start()

    def until_idle(self) -> list[Event]:
        seen = [self._events.get(timeout=PATIENCE_SECONDS)]
        while not isinstance(seen[-1], Idle):
            seen.append(self._events.get(timeout=PATIENCE_SECONDS))
        return seen

    def close(self) -> None:
        self.control.cancel()
        self._thread.join(PATIENCE_SECONDS)

    def _run(self, engine: Engine) -> None:
        for event in engine.follow(self.control):
            self._events.put(event)


@pytest.fixture
def window(engine: Engine, tmp_path: Path) -> Iterator[Callable[[], Window]]:
    opened: list[Window] = []

    def show() -> Window:
        opened.append(Window(engine))
        return opened[-1]

    engine.add_folder(paint(tmp_path / "Pictures" / "poster.png", MAGENTA).parent)
    paint(tmp_path / "Pictures" / "red.png", RED)
    yield show
    for one in opened:
        one.close()


def test_the_real_reader_reads_a_poster_and_search_finds_it(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    draw(tmp_path / "Pictures" / "film.png", "BLACK STALLION", "ACADEMY AWARD")
    draw(tmp_path / "Pictures" / "holiday.png", "HUNTER", ground=RED)
    with caplog.at_level(logging.DEBUG):
        *_, summary = engine.index([tmp_path / "Pictures"], Control())
    assert isinstance(summary, Summary)
    assert summary.read == 1
    film, holiday = photo(engine, "film"), photo(engine, "holiday")
    words = engine.words.of(film)
    assert [one.text for one in words.lines] == ["BLACK STALLION", "ACADEMY AWARD"]
    assert words.engine == engine.words.reader().engine
    x0, y0, x1, y1 = words.lines[0].box
    assert 0 < x0 < 0.1
    assert 0.1 < y0 < y1 < 0.6 < x1 < 1
    assert engine.words.of(holiday) == PhotoWords()
    assert [int(one) for one in engine.search('text:"black stallion"').ids] == [film]
    assert engine.words.refusal() == ""
    assert "STALLION" not in caplog.text.upper()
    *_, again = engine.index([tmp_path / "Pictures"], Control())
    assert isinstance(again, Summary)
    assert again.read == 0


def test_a_photo_is_read_when_the_user_asks_for_it(
    engine: Engine, reader: ForetoldReader, window: Callable[[], Window]
) -> None:
    shown = window()
    shown.until_idle()
    red, poster = photo(engine, "red"), photo(engine, "poster")
    assert engine.words.of(red) == PhotoWords()
    assert engine.words.of(poster) == PhotoWords((), "foretold 1")
    assert engine.words.of(poster).was_read
    engine.words.ask([red])
    told = shown.until_idle()
    assert any(isinstance(one, Progress) and one.words for one in told)
    assert engine.words.of(red).was_read
    assert not engine.words.of(red).waiting


def test_asked_for_while_nobody_reads_it_waits(engine: Engine, tmp_path: Path) -> None:
    folder = paint(tmp_path / "Pictures" / "red.png", RED).parent
    list(engine.index([folder], Control(), words=False))
    engine.words.ask([photo(engine, "red")])
    assert engine.words.of(photo(engine, "red")) == PhotoWords((), None, waiting=True)
    assert engine.words.count().waiting == 1


def test_switching_off_and_on_takes_effect_at_once(
    engine: Engine, reader: ForetoldReader, window: Callable[[], Window]
) -> None:
    engine.words.set_enabled(False)
    shown = window()
    shown.until_idle()
    assert reader.asked == []
    engine.words.set_everything(True)
    shown.until_idle()
    assert reader.asked == []
    engine.words.set_enabled(True)
    shown.until_idle()
    assert engine.words.count().read == 2
    assert (engine.words.enabled(), engine.words.everything()) == (True, True)


def test_erasing_stops_the_reading_first_and_nothing_comes_back(
    engine: Engine, reader: ForetoldReader, window: Callable[[], Window]
) -> None:
    shown = window()
    shown.until_idle()
    assert engine.words.count().read == 1
    begun, erased = threading.Event(), threading.Event()

    def hold(_number: int) -> None:
        begun.set()
        assert erased.wait(PATIENCE_SECONDS)

    reader.during = hold
    engine.words.ask([photo(engine, "red")])
    assert begun.wait(PATIENCE_SECONDS)
    engine.words.erase()
    erased.set()
    shown.until_idle()
    assert engine.words.count().read == engine.words.count().waiting == 0
    assert not engine.words.enabled()
    engine.rescan()
    shown.until_idle()
    assert engine.words.count().read == 0
