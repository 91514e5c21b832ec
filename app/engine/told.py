"""Why a label, for words: what the lines that were read in a picture do to its probability."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.labeling.why import WeighedLines

if TYPE_CHECKING:
    from app.reading import Line

LEAST: Final = 0.005
"""Shares below it are no whole per cent, so that nothing is told of them."""


@dataclass(frozen=True, slots=True)
class ToldLine:
    """What one line of a picture does to a label's probability.

    Attributes:
        line: The line.
        share: -1..1: how much lower the probability is without it; below 0: it is higher.
    """

    line: "Line"
    share: float


@dataclass(frozen=True, slots=True)
class Told:
    """What the words in a picture do to one label's probability.

    Attributes:
        was_read: Whether the picture was read at all.
        any_lines: Whether lines were found in it.
        whole: 0..1, with all words.
        none: 0..1, without any.
        lines: Those that change it by a whole per cent at least, the strongest first.
    """

    was_read: bool = False
    any_lines: bool = False
    whole: float = 0.0
    none: float = 0.0
    lines: tuple[ToldLine, ...] = ()

    @property
    def together(self) -> float:
        """How much all words together raise it, -1..1; below 0: they lower it."""
        return self.whole - self.none


NOT_READ: Final = Told()


def told_by(lines: "Sequence[Line]", weighed: WeighedLines) -> Told:
    """Return what lines do to a label.

    Args:
        lines: As they were weighed.
        weighed: What it came to.
    """
    shares = [weighed.share(at) for at in range(len(lines))]
    told = [
        ToldLine(line, share)
        for line, share in zip(lines, shares, strict=True)
        if share is not None and abs(share) >= LEAST
    ]
    told.sort(key=lambda each: -abs(each.share))
    return Told(True, bool(lines), weighed.whole, weighed.none, tuple(told))
