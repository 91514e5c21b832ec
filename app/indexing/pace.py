"""How fast a run goes, and how long it will still take."""

import time
from collections import deque
from collections.abc import Callable

from app.indexing.control import Control
from app.indexing.events import Progress

_WINDOW_SECONDS = 15.0
_ENOUGH_SECONDS = 2.0
"""Before that the rate is a guess, and so would be the time left."""


class Pace:
    """Counts what is done; the rate is that of the last seconds, since pictures differ.

    It is measured anew after a pause, which would spoil it for long.

    Args:
        total: How many there are to do.
        labelling: As in ``Progress``.
        words: As in ``Progress``.
        control: Knows of pauses.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        total: int,
        *,
        labelling: bool,
        words: bool = False,
        control: Control,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._labelling = labelling
        self._words = words
        self._control = control
        self._pauses = control.pauses
        self._clock = clock
        self._done = 0
        self._marks = deque([(clock(), 0)])

    def advance(self, count: int) -> Progress:
        """Notes that ``count`` more are done, and says how things stand."""
        now = self._clock()
        self._done += count
        if self._pauses != self._control.pauses:
            self._pauses = self._control.pauses
            self._marks.clear()
        self._marks.append((now, self._done))
        while len(self._marks) > 2 and self._marks[1][0] < now - _WINDOW_SECONDS:
            self._marks.popleft()
        since, before = self._marks[0]
        seconds = now - since
        rate = (self._done - before) / seconds if seconds > 0 else 0.0
        left = None
        if rate > 0 and seconds >= _ENOUGH_SECONDS:
            left = max(0, self._total - self._done) / rate
        return self.now(rate, left)

    def now(self, per_second: float = 0.0, seconds_left: float | None = None) -> Progress:
        """How far the run is."""
        return Progress(
            done=self._done,
            total=max(self._total, self._done),
            per_second=per_second,
            seconds_left=seconds_left,
            labelling=self._labelling,
            words=self._words,
        )
