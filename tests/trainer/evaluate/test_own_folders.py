"""Any folder of one's own measures a pack of words, with contact sheets to look at."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.labeling.pack import load_pack
from tests.support.packs import (
    BLUE,
    GREEN,
    MAGENTA,
    RED,
    WHITE,
    Colour,
    picture,
    write_pack,
)
from tests.support.pictures import write
from trainer.cli import main
from trainer.data.single_label import single_labels
from trainer.errors import DataError
from trainer.evaluate.known import known_truth
from trainer.evaluate.sheets import picked
from trainer.packing import Workplace

RECIPE: dict[str, Any] = {
    "makes": "vocabulary",
    "pack": {
        "id": "photos",
        "version": "1",
        "title": "Photos",
        "description": "",
        "license": "CC0-1.0",
    },
    "split": {"seed": "x"},
    "data": [{"folder": "photos", "reader": "annotated"}],
}
"""It names no table of words: pictures are the folder's own."""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    changes = {"training": {"recipe": RECIPE}}
    return write_pack(tmp_path / "packs" / "photos", changes=changes)


def folders(base: Path, **colours: tuple[Colour, ...]) -> Path:
    for name, of_folder in colours.items():
        for number, colour in enumerate(of_folder):
            pixels = picture(colour)
            pixels[0, 0] = number
            write(base / name / "deep" / f"{number}.png", Image.fromarray(pixels))
    return base


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    words = [*map(str, arguments), "--rounds", "10", "--json"]
    assert main(["evaluate", *words]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_folder_of_folders_gives_hierarchical_accuracy(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folders(tmp_path / "own", Red=(RED, RED, BLUE), colorful=(GREEN,), spaceship=(WHITE,))
    found = told(capsys, pack, "--data", data)
    assert found["pictures"] == 4  # a spaceship is no label of the pack
    single = found["graphs"]["fp32"]["one_label"]
    assert single["any_shown"]["right"][0] == 0.5
    assert single["any_shown"]["more exact"][0] == 0.25  # green, where "colourful" is known
    assert single["any_shown"]["wrong"][0] == 0.25
    assert single["sources"] == {"own": 4}


def test_a_table_with_one_label_a_picture_is_the_same(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folders(tmp_path / "own", x=(RED, GREEN))
    (data / "labels.csv").write_text("path,what\nx/deep/0.png,red\nx\\deep\\1.png,blue\n")
    found = told(capsys, pack, "--data", data)["graphs"]["fp32"]
    assert found["one_label"]["first_shown"]["right"][0] == 0.5
    assert found["labels"]["red"]["precision"] == [1, 1, 1]
    assert found["labels"]["blue"]["recall"][0] == 0


def test_a_table_with_several_labels_is_judged_label_by_label(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folders(tmp_path / "own", x=(RED, WHITE))
    (data / "labels.csv").write_text("path,labels\nx/deep/0.png,red;light\nx/deep/1.png,light\n")
    found = told(capsys, pack, "--data", data)["graphs"]["fp32"]
    assert found["labels"]["light"]["recall"][0] == 0.5
    assert found["labels"]["red"]["precision"][0] == 1
    assert found["labels"]["green"]["AP"] is None
    assert found["one_label"] is None


def test_a_folder_without_any_labels_is_an_error(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"no labelled pictures in .*named for their labels"):
        single_labels(tmp_path / "empty")
    data = folders(tmp_path / "own", spaceship=(RED,))
    place = Workplace(data=data, out=data, features=data, tables=data)
    with pytest.raises(DataError, match=r"None of the names of the folders .*colourful"):
        known_truth(load_pack(pack), data, None, place, print)
    (data / "labels.csv").write_text("path,what\nnowhere.png,red\n")
    with pytest.raises(DataError, match=r"labels.csv, row 2, column path: there is no picture"):
        single_labels(data)


def test_sheets_are_written_where_one_says_and_readable(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folders(tmp_path / "own", red=(RED,) * 3, green=(GREEN, RED), blue=(BLUE,))
    out = tmp_path / "seen" / "sheets"
    told(capsys, pack, "--data", data, "--sheets", out)
    assert {path.name for path in out.glob("*.jpg")} >= {"red.jpg", "green.jpg", "blue.jpg"}
    with Image.open(out / "red.jpg") as sheet:
        pixels = np.asarray(sheet.convert("RGB")).astype(int)
    reddish = (pixels[..., 0] > 200) & (pixels[..., 1] < 60) & (pixels[..., 2] < 60)
    assert reddish.sum() >= 4 * 32 * 23  # at least the four red pictures
    page = (out / "index.html").read_text(encoding="utf-8")
    assert '<a href="red.jpg">red</a>' in page


def test_a_sheet_shows_the_surest_the_doubtful_and_the_wrong() -> None:
    likely = np.array([0.9, 0.1, 0.55, 0.45, 0.8, 0.0], dtype=np.float32)
    wrong = np.array([False, True, False, True, True, True])
    found = picked(likely, 0.5, wrong, each=3)
    assert found.top == (0, 4, 2)
    assert found.near == (4, 2, 3)
    assert found.wrong == (4, 3, 1)


def test_robustness_is_told_if_asked_for(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = folders(tmp_path / "own", red=(RED,), green=(GREEN,))
    found = told(capsys, pack, "--data", data, "--robust", 2)["robust"]
    assert found["pictures"] == 2
    assert found["changes"]["grey"]["labels_changed"] > 0
    assert main(["evaluate", str(pack), "--data", str(data), "--robust", "1"]) == 0
    out = capsys.readouterr().out
    for words in ("turned by EXIF", "over all", "one known label", "red"):
        assert words in out


def test_sheets_are_for_packs_of_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = write_pack(tmp_path / "photos")  # of no recipe
    data = folders(tmp_path / "own", red=(MAGENTA,))
    (data / "labels.csv").write_text("path,labels\nred/deep/0.png,poster\n")
    assert main(["evaluate", str(pack), "--data", str(data), "--robust"]) == 1
    assert "for packs of words" in capsys.readouterr().err
