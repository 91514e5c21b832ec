"""Network inputs and thumbnails have exactly the size asked for, and the right picture on them."""

import io
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.imaging.formats import PICTURE_SUFFIXES, RAW_SUFFIXES, is_picture
from app.imaging.resize import NEUTRAL, Filter, Mode, resize
from app.imaging.thumbnail import LARGEST_KEPT, thumbnail
from tests.support import pictures

MODES: tuple[Mode, ...] = get_args(Mode)
FILTERS: tuple[Filter, ...] = get_args(Filter)


@given(
    st.integers(1, 90), st.integers(1, 90), st.integers(1, 50), st.integers(1, 50),
    st.sampled_from(MODES), st.sampled_from(FILTERS),
)  # fmt: skip
def test_any_picture_fits_any_network(
    high: int, wide: int, height: int, width: int, mode: Mode, kernel: Filter
) -> None:
    pixels = np.full((high, wide, 3), 200, np.uint8)
    result = resize(pixels, height=height, width=width, mode=mode, filter=kernel)
    assert result.shape == (height, width, 3)
    assert result.dtype == np.uint8
    assert result.flags.c_contiguous
    assert result.flags.writeable
    assert not np.shares_memory(result, pixels)
    allowed = {200} if mode != "pad" else {200, NEUTRAL[0]}
    assert set(np.unique(result)) <= allowed


def wide_quarters() -> np.ndarray:
    return np.asarray(pictures.quarters(400, 200))


def test_stretching_shows_the_whole_picture_out_of_proportion() -> None:
    result = resize(wide_quarters(), height=100, width=100, mode="stretch", filter="bilinear")
    assert tuple(result[5, 5]) == (255, 0, 0)
    assert tuple(result[-5, -5]) == (255, 255, 255)
    assert abs(int((result[5, :, 0] > 128).sum()) - 50) <= 1


def test_cropping_takes_the_middle_in_proportion() -> None:
    left_half_red = np.zeros((200, 400, 3), np.uint8)
    left_half_red[:, :110] = (255, 0, 0)
    result = resize(left_half_red, height=100, width=100, mode="crop", filter="box")
    assert int((result[50, :, 0] == 255).sum()) == 5


@pytest.mark.parametrize(("height", "width"), [(100, 100), (100, 300)])
def test_padding_shows_the_whole_picture_in_proportion_on_grey(height: int, width: int) -> None:
    result = resize(wide_quarters(), height=height, width=width, mode="pad", filter="bilinear")
    grey = (result == NEUTRAL).all(axis=2).sum()
    assert grey == height * width - (100 * 50 if width == 100 else 100 * 200)
    assert tuple(result[height // 2 - 10, width // 2 - 40]) == (255, 0, 0)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((640, 480), (320, 240)),
        ((300, 1200), (80, 320)),
        ((10, 7), (10, 7)),
        ((268, 400), (268, 400)),
        ((5000, 1), (320, 1)),
    ],
)
def test_a_thumbnail_is_a_small_jpeg_in_proportion(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    data = thumbnail(np.asarray(pictures.gradient(*size)))
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("JPEG", expected)
    assert max(image.size) <= LARGEST_KEPT


def test_a_thumbnail_shows_the_picture() -> None:
    pixels = np.asarray(pictures.quarters(1000, 800))
    shown = np.asarray(Image.open(io.BytesIO(thumbnail(pixels)))).astype(int)
    assert np.abs(shown[10, 10] - (255, 0, 0)).max() < 12
    assert np.abs(shown[-10, -10] - (255, 255, 255)).max() < 12


@pytest.mark.parametrize(
    "name", ["a.jpg", "A.JPG", "b/c.Jpeg", "x.HEIC", "y.cr2", "..png", "é.webp"]
)
def test_pictures_are_known_by_their_name(name: str) -> None:
    assert is_picture(name)


@pytest.mark.parametrize(
    "name", ["a.mp4", "a.mov", "notes.txt", "jpg", "a.jpg.part", "a.", "", "a.jpg~"]
)
def test_videos_and_other_files_are_not_pictures(name: str) -> None:
    assert not is_picture(name)


def test_suffixes_are_lower_case_with_a_dot() -> None:
    assert RAW_SUFFIXES < PICTURE_SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in PICTURE_SUFFIXES)


def test_an_image_gives_what_its_pixels_give() -> None:
    """The indexer passes images on without unpacking them."""
    image = pictures.shapes(500, 400)
    pixels = np.asarray(image)
    for mode in MODES:
        from_image = resize(image, height=60, width=80, mode=mode, filter="bilinear")
        from_pixels = resize(pixels, height=60, width=80, mode=mode, filter="bilinear")
        assert np.array_equal(from_image, from_pixels)
    assert thumbnail(image) == thumbnail(pixels)
