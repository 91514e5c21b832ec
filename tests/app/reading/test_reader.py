"""What a person writes on a picture is found again, wherever it stands and however it is turned."""

import logging
import socket
import threading
from typing import NoReturn

import numpy as np
import pytest

from app.labeling.opening import Opener
from app.reading import Line, Reader, engine_version
from tests.app.reading.conftest import PATIENT, written


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [line.text for line in lines]


def test_two_lines_are_read_from_top_to_bottom_with_their_places(reader: Reader) -> None:
    first, second = reader.read(written("Black Stallion", "Admit two at 20:15"))
    assert first.text == "Black Stallion"
    assert second.text == "Admit two at 20:15"
    assert first.confidence > 0.9
    x0, y0, x1, y1 = first.box
    assert 0 <= x0 < 0.1 < 0.3 < x1 <= 1
    assert 0 <= y0 < y1 <= second.box[1] + 0.05
    assert first.quad is None


def test_small_print_is_read(reader: Reader) -> None:
    page = written("The small print of a ticket", size=10, width=200, step=20)
    assert texts(reader.read(page)) == ["The small print of a ticket"]


def test_accents_come_composed(reader: Reader) -> None:
    assert texts(reader.read(written("Crème brûlée"))) == ["Crème brûlée"]


def test_a_crooked_line_tells_its_corners(reader: Reader) -> None:
    (line,) = reader.read(written("Slightly crooked", turned=5))
    assert line.text == "Slightly crooked"
    assert line.quad is not None
    assert line.quad[1] > line.quad[3], "turned counterclockwise, its left end lies lower"


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_lies_on_its_side_or_head_is_read(reader: Reader, turned: int) -> None:
    page = written("Nothing but a sentence", "and another one below it", width=460, turned=turned)
    assert set(texts(reader.read(page))) == {"Nothing but a sentence", "and another one below it"}


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_empty_page_has_no_words(reader: Reader, grey: int) -> None:
    page = reader.read_page(np.full((300, 200, 3), grey, np.uint8))
    assert page.lines == ()
    assert not page.cut_short


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (7, 500), (8, 8), (0, 5)])
def test_a_sliver_has_no_words_and_does_no_harm(reader: Reader, size: tuple[int, int]) -> None:
    assert reader.read(np.zeros((*size, 3), np.uint8)) == ()


@pytest.mark.parametrize("size", [(8, 2000), (2000, 9)])
def test_a_strip_does_no_harm(reader: Reader, size: tuple[int, int]) -> None:
    assert reader.read(np.full((*size, 3), 255, np.uint8)) == ()


def test_a_view_of_pixels_is_read_like_a_copy(reader: Reader) -> None:
    page = written("A view of it")
    mirrored = np.ascontiguousarray(page[:, ::-1])
    assert texts(reader.read(mirrored[:, ::-1])) == ["A view of it"]


def test_other_pixels_are_a_mistake_of_ours(reader: Reader) -> None:
    with pytest.raises(ValueError, match="uint8"):
        reader.read(np.zeros((20, 20, 3), np.float32))
    with pytest.raises(ValueError, match="uint8"):
        reader.read(np.zeros((20, 20), np.uint8))


def test_many_threads_may_ask_at_once(reader: Reader) -> None:
    found: list[list[str]] = []
    page = written("Threads")
    threads = [
        threading.Thread(target=lambda: found.append(texts(reader.read(page)))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["Threads"]] * 3


def test_a_closed_reader_opens_again() -> None:
    reader = Reader(Opener("cpu", threads=1), max_seconds=PATIENT)
    assert texts(reader.read(written("Again"))) == ["Again"]
    reader.close()
    assert texts(reader.read(written("Again"))) == ["Again"]
    reader.close()


def test_the_engine_and_device_are_named(reader: Reader) -> None:
    assert reader.engine == engine_version()
    assert reader.engine.startswith("rapidocr 3.")
    assert reader.device.device == "cpu"


def test_no_word_reaches_a_log_or_the_terminal(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        Reader(Opener("cpu", threads=1), max_seconds=PATIENT) as reader,
    ):
        assert texts(reader.read(written("hunter2 secret")))
        assert reader.read(np.zeros((50, 50, 3), np.uint8)) == ()
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


def test_reading_calls_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with Reader(Opener("cpu", threads=1), max_seconds=PATIENT) as reader:
        assert texts(reader.read(written("Offline"))) == ["Offline"]


def test_the_accents_of_latin_are_known(reader: Reader) -> None:
    assert texts(reader.read(written("Größe, façade, señor"))) == ["Größe, façade, señor"]


def test_greek_is_half_known(reader: Reader) -> None:
    (line,) = reader.read(written("Καλημέρα"))
    assert any("α" <= letter <= "ω" for letter in line.text)


@pytest.mark.parametrize("script", ["Добрый день, друзья", "გამარჯობა"])
def test_a_script_that_is_not_known_gives_nothing(reader: Reader, script: str) -> None:
    assert reader.read(written(script)) == ()


def test_lookalikes_of_an_unknown_script_are_not_sure(reader: Reader) -> None:
    assert all(line.confidence < 0.9 for line in reader.read(written("שלום לכולם")))
