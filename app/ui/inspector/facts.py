"""The facts of one or many photos, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.ui.inspector.text import DOT
from app.ui.wording import counted, date_and_time, day, file_size, printable

if TYPE_CHECKING:
    from app.library.records import PhotoDetails, PhotoPath


def _in_a_row(*facts: str) -> str:
    """Join facts with dots; where a line is too narrow, it breaks at a dot, not inside a fact."""
    return DOT.join(fact for fact in facts if fact)


def place(path: PhotoPath) -> str:
    """Return where a photo lies, from its root folder down: "Pictures / 2021 Portugal"."""
    inside = path.relpath.split("/")[:-1]
    root = path.folder.name or str(path.folder)
    return printable(" / ".join([root, *inside]))


def folder_query(path: PhotoPath) -> str:
    """Return the query for the photos of the same folder and below."""
    folder = printable(path.path.parent.as_posix()).replace('"', '""')
    return f'folder:"{folder}"'


def facts(details: PhotoDetails) -> str:
    """Return date, pixels and size: "12 August 2021, 18:42 · 4032 × 3024 · 3.4 MB"."""
    card = details.card
    pixels = f"{card.width} × {card.height}"
    return _in_a_row(date_and_time(card.taken), pixels, file_size(details.bytes))


def date_source(taken_from: str) -> str:
    """Return where the date came from ("exif", "name" or "file"), in a sentence."""
    tr = QCoreApplication.translate
    if taken_from == "exif":
        return tr("inspector_facts", "The date is the camera's, from the picture itself.")
    if taken_from == "name":
        return tr("inspector_facts", "The date is from the file's name: the picture carries none.")
    return tr("inspector_facts", "The date is the file's: the picture carries none.")


@dataclass(frozen=True, slots=True)
class Sum:
    """The facts of many photos together.

    Attributes:
        count: How many photos.
        bytes: Their sizes added up.
        first: When the earliest was taken; None for no photo.
        last: When the latest was taken.
        places: In how many folders they lie.
    """

    count: int = 0
    bytes: int = 0
    first: datetime | None = None
    last: datetime | None = None
    places: frozenset[str] = frozenset()

    def plus(self, photos: Sequence[PhotoDetails]) -> Sum:
        """Return the sum with some more photos."""
        if not photos:
            return self
        taken = [photo.card.taken for photo in photos]
        if self.first is not None and self.last is not None:
            taken += [self.first, self.last]
        places = {place(photo.paths[0]) for photo in photos if photo.paths}
        return Sum(
            self.count + len(photos),
            self.bytes + sum(photo.bytes for photo in photos),
            min(taken),
            max(taken),
            self.places | places,
        )


def summed_place(total: Sum) -> str:
    """Return the folder of many photos, or in how many they lie."""
    if len(total.places) == 1:
        return next(iter(total.places))
    n = len(total.places)
    text = QCoreApplication.translate("inspector_facts", "in {n} folder(s)", "", n)
    return counted(text, n) if n else ""


def summed_facts(total: Sum) -> str:
    """Return date range and size: "3 March 2019 – 12 August 2021 · 1.2 GB"."""
    if total.first is None or total.last is None:
        return ""
    first, last = day(total.first), day(total.last)
    dates = first if first == last else f"{first} – {last}"
    return _in_a_row(dates, file_size(total.bytes))
