"""What is said about where a label was seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from app.ui.wording import percent

if TYPE_CHECKING:
    from app.engine import Sighting, Spot

_NEARLY_ALL: Final = 0.85
"""The share of a picture that a label fills before it counts as all over it."""


def found_text(name: str, probability: float | None) -> str:
    """Return the caption of an overlay: "Where Lumitag saw “dog” (92 %)"."""
    text = _tr("Where Lumitag saw “{label}”").replace("{label}", name)
    return text if probability is None else f"{text} ({percent(probability)})"


def nothing_text(name: str) -> str:
    """Return what is said where no part of the picture stands out."""
    return _tr("No part of the picture stands out for “{label}”.").replace("{label}", name)


def waiting_text(name: str) -> str:
    """Return what is said while the answer is on its way."""
    return _tr("Looking for “{label}”…").replace("{label}", name)


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


def _tr(text: str) -> str:
    return QCoreApplication.translate("where", text)
