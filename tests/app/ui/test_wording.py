"""Numbers, plurals and dates read as a person of that country would write them."""

from datetime import datetime

import pytest
from PySide6.QtCore import QLocale

from app.ui import wording

pytestmark = pytest.mark.usefixtures("english")

SUMMER = datetime(2021, 8, 12, 18, 42)


@pytest.mark.parametrize(
    ("n", "sentence"),
    [(0, "0 pictures"), (1, "1 picture"), (2, "2 pictures"), (31_877, "31,877 pictures")],
)
def test_english_has_its_plurals_without_a_translation_file(n: int, sentence: str) -> None:
    assert wording.counted("{n} picture(s)", n) == sentence


def test_whole_words_can_differ_by_number() -> None:
    text = "{n} (photo has|photos have) it"
    assert wording.counted(text, 1) == "1 photo has it"
    assert wording.counted(text, 7) == "7 photos have it"


def test_a_translated_sentence_comes_through_as_it_was_written() -> None:
    QLocale.setDefault(QLocale("de_DE"))
    assert wording.counted("{n} Bilder (etwa)", 31_877) == "31.877 Bilder (etwa)"


def test_a_computer_without_a_locale_still_separates_thousands() -> None:
    QLocale.setDefault(QLocale.c())
    assert wording.number(31_877) == "31,877"
    assert wording.date_and_time(SUMMER) == "12 August 2021, 18:42"


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en_GB", "12 August 2021, 18:42"),
        ("en_US", "August 12, 2021, 6:42\u202fPM"),
        ("de_DE", "12. August 2021, 18:42"),
        ("es_ES", "12 de agosto de 2021, 18:42"),
        ("hu_HU", "2021. augusztus 12., 18:42"),
        ("ja_JP", "2021年8月12日, 18:42"),
    ],
)
def test_dates_have_words_and_no_weekday(locale: str, written: str) -> None:
    QLocale.setDefault(QLocale(locale))
    assert wording.date_and_time(SUMMER) == written


@pytest.mark.parametrize(
    ("size", "written"),
    [(0, "0 bytes"), (300, "300 bytes"), (34_567, "35 kB"), (3_400_000, "3.4 MB")],
)
def test_sizes_are_said_in_the_unit_a_file_manager_shows(size: int, written: str) -> None:
    assert wording.file_size(size) == written


def test_probabilities_are_whole_per_cent() -> None:
    assert [wording.percent(p) for p in (0.0, 0.004, 0.976, 1.0)] == ["0 %", "0 %", "98 %", "100 %"]


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "less than a minute left"),
        (59, "less than a minute left"),
        (61, "1 minute left"),
        (370, "6 minutes left"),
        (7_300, "2 hours left"),
        (200_000, "2 days left"),
    ],
)
def test_the_time_left_is_said_in_one_unit(seconds: float, written: str) -> None:
    assert wording.time_left(seconds) == written


@pytest.mark.parametrize(
    ("per_second", "written"),
    [
        (0.0, ""),
        (0.004, ""),
        (0.2, "12 pictures a minute"),
        (1.2, "1 picture a second"),
        (63.4, "63 pictures a second"),
        (1_250.0, "1,250 pictures a second"),
    ],
)
def test_the_speed_is_said_in_a_unit_that_gives_a_whole_number(
    per_second: float, written: str
) -> None:
    assert wording.rate(per_second) == written


def test_a_name_that_is_not_utf_8_can_be_drawn() -> None:
    assert wording.printable("caf\udce9.jpg") == "caf\ufffd.jpg"
    assert wording.printable("café.jpg") == "café.jpg"
