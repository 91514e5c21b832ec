"""`lumitag where`: the place of a label, in numbers and as a picture."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.paths import user_data
from tests.app.cli.conftest import Lumitag
from tests.support.packs import BLUE, RED
from tests.support.pointing import spotted, write_pointing_pack

BOX = (240, 40, 280, 80)


@pytest.fixture
def where(lumitag: Lumitag) -> Lumitag:
    """The command, with a pack that can say where."""
    write_pointing_pack(user_data() / "models" / "photos", size=32)
    return lumitag


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    return spotted(tmp_path / "Pictures" / "red.png", RED, BOX, ground=(90, 90, 90))


def test_each_file_gives_one_line_of_json(where: Lumitag, picture: Path, tmp_path: Path) -> None:
    other = spotted(tmp_path / "blue.png", BLUE, BOX)
    said = where("where", "crimson", picture, other, "--json")
    assert said.code == 0
    assert said.err == ""
    first, second = said.objects
    assert set(first) == {"path", "label", "probability", "peak", "box"}
    assert (first["path"], first["label"]) == (str(picture), "red")
    x, y = first["peak"]
    assert BOX[0] <= x < BOX[2]
    assert BOX[1] <= y < BOX[3]
    left, top, width, height = first["box"]
    assert left <= x < left + width
    assert top <= y < top + height
    assert 0 <= first["probability"] <= 1
    assert (second["peak"], second["box"]) == (None, None)


def test_people_read_the_same_in_one_line(where: Lumitag, picture: Path) -> None:
    said = where("where", "red", picture)
    path, told = said.out.strip().split("\t")
    assert path == str(picture)
    assert told.startswith("red ")
    assert "peak " in told
    assert "box " in told
    assert "no part of the picture stands out" in where("where", "green", picture).out


def test_nothing_is_written_unless_asked(where: Lumitag, picture: Path, tmp_path: Path) -> None:
    before = picture.read_bytes()
    where("where", "red", picture)
    assert picture.read_bytes() == before
    assert [path.name for path in picture.parent.iterdir()] == ["red.png"]


def test_the_light_falls_on_the_label(where: Lumitag, picture: Path, tmp_path: Path) -> None:
    said = where("where", "red", picture, "--out", tmp_path / "new" / "lit", "--json")
    assert said.code == 0
    written = tmp_path / "new" / "lit" / "red.png.red.png"
    assert said.objects[0]["written"] == str(written)
    with Image.open(written) as image:
        pixels = np.asarray(image.convert("RGB"), int)
    assert pixels.shape == (240, 320, 3)
    assert pixels[60, 260, 0] > 240
    assert pixels[200, 40].max() < 60  # was 90: the veil lies on it


def test_a_large_picture_is_written_smaller(where: Lumitag, tmp_path: Path) -> None:
    large = spotted(tmp_path / "large.png", RED, (0, 0, 900, 900), size=(3600, 1800))
    where("where", "red", large, "--out", tmp_path / "lit")
    with Image.open(tmp_path / "lit" / "large.png.red.png") as written:
        assert written.size == (1600, 800)
    [found] = where("where", "red", large, "--json").objects
    assert found["box"][2] > 800


def test_what_is_there_is_never_overwritten(where: Lumitag, picture: Path, tmp_path: Path) -> None:
    out = tmp_path / "lit"
    assert where("where", "red", picture, "--out", out).code == 0
    written = out / "red.png.red.png"
    before = written.read_bytes()
    said = where("where", "red", picture, "--out", out, "--json")
    assert said.code == 1
    assert "is there already" in said.objects[0]["error"]
    assert written.read_bytes() == before


def test_a_bad_file_is_that_files_problem_only(
    where: Lumitag, picture: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG")
    said = where("where", "red", broken, tmp_path / "missing.jpg", picture, "--json")
    assert said.code == 1
    assert ["error" in each for each in said.objects] == [True, True, False]
    told = where("where", "red", broken)
    assert told.code == 1
    assert told.out == ""
    assert str(broken) in told.err


def test_an_unknown_label_is_wrong_usage_with_a_suggestion(where: Lumitag, picture: Path) -> None:
    said = where("where", "crimsn", picture, "--json")
    assert said.code == 2
    assert said.out == ""
    assert "“crimsn” is no label; labels like it: red." in said.err


def test_a_pack_that_cannot_say_where_says_so(where: Lumitag, picture: Path) -> None:
    said = where("where", "drama", picture)
    assert said.code == 2
    assert "“genres” cannot say where" in said.err


def test_a_damaged_evidence_file_is_named(where: Lumitag, picture: Path) -> None:
    path = user_data() / "models" / "photos" / "evidence.onnx"
    path.write_bytes(b"nothing")
    said = where("where", "red", picture)
    assert said.code == 1
    assert "evidence.onnx is damaged" in said.err


def test_a_missing_evidence_file_is_named(where: Lumitag, picture: Path) -> None:
    (user_data() / "models" / "photos" / "evidence.onnx").unlink()
    said = where("where", "red", picture)
    assert said.code == 2
    assert "the file evidence.onnx is missing; install it again." in said.err


def test_an_evidence_file_of_another_shape_is_named(where: Lumitag, picture: Path) -> None:
    described = user_data() / "models" / "photos" / "pack.json"
    pack = json.loads(described.read_text("utf-8"))
    pack["labels"] = pack["labels"][:-1]
    described.write_text(json.dumps(pack), "utf-8")
    said = where("where", "red", picture)
    assert said.code == 1
    assert "evidence has 8 maps, and pack.json 7 labels" in said.err


def test_an_out_folder_that_cannot_be_made_is_named(where: Lumitag, picture: Path) -> None:
    said = where("where", "red", picture, "--out", picture)
    assert said.code == 2
    assert "cannot be made" in said.err


def test_a_full_disk_leaves_no_part_of_a_picture(where: Lumitag, tmp_path: Path) -> None:
    """The system lets no file grow so large, as a full disk does; the library is smaller."""
    resource = pytest.importorskip("resource")
    picture, out = tmp_path / "noise.png", tmp_path / "lit"
    pixels = np.random.default_rng(1).integers(0, 256, (500, 600, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(picture)
    assert where("where", "red", picture, "--out", out).code == 0
    (written,) = out.iterdir()
    room = written.stat().st_size - 1
    written.unlink()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        said = where("where", "red", picture, "--out", out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert said.code == 1
    assert f"{written} cannot be written" in said.err
    assert list(out.iterdir()) == []
