"""Texts of training pictures, each time a little different, as another look would read them."""

import string
from collections.abc import Sequence
from typing import Final

import numpy as np

from app.reading import Line
from app.reading.line import largest_first
from trainer.reading_settings import Disturbance

_HEIGHTS_APART: Final = 0.15
"""Spread of what is added to the logarithm of a line's height before lines are ordered anew."""
_LEAST_HEIGHT: Final = 1e-3
_REPLACED, _LOST = 0.4, 0.7
"""Of letters that are misread, the share replaced by another; up to this share, lost; the rest get
another one after them."""


def disturbed(lines: Sequence[Line], settings: Disturbance, random: np.random.Generator) -> str:
    """Return lines as a text, largest first; some left out, reordered, letters misread.

    Args:
        lines: What was read; at least one of them stays.
        settings: How much is changed.
        random: Decides.
    """
    ordered = largest_first(lines)
    kept = [line for line in ordered if random.random() >= settings.leave_out] or ordered
    if random.random() < settings.reorder:
        heights = np.log([max(line.height, _LEAST_HEIGHT) for line in kept])
        moved = heights + random.normal(0, _HEIGHTS_APART, len(kept))
        kept = [kept[place] for place in np.argsort(-moved, kind="stable").tolist()]
    text = "\n".join(line.text for line in kept)
    return _misread(text, 2 * settings.misread * random.random(), random)


def _misread(text: str, share: float, random: np.random.Generator) -> str:
    """Return the text with about a share of its letters misread."""
    if not share:
        return text
    letters = list(text)
    chances = random.random(len(letters)) / share
    others = random.integers(len(string.ascii_lowercase), size=len(letters))
    for place in np.flatnonzero(chances < 1).tolist():
        letter, other = letters[place], string.ascii_lowercase[others[place]]
        if not letter.isalpha():
            continue
        if chances[place] < _REPLACED:
            letters[place] = other
        else:
            letters[place] = "" if chances[place] < _LOST else letter + other
    return "".join(letters)
