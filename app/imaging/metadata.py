"""What a picture file tells about the moment it was taken."""

import re
from dataclasses import dataclass
from datetime import datetime

from app.imaging.exif import Exif

EARLIEST_YEAR = 1826
"""No photograph is older than Niépce's; cameras without a set clock write the year 0."""
LATEST_YEAR = 2200

_EXIF_DATE = re.compile(
    r"(\d{4})[:/.-](\d{1,2})[:/.-](\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """When and with what a picture was taken, as its file says.

    Attributes:
        taken: The camera's wall clock, without a time zone; None where the file does not say.
        camera: Maker and model in one, for people; None where the file does not say.
    """

    taken: datetime | None
    camera: str | None


def interpret(exif: Exif) -> Metadata:
    """Makes sense of what the camera wrote; dates that cannot be are passed over.

    EXIF 2.32 writes "2021:06:12 18:42:33"; other separators are common, and so is a row of zeros
    or blanks for "unknown".
    """
    taken = next((date for text in exif.dates if (date := _date(text))), None)
    return Metadata(taken, _camera(exif.make, exif.model))


def _date(text: str) -> datetime | None:
    match = _EXIF_DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        date = datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    return date if EARLIEST_YEAR <= year <= LATEST_YEAR else None


def _camera(make: str, model: str) -> str | None:
    # Makers write "NIKON CORPORATION" beside "NIKON D750": the model alone says it all.
    first_word = make.split(" ", 1)[0].casefold()
    if model and first_word and not model.casefold().startswith(first_word):
        return f"{make} {model}"
    return model or make or None
