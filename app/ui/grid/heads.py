"""The heads over the photos: months, or years where months would stand almost empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from app.search.results import Section
from app.ui.wording import locale

# Under a head of its own, each handful of photos begins a new row: with fewer than this the page
# would be heads and holes.
FEWEST: Final = 4


@dataclass(frozen=True, slots=True)
class Head:
    """A head and how many photos follow it."""

    title: str
    count: int


def heads_of(sections: Sequence[Section]) -> tuple[Head, ...]:
    """Return the heads for a result's months: one a month, one a year, or none.

    Args:
        sections: The months in the order of the result.
    """
    total = sum(section.count for section in sections)
    if total >= FEWEST * len(sections):
        return tuple(
            Head(f"{locale().standaloneMonthName(section.month)} {section.year}", section.count)
            for section in sections
        )
    years = tuple(
        Head(str(year), sum(section.count for section in months))
        for year, months in groupby(sections, key=lambda section: section.year)
    )
    return years if total >= FEWEST * len(years) else ()
