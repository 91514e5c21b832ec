"""`lumitag read` prints what is written in pictures."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.reading import reader as reading
from app.reading import recogniser
from tests.app.cli.conftest import Lumitag
from tests.app.reading.conftest import PATIENT, written


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.Reader.__init__, "__kwdefaults__", {"max_seconds": PATIENT})


def draw(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(written(*lines)).save(path)
    return path


def test_the_lines_of_files_and_folders_are_printed(lumitag: Lumitag, tmp_path: Path) -> None:
    ticket = draw(tmp_path / "ticket.png", "Black Stallion", "Row 7")
    inside = draw(tmp_path / "Folder" / "sign.png", "No entry")
    blank = tmp_path / "Folder" / "wall.png"
    Image.new("RGB", (60, 60), "grey").save(blank)
    said = lumitag("read", ticket, tmp_path / "Folder")
    assert said.code == 0, said.err
    assert said.out.splitlines() == [
        f"{ticket}", "  Black Stallion", "  Row 7", "", f"{inside}", "  No entry", "", f"{blank}",
    ]  # fmt: skip


def test_json_has_boxes_in_pixels_and_names_the_engine(lumitag: Lumitag, tmp_path: Path) -> None:
    ticket = draw(tmp_path / "ticket.png", "Black Stallion")
    (found,) = lumitag("read", "--json", ticket).objects
    assert found["path"] == str(ticket)
    assert found["engine"].startswith("rapidocr 3.")
    (line,) = found["lines"]
    assert line["text"] == "Black Stallion"
    assert 0.9 < line["confidence"] <= 1
    x0, y0, x1, y1 = line["box"]
    assert 0 <= x0 < 40 < 150 < x1 <= 420
    assert 0 <= y0 < y1 <= 70


def test_a_bad_file_is_told_and_the_others_are_read(lumitag: Lumitag, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    good = draw(tmp_path / "good.png", "Still read")
    said = lumitag("read", bad, tmp_path / "gone.png", good, "--json")
    assert said.code == 1
    first, second, third = said.objects
    assert "not a picture" in first["error"]
    assert second["path"] == str(tmp_path / "gone.png")
    assert second["error"] == "The file is not there."  # and perhaps never was
    assert [line["text"] for line in third["lines"]] == ["Still read"]


def test_an_engine_that_is_missing_is_one_sentence(
    lumitag: Lumitag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> Any:
        raise recogniser.PackageNotFoundError(name)

    monkeypatch.setattr(recogniser, "distribution", missing)
    said = lumitag("read", draw(tmp_path / "a.png", "Unread"))
    assert said.code == 1
    assert said.out == ""
    assert "not installed" in said.err
    assert "Traceback" not in said.err


def test_a_page_cut_short_is_told(
    lumitag: Lumitag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_LINES", 1)
    said = lumitag("read", draw(tmp_path / "long.png", "One", "Two"))
    assert said.code == 0
    assert said.out.splitlines()[1:] == ["  One"]
    assert "more words than are read" in said.err


def test_even_verbosely_no_word_is_logged(lumitag: Lumitag, tmp_path: Path) -> None:
    said = lumitag("--verbose", "read", draw(tmp_path / "a.png", "hunter2"))
    assert "hunter2" in said.out
    assert "hunter2" not in said.err
