"""Things the window shows as soon as they have come: fetched in the background, kept a while."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from app.ui.background import Background

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Fetched(QObject, Generic[K, V]):
    """A bounded store that fills itself with what is wanted now.

    ``want`` says what is on the screen, most urgent first. Small batches are fetched one after the
    other, each from the newest wish: what was scrolled away before its turn is never fetched.
    """

    arrived = Signal()
    """Something that was wanted can now be had from ``get``."""

    def __init__(
        self,
        background: Background,
        fetch: Callable[[list[K]], dict[K, V]],
        *,
        limit: int,
        cost: Callable[[V], int] = lambda _: 1,
        batch: int,
        parent: QObject | None = None,
    ) -> None:
        """Make an empty store.

        Args:
            background: Where ``fetch`` runs.
            fetch: Returns what it finds of a list of keys; a key without a value is not asked for
                again until ``forget_missing``.
            limit: What the kept values may cost together.
            cost: Of one value, in the unit of ``limit``.
            batch: Keys in one call of ``fetch``.
            parent: As for any QObject.
        """
        super().__init__(parent)
        self._background = background
        self._fetch = fetch
        self._limit = limit
        self._cost = cost
        self._batch = batch
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._spent = 0
        self._missing: set[K] = set()
        self._outdated: set[K] = set()
        self._wanted: list[K] = []
        self._fetching = False
        self._generation = 0

    @property
    def spent(self) -> int:
        """What the kept values cost together."""
        return self._spent

    @property
    def settled(self) -> bool:
        """True when everything wanted is here or known to be missing."""
        return not self._fetching and not self._wanted

    def get(self, key: K) -> V | None:
        """Return what is here now; ask for more with ``want``."""
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def want(self, keys: Iterable[K]) -> None:
        """Say what is wanted now, most urgent first; earlier wishes are forgotten."""
        self._wanted = [
            key
            for key in keys
            if (key not in self._kept or key in self._outdated) and key not in self._missing
        ]
        self._next()

    def forget_missing(self) -> None:
        """Ask again, when it is wanted, for what was not there before."""
        self._missing.clear()

    def is_missing(self, key: K) -> bool:
        """True if it was asked for and is not there."""
        return key in self._missing

    def outdate(self) -> None:
        """What is kept may have changed: it is shown on, and fetched again when it is wanted."""
        self._generation += 1
        self._outdated = set(self._kept)
        self._missing.clear()

    def clear(self) -> None:
        """Let go of everything that is kept."""
        self._kept.clear()
        self._missing.clear()
        self._outdated.clear()
        self._spent = 0

    def _next(self) -> None:
        if self._fetching or not self._wanted:
            return
        keys, self._wanted = self._wanted[: self._batch], self._wanted[self._batch :]
        self._fetching = True
        generation = self._generation
        self._background.run(
            lambda: self._fetch(keys),
            lambda found: self._take(keys, found, generation),
            lambda error: self._fail(keys, error),
            owner=self,
        )

    def _take(self, keys: list[K], found: dict[K, V], generation: int) -> None:
        self._fetching = False
        if generation == self._generation:
            self._missing.update(key for key in keys if key not in found)
            self._outdated.difference_update(keys)
        for key, value in found.items():
            self._keep(key, value)
        if found:
            self.arrived.emit()
        self._next()

    def _fail(self, keys: list[K], error: Exception) -> None:
        self._fetching = False
        self._missing.update(keys)
        self._background.failed.emit(self._background.sentence(error))
        self._next()

    def _keep(self, key: K, value: V) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._spent -= self._cost(old)
        self._kept[key] = value
        self._spent += self._cost(value)
        while self._spent > self._limit and len(self._kept) > 1:
            key, dropped = self._kept.popitem(last=False)
            self._outdated.discard(key)
            self._spent -= self._cost(dropped)
