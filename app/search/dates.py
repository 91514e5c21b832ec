"""All photos newest first, and the months they fall into."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.search.results import Section

Ids = NDArray[np.int64]
Seconds = NDArray[np.int64]

# Below one photo in so many, sorting the few is faster than walking the order of all.
_FEW = 64


@dataclass(frozen=True, eq=False)
class DateOrder:
    """Photos by a date; made once for a snapshot, so that a search only picks from it.

    Attributes:
        dates: int64 [size], seconds since 1970, by photo id.
        newest: int64 [photos], ids, newest first, of equal dates the higher id first.
        months: Every month in which there is a photo, as a section of ``newest``.
    """

    dates: Seconds
    newest: Ids
    months: tuple[Section, ...]

    @classmethod
    def of(cls, ascending: NDArray[np.int32], dates: Seconds) -> "DateOrder":
        """Make the order from ids by date and id, ascending."""
        newest = ascending[::-1].astype(np.int64)
        newest.setflags(write=False)  # it is handed out as it is
        return cls(dates, newest, _months(dates[newest]))

    def pick(self, mask: NDArray[np.bool_], count: int) -> tuple[Ids, tuple[Section, ...]]:
        """Return some of the photos, newest first, and their months.

        Args:
            mask: bool [size or more], True for the photos that are wanted.
            count: How many these are.
        """
        if count == len(self.newest):
            return self.newest, self.months
        if count * _FEW < len(self.newest):
            few = np.flatnonzero(mask)[::-1].astype(np.int64, copy=False)
            ids = few[np.argsort(-self.dates[few], kind="stable")]
            return ids, _months(self.dates[ids])
        places = np.flatnonzero(mask[self.newest])
        starts = np.searchsorted(places, [month.start for month in self.months])
        counts = np.diff(starts, append=len(places))
        sections = tuple(
            Section(month.year, month.month, start, length)
            for month, start, length in zip(
                self.months, starts.tolist(), counts.tolist(), strict=True
            )
            if length
        )
        return self.newest[places], sections


def turned(ids: Ids, sections: tuple[Section, ...]) -> tuple[Ids, tuple[Section, ...]]:
    """Return photos and their months the other way round."""
    return ids[::-1].copy(), tuple(
        Section(each.year, each.month, len(ids) - each.start - each.count, each.count)
        for each in reversed(sections)
    )


def _months(dates: Seconds) -> tuple[Section, ...]:
    """Part descending dates by month."""
    if not len(dates):
        return ()
    last, first = dates[[0, -1]].astype("M8[s]").astype("M8[M]")
    # Far fewer months than photos, as a rule: look for the months among the dates.
    months = np.arange(last, first - 1, -1)
    ends = np.searchsorted(-dates, -months.astype("M8[s]").astype(np.int64), side="right")
    counts = np.diff(ends, prepend=0)
    years, numbers = np.divmod(months.astype(np.int64) + 1970 * 12, 12)
    there = counts > 0
    return tuple(
        Section(year, number + 1, end - count, count)
        for year, number, end, count in zip(
            years[there].tolist(),
            numbers[there].tolist(),
            ends[there].tolist(),
            counts[there].tolist(),
            strict=True,
        )
    )
