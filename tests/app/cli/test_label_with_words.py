"""`lumitag label` with a pack that reads: the words of posters, and of posters only, are read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import labeling
from app.paths import user_data
from app.reading import Line, ReadingError, UnavailableError
from tests.app.cli.conftest import Lumitag, paint
from tests.support.packs import GATE, PINK, PURPLE, RED
from tests.support.reading_packs import write_reading_pack


class FeignedReader:
    """Reading is feigned where the engine would be asked; counts what it is asked for."""

    def __init__(self, answer: Callable[[], tuple[Line, ...]]) -> None:
        self.answer = answer
        self.read_pictures: list[tuple[int, ...]] = []
        self.closed = False

    def read(self, pixels: np.ndarray) -> tuple[Line, ...]:
        self.read_pictures.append(pixels.shape)
        return self.answer()

    def close(self) -> None:
        self.closed = True


def line(text: str, top: float, bottom: float) -> Line:
    return Line(text, 0.9, (0.1, top, 0.9, bottom))


def horror() -> tuple[Line, ...]:
    return (line("a kiss", 0.1, 0.2), line("HORROR night", 0.4, 0.9))


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch, lumitag: Lumitag) -> Callable[..., FeignedReader]:
    write_reading_pack(user_data() / "models" / "genres", gate=GATE)

    def install(answer: Callable[[], tuple[Line, ...]] = horror) -> FeignedReader:
        reader = FeignedReader(answer)
        monkeypatch.setattr(labeling, "Reader", lambda opener: reader)
        return reader

    return install


def labels(said: Any, at: int = 0) -> dict[str, float]:
    return {each["label"]: each["probability"] for each in said.objects[at]["labels"]}


def test_a_posters_words_are_read_and_a_photos_are_not(
    lumitag: Lumitag, reading: Callable[..., FeignedReader], tmp_path: Path
) -> None:
    reader = reading()
    photo, poster = paint(tmp_path / "photo.png", RED), paint(tmp_path / "poster.png", PURPLE)
    said = lumitag("label", photo, poster, "--json")
    assert said.code == 0
    assert labels(said, 1)["horror"] == pytest.approx(0.5, abs=0.02)
    assert "horror" not in labels(said, 0)
    assert len(reader.read_pictures) == 1
    assert reader.closed
    assert said.err == ""


def test_a_poster_is_read_at_full_size_not_at_the_networks(
    lumitag: Lumitag, reading: Callable[..., FeignedReader], tmp_path: Path
) -> None:
    reader = reading()
    lumitag("label", paint(tmp_path / "poster.png", PURPLE))
    assert reader.read_pictures == [(32, 48, 3)]


def test_without_words_no_picture_is_read(
    lumitag: Lumitag, reading: Callable[..., FeignedReader], tmp_path: Path
) -> None:
    reader = reading()
    said = lumitag("label", paint(tmp_path / "poster.png", PURPLE), "--no-words", "--json")
    assert reader.read_pictures == []
    assert "horror" not in labels(said)


def test_closed_gates_are_not_read_for_either_when_every_label_is_asked_for(
    lumitag: Lumitag, reading: Callable[..., FeignedReader], tmp_path: Path
) -> None:
    reader = reading()
    said = lumitag("label", paint(tmp_path / "photo.png", RED), "--all", "--json")
    assert labels(said)["horror"] == pytest.approx(0, abs=0.02)
    assert reader.read_pictures == []


def test_where_reading_is_unavailable_the_labels_go_on_and_it_is_said_once(
    lumitag: Lumitag, reading: Callable[..., FeignedReader], tmp_path: Path
) -> None:
    def missing() -> tuple[Line, ...]:
        raise UnavailableError("The engine that reads words is not installed.")

    reader = reading(missing)
    posters = [paint(tmp_path / f"{name}.png", PINK) for name in "abc"]
    said = lumitag("label", *posters, "--json")
    assert said.code == 0
    assert all("drama" in labels(said, at) for at in range(3))
    assert said.err == (
        "lumitag: The engine that reads words is not installed. Labels come from the pictures "
        "alone.\n"
    )
    assert len(reader.read_pictures) == 1


def test_a_picture_that_cannot_be_read_is_named_and_labelled_by_its_looks(
    lumitag: Lumitag, reading: Callable[..., FeignedReader], tmp_path: Path
) -> None:
    failures = [ReadingError("The words of this picture could not be read.")]

    def second_only() -> tuple[Line, ...]:
        if failures:
            raise failures.pop()
        return horror()

    reading(second_only)
    posters = [paint(tmp_path / f"{name}.png", PURPLE) for name in "ab"]
    said = lumitag("label", *posters, "--json")
    assert said.code == 0
    assert "horror" not in labels(said, 0)
    assert "horror" in labels(said, 1)
    assert said.err.count("\n") == 1
    assert str(posters[0]) in said.err
