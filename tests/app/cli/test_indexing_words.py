"""`lumitag index` reads the words in posters; `--no-words` leaves that out."""

from pathlib import Path

import pytest

from app.cli import indexing
from app.engine.words import PictureWords
from app.indexing.events import Progress
from tests.app.cli.conftest import Lumitag, paint
from tests.support.packs import MAGENTA, RED
from tests.support.pages import ForetoldReader


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> ForetoldReader:
    reader = ForetoldReader()
    monkeypatch.setattr(PictureWords, "reader", lambda _: reader)
    return reader


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    paint(tmp_path / "Pictures" / "red.png", RED)
    return paint(tmp_path / "Pictures" / "poster.png", MAGENTA).parent


def test_the_summary_tells_how_much_was_read(
    lumitag: Lumitag, reader: ForetoldReader, pictures: Path
) -> None:
    assert lumitag("index", pictures, "--json", "--no-words").objects[-1]["read"] == 0
    assert reader.asked == []
    said = lumitag("index", pictures, "--json")
    assert said.code == 0
    assert said.objects[-1]["read"] == 1
    assert said.objects[-1]["type"] == "summary"
    assert lumitag("index", pictures).out.endswith(", 0 read\n")


def test_a_missing_engine_is_one_sentence_and_no_failure(
    lumitag: Lumitag, reader: ForetoldReader, pictures: Path
) -> None:
    reader.version = None
    said = lumitag("index", pictures)
    assert said.code == 0
    assert said.err.count("not installed") == 1


def test_the_progress_says_reading() -> None:
    reading = Progress(12, 340, 0.5, None, labelling=False, words=True)
    assert indexing._doing(reading) == "Reading 12 of 340"
    assert indexing._rate(0.5) == "30 pictures/min"
    assert indexing._rate(40.0) == "40 pictures/s"
