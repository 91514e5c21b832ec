"""From probabilities and decisions to the labels a photo matches, and to those that are shown.

A photo *matches* a label if the label or a descendant is accepted, or is predicted at or above its
threshold and neither that one nor an ancestor of it is rejected. *Shown* are the matches less the
labels hidden by another (``hidden_with``), less the ancestors of other shown labels; of the
exclusive group ``kind`` only one.
"""

from collections.abc import Collection, Sequence
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from app.labeling.codes import NEVER, SCALE, nearly, threshold_code
from app.labeling.label import KIND, Label

Codes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

BLOCK = 8192
"""Photos rolled up at a time: a block of 425 labels fits the second-level cache when turned."""


class Hierarchy:
    """The labels of one pack version, ready for many photos. Immutable, safe in any thread.

    Attributes:
        labels: the L labels, in the order of the codes.
        thresholds: int32 [L], the code from which each label is predicted; ``NEVER`` for none.
        nearly: int32 [L], the code from which each label nearly stands.
    """

    def __init__(self, labels: Sequence[Label]) -> None:
        self.labels = tuple(labels)
        self.thresholds = np.array([threshold_code(each.threshold) for each in labels], np.int32)
        self.nearly = np.array([nearly(int(code)) for code in self.thresholds], np.int32)
        self._at = {label.id: at for at, label in enumerate(self.labels)}
        parents = {
            at: [self._at[parent] for parent in label.parents]
            for at, label in enumerate(self.labels)
        }
        order = list(TopologicalSorter(parents).static_order())
        size = len(self.labels)
        self._ancestors: Mask = np.zeros((size, size), np.bool_)
        """[L,L]: row D, column A: A is an ancestor of D."""
        for at in order:
            for parent in parents[at]:
                self._ancestors[at] |= self._ancestors[parent]
                self._ancestors[at, parent] = True
        self._depths = np.zeros(size, np.int32)
        for at in order:
            above = [int(self._depths[parent]) + 1 for parent in parents[at]]
            self._depths[at] = max(above, default=0)
        self._edges = [(at, parent) for at in reversed(order) for parent in parents[at]]
        self._hidden_with = [
            [self._at[other] for other in label.hidden_with] for label in self.labels
        ]
        self._kind = np.array([label.group == KIND for label in self.labels], np.bool_)

    def ancestors(self, label_id: str) -> frozenset[str]:
        """The ids of all more general labels, however far."""
        row = self._ancestors[self._at[label_id]]
        return frozenset(self.labels[at].id for at in np.flatnonzero(row))

    def depth(self, at: int) -> int:
        """How special a label is: the steps of the longest way up to one without parents."""
        return int(self._depths[at])

    def roll_up(self, codes: Codes) -> Mask:
        """Which labels many undecided photos match.

        Args:
            codes: uint8 [N,L].

        Returns:
            bool [N,L]; each label's column is contiguous in memory.
        """
        count, size = codes.shape
        columns = np.empty((size, count), np.bool_)
        reachable = np.minimum(self.thresholds, SCALE).astype(np.uint8)
        for start in range(0, count, BLOCK):
            block: Mask = np.greater_equal(codes[start : start + BLOCK], reachable)
            columns[:, start : start + BLOCK] = block.T
        columns[self.thresholds == NEVER] = False
        for child, parent in self._edges:
            columns[parent] |= columns[child]
        return columns.T

    def matches(
        self,
        codes: Codes | None,
        accepted: Collection[str] = (),
        rejected: Collection[str] = (),
    ) -> Mask:
        """Which labels one photo matches.

        Args:
            codes: uint8 [L], or None for a photo that the pack has not looked at.
            accepted: ids the user accepted; ids that are not the pack's are passed over.
            rejected: ids the user rejected.

        Returns:
            bool [L].
        """
        own = self._mask(accepted)
        if codes is not None:
            refused = self._mask(rejected)
            below_refused = _any(self._ancestors[:, refused], axis=1)
            own |= np.greater_equal(codes, self.thresholds) & ~refused & ~below_refused
        return own | _any(self._ancestors[own], axis=0)

    def shown(
        self,
        codes: Codes | None,
        accepted: Collection[str] = (),
        rejected: Collection[str] = (),
    ) -> list[int]:
        """The labels to show for one photo, as places among ``labels``.

        A label without a threshold is shown only if the user accepted it, whatever it has below it.

        Args:
            codes: uint8 [L], or None for a photo that the pack has not looked at.
            accepted: ids the user accepted.
            rejected: ids the user rejected.

        Returns:
            The accepted ones first, then the most specific first (see ``depth``), and of these the
            likeliest.
        """
        agreed = self._mask(accepted)
        likely = np.zeros(len(self.labels), np.int32) if codes is None else codes.astype(np.int32)
        likely[agreed] = NEVER
        candidates = self.matches(codes, accepted, rejected)
        candidates &= agreed | (self.thresholds != NEVER)
        candidates &= ~self._kinds_outdone(candidates, agreed, likely)
        visible = candidates.copy()
        for at in np.flatnonzero(candidates & ~agreed):
            visible[at] = not candidates[self._hidden_with[at]].any()
        visible &= ~_any(self._ancestors[visible], axis=0)
        places = np.flatnonzero(visible)
        order = np.lexsort((-likely[places], -self._depths[places], ~agreed[places]))
        return [int(at) for at in places[order]]

    def withheld(
        self,
        codes: Codes,
        accepted: Collection[str] = (),
        rejected: Collection[str] = (),
    ) -> Mask:
        """Which labels are not even offered as less sure for one photo.

        They are those that another hides (``hidden_with``) which stands there or nearly does: what
        must not be shown beside a person is not offered beside one either. Of what kind a picture
        is may always be asked: ``photo`` is hidden only because it says so little.

        Args:
            codes: uint8 [L].
            accepted: ids the user accepted.
            rejected: ids the user rejected.

        Returns:
            bool [L].
        """
        refused = self._mask(rejected)
        there: Mask = np.greater_equal(codes, self.nearly)
        there &= ~refused & ~_any(self._ancestors[:, refused], axis=1)
        there |= _any(self._ancestors[there], axis=0)
        there |= self.matches(codes, accepted, rejected)
        withheld = np.zeros(len(self.labels), np.bool_)
        for at, others in enumerate(self._hidden_with):
            withheld[at] = bool(others) and not self._kind[at] and there[others].any()
        return withheld

    def _kinds_outdone(self, candidates: Mask, agreed: Mask, likely: NDArray[np.int32]) -> Mask:
        """The candidates of the group ``kind`` that give way to the winning one.

        What the user accepted wins, even twice; else the likeliest. A winner's own ancestors and
        descendants say the same less or more exactly, so they stay.
        """
        kinds = candidates & self._kind
        if kinds.sum() < 2:
            return np.zeros_like(kinds)
        winners = kinds & agreed
        if not winners.any():
            winners = np.zeros_like(kinds)
            winners[np.argmax(np.where(kinds, likely, -1))] = True
        above = _any(self._ancestors[winners], axis=0)
        below = _any(self._ancestors[:, winners], axis=1)
        return kinds & ~winners & ~above & ~below

    def _mask(self, ids: Collection[str]) -> Mask:
        mask = np.zeros(len(self.labels), np.bool_)
        mask[[self._at[each] for each in ids if each in self._at]] = True
        return mask


def _any(mask: Mask, *, axis: int) -> Mask:
    found: Mask = np.logical_or.reduce(mask, axis=axis)
    return found


def ancestors(labels: Sequence[Label]) -> dict[str, frozenset[str]]:
    """All more general labels of each label, by id."""
    hierarchy = Hierarchy(labels)
    return {label.id: hierarchy.ancestors(label.id) for label in labels}


def roll_up(labels: Sequence[Label], codes: Codes) -> Mask:
    """``Hierarchy.roll_up`` for one call: bool [N,L] from uint8 [N,L]."""
    return Hierarchy(labels).roll_up(codes)


def shown(
    labels: Sequence[Label],
    codes: Codes | None,
    accepted: Collection[str] = (),
    rejected: Collection[str] = (),
) -> list[int]:
    """``Hierarchy.shown`` for one call; keep a ``Hierarchy`` where there are many photos."""
    return Hierarchy(labels).shown(codes, accepted, rejected)
