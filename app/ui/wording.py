"""Numbers, plurals, dates and sizes, said the way the user's own language and country say them.

Qt chooses plural forms only where a translation file is installed; without one, the English
source would read "1 pictures". So the source texts carry both forms, "{n} picture(s)" or
"{n} (photo has|photos have)", and :func:`counted` picks one. A translated text has no such
brackets and comes through as the translator wrote it.
"""

from __future__ import annotations

import re
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

_ENDING = re.compile(r"\(s\)")
_EITHER = re.compile(r"\(([^()|]*)\|([^()|]*)\)")
_WEEKDAY = re.compile(r"dddd('[^']*')?[,،、]?\s*|[,\s]*dddd")

_MINUTE = 60.0
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def locale() -> QLocale:
    """Return the user's locale; a machine that names none ("C") gets plain English."""
    current = QLocale()
    if current.language() == QLocale.Language.C:
        return QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    return current


def number(value: int) -> str:
    """Return a whole number with the locale's thousands separators, "31,877"."""
    return locale().toString(value)


def counted(text: str, n: int) -> str:
    """Fill a counted sentence.

    Args:
        text: What ``tr(source, "", n)`` gave: "{n} picture(s)" or, translated, a finished form.
        n: The count; 1 is singular in English, everything else plural.

    Returns:
        The sentence with the number in it, "1 picture", "31,877 pictures".
    """
    single = n == 1
    text = _ENDING.sub("" if single else "s", text)
    text = _EITHER.sub(r"\1" if single else r"\2", text)
    return text.replace("{n}", number(n))


def percent(probability: float) -> str:
    """Return a probability (0..1) as whole per cent, "98 %"."""
    value = locale().toString(round(probability * 100))
    return QCoreApplication.translate("wording", "{value} %").replace("{value}", value)


def signed_percent(share: float) -> str:
    """Return a share (-1..1) as whole per cent with its sign, "+12 %" or "−5 %"."""
    return f"{'−' if share < 0 else '+'}{percent(abs(share))}"


def file_size(size: int) -> str:
    """Return a size in bytes in the unit a file manager shows, "3.4 MB" (1 MB = 10^6 bytes)."""
    digits = 0 if size < 1_000_000 else 1
    return locale().formattedDataSize(size, digits, QLocale.DataSizeFormat.DataSizeSIFormat)


def day(moment: datetime) -> str:
    """Return a date in words without its weekday, "12 August 2021"."""
    pattern = _WEEKDAY.sub("", locale().dateFormat(QLocale.FormatType.LongFormat)).strip(" ,")
    return locale().toString(QDate(moment.year, moment.month, moment.day), pattern)


def date_and_time(moment: datetime) -> str:
    """Return a date in words with its time, "12 August 2021, 18:42"."""
    clock = QTime(moment.hour, moment.minute)
    return f"{day(moment)}, {locale().toString(clock, QLocale.FormatType.ShortFormat)}"


def time_left(seconds: float) -> str:
    """Return how long something still takes, in the one unit that matters, "6 minutes left"."""
    if seconds < _MINUTE:
        return QCoreApplication.translate("wording", "less than a minute left")
    if seconds < 1.5 * _HOUR:
        n = round(seconds / _MINUTE)
        return counted(QCoreApplication.translate("wording", "{n} minute(s) left", "", n), n)
    if seconds < 1.5 * _DAY:
        n = round(seconds / _HOUR)
        return counted(QCoreApplication.translate("wording", "{n} hour(s) left", "", n), n)
    n = round(seconds / _DAY)
    return counted(QCoreApplication.translate("wording", "{n} day(s) left", "", n), n)


def rate(per_second: float) -> str:
    """Return a speed, "63 pictures a second", or per minute where it is slow; "" where unknown."""
    if per_second >= 1.0:
        n = round(per_second)
        return counted(QCoreApplication.translate("wording", "{n} picture(s) a second", "", n), n)
    n = round(per_second * 60)
    if n < 1:
        return ""
    return counted(QCoreApplication.translate("wording", "{n} picture(s) a minute", "", n), n)


def printable(text: str) -> str:
    """Return a file name that can be drawn: bytes that are no UTF-8 become replacement marks."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
