"""The same picture in other forms goes through the app's real decoding."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.imaging.decode import decode
from app.labeling.pack import load_pack
from tests.support.packs import RED, WHITE, picture, write_pack
from tests.support.pictures import quarters, write
from trainer.errors import DataError
from trainer.evaluate.robust import CHANGES, changed, robustness


def read(data: bytes) -> tuple[np.ndarray, int, int]:
    found = decode(data, name="p.jpg")
    return found.pixels.astype(int), found.width, found.height


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_picture_turned_by_its_tag_comes_back_upright(number: int) -> None:
    plain = quarters(96, 64)
    pixels, width, height = read(CHANGES["turned by EXIF"](plain, number))
    assert (width, height) == (96, 64)
    assert np.abs(pixels - np.asarray(plain, dtype=int)).mean() < 8


def test_each_change_is_what_its_name_says() -> None:
    plain = quarters(96, 64)
    large, width, height = read(CHANGES["12 megapixels"](plain, 0))
    assert width * height == pytest.approx(12_000_000, rel=0.001)
    assert min(large.shape[:2]) < height  # the decoder has reduced it
    assert max(read(CHANGES["300 pixels"](plain, 0))[1:]) == 300
    grey, *_ = read(CHANGES["grey"](plain, 0))
    assert np.ptp(grey, axis=2).max() == 0
    black, width, height = read(CHANGES["border"](plain, 0))
    assert (width, height) == (96 + 6, 64 + 6)
    assert black[0].max() < 30
    white, *_ = read(CHANGES["border"](plain, 1))
    assert white[0].min() > 225
    fine, hard = (len(CHANGES[name](plain, 0)) for name in ("grey", "JPEG quality 30"))
    assert hard < len(CHANGES["border"](plain, 0))
    assert fine > 0


def test_changes_are_counted_as_by_hand() -> None:
    before = np.array([[[True, True, False]], [[False, False, True]]])
    after = np.array([[[True, False, True]], [[False, False, True]]])
    likely = np.zeros((2, 1, 3), dtype=np.float32)
    moved = likely.copy()
    moved[0, 0, 1] = 0.6
    higher = np.zeros((3, 3), dtype=bool)
    found = changed(before, after, likely, moved, higher)
    assert found.labels == found.said == 2 / 4  # one of four vanished, one appeared
    assert found.lost == 1 / 3
    assert (found.vanished, found.appeared) == (1, 1)
    assert found.pictures == 0.5
    assert found.moved == pytest.approx(0.1)


def test_a_label_whose_parent_stays_changes_little_of_what_is_said() -> None:
    corgi_under_dog = np.array([[False, True], [False, False]])
    before, after = np.array([[[True, False]]]), np.array([[[False, True]]])
    likely = np.zeros((1, 1, 2), dtype=np.float32)
    found = changed(before, after, likely, likely, corgi_under_dog)
    assert (found.labels, found.said, found.lost) == (1, 1 / 2, 1)


def test_nothing_shown_is_nothing_changed() -> None:
    none, likely = np.zeros((2, 1, 3), dtype=bool), np.zeros((2, 1, 3), dtype=np.float32)
    found = changed(none, none, likely, likely, np.zeros((3, 3), dtype=bool))
    assert (found.labels, found.said, found.lost, found.pictures) == (0, 0, 0, 0)


def test_a_pack_that_names_colours_loses_them_in_grey_only(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path / "photos"))
    paths = [
        write(tmp_path / f"{number}.png", Image.fromarray(picture(colour, height=60, width=80)))
        for number, colour in enumerate((RED, RED, RED, WHITE))
    ]
    found = robustness(pack, paths, most=2, shown=False)
    assert found.pictures == 2  # the first and the last
    assert found.changes["grey"].vanished >= 1
    for name in ("12 megapixels", "300 pixels", "JPEG quality 30", "turned by EXIF"):
        assert found.changes[name].labels == 0
        assert found.changes[name].moved < 0.05
    assert found.told()["over_all"]["pictures_changed"] > 0


def test_no_pictures_and_no_picture_are_said(tmp_path: Path) -> None:
    pack = load_pack(write_pack(tmp_path / "photos"))
    with pytest.raises(DataError, match="no pictures to change"):
        robustness(pack, [], shown=False)
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture at all")
    with pytest.raises(DataError, match=r"broken\.jpg cannot be used"):
        robustness(pack, [broken], shown=False)
