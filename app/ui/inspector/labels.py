"""What one or many selected photos say together about each label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.library.records import Verdict

if TYPE_CHECKING:
    from app.search.results import PhotoLabel, PhotoLabels


@dataclass(frozen=True, slots=True)
class LabelState:
    """One label over the selected photos.

    Attributes:
        key: The label's stable key, "pack/id" or "user/slug".
        name: What people read.
        of: How many photos are selected.
        has: How many of them match the label.
        predicted: How many would match by prediction alone.
        accepted: On how many the user accepted it.
        rejected: On how many the user rejected it.
        carried: How many of these decisions came over from an earlier picture at the same place.
        probability: 0..1, the mean over the photos for which one is known; None for none.
        sure: Whether it belongs to the labels proper rather than to the less sure.
    """

    key: str
    name: str
    of: int
    has: int = 0
    predicted: int = 0
    accepted: int = 0
    rejected: int = 0
    carried: int = 0
    probability: float | None = None
    sure: bool = True

    def after(self, verdict: Verdict | None) -> LabelState:
        """Return the state once ``verdict`` is the user's word on every selected photo."""
        accepted = self.of if verdict is Verdict.ACCEPTED else 0
        rejected = self.of if verdict is Verdict.REJECTED else 0
        has = accepted if verdict is not None else self.predicted
        return replace(self, has=has, accepted=accepted, rejected=rejected, carried=0)

    @property
    def verdict(self) -> Verdict | None:
        """The user's word where it is the same for every selected photo."""
        if self.accepted == self.of:
            return Verdict.ACCEPTED
        return Verdict.REJECTED if self.rejected == self.of else None


class Tally:
    """Adds up the labels of photos, a handful at a time, so that many can be stopped midway."""

    def __init__(self, of: int) -> None:
        """Begin with nothing.

        Args:
            of: How many photos are selected.
        """
        self._of = of
        self._counts: dict[str, _Count] = {}

    def add(self, photos: Iterable[PhotoLabels]) -> None:
        """Add the labels of some of the photos."""
        for photo in photos:
            for label in photo.labels:
                count = self._counts.get(label.key)
                if count is None:
                    count = self._counts[label.key] = _Count(label.name)
                count.add(label)

    def states(self) -> tuple[LabelState, ...]:
        """Return every label seen: those that are there, those rejected, then the less sure.

        The labels of one photo stay in the order they came in. For several, what most photos have
        comes first.
        """
        states = [count.state(key, self._of) for key, count in self._counts.items()]
        if self._of > 1:
            states.sort(key=lambda state: (-state.has, -(state.probability or 0.0), state.name))
        states.sort(key=_section)
        return tuple(states)


def _section(state: LabelState) -> int:
    if not state.sure:
        return 2
    return 1 if state.rejected and not state.has else 0


class _Count:
    """The running sums of one label."""

    __slots__ = (
        "accepted",
        "carried",
        "has",
        "known",
        "name",
        "predicted",
        "rejected",
        "sure",
        "total",
    )

    def __init__(self, name: str) -> None:
        self.name = name
        self.has = self.predicted = self.accepted = self.rejected = self.carried = self.known = 0
        self.total = 0.0
        self.sure = False

    def add(self, label: PhotoLabel) -> None:
        if label.probability is not None:
            self.known += 1
            self.total += label.probability
            if label.threshold is not None and label.probability >= label.threshold:
                self.predicted += 1
        self.has += label.match or label.shown
        self.accepted += label.verdict is Verdict.ACCEPTED
        self.rejected += label.verdict is Verdict.REJECTED
        self.carried += label.carried_over
        self.sure = self.sure or label.shown or label.verdict is not None

    def state(self, key: str, of: int) -> LabelState:
        return LabelState(
            key=key,
            name=self.name,
            of=of,
            has=self.has,
            predicted=self.predicted,
            accepted=self.accepted,
            rejected=self.rejected,
            carried=self.carried,
            probability=self.total / self.known if self.known else None,
            sure=self.sure,
        )


def kept_in_place(
    before: Sequence[LabelState], now: Sequence[LabelState]
) -> tuple[LabelState, ...]:
    """Return ``now`` with every label where it stood ``before``.

    A row must not jump away under the pointer because its label was accepted or rejected; labels
    that are new follow at the end of their part. Own labels that nothing holds any more stay as an
    empty row until other photos are selected, so that a slip can be taken back in place.
    """
    fresh = {state.key: state for state in now}
    kept = []
    for old in before:
        state = fresh.pop(old.key, None)
        if state is None:
            state = replace(old, has=0, predicted=0, accepted=0, rejected=0, carried=0)
        kept.append(replace(state, sure=old.sure))
    sure = [state for state in (*kept, *fresh.values()) if state.sure]
    return (*sure, *(state for state in (*kept, *fresh.values()) if not state.sure))
