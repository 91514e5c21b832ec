"""Why a label, for words: what its probability is without each line that was read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.labeling.session import PackSession

MOST_LINES = 64
"""Lines that are left out one at a time, the longest first: a poster has a dozen, and a page of
thousands must not ask the network thousands of times."""

_TOGETHER = 8
"""Texts that are encoded between two calls of ``go_on``."""


@dataclass(frozen=True, slots=True)
class WeighedLines:
    """What the lines of one picture do to one label's probability (0..1, as the network says it).

    Attributes:
        whole: with all lines.
        none: without any.
        without: for each line, without that line; None: it was not tried (see ``MOST_LINES``).
    """

    whole: float
    none: float
    without: tuple[float | None, ...]

    def share(self, at: int) -> float | None:
        """How much a line raises the probability (-1..1; below 0: it lowers it)."""
        left = self.without[at]
        return None if left is None else self.whole - left


def weigh_lines(
    session: PackSession,
    image: NDArray[np.uint8],
    label: int,
    lines: Sequence[str],
    go_on: Callable[[], None] = lambda: None,
) -> WeighedLines:
    """Leaves out one line after the other.

    Args:
        session: of a pack that reads.
        image: uint8 [1,H,W,3] RGB of the size the pack asks for.
        label: the label's place among the pack's.
        lines: largest first, as packs read them.
        go_on: called now and then; what it raises ends the work.

    Raises:
        ValueError: the pack does not read, or the picture has another shape or type.
        PackError: a network fails, or the session is closed.
    """
    by_length = sorted(range(len(lines)), key=lambda at: -len(lines[at]))
    tried = sorted(by_length[:MOST_LINES])
    texts = ["\n".join(lines), *(_without(lines, at) for at in tried), ""]
    parts = []
    for start in range(0, len(texts), _TOGETHER):
        go_on()
        part = session.encode(texts[start : start + _TOGETHER])
        if part is None:
            raise ValueError(f"the pack {session.pack.id} does not read")
        parts.append(part)
    found = session.variants(image, np.concatenate(parts))[:, label]
    whole, *left, none = (float(each) for each in found)
    without: list[float | None] = [None] * len(lines)
    for at, probability in zip(tried, left, strict=True):
        without[at] = probability
    return WeighedLines(whole, none, tuple(without))


def _without(lines: Sequence[str], at: int) -> str:
    return "\n".join((*lines[:at], *lines[at + 1 :]))
