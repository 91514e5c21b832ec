"""Puts the photos of a result in order, and parts them by month."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from app.search.bits import Bits, count, to_mask
from app.search.results import Section
from app.search.snapshot import Order, Seconds, Snapshot
from app.search.syntax import Sort, SortKey

Ids = NDArray[np.int64]
NEWEST_FIRST = Sort(SortKey.TAKEN, reverse=True)

# Below one photo in so many, sorting the few is faster than walking the order of all.
_FEW = 64


def ordered(
    snapshot: Snapshot,
    selected: Bits,
    sort: Sort,
    *,
    by_name: Callable[[], Ids],
    scores: Callable[[Ids], NDArray[np.integer]],
) -> tuple[Ids, tuple[Section, ...]]:
    """Return the selected photos in order, and their months if the order is one of dates.

    Equal ones stand newest first; reversed, everything is turned round but that.

    Args:
        snapshot: The library.
        selected: uint64 [words], visible photos.
        sort: What to sort by.
        by_name: Gives the ids of all visible photos by name; asked only if needed.
        scores: Gives a score for each photo of ascending ids; asked only if needed.

    Returns:
        int64 [n] ids, and the sections.
    """
    mask = to_mask(selected)
    match sort.key:
        case SortKey.TAKEN:
            return _by_date(snapshot.by_taken, snapshot.taken, mask, selected, sort)
        case SortKey.ADDED:
            return _by_date(snapshot.by_added, snapshot.added, mask, selected, sort)
        case SortKey.NAME:
            names = by_name()
            names = names[names < len(mask)]
            ids = names[mask[names]]
            return (ids[::-1].copy() if sort.reverse else ids), ()
        case SortKey.PROBABILITY:
            ids = np.flatnonzero(mask).astype(np.int64, copy=False)
            score = scores(ids).astype(np.int64)
            keys = (-ids, -snapshot.taken[ids], score if sort.reverse else -score)
            return ids[np.lexsort(keys)], ()


def _by_date(
    order: Order, dates: Seconds, mask: NDArray[np.bool_], selected: Bits, sort: Sort
) -> tuple[Ids, tuple[Section, ...]]:
    if count(selected) * _FEW < len(order):
        few = np.flatnonzero(mask)
        ids = few[np.argsort(dates[few], kind="stable")].astype(np.int64, copy=False)
    else:
        ids = order[np.flatnonzero(mask[order])].astype(np.int64)
    months = sections(dates[ids])
    if not sort.reverse:
        return ids, months
    turned = tuple(
        Section(each.year, each.month, len(ids) - each.start - each.count, each.count)
        for each in reversed(months)
    )
    return ids[::-1].copy(), turned


def sections(dates: Seconds) -> tuple[Section, ...]:
    """Part dates by month.

    Args:
        dates: int64 [n], ascending, seconds since 1970.
    """
    if not len(dates):
        return ()
    first, last = dates[[0, -1]].astype("M8[s]").astype("M8[M]")
    # Far fewer months than photos, as a rule: look for the months among the dates.
    months = np.arange(first, last + 1)
    starts = np.searchsorted(dates, months.astype("M8[s]").astype(np.int64))
    counts = np.diff(starts, append=len(dates))
    years, numbers = np.divmod(months.astype(np.int64) + 1970 * 12, 12)
    return tuple(
        Section(year, number + 1, start, length)
        for year, number, start, length in zip(
            years.tolist(), numbers.tolist(), starts.tolist(), counts.tolist(), strict=True
        )
        if length
    )
