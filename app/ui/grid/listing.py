"""The photos on the page: the sure ones and, where they are unfolded, the less sure behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from app.ui.grid.heads import heads_of

if TYPE_CHECKING:
    from app.library.sought import Sought
    from app.search.results import LessSure, SearchResult


class Listing:
    """What there is to lay out. Never changed once it is made.

    Attributes:
        result: The sure photos; None before the first search.
        less_sure: What the same query nearly finds; None while that is not known.
        unfolded: The less sure photos are on the page, too.
        sure: How many sure photos there are.
        offered: How many less sure ones there are, on the page or folded away.
        ids: int64 [n], the ids of all photos on the page, in order.
        heads: The heads over the sure photos.
    """

    def __init__(
        self,
        result: SearchResult | None = None,
        less_sure: LessSure | None = None,
        *,
        unfolded: bool = False,
    ) -> None:
        sure: NDArray[np.int64] = np.empty(0, np.int64) if result is None else result.ids
        nearly = np.empty(0, np.int64) if less_sure is None else less_sure.ids
        if len(nearly) and len(sure):
            # One that was accepted a moment ago is among the sure ones already.
            nearly = nearly[~np.isin(nearly, sure)]
        self.result = result
        self.less_sure = less_sure
        self.unfolded = unfolded
        self.sure = len(sure)
        self.offered = len(nearly)
        self.ids = np.concatenate([sure, nearly]) if unfolded and len(nearly) else sure
        self.heads = () if result is None else heads_of(result.sections)

    @property
    def query(self) -> str | None:
        """What was searched for; None before the first search."""
        return None if self.result is None else self.result.query

    @property
    def terms(self) -> tuple[Sought, ...]:
        """What was searched in the text of pictures."""
        return () if self.result is None else self.result.terms

    @property
    def last_section(self) -> int | None:
        """How many less sure photos are on the page; None if there is no such section."""
        if not self.offered:
            return None
        return self.offered if self.unfolded else 0

    def with_result(self, result: SearchResult) -> Listing:
        """Return the photos of another result.

        The less sure of the same query stay until theirs come, so that nothing flickers.
        """
        same = result.query == self.query and result.asked_labels
        return Listing(result, self.less_sure if same else None, unfolded=self.unfolded)

    def with_less_sure(self, less_sure: LessSure) -> Listing:
        """Return the same sure photos with others behind them."""
        return Listing(self.result, less_sure, unfolded=self.unfolded)

    def with_fold(self, *, unfolded: bool) -> Listing:
        """Return the same photos with the less sure ones on the page, or folded away."""
        return Listing(self.result, self.less_sure, unfolded=unfolded)
