"""Whatever a picture file holds comes out as upright 8-bit RGB."""

import io
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.imaging.decode import LARGE_PICTURE, WORKING_SIZE, Picture, decode
from app.imaging.resize import NEUTRAL
from tests.support import pictures

HEIC = Path(__file__).parents[2] / "data" / "quarters.heic"
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def corners(picture: Picture) -> list[np.ndarray]:
    """The colours near the corners: left top, right top, left bottom, right bottom."""
    pixels = picture.pixels.astype(int)
    return [pixels[4, 4], pixels[4, -5], pixels[-5, 4], pixels[-5, -5]]


def assert_quarters(picture: Picture, tolerance: int = 40) -> None:
    for seen, expected in zip(corners(picture), (RED, GREEN, BLUE, WHITE), strict=True):
        assert np.abs(seen - expected).max() <= tolerance, (seen, expected)
    assert picture.pixels.dtype == np.uint8
    assert picture.pixels.flags.c_contiguous


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_every_format_is_read_whatever_the_name_says(kind: str) -> None:
    data = pictures.encoded(pictures.quarters(), kind)
    picture = decode(data, name="holiday.jpg")
    assert_quarters(picture)
    assert (picture.width, picture.height, picture.format) == (400, 300, kind)


def test_a_heic_picture_is_read_with_its_date() -> None:
    picture = decode(HEIC.read_bytes(), name="IMG_0001.HEIC")
    assert_quarters(picture)
    assert (picture.width, picture.height, picture.format) == (96, 64, "HEIC")
    assert str(picture.metadata.taken) == "2022-03-04 05:06:07"
    assert picture.metadata.camera == "Lumi Testcam"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_stands_upright(orientation: int) -> None:
    data = pictures.rotated_jpeg(pictures.quarters(), orientation)
    picture = decode(data, name="a.jpg")
    assert_quarters(picture)
    assert (picture.width, picture.height) == (400, 300)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_orientation_is_obeyed_outside_jpeg_too(kind: str) -> None:
    stored = pictures.quarters().transpose(Image.Transpose.ROTATE_90)
    data = pictures.encoded(stored, kind, exif=pictures.exif(orientation=6))
    picture = decode(data, name="a")
    assert_quarters(picture)
    assert (picture.width, picture.height) == (400, 300)


def test_a_compressed_tiff_stands_upright_too() -> None:
    stored = pictures.quarters().transpose(Image.Transpose.ROTATE_90)
    data = pictures.encoded(stored, "TIFF", compression="tiff_lzw", tiffinfo={0x0112: 6})
    assert_quarters(decode(data, name="scan.tif"))


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_print_colours_become_screen_colours(kind: str) -> None:
    data = pictures.encoded(pictures.quarters().convert("CMYK"), kind)
    assert_quarters(decode(data, name="print"))


@pytest.mark.parametrize("mode", ["L", "1", "LA", "P", "PA", "RGBA", "YCbCr", "LAB", "I;16", "I"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    image = pictures.gradient().convert("L" if mode in ("1", "I;16", "I") else "RGB")
    image = image.convert({"PA": "RGBA"}.get(mode, mode))
    data = pictures.encoded(image, "TIFF" if mode in ("LAB", "YCbCr", "I") else "PNG")
    picture = decode(data, name="a")
    assert picture.pixels.shape == (300, 400, 3)
    left, right = picture.pixels[:, :40].mean(), picture.pixels[:, -40:].mean()
    assert right >= left


def test_sixteen_bits_of_grey_are_scaled_not_clipped() -> None:
    image = Image.fromarray(pictures.grey16())
    for kind in ("PNG", "TIFF"):
        row = decode(pictures.encoded(image, kind), name="scan").pixels[150, :, 0].astype(int)
        assert row[0] == 0
        assert row[-1] == 255
        assert abs(row[200] - 128) <= 2
        assert np.diff(row).min() >= 0


def test_sixteen_bits_of_colour_are_scaled_not_clipped() -> None:
    grey = pictures.grey16()
    data = pictures.png_rgb16(np.dstack([grey, grey[:, ::-1], np.full_like(grey, 0x8000)]))
    row = decode(data, name="scan.png").pixels[10].astype(int)
    assert (row[0] == (0, 255, 128)).all()
    assert (row[-1] == (255, 0, 128)).all()


@pytest.mark.parametrize("top", [1.0, 255.0, 65535.0, 1e9])
def test_floating_point_pictures_show_their_whole_range(top: float) -> None:
    values = np.linspace(0, top, 400, dtype=np.float32)[None, :].repeat(300, 0)
    values[0, 0] = np.nan
    row = decode(pictures.encoded(Image.fromarray(values), "TIFF"), name="a.tif").pixels[150, :, 0]
    assert (row[0], row[-1]) == (0, 255)


def test_negative_numbers_are_shown_from_least_to_greatest() -> None:
    values = np.linspace(-1000, 1000, 400).astype(np.int32)[None, :].repeat(300, 0)
    row = decode(pictures.encoded(Image.fromarray(values), "TIFF"), name="a.tif").pixels[150, :, 0]
    assert (row[0], row[-1]) == (0, 255)


def transparent_files() -> dict[str, bytes]:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    palette = Image.new("P", (40, 40), 1)
    palette.putpalette([0, 0, 0, 255, 0, 0] + [0] * 750)
    grey = Image.new("LA", (40, 40), (255, 0))
    return {
        "rgba": pictures.png(clear),
        "webp": pictures.encoded(clear, "WEBP", lossless=True, exact=True),
        "one palette colour": pictures.png(palette, transparency=1),
        "palette of alphas": pictures.png(palette, transparency=bytes([255, 0])),
        "gif": pictures.encoded(palette, "GIF", transparency=1),
        "grey": pictures.png(grey),
        "one colour of RGB": pictures.png(Image.new("RGB", (40, 40), RED), transparency=RED),
        "one grey": pictures.png(Image.new("L", (40, 40), 7), transparency=7),
    }


@pytest.mark.parametrize("kind", transparent_files())
def test_what_is_transparent_shows_a_neutral_ground(kind: str) -> None:
    picture = decode(transparent_files()[kind], name="logo")
    assert picture.pixels.shape == (40, 40, 3)
    assert (np.abs(picture.pixels.astype(int) - NEUTRAL) <= 1).all()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    assert_quarters(decode(pictures.animated(kind), name="a"), tolerance=60)


def test_of_a_picture_with_more_pictures_in_it_the_first_is_taken() -> None:
    buffer = io.BytesIO()
    pictures.quarters().save(buffer, "MPO", save_all=True, append_images=[pictures.noise()])
    assert_quarters(decode(buffer.getvalue(), name="3d.mpo"))


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {}), ("PNG", {"compress_level": 1})])
def test_big_pictures_come_reduced_but_never_below_the_working_size(
    kind: str, options: dict[str, int]
) -> None:
    data = pictures.encoded(pictures.quarters(2100, 1400), kind, **options)
    picture = decode(data, name="a")
    assert_quarters(picture)
    assert (picture.width, picture.height) == (2100, 1400)
    assert WORKING_SIZE <= min(picture.pixels.shape[:2]) < 2 * WORKING_SIZE


def test_small_pictures_are_not_blown_up() -> None:
    picture = decode(pictures.png(pictures.quarters(30, 20)), name="icon.png")
    assert picture.pixels.shape == (20, 30, 3)


def test_an_endless_strip_takes_little_memory() -> None:
    picture = decode(pictures.png(Image.new("RGB", (60000, 2), RED)), name="strip.png")
    assert (picture.width, picture.height) == (60000, 2)
    assert picture.pixels.nbytes < 1_000_000


def test_large_pictures_wait_for_each_other() -> None:
    side = int(LARGE_PICTURE**0.5) + 1
    lock = threading.Lock()
    held: list[bool] = []

    class Watched:
        def __enter__(self) -> None:
            lock.acquire()
            held.append(True)

        def __exit__(self, *_: object) -> None:
            lock.release()

    data = pictures.png(Image.new("1", (side, side), 1), compress_level=1)
    assert decode(data, name="plan.png", large=Watched()).pixels.min() == 255
    decode(pictures.jpeg(), name="small.jpg", large=Watched())
    assert held == [True]


def test_a_raw_file_shows_the_cameras_own_preview() -> None:
    preview = pictures.quarters(640, 480)
    picture = decode(pictures.dng(preview, width=800, height=600), name="DSC_1.DNG")
    assert_quarters(picture)
    assert (picture.width, picture.height, picture.format) == (800, 600, "DNG")
    assert str(picture.metadata.taken) == "2019-07-20 21:17:40"
    assert picture.metadata.camera == "Lumi Testcam"


def test_a_raw_file_taken_upright_stands_upright() -> None:
    preview = pictures.quarters(640, 480).transpose(Image.Transpose.ROTATE_90)
    data = pictures.dng(
        pictures.quarters(480, 640).transpose(Image.Transpose.ROTATE_90),
        width=800,
        height=600,
        orientation=6,
    )
    picture = decode(data, name="a.dng")
    assert_quarters(picture)
    assert (picture.width, picture.height) == (600, 800)
    # A camera that turned the preview already is believed.
    assert preview.height > preview.width
    turned = pictures.dng(pictures.quarters(480, 640), width=800, height=600, orientation=6)
    assert_quarters(decode(turned, name="a.dng"))


@pytest.mark.parametrize("preview", [None, pictures.quarters(64, 48)])
def test_a_raw_file_without_a_useful_preview_is_developed(preview: Image.Image | None) -> None:
    data = pictures.dng(preview, width=800, height=600, orientation=8)
    picture = decode(data, name="a.dng")
    assert (picture.width, picture.height) == (600, 800)
    assert picture.pixels.shape[0] > picture.pixels.shape[1] >= 300
    red, green, blue = picture.pixels.reshape(-1, 3).mean(axis=0)
    assert red > green > blue


def test_an_ordinary_picture_with_a_raw_name_is_still_read() -> None:
    assert_quarters(decode(pictures.jpeg(pictures.quarters()), name="a.nef"))
    assert_quarters(decode(pictures.png(pictures.quarters()), name="a.raw"))
