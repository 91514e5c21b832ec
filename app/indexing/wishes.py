"""Which photos are read, and the leave to read, which can be withdrawn at any moment."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from app.labeling.codes import threshold_code
from app.labeling.pack import Pack
from app.library.library import Library

ENABLED_SETTING: Final = "read_words"
"""Name of the library's setting: whether pictures are read without being asked for one by one."""
EVERY_SETTING: Final = "read_every_picture"
"""Name of the library's setting: whether that is every picture, not only those of some kinds."""

_KINDS: Final = frozenset(
    {"poster", "screenshot", "document", "receipt", "chart", "drawing", "meme"}
)
_KIND: Final = "kind"
"""The group of the labels that say what kind of picture it is."""
_PACK: Final = "photos"
"""The pack whose kinds count: it sees every picture."""

PROBABLY: Final = 0.25
"""The probability from which a picture counts as one of these kinds.

Probabilities are calibrated, so one in four of the faintest is right: a page that search misses is
gone for its owner, three ordinary pictures read in vain cost a second or two, once. With photos 4,
of cross-fitted training pictures in three views, .008 of the ordinary photos reach .25 (.016 reach
.1), and .993 of the screenshots, documents, receipts and charts; .946 of these pages reach their
kinds' own thresholds.
"""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be read besides the photos that the user asks for one by one.

    Attributes:
        kinds: Label keys, each with the least code (0..255) from which a photo is read.
        everything: Every photo.
    """

    kinds: Mapping[str, int] = field(default_factory=dict)
    everything: bool = False


def wishes(library: Library, packs: Sequence[Pack]) -> Wishes:
    """Returns what the user's settings and the present packs make of it."""
    if not is_enabled(library):
        return Wishes()
    least = threshold_code(PROBABLY)
    kinds = {
        pack.key(label.id): least
        for pack in packs
        if pack.id == _PACK
        for label in pack.labels
        if label.group == _KIND and label.id in _KINDS
    }
    return Wishes(kinds, everything=reads_everything(library))


def is_enabled(library: Library) -> bool:
    """Whether pictures are read without being asked for; so it is until the user says otherwise."""
    return library.settings.get(ENABLED_SETTING, True) is True


def reads_everything(library: Library) -> bool:
    """Whether every picture is to be read; only if the user says so."""
    return library.settings.get(EVERY_SETTING, False) is True


class Leave:
    """Leave to read: what was begun before it was withdrawn is not stored afterwards.

    Used from several threads: who reads asks it, who erases withdraws it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._withdrawals = 0

    @property
    def mark(self) -> int:
        """How often it was withdrawn so far: to be remembered when reading begins."""
        return self._withdrawals

    @contextmanager
    def withdrawn(self) -> Iterator[None]:
        """Ends the reading at once; within the block nothing read is stored."""
        self._withdrawals += 1
        with self._lock:
            try:
                yield
            finally:
                # What was begun meanwhile may be of photos that were asked for before.
                self._withdrawals += 1

    def store(self, mark: int, store: Callable[[], None]) -> bool:
        """Calls ``store`` unless the leave was withdrawn since ``mark``; returns whether it did."""
        with self._lock:
            if self._withdrawals != mark:
                return False
            store()
            return True
