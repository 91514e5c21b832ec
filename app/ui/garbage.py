"""Python's collection of cyclic garbage, where and when the window can bear it.

Left to itself it runs in whatever thread allocates, while all others wait. With a million photos
being compared with the disk that is a third of a second, time and again; and a widget that dies in
another thread takes Qt down with it. So it is done here: on the GUI thread, little by little.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QTimer

_EVERY_MS: Final = 500
# New objects since the last time: below the first there is nothing to gain; above the second
# somebody builds a large table, which has no cycles and takes long to look through.
_FEW: Final = 700
_BULK: Final = 10_000
# How many steps of one generation lie between two of the next; Python's own 10 would let so much
# come together that a step takes 100 ms.
_TIMES: Final = 5


class Collector:
    """Collects in small steps; ``step`` is to be called again and again on the GUI thread."""

    def __init__(self) -> None:
        self._steps = 0

    def step(self) -> None:
        """Look through what is new, more rarely through what is older."""
        new = gc.get_count()[0]
        if new > _BULK:
            # Puts all that lives aside, unseen; reference counting frees it all the same.
            gc.freeze()
        elif new > _FEW:
            self._steps += 1
            gc.collect(self._generation())

    def _generation(self) -> int:
        if self._steps % (_TIMES * _TIMES) == 0:
            return 2
        return 1 if self._steps % _TIMES == 0 else 0


@contextmanager
def collected_on_this_thread() -> Iterator[None]:
    """Collect garbage on this thread's event loop, and on no other thread, for the time being."""
    collector = Collector()
    timer = QTimer()
    timer.setInterval(_EVERY_MS)
    timer.timeout.connect(collector.step)
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        gc.unfreeze()
        if was_enabled:
            gc.enable()
