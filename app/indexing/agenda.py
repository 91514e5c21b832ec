"""What the follower has to look through, and when: requests at once, hints after a calm moment."""

import math
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from app.indexing.watcher import Hint

CALM_SECONDS = 0.5
"""A hint is followed when nothing else happened for so long: copying makes many events."""
PATIENCE_SECONDS = 3.0
"""But no hint waits longer than this, however busy the disk is."""
BURST = 2000
"""After so many hints in one folder it is looked through as a whole: one pass is faster then."""


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is due now.

    Attributes:
        everything: Look through every folder.
        relabel: Look for photos that the packs have not seen.
        requested: Directories that somebody asked for.
        hinted: Directories in which something seems to have changed.
        read: Look for photos whose words are to be read.
    """

    everything: bool
    relabel: bool
    requested: tuple[Hint, ...]
    hinted: tuple[Hint, ...]
    read: bool = False

    def __bool__(self) -> bool:
        return bool(self.everything or self.relabel or self.read or self.requested or self.hinted)


class Pending:
    """Collects what is to be done, from any thread, until it is taken."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._everything = False
        self._relabel = False
        self._read = False
        self._requested: dict[Hint, None] = {}
        self._hinted: dict[Hint, None] = {}
        self._counts: Counter[int] = Counter()
        self._first = self._last = 0.0
        self._later: dict[Hint, float] = {}
        self._woken = False

    def request(self, what: Hint | None) -> None:
        """Asks for a directory, or for everything (None)."""
        with self._changed:
            if what is None:
                self._everything = True
            else:
                self._requested[what] = None
            self._changed.notify_all()

    def request_relabel(self) -> None:
        """Asks to label photos that the packs have not seen."""
        with self._changed:
            self._relabel = True
            self._changed.notify_all()

    def request_read(self) -> None:
        """Asks to read photos that are to be read."""
        with self._changed:
            self._read = True
            self._changed.notify_all()

    def hint(self, hint: Hint) -> None:
        """Notes that something may have changed."""
        with self._changed:
            now = self._clock()
            if not self._hinted:
                self._first = now
            self._last = now
            self._counts[hint.folder_id] += 1
            if self._counts[hint.folder_id] < BURST:
                self._hinted[hint] = None
            else:
                for other in [one for one in self._hinted if one.folder_id == hint.folder_id]:
                    del self._hinted[other]
                self._hinted[Hint(hint.folder_id, "", recursive=True)] = None
            self._changed.notify_all()

    def hint_later(self, hint: Hint, seconds: float) -> None:
        """Notes that a directory is to be looked at again after a while."""
        with self._changed:
            self._later[hint] = self._clock() + seconds

    def wake(self) -> None:
        """Ends ``wait`` early."""
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def take(self) -> Agenda:
        """What is due now; it is forgotten here."""
        with self._changed:
            now = self._clock()
            hinted: list[Hint] = []
            if self._hinted and now >= self._due():
                hinted += self._hinted
                self._hinted.clear()
                self._counts.clear()
            for hint in [one for one, due in self._later.items() if due <= now]:
                del self._later[hint]
                hinted.append(hint)
            requested = tuple(self._requested)
            agenda = Agenda(self._everything, self._relabel, requested, tuple(hinted), self._read)
            self._everything = self._relabel = self._read = False
            self._requested.clear()
            return agenda

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, not even for its time."""
        with self._changed:
            waiting = self._hinted or self._later or self._requested
            return not (waiting or self._everything or self._relabel or self._read)

    @property
    def is_due(self) -> bool:
        """Whether ``take`` would give something to do."""
        with self._changed:
            return self._is_asked() or self._seconds_to_hints() <= 0

    def wait(self, longest: float) -> None:
        """Returns when something may be due, or was woken, at most after ``longest`` seconds."""
        with self._changed:
            end = self._clock() + longest
            while not (self._woken or self._is_asked()):
                left = min(end - self._clock(), self._seconds_to_hints())
                if left <= 0:
                    break
                self._changed.wait(left)
            self._woken = False

    def _is_asked(self) -> bool:
        return bool(self._everything or self._relabel or self._read or self._requested)

    def _seconds_to_hints(self) -> float:
        due = [*self._later.values(), *([self._due()] if self._hinted else [])]
        return min(due, default=math.inf) - self._clock()

    def _due(self) -> float:
        return min(self._last + CALM_SECONDS, self._first + PATIENCE_SECONDS)
