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


def with_rest(
    lines: Sequence[str], marks: Sequence[Sequence[Stretch]], at: int
) -> tuple[str, list[Stretch]]:
    """Return a line, with the lines after it on which what was found in it goes on.

    Args:
        lines: All lines of a picture.
        marks: For each line, (start, end) of what was found, ascending.
        at: The position of the line.
    """
    text, found = lines[at], list(marks[at])
    for line, more in zip(lines[at + 1 :], marks[at + 1 :], strict=True):
        if not (found and more) or _has_word(text[found[-1][1] :] + line[: more[0][0]]):
            break
        moved = [(start + len(text) + 1, end + len(text) + 1) for start, end in more]
        # The break between two lines is found like any other space.
        found = [*found[:-1], (found[-1][0], moved[0][1]), *moved[1:]]
        text = f"{text} {line}"
    return text, found


def _has_word(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


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
