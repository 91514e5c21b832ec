"""A user with two tiny label packs and some pictures, at the command line."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.cli import main
from app.paths import user_data
from tests.support.packs import BLUE, MAGENTA, PINK, RED, Colour, write_packs


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Lumitag = Callable[..., Said]


@pytest.fixture
def lumitag(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Lumitag:
    """Run the command in this process, on a library and packs of the test's own."""
    monkeypatch.setattr("app.paths.shipped", lambda name: tmp_path / "nothing-ships" / name)
    monkeypatch.setenv("LUMITAG_LIBRARY", str(tmp_path / "library.sqlite"))
    write_packs(user_data() / "models")

    def run(*arguments: object) -> Said:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
        printed = capsys.readouterr()
        return Said(code, printed.out, printed.err)

    return run


def paint(path: Path, colour: Colour) -> Path:
    """Draw a picture of one colour; each path gets a content of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.new("RGB", (48, 32), colour)
    mark = sum(os.fsencode(path.name)) % 48
    picture.putpixel((mark, len(path.name) % 32), (128, 128, 128))
    picture.save(path, quality=95)
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Two plain photographs and two "posters" in a folder with a subfolder."""
    folder = tmp_path / "Pictures"
    paint(folder / "red.jpg", RED)
    paint(folder / "2021" / "sea.png", BLUE)
    paint(folder / "2021" / "loud.png", MAGENTA)
    paint(folder / "2021" / "sad.png", PINK)
    return folder
