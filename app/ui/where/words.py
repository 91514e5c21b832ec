"""What is said about why a photo has a label: where it was seen, and what its words add."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from app.ui.wording import percent, signed_percent
from app.ui.words.excerpt import excerpt

if TYPE_CHECKING:
    from app.engine import Sighting, Spot, Told, ToldLine

_NEARLY_ALL: Final = 0.85
"""The share of a picture that a label fills before it counts as all over it."""
_TELLING: Final = 0.005
"""What all words together do to a label is told from here on: it is a whole per cent."""


def found_text(name: str, probability: float | None) -> str:
    """Return the caption of an overlay: "Where Lumitag saw “dog” (92 %)"."""
    return _with_percent(_tr("Where Lumitag saw “{label}”"), name, probability)


def nothing_text(name: str) -> str:
    """Return what is said where no part of the picture stands out."""
    return _tr("No part of the picture stands out for “{label}”.").replace("{label}", name)


def why_text(name: str, probability: float | None) -> str:
    """Return the caption where a pack cannot say where it looked, but which words it read."""
    return _with_percent(_tr("Why “{label}”"), name, probability)


def waiting_text(name: str) -> str:
    """Return what is said while the answer is on its way."""
    return _tr("Looking for “{label}”…").replace("{label}", name)


def weighing_text() -> str:
    """Return what is said while the words are weighed."""
    return _tr("Weighing the words in it…")


def told_text(told: Told) -> str:
    """Return one sentence about the words as a whole; lines may follow it."""
    if not told.was_read:
        return _tr("The words in it were not read.")
    if not told.any_lines:
        return _tr("No words were found in it.")
    if abs(told.together) < _TELLING and not told.lines:
        return _tr("The words in it change nothing.")
    text = _tr("All words in it together: {value}")
    return text.replace("{value}", signed_percent(told.together))


def quoted(line: ToldLine) -> str:
    """Return a line's words in quotation marks; of a very long line the beginning."""
    return _tr("“{words}”").replace("{words}", excerpt(line.line.text, ()).text)


def line_text(line: ToldLine) -> str:
    """Return what a line does to the label, in words: "“HORROR” +50 %"."""
    return f"{quoted(line)} {signed_percent(line.share)}"


def place_text(seen: Sighting, spot: Spot) -> str:
    """Return the place in words, for those who cannot see the overlay: "at the upper left"."""
    _, _, width, height = spot.box
    if width * height >= _NEARLY_ALL * seen.width * seen.height:
        return _tr("all over the picture")
    column = min(3 * spot.peak[0] // max(seen.width, 1), 2)
    row = min(3 * spot.peak[1] // max(seen.height, 1), 2)
    places = (
        (_tr("at the upper left"), _tr("at the top"), _tr("at the upper right")),
        (_tr("at the left"), _tr("in the middle"), _tr("at the right")),
        (_tr("at the lower left"), _tr("at the bottom"), _tr("at the lower right")),
    )
    return places[row][column]


def _with_percent(text: str, name: str, probability: float | None) -> str:
    text = text.replace("{label}", name)
    return text if probability is None else f"{text} ({percent(probability)})"


def _tr(text: str) -> str:
    return QCoreApplication.translate("where", text)
