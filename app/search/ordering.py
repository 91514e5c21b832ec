"""Puts the photos of a result in order."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.search.bits import Bits, count, to_mask
from app.search.dates import turned
from app.search.results import Section
from app.search.snapshot import Snapshot
from app.search.syntax import Sort, SortKey

Ids = NDArray[np.int64]
NEWEST_FIRST = Sort(SortKey.TAKEN, reverse=True)

# Keys of two bytes are sorted by counting, many times faster than wider ones.
_LARGEST_KEY = np.iinfo(np.uint16).max


def ordered(
    snapshot: Snapshot,
    selected: Bits,
    sort: Sort,
    *,
    by_name: Callable[[], Ids],
    scores: Callable[[Ids], NDArray[np.int64]],
) -> tuple[Ids, tuple[Section, ...]]:
    """Return the selected photos in order, and their months if the order is one of dates.

    Args:
        snapshot: The library.
        selected: uint64 [words], visible photos.
        sort: What to sort by; among the equally likely, or equally good, the newest come first.
        by_name: Gives the ids of all visible photos by name; asked only if needed.
        scores: Gives the score of each photo, 0 or more; asked only if needed.

    Returns:
        int64 [n] ids, and the sections. The arrays may belong to the snapshot.
    """
    mask = to_mask(selected)
    if sort.key is SortKey.NAME:
        names = by_name()
        names = names[names < len(mask)]
        ids = names[mask[names]]
        return (ids[::-1].copy() if sort.reverse else ids), ()
    order = snapshot.by_added if sort.key is SortKey.ADDED else snapshot.by_taken
    ids, sections = order.pick(mask, count(selected))
    if sort.key in (SortKey.PROBABILITY, SortKey.MATCH):
        return by_score(ids, scores(ids), likeliest_first=not sort.reverse), ()
    return (ids, sections) if sort.reverse else turned(ids, sections)


def by_score(ids: Ids, score: NDArray[np.int64], *, likeliest_first: bool) -> Ids:
    """Return photos by their scores; those of the same score stay in the order they have.

    Args:
        ids: int64 [n].
        score: int64 [n], 0 or more.
        likeliest_first: The highest score first, or the lowest.
    """
    if not len(ids):
        return ids
    key = score.max() - score if likeliest_first else score
    if key.max() <= _LARGEST_KEY:
        key = key.astype(np.uint16)
    return ids[np.argsort(key, kind="stable")]
