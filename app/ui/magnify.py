"""Draws everything larger than the desktop would: words, buttons and pictures in the lists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PERCENTS: Final = (100, 125, 150, 200)
"""How large: 200 is what WCAG 2.1 asks for at least (1.4.4)."""
_FACTOR: Final = "QT_SCALE_FACTOR"


@contextmanager
def magnified(percent: int) -> Iterator[None]:
    """Make an application within this that draws everything at some percent.

    Qt knows no other way than the environment, and looks there only once. Who set it already has
    the last word; the programs that Lumitag starts do not inherit it.
    """
    if percent == 100 or _FACTOR in os.environ:
        yield
        return
    os.environ[_FACTOR] = str(percent / 100)
    try:
        yield
    finally:
        del os.environ[_FACTOR]
