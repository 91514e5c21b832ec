"""What is known of the words in one photo; gathered away from the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.sought import Sought
    from app.reading import Line
    from app.search.text import Stretch


@dataclass(frozen=True, slots=True)
class ShownWords:
    """The words in one photo, with what is to be marked in them.

    Attributes:
        photo_id: The photo.
        lines: In reading order; empty where nothing was found, None where it was never read.
        marks: For each line, (start, end) in characters of what the search looks for.
        waiting: It was asked for, and will be read.
        by_itself: Pictures of some kinds are read without being asked for.
        refusal: Why no picture can be read, one sentence; empty as far as nothing is wrong.
    """

    photo_id: int
    lines: tuple[Line, ...] | None = None
    marks: tuple[tuple[Stretch, ...], ...] = ()
    waiting: bool = False
    by_itself: bool = True
    refusal: str = ""

    @property
    def hits(self) -> tuple[int, ...]:
        """The positions of the lines in which something is marked, ascending."""
        return tuple(at for at, marks in enumerate(self.marks) if marks)


def ask_words(engine: Engine, photo_id: int, terms: Sequence[Sought]) -> Callable[[], ShownWords]:
    """Return the work that finds the words of a photo and what of them is sought.

    Args:
        engine: Knows them.
        photo_id: The photo.
        terms: What the search looks for (``SearchResult.terms``).
    """

    def work() -> ShownWords:
        known = engine.words.of(photo_id)
        return ShownWords(
            photo_id,
            lines=known.lines if known.was_read else None,
            marks=marks_of(known.lines, terms),
            waiting=known.waiting,
            by_itself=engine.words.enabled(),
            refusal=engine.words.refusal(),
        )

    return work


def marks_of(lines: Sequence[Line], terms: Sequence[Sought]) -> tuple[tuple[Stretch, ...], ...]:
    """Return what is to be marked in each line of a photo; empty without anything sought."""
    if not terms or not lines:
        return ()
    from app.search.text import matches_in_lines

    return tuple(map(tuple, matches_in_lines([line.text for line in lines], terms)))
