"""Thumbnails come for what is seen now, ready to be drawn, and never fill the memory."""

import io
import threading

import pytest
from PIL import Image
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.ui.background import Background
from app.ui.grid.fetched import Fetched
from app.ui.grid.thumbnails import BATCH, Shape, Thumbnails, prepare

SQUARE = Shape(40, 40, 1.0, fill=True, radius=6)
WHOLE = Shape(40, 40, 1.0, fill=False, radius=6)


def picture(width: int, height: int, left: str = "red", right: str = "red") -> bytes:
    image = Image.new("RGB", (width, height), left)
    image.paste(right, (width // 2, 0, width, height))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def test_a_filled_cell_shows_the_middle_of_the_picture_with_round_corners(qtbot: QtBot) -> None:
    image = prepare(picture(320, 80, "red", "blue"), SQUARE)
    assert image is not None
    assert (image.width(), image.height()) == (40, 40)
    assert image.pixelColor(0, 0).alpha() == 0
    assert _near(image.pixelColor(5, 20), QColor("red"))
    assert _near(image.pixelColor(35, 20), QColor("blue"))


def test_a_fitted_picture_is_whole(qtbot: QtBot) -> None:
    image = prepare(picture(320, 80), WHOLE)
    assert image is not None
    assert (image.width(), image.height()) == (40, 10)


def test_a_sharp_screen_gets_all_its_pixels(qtbot: QtBot) -> None:
    image = prepare(picture(320, 320), Shape(40, 40, 2.0, fill=True, radius=6))
    assert image is not None
    assert (image.width(), image.height()) == (80, 80)
    assert image.devicePixelRatio() == 2.0


def test_a_very_long_picture_is_drawn_all_the_same(qtbot: QtBot) -> None:
    image = prepare(picture(320, 1), WHOLE)
    assert image is not None
    assert (image.width(), image.height()) == (40, 1)


def test_a_damaged_thumbnail_is_none(qtbot: QtBot) -> None:
    assert prepare(b"no picture", SQUARE) is None
    assert prepare(b"", SQUARE) is None


def test_the_old_shape_is_shown_until_the_new_one_has_come(
    qtbot: QtBot, background: Background
) -> None:
    thumbnails = Thumbnails(lambda keys: {key: picture(64, 64) for key in keys}, background)
    with qtbot.waitSignal(thumbnails.arrived):
        thumbnails.want([b"a"], SQUARE)
    small = thumbnails.get(b"a", SQUARE)
    assert small is not None
    larger = Shape(80, 80, 1.0, fill=True, radius=6)
    assert thumbnails.get(b"a", larger) is small
    with qtbot.waitSignal(thumbnails.arrived):
        thumbnails.want([b"a"], larger)
    found = thumbnails.get(b"a", larger)
    assert found is not None
    assert found.width() == 80


def test_memory_stays_within_its_bound(qtbot: QtBot, background: Background) -> None:
    one = 40 * 40 * 4
    thumbnails = Thumbnails(
        lambda keys: {key: picture(64, 64) for key in keys}, background, limit=10 * one
    )
    keys = [bytes([number]) for number in range(50)]
    thumbnails.want(keys, SQUARE)
    qtbot.waitUntil(lambda: thumbnails.settled)
    assert thumbnails._fetched.spent <= 10 * one
    assert thumbnails.get(keys[-1], SQUARE) is not None
    assert thumbnails.get(keys[0], SQUARE) is None


def test_what_is_scrolled_away_before_its_turn_is_never_read(
    qtbot: QtBot, background: Background
) -> None:
    asked: list[bytes] = []
    go_on = threading.Event()

    def source(keys: list[bytes]) -> dict[bytes, bytes]:
        go_on.wait(5)
        asked.extend(keys)
        return {key: picture(8, 8) for key in keys}

    thumbnails = Thumbnails(source, background)
    first = [b"first%d" % number for number in range(10 * BATCH)]
    then = [b"then%d" % number for number in range(BATCH)]
    thumbnails.want(first, SQUARE)
    thumbnails.want(then, SQUARE)
    go_on.set()
    qtbot.waitUntil(lambda: thumbnails.settled)
    assert asked == first[:BATCH] + then


def test_a_missing_thumbnail_is_asked_for_once_until_something_changes(
    qtbot: QtBot, background: Background
) -> None:
    asked: list[bytes] = []

    def source(keys: list[bytes]) -> dict[bytes, bytes]:
        asked.extend(keys)
        return {}

    thumbnails = Thumbnails(source, background)
    for _ in range(3):
        thumbnails.want([b"a"], SQUARE)
        qtbot.waitUntil(lambda: thumbnails.settled)
    assert asked == [b"a"]
    assert thumbnails.is_missing(b"a", SQUARE)
    thumbnails.forget_missing()
    thumbnails.want([b"a"], SQUARE)
    qtbot.waitUntil(lambda: thumbnails.settled)
    assert asked == [b"a", b"a"]


def test_what_may_have_changed_is_shown_on_until_it_is_fetched_again(
    qtbot: QtBot, background: Background
) -> None:
    names = {1: "before"}
    fetched: Fetched[int, str] = Fetched(
        background, lambda keys: {key: names[key] for key in keys}, limit=10, batch=10
    )
    with qtbot.waitSignal(fetched.arrived):
        fetched.want([1])
    names[1] = "after"
    fetched.outdate()
    assert fetched.get(1) == "before"
    with qtbot.waitSignal(fetched.arrived):
        fetched.want([1])
    assert fetched.get(1) == "after"


def test_a_failing_read_is_told_and_does_not_stop_the_rest(
    qtbot: QtBot, background: Background, caplog: pytest.LogCaptureFixture
) -> None:
    def fetch(keys: list[int]) -> dict[int, str]:
        if 1 in keys:
            raise OSError("the drive is away")
        return dict.fromkeys(keys, "here")

    fetched: Fetched[int, str] = Fetched(background, fetch, limit=10, batch=1)
    with qtbot.waitSignal(background.failed):
        fetched.want([1, 2])
    qtbot.waitUntil(lambda: fetched.get(2) == "here")
    assert fetched.is_missing(1)


def _near(found: QColor, wanted: QColor) -> bool:
    pairs = zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True)
    return all(abs(a - b) < 60 for a, b in pairs)
