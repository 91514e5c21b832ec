"""Where in a photo a label was seen, from the photo's own file."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.engine import Engine, EvidenceError, Sighting
from app.engine.sighting import Spot
from app.imaging.errors import UnreadablePictureError
from app.indexing.control import Control
from app.labeling.errors import PackError
from app.library.records import Verdict
from tests.support.packs import GENRES, MAGENTA, RED, write_pack
from tests.support.pictures import rotated_jpeg
from tests.support.pointing import spotted, write_pointing_pack

BOX = (240, 40, 280, 80)
CELLS = 16
"""Rows and columns of the map of a network that sees 32 pixels."""


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    folder = tmp_path / "packs"
    write_pointing_pack(folder / "photos", size=32)
    write_pack(folder / "genres", GENRES)
    return folder


@pytest.fixture
def engine(tmp_path: Path, packs: Path) -> Iterator[Engine]:
    spotted(tmp_path / "Pictures" / "red.png", RED, BOX)
    with Engine.open(tmp_path / "library.sqlite", device="cpu", pack_folders=[packs]) as opened:
        for _ in opened.index([tmp_path / "Pictures"], Control()):
            pass
        opened.refresh()
        yield opened


@pytest.fixture
def photo(engine: Engine) -> int:
    return int(engine.search("name:red.png").ids[0])


def inside(spot: Spot | None, box: tuple[int, int, int, int]) -> bool:
    assert spot is not None
    x, y = spot.peak
    return box[0] <= x < box[2] and box[1] <= y < box[3]


def found(sighting: Sighting | None) -> Sighting:
    assert sighting is not None
    return sighting


def test_a_photo_says_where_its_label_is(engine: Engine, photo: int) -> None:
    seen = found(engine.evidence.of_photo(photo, "photos/red"))
    assert (seen.name, seen.width, seen.height) == ("red", 320, 240)
    assert seen.anywhere
    spot = seen.spot
    assert inside(spot, BOX)
    assert spot is not None
    x, y, width, height = spot.box
    edges = np.array([x, y, x + width, y + height])
    assert np.abs(edges - BOX).max() <= 320 / CELLS


def test_a_label_that_nothing_speaks_for_is_nowhere(engine: Engine, photo: int) -> None:
    seen = found(engine.evidence.of_photo(photo, "photos/green"))
    assert not seen.anywhere
    assert seen.spot is None


def test_a_turned_photo_is_pointed_at_upright(engine: Engine, tmp_path: Path) -> None:
    with Image.open(tmp_path / "Pictures" / "red.png") as image:
        upright = image.copy()
    for orientation in range(1, 9):
        path = tmp_path / f"turned{orientation}.jpg"
        path.write_bytes(rotated_jpeg(upright, orientation))
        seen, picture = engine.evidence.of_file(path, "photos/red")
        assert inside(seen.spot, BOX)
        assert (picture.width, picture.height) == (320, 240)


def test_the_last_photos_are_not_read_again(engine: Engine, photo: int, tmp_path: Path) -> None:
    before = found(engine.evidence.of_photo(photo, "photos/red"))
    (tmp_path / "Pictures" / "red.png").unlink()
    again = found(engine.evidence.of_photo(photo, "photos/red"))
    assert np.array_equal(before.evidence, again.evidence)
    assert not found(engine.evidence.of_photo(photo, "photos/green")).anywhere


def test_a_file_that_is_gone_is_told_as_in_the_viewer(
    engine: Engine, photo: int, tmp_path: Path
) -> None:
    (tmp_path / "Pictures" / "red.png").unlink()
    with pytest.raises(UnreadablePictureError) as viewed:
        engine.read_full(photo)
    with pytest.raises(UnreadablePictureError) as asked:
        engine.evidence.of_photo(photo, "photos/red")
    assert str(asked.value) == str(viewed.value)


def test_nobody_waits_any_more_so_nothing_is_read(
    engine: Engine, photo: int, tmp_path: Path
) -> None:
    (tmp_path / "Pictures" / "red.png").unlink()
    assert engine.evidence.of_photo(photo, "photos/red", lambda: True) is None


def test_given_up_between_reading_and_looking(engine: Engine, photo: int) -> None:
    answers = iter([False, True])
    assert engine.evidence.of_photo(photo, "photos/red", lambda: next(answers)) is None
    assert engine.evidence.of_photo(photo, "photos/red") is not None


def test_many_may_ask_at_once(engine: Engine, photo: int) -> None:
    start = threading.Barrier(4)

    def ask(label: str) -> float:
        start.wait()
        return float(found(engine.evidence.of_photo(photo, f"photos/{label}")).evidence.max())

    with ThreadPoolExecutor(4) as threads:
        peaks = list(threads.map(ask, ["red", "green", "blue", "red"]))
    assert peaks[0] == peaks[3] > 0.5
    assert peaks[1] == peaks[2] == 0


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("user/holiday", "your own label"),
        ("genres/drama", "“genres” cannot say where"),
        ("gone/dog", "“gone” is not here"),
        ("photos/elephant", "has this label no more"),
    ],
)
def test_labels_that_nothing_can_point_at_say_why(
    engine: Engine, photo: int, key: str, sentence: str
) -> None:
    refusal = engine.evidence.refusal(key)
    assert refusal is not None
    assert sentence in refusal
    with pytest.raises(EvidenceError, match=sentence):
        engine.evidence.of_photo(photo, key)


def test_a_damaged_file_is_the_packs_error_and_photos_are_found_on(
    engine: Engine, photo: int, packs: Path
) -> None:
    path = packs / "photos" / "evidence.onnx"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(PackError, match=r"evidence\.onnx is damaged"):
        engine.evidence.of_photo(photo, "photos/red")
    assert len(engine.search("name:red.png").ids) == 1


def test_a_label_goes_by_name_alias_or_key(engine: Engine) -> None:
    for word in ("red", "Crimson", "photos/red"):
        assert engine.evidence.key_of(word) == "photos/red"


def test_of_two_labels_of_one_name_the_one_that_can_be_pointed_at_is_taken(
    tmp_path: Path, packs: Path
) -> None:
    described = json.loads((packs / "genres" / "pack.json").read_text("utf-8"))
    described["labels"][0]["aliases"] = ["blue"]
    (packs / "genres" / "pack.json").write_text(json.dumps(described), "utf-8")
    with Engine.open(tmp_path / "two.sqlite", device="cpu", pack_folders=[packs]) as engine:
        assert set(engine.searcher.vocabulary.find("blue")) == {"photos/blue", "genres/drama"}
        assert engine.evidence.key_of("blue") == "photos/blue"


def test_a_word_that_is_no_label_is_told_with_those_like_it(engine: Engine, photo: int) -> None:
    with pytest.raises(EvidenceError, match="“rde” is no label; labels like it: red"):
        engine.evidence.key_of("rde")
    engine.decisions.decide([photo], "holiday", Verdict.ACCEPTED)
    with pytest.raises(EvidenceError, match="your own label"):
        engine.evidence.key_of("Holiday")


def test_a_picture_of_one_pixel_has_a_spot(engine: Engine, tmp_path: Path) -> None:
    path = spotted(tmp_path / "dot.png", RED, (0, 0, 1, 1), size=(1, 1), ground=MAGENTA)
    seen, _ = engine.evidence.of_file(path, "photos/red")
    assert seen.spot == Spot((0, 0), (0, 0, 1, 1))
