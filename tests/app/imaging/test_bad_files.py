"""A file that cannot be read says why, in one sentence, and never anything else."""

import os
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.imaging.content import content_hash, read_bytes
from app.imaging.decode import decode
from app.imaging.errors import Reason, UnreadablePictureError
from tests.support import pictures

HEIC = Path(__file__).parents[2] / "data" / "quarters.heic"


@cache
def good_files() -> dict[str, bytes]:
    image = pictures.shapes(80, 60)
    files = {
        f"a.{kind.lower()}": pictures.encoded(image, kind)
        for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
    }
    files["b.jpg"] = pictures.jpeg(
        image, progressive=True, exif=pictures.exif(orientation=6, original="2021:06:12 18:42:33")
    )
    files["b.tif"] = pictures.encoded(image, "TIFF", compression="tiff_lzw")
    files["c.gif"] = pictures.animated("GIF")
    files["c.png"] = pictures.animated("PNG")
    files["a.heic"] = HEIC.read_bytes()
    files["a.dng"] = pictures.dng(image)
    return files


def failure(data: bytes, name: str = "a.jpg") -> UnreadablePictureError:
    with pytest.raises(UnreadablePictureError) as caught:
        decode(data, name=name)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return caught.value


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    assert failure(b"").reason is Reason.EMPTY
    path = tmp_path / "empty.jpg"
    path.touch()
    with pytest.raises(UnreadablePictureError, match="empty"):
        read_bytes(path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize(
    "name", ["a.jpeg", "b.jpg", "a.png", "a.webp", "a.bmp", "a.avif", "a.heic"]
)
def test_an_incomplete_picture_is_a_failure(name: str, share: float) -> None:
    data = good_files()[name]
    reason = failure(data[: int(len(data) * share)], name).reason
    assert reason in (Reason.TRUNCATED, Reason.UNREADABLE)


def test_a_half_copied_photo_says_that_it_is_incomplete() -> None:
    data = pictures.jpeg(pictures.noise(1600, 1200))
    assert failure(data[: len(data) // 2]).reason is Reason.TRUNCATED


def test_text_with_a_pictures_name_says_that_it_is_none() -> None:
    for name in ("a.jpg", "a.heic", "a.cr2", "a.tif"):
        assert failure(b"Dear diary, today I took no picture at all.\n" * 9, name).reason is (
            Reason.NOT_A_PICTURE
        )


def test_a_known_but_foreign_format_is_called_by_its_name() -> None:
    error = failure(b"8BPS\0\1" + bytes(100), "layers.tif")
    assert error.reason is Reason.UNSUPPORTED
    assert "Photoshop" in str(error)


def test_a_sound_but_exotic_variant_is_not_called_damaged() -> None:
    twelve_bit = bytearray(pictures.jpeg())
    twelve_bit[twelve_bit.index(b"\xff\xc0") + 4] = 12
    error = failure(bytes(twelve_bit))
    assert error.reason is Reason.UNSUPPORTED
    assert "variant" in str(error)


def test_a_video_with_a_pictures_name_is_no_picture() -> None:
    data = b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + bytes(200)
    assert failure(data, "clip.heic").reason is Reason.NOT_A_PICTURE


@pytest.mark.parametrize("side", [15_000, 100_000])
def test_a_decompression_bomb_is_refused_before_it_goes_off(side: int) -> None:
    error = failure(pictures.png_claiming(side, side), "bomb.png")
    assert error.reason is Reason.TOO_LARGE
    assert "megapixels" in str(error)


def test_a_webp_bomb_is_refused() -> None:
    data = bytearray(pictures.encoded(Image.new("RGB", (8, 8)), "WEBP", lossless=True))
    data[21:25] = (16382 | 16382 << 14).to_bytes(4, "little")
    assert failure(bytes(data), "bomb.webp").reason is Reason.TOO_LARGE


def test_no_picture_leaves_a_warning_to_anybody() -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        decode(pictures.png(Image.new("1", (10_000, 9_000)), compress_level=1), name="plan.png")
        twice = good_files()["c.png"]
        at = twice.index(b"acTL") - 4
        decode(twice[: at + 20] + twice[at : at + 20] + twice[at + 20 :], name="twice.png")
        broken = bytearray(good_files()["b.tif"])
        directory = int.from_bytes(broken[4:8], "little")
        broken[directory + 2 + 5] = 0x7F  # a count beyond the file
        with pytest.raises(UnreadablePictureError):
            decode(bytes(broken), name="broken.tif")
    assert not seen


def test_broken_files_write_nothing_to_the_terminal() -> None:
    code = """
import random
from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from tests.app.imaging.test_bad_files import good_files
random.seed(1)
for name, data in good_files().items():
    for _ in range(12):
        bad = bytearray(data)
        for _ in range(8):
            bad[random.randrange(len(bad))] = random.randrange(256)
        try:
            decode(bytes(bad[: random.randrange(len(bad) // 2, len(bad) + 1)]), name=name)
        except UnreadablePictureError:
            continue
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@given(st.binary(max_size=400), st.sampled_from(sorted(good_files())))
@settings(max_examples=150)
def test_arbitrary_bytes_are_at_worst_unreadable(data: bytes, name: str) -> None:
    start = good_files()[name][:16]
    sentences: list[str] = []
    for candidate in (data, start + data):
        try:
            decode(candidate, name=name)
        except UnreadablePictureError as error:
            sentences.append(str(error))
    assert all(sentences)


@given(st.data())
@settings(max_examples=150)
def test_a_file_cut_anywhere_is_read_or_unreadable(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(good_files())))
    whole = good_files()[name]
    cut = data.draw(st.integers(0, len(whole)))
    try:
        decode(whole[:cut], name=name)
    except UnreadablePictureError:
        assert cut < len(whole)


@given(st.data())
@settings(max_examples=200)
def test_a_file_with_flipped_bytes_is_read_or_unreadable(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(good_files())))
    bad = bytearray(good_files()[name])
    for _ in range(data.draw(st.integers(1, 6))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = decode(bytes(bad), name=name)
    except UnreadablePictureError:
        return
    assert picture.pixels.ndim == 3


def raising(error: OSError) -> Callable[..., bytes]:
    def read(*_: object) -> bytes:
        raise error

    return read


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "Permission denied"), Reason.NO_PERMISSION),
        (FileNotFoundError(2, "No such file"), Reason.MISSING),
        (OSError(5, "Input/output error"), Reason.UNREADABLE),
    ],
)
def test_trouble_with_the_disk_is_told_apart(
    error: OSError, reason: Reason, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")
    monkeypatch.setattr(Path, "read_bytes", raising(error))
    with pytest.raises(UnreadablePictureError) as caught:
        read_bytes(path)
    assert caught.value.reason is reason


def test_a_file_that_has_gone_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePictureError) as caught:
        read_bytes(tmp_path / "gone.jpg")
    assert caught.value.reason is Reason.MISSING


def test_a_monstrous_file_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "disk-image.tif"
    with path.open("wb") as file:
        file.truncate((1 << 30) + 1)  # sparse: takes no room
    with pytest.raises(UnreadablePictureError) as caught:
        read_bytes(path)
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_named_pipe_does_not_hang_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "pipe.jpg"
    os.mkfifo(path)
    with pytest.raises(UnreadablePictureError, match="regular"):
        read_bytes(path)


def test_the_same_bytes_have_the_same_hash_of_32_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(pictures.jpeg())
    assert content_hash(read_bytes(path)) == content_hash(pictures.jpeg())
    assert len(content_hash(b"x")) == 32
    assert content_hash(b"x") != content_hash(b"y")
