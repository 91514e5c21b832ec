"""What one or many selected photos say together about each label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.library.records import Verdict

if TYPE_CHECKING:
    from app.search.results import LabelSummary, PhotoLabel, PhotoLabels, SelectionLabels


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


def states_of_photo(photo: PhotoLabels) -> tuple[LabelState, ...]:
    """Return the labels of one photo: those that are there, those rejected, then the less sure."""
    return tuple(sorted(map(_alone, photo.labels), key=_section))


def states_of_photos(together: SelectionLabels) -> tuple[LabelState, ...]:
    """Return the labels of several photos, in the same order; covered labels are left out."""
    sure = (_summed(label, together.photos, sure=True) for label in together.sure)
    less_sure = (_summed(label, together.photos, sure=False) for label in together.less_sure)
    return (*sure, *less_sure)


def _section(state: LabelState) -> int:
    if not state.sure:
        return 2
    return 1 if state.rejected and not state.has else 0


def _alone(label: PhotoLabel) -> LabelState:
    likely, threshold = label.probability, label.threshold
    return LabelState(
        key=label.key,
        name=label.name,
        of=1,
        has=int(label.match or label.shown),
        predicted=int(likely is not None and threshold is not None and likely >= threshold),
        accepted=int(label.verdict is Verdict.ACCEPTED),
        rejected=int(label.verdict is Verdict.REJECTED),
        carried=int(label.carried_over),
        probability=likely,
        sure=label.shown or label.verdict is not None,
    )


def _summed(label: LabelSummary, of: int, *, sure: bool) -> LabelState:
    return LabelState(
        key=label.key,
        name=label.name,
        of=of,
        has=label.matching,
        predicted=label.predicted,
        accepted=label.accepted,
        rejected=label.rejected,
        carried=label.carried_over,
        probability=label.probability,
        sure=sure,
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
