"""Probabilities as one byte each: how the library stores them and how they are compared.

A photo's probabilities are kept as ``uint8`` codes, ``round(p * 255)``. Thresholds are compared as
codes too, so that what search finds in bulk and what a single photo shows never differ by rounding.
"""

import numpy as np
from numpy.typing import NDArray

SCALE = 255
"""The code of probability 1."""

NEVER = SCALE + 1
"""The threshold code that no code reaches."""

_AS_LIKELY_AS_NOT = 0.5
_FAINTEST = 0.05
"""Below it too many labels nearly stand, and hardly one of them is right."""


def to_codes(probabilities: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Rounds probabilities to codes.

    Args:
        probabilities: any shape, 0..1; what lies outside is clipped, and NaN counts as 0.

    Returns:
        Codes of the same shape, 0..255.
    """
    # In double precision, like ``threshold_code``: in single, .3 times 255 falls on the other side.
    precise = np.asarray(probabilities, np.float64)
    valid = np.clip(np.nan_to_num(precise, nan=0.0), 0, 1)
    codes: NDArray[np.uint8] = np.rint(valid * SCALE).astype(np.uint8)
    return codes


def to_probability(code: int) -> float:
    """The probability (0..1) that a code (0..255) stands for."""
    return int(code) / SCALE


def threshold_code(threshold: float | None) -> int:
    """The smallest code that reaches a threshold.

    Args:
        threshold: a probability 0..1, or None for a label that is never predicted.

    Returns:
        1..255, or ``NEVER``. At least 1: a probability of zero never makes a match.
    """
    if threshold is None:
        return NEVER
    return min(max(1, round(threshold * SCALE)), SCALE)


def nearly(threshold: int) -> int:
    """The code from which a label nearly stands on a photo, as something to ask about.

    Half of a threshold: thresholds stand where hardly any label is wrong, and probabilities are
    calibrated, so that at the half every third or so is still right. A label without a
    threshold is one that could not be made right often enough, so that it begins where it is as
    likely as not.

    Args:
        threshold: the code from which it is predicted, 1..255, or ``NEVER``.

    Returns:
        1..255.
    """
    if threshold == NEVER:
        return threshold_code(_AS_LIKELY_AS_NOT)
    return max(-(-threshold // 2), threshold_code(_FAINTEST))
