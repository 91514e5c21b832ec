"""What search knows of a library at one revision. Immutable: searches need no lock.

A refresh makes the next snapshot. It shares with the one before every chunk in which nothing
changed, so a decision on one photo copies 3.5 MB and not the 53 MB of a million photos.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.labeling.label import KIND
from app.search.bits import CHUNK_WORDS, Bits
from app.search.chunk import Chunk
from app.search.dates import DateOrder, Seconds
from app.search.probabilities import Probabilities
from app.search.versions import DECIDED, VISIBLE, Versions
from app.search.vocabulary import Vocabulary

Order = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A library at one revision.

    Attributes:
        revision: The library's revision; changes after it are not in here.
        size: All photo ids are below it.
        versions: Pack versions and the rows of the chunks.
        vocabulary: All labels.
        chunks: Bit n of a chunk's row says that the photo ``chunk * 65536 + n`` is in the set
            that the row stands for; there may be more rows than sets.
        taken: int64 [size or more], seconds since 1970 of the wall clock as if it were UTC.
        added: int64 [size or more], seconds since 1970 (UTC).
        taken_order: int32 [photos], ids by the date taken and then by id, hidden photos too.
        probabilities: The bare predictions.
    """

    revision: int
    size: int
    versions: Versions
    vocabulary: Vocabulary
    chunks: tuple[Chunk, ...]
    taken: Seconds
    added: Seconds
    taken_order: Order
    probabilities: Probabilities

    def warm_up(self) -> None:
        """Prepare now what searches need, so that the first one need not wait for it."""
        _ = self.totals, self.by_taken

    @property
    def words(self) -> int:
        """Length of a row in words."""
        return len(self.chunks) * CHUNK_WORDS

    def row(self, key: str) -> Bits:
        """Return the photos in one set, hidden ones too: uint64 [words], to be changed freely."""
        at = self.versions.rows.get(key)
        if at is None or not self.chunks:
            return np.zeros(self.words, np.uint64)
        return np.concatenate([chunk.bits[at] for chunk in self.chunks])

    def any_of(self, keys: Iterable[str]) -> Bits:
        """Return the photos that are in any of some sets, hidden ones too."""
        together = np.zeros(self.words, np.uint64)
        for key in keys:
            together |= self.row(key)
        return together

    def seen(self, key: str) -> Bits:
        """Return the photos of which a label's probability is known."""
        names = {row: name for name, row in self.versions.rows.items()}
        return self.any_of(names[row] for row in self.versions.seeing(key))

    @cached_property
    def visible(self) -> Bits:
        """The photos that have a path."""
        return self.row(VISIBLE)

    @cached_property
    def decided(self) -> Bits:
        """The photos on which the user decided something."""
        return self.row(DECIDED)

    @cached_property
    def unlabelled(self) -> Bits:
        """The visible photos that match no label, but for what kind of picture they are."""
        labels = self.vocabulary.labels.values()
        some = self.any_of(label.key for label in labels if label.group != KIND)
        return self.visible & ~some

    @cached_property
    def total(self) -> int:
        """How many photos are visible."""
        return int(np.bitwise_count(self.visible).sum(dtype=np.int64))

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """How many visible photos match each label."""
        return self.counts(self.visible)

    @cached_property
    def by_taken(self) -> DateOrder:
        """All photos by the date taken."""
        return DateOrder.of(self.taken_order, self.taken[: self.size])

    @cached_property
    def by_added(self) -> DateOrder:
        """All photos by the date they came into the library."""
        ids = np.sort(self.taken_order)
        order: Order = ids[np.argsort(self.added[ids], kind="stable")]
        return DateOrder.of(order, self.added[: self.size])

    def counts(self, selected: Bits) -> Mapping[str, int]:
        """Return how many of some photos match each label.

        Args:
            selected: uint64 [words], no hidden photos among them.
        """
        chosen = int(np.bitwise_count(selected).sum(dtype=np.int64))
        if 2 * chosen > self.total and selected is not self.visible:
            # Nearly all: the few others are counted faster.
            others = self.counts(self.visible & ~selected)
            return {key: total - others[key] for key, total in self.totals.items()}
        rows = len(self.versions.rows)
        sums = np.zeros(rows, np.int64)
        for at, chunk in enumerate(self.chunks):
            part = selected[at * CHUNK_WORDS : (at + 1) * CHUNK_WORDS]
            if part.any():
                sums += chunk.counts(part)[:rows]
        found = sums.tolist()
        labels = self.vocabulary.labels
        return {key: found[row] for key, row in self.versions.rows.items() if key in labels}
