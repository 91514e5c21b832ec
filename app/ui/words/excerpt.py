"""The part of a line around what was found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.search.text import Stretch

MOST: Final = 80
"""Characters of an excerpt, the dots at its ends not counted."""
_BEFORE: Final = 20
"""Characters kept before the first hit, so that it stands in sight."""
DOTS: Final = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a line.

    Attributes:
        text: With dots where something was left out.
        marks: (start, end) in characters of ``text`` of what was looked for.
    """

    text: str
    marks: tuple[Stretch, ...] = ()


def excerpt(line: str, marks: Sequence[Stretch]) -> Excerpt:
    """Return at most ``MOST`` characters of a line around the first mark, cut between words.

    Args:
        line: The line.
        marks: (start, end) of what was found, ascending; may be empty.
    """
    if len(line) <= MOST:
        return Excerpt(line, tuple(marks))
    first, first_end = marks[0] if marks else (0, 0)
    start = max(min(first - _BEFORE, len(line) - MOST), 0)
    start = _word_start(line, start, first) if start else 0
    end = min(start + MOST, len(line))
    if end < len(line):
        end = _word_end(line, max(first_end, start + 1), end)
    text = line[start:end].rstrip()
    before = DOTS if start else ""
    after = DOTS if end < len(line) else ""
    moved = len(before) - start
    kept = tuple(
        (max(mark, start) + moved, min(stop, start + len(text)) + moved)
        for mark, stop in marks
        if mark < start + len(text) and stop > start
    )
    return Excerpt(f"{before}{text}{after}", kept)


def qt_length(text: str) -> int:
    """Return how long Qt says a text is: it counts characters beyond the first 65,536 twice."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def _word_start(line: str, start: int, last: int) -> int:
    """Return where the next word begins, or ``start`` if none does up to ``last``."""
    space = line.find(" ", start - 1, last)
    return start if space < 0 else space + 1


def _word_end(line: str, first: int, end: int) -> int:
    """Return where the last word before ``end`` ends, or ``end`` if none does after ``first``."""
    space = line.rfind(" ", first, end + 1)
    return end if space < 0 else space
