"""When a picture was taken: from its EXIF, else from its file's name, else from its file's time."""

import re
from datetime import datetime, time
from enum import StrEnum

from app.imaging.metadata import Metadata

EARLIEST_NAMED_YEAR = 1990
"""Before digital cameras, nothing named files by date: other eight digits are article numbers."""

_NANOSECONDS = 10**9
_NEVER = datetime(1970, 1, 1)

# 20210612, 2021-06-12, 2021_06_12, 2021.06.12, 2021 06 12: the separator is the same twice. Then
# perhaps a clock: 184233 (or with milliseconds), or 18-42-33, 18.42, 18h42m33, "at 6.42.33 PM".
# Four digits without a separator are no clock but a counter.
_DATED = re.compile(
    r"""(?<!\d)
    (?P<year>(?:19|20)\d\d)(?P<gap>[-_.:\ ]?)(?P<month>\d\d)(?P=gap)(?P<day>\d\d)
    (?:
        [-_T.\ ]{0,2}(?P<clock>\d{6})(?:\d{3})?(?!\d)
    |
        (?:[-_T.\ ,]{1,3}|\ at\ )
        (?P<hour>\d{1,2})[-_.:h](?P<minute>\d\d)(?:[-_.:m](?P<second>\d\d))?
        (?P<half>[\ \u202f]?[AP]M)?(?!\d)
    |
        (?!\d)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


class TakenFrom(StrEnum):
    """Where the date a picture was taken comes from."""

    EXIF = "exif"
    NAME = "name"
    FILE = "file"


def taken_at(metadata: Metadata, *, name: str, mtime_ns: int) -> tuple[datetime, TakenFrom]:
    """When a picture was taken, and how that is known.

    Args:
        metadata: What the file itself says.
        name: The file's name, with or without folders before it (only the last part counts).
        mtime_ns: When the file was last written, in nanoseconds since 1970, UTC.

    Returns:
        A wall clock time without a zone, and its source. A name that has a day but no time of day
        takes the file's time of day where the file was written on that day, else midnight.
    """
    if metadata.taken is not None:
        return metadata.taken, TakenFrom.EXIF
    written = _wall_clock(mtime_ns)
    named = _from_name(name.rpartition("/")[2], written)
    if named is not None:
        return named, TakenFrom.NAME
    return written, TakenFrom.FILE


def _wall_clock(mtime_ns: int) -> datetime:
    try:
        return datetime.fromtimestamp(mtime_ns // _NANOSECONDS)
    except (OverflowError, ValueError, OSError):  # a file system with a broken clock
        return _NEVER


def _from_name(name: str, written: datetime) -> datetime | None:
    for match in _DATED.finditer(name):
        try:
            day = datetime(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        # A day after tomorrow (time zones) has not been photographed yet.
        if day.year >= EARLIEST_NAMED_YEAR and (day - datetime.now()).days <= 1:
            return datetime.combine(day, _clock(match) or _clock_of_file(day, written))
    return None


def _clock(match: re.Match[str]) -> time | None:
    if solid := match["clock"]:
        hour, minute, second = int(solid[:2]), int(solid[2:4]), int(solid[4:])
    elif match["hour"]:
        hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    else:
        return None
    if match["half"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if match["half"].strip().upper() == "PM" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _clock_of_file(day: datetime, written: datetime) -> time:
    return written.time() if written.date() == day.date() else time()
