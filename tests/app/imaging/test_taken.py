"""Photos stand in the order in which they were taken, however little their files say."""

import os
import time
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.decode import decode
from app.imaging.exif import NO_EXIF, read_exif
from app.imaging.metadata import Metadata
from app.imaging.taken import TakenFrom, taken_at
from tests.support import pictures

UNKNOWN = Metadata(taken=None, camera=None)
NOON_2020 = int(datetime(2020, 5, 4, 12, 0, 1).timestamp()) * 10**9 + 999


def metadata(**fields: str) -> Metadata:
    return decode(pictures.jpeg(exif=pictures.exif(**fields)), name="a.jpg").metadata


def test_the_moment_of_exposure_counts_before_scanning_and_editing() -> None:
    original, scanned, edited = "2001:02:03 04:05:06", "2011:01:01 00:00:00", "2021:01:01 00:00:00"
    everything = metadata(original=original, digitized=scanned, changed=edited)
    assert everything.taken == datetime(2001, 2, 3, 4, 5, 6)
    assert metadata(digitized=scanned, changed=edited).taken == datetime(2011, 1, 1)
    assert metadata(changed=edited).taken == datetime(2021, 1, 1)
    assert metadata(make="Lumi").taken is None


@pytest.mark.parametrize(
    "nonsense",
    ["0000:00:00 00:00:00", "    :  :     :  :  ", "2021:13:01 00:00:00", "yesterday", "", "2021",
     "0001:01:01 00:00:00", "9999:01:01 00:00:00", "2021:02:30 10:00:00", "2021:06:12 25:00:00"],
)  # fmt: skip
def test_a_camera_without_a_set_clock_is_not_believed(nonsense: str) -> None:
    assert metadata(original=nonsense).taken is None
    assert metadata(original=nonsense, changed="2021:01:01 00:00:00").taken == datetime(2021, 1, 1)


@pytest.mark.parametrize(
    "text",
    ["2021:06:12 18:42:33", "2021-06-12 18:42:33", "2021/06/12 18:42:33", "2021-06-12T18:42:33",
     "2021:06:12 18:42:33+02:00", "2021:06:12 18:42:33.123"],
)  # fmt: skip
def test_crooked_but_clear_dates_are_read(text: str) -> None:
    assert metadata(original=text).taken == datetime(2021, 6, 12, 18, 42, 33)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [("Canon", "Canon EOS R5", "Canon EOS R5"), ("NIKON CORPORATION", "NIKON D750", "NIKON D750"),
     ("Google", "Pixel 7", "Google Pixel 7"), ("", "X100", "X100"), ("Apple", "", "Apple")],
)  # fmt: skip
def test_the_camera_is_named_once(make: str, model: str, camera: str) -> None:
    assert metadata(make=make, model=model).camera == camera


def test_dates_are_found_in_every_format_that_can_hold_them() -> None:
    block = pictures.exif(original="2021:06:12 18:42:33")
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
        data = pictures.encoded(pictures.gradient(), kind, exif=block)
        assert decode(data, name="a").metadata.taken == datetime(2021, 6, 12, 18, 42, 33), kind


EVENING = datetime(2021, 6, 12, 18, 42, 33)
MIDNIGHT = datetime(2021, 6, 12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_20210612_184233.jpg", EVENING),
        ("2021-06-12 18.42.33.jpg", EVENING),
        ("PXL_20210612_184233123.jpg", EVENING),
        ("PXL_20210612_184233123.MP.jpg", EVENING),
        ("20210612184233.jpg", EVENING),
        ("20210612_184233(1).jpg", EVENING),
        ("Screenshot_20210612-184233.png", EVENING),
        ("Screenshot_20210612-184233_Chrome.jpg", EVENING),
        ("Screenshot_2021-06-12-18-42-33-123_com.app.png", EVENING),
        ("Screenshot 2021-06-12 at 18.42.33.png", EVENING),
        ("Screen Shot 2021-06-12 at 6.42.33 PM.png", EVENING),
        ("Screen Shot 2021-06-12 at 6.42.33\u202fPM.png", EVENING),
        ("Screenshot from 2021-06-12 18-42-33.png", EVENING),
        ("WhatsApp Image 2021-06-12 at 18.42.33.jpeg", EVENING),
        ("photo_2021-06-12_18-42-33.jpg", EVENING),
        ("signal-2021-06-12-184233.jpg", EVENING),
        ("2021-06-12T18:42:33.jpg", EVENING),
        ("IMG_2021_06_12_18_42_33.jpg", EVENING),
        ("2021-06-12 18h42m33.jpg", EVENING),
        ("holiday/20190101/IMG_20210612_184233.jpg", EVENING),
        ("2021-06-12 18.42.jpg", EVENING.replace(second=0)),
        ("Screen Shot 2021-06-12 at 12.05.06 AM.png", datetime(2021, 6, 12, 0, 5, 6)),
        ("IMG-20210612-WA0001.jpg", MIDNIGHT),
        ("20210612_0001.jpg", MIDNIGHT),
        ("20210612_001.jpg", MIDNIGHT),
        ("2021.06.12 Anna.jpg", MIDNIGHT),
        ("12345678_20210612.jpg", MIDNIGHT),
        ("IMG_20210612_994233.jpg", MIDNIGHT),
    ],
)
def test_a_date_in_the_name_is_read(name: str, expected: datetime) -> None:
    assert taken_at(UNKNOWN, name=name, mtime_ns=NOON_2020) == (expected, TakenFrom.NAME)


@pytest.mark.parametrize(
    "name",
    ["IMG_1234.jpg", "DSC00001.jpg", "19000101.jpg", "20213001.jpg", "20210231.jpg", "2021.jpg",
     "120210612.jpg", "2021061299.jpg", "99991231.jpg", "20990101_120000.jpg", "2021-06_12.jpg",
     "2021-06.jpg", "20210612/photo.jpg", "", "a20210"],
)  # fmt: skip
def test_numbers_that_are_no_date_are_not_taken_for_one(name: str) -> None:
    moment, source = taken_at(UNKNOWN, name=name, mtime_ns=NOON_2020)
    assert (moment, source) == (datetime(2020, 5, 4, 12, 0, 1), TakenFrom.FILE)


def test_a_day_without_a_clock_takes_the_clock_of_a_file_of_that_day() -> None:
    moment, _ = taken_at(UNKNOWN, name="IMG-20200504-WA0001.jpg", mtime_ns=NOON_2020)
    assert moment == datetime(2020, 5, 4, 12, 0, 1)


def test_exif_counts_before_the_name_and_the_name_before_the_file() -> None:
    known = Metadata(taken=datetime(1999, 9, 9), camera=None)
    name = "IMG_20210612_184233.jpg"
    assert taken_at(known, name=name, mtime_ns=NOON_2020)[1] is TakenFrom.EXIF
    assert taken_at(UNKNOWN, name=name, mtime_ns=NOON_2020)[1] is TakenFrom.NAME


def test_the_files_time_is_told_in_the_wall_clock_of_this_place() -> None:
    before = os.environ.get("TZ")
    try:
        os.environ["TZ"] = "Asia/Tokyo"
        time.tzset()
        assert taken_at(UNKNOWN, name="a.jpg", mtime_ns=0)[0] == datetime(1970, 1, 1, 9)
    finally:
        os.environ.pop("TZ", None) if before is None else os.environ.update(TZ=before)
        time.tzset()


def test_tomorrow_in_another_time_zone_is_possible_next_month_is_not() -> None:
    soon, late = (datetime.now() + timedelta(days=days) for days in (1, 30))
    assert taken_at(UNKNOWN, name=f"{soon:%Y%m%d}.jpg", mtime_ns=0)[1] is TakenFrom.NAME
    assert taken_at(UNKNOWN, name=f"{late:%Y%m%d}.jpg", mtime_ns=0)[1] is TakenFrom.FILE


@given(st.text(max_size=60), st.integers(-(2**63), 2**63 - 1))
def test_no_name_and_no_clock_is_too_odd(name: str, mtime_ns: int) -> None:
    moment, source = taken_at(UNKNOWN, name=name, mtime_ns=mtime_ns)
    assert moment.tzinfo is None
    assert source in (TakenFrom.NAME, TakenFrom.FILE)


@given(st.binary(max_size=200))
def test_any_bytes_are_at_worst_no_exif(block: bytes) -> None:
    for start in (b"", b"II*\0\x08\0\0\0", b"Exif\0\0MM\0*\0\0\0\x08"):
        assert 1 <= read_exif(start + block).orientation <= 8
    assert read_exif(None) == NO_EXIF
