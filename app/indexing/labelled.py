"""From what the networks say to what the library stores."""

from collections.abc import Iterable, Mapping, Sequence

from app.labeling.labeler import Labeler, PackLabels
from app.library.library import Library
from app.library.records import NewPrediction, Verdict


def predictions(said: Mapping[str, PackLabels]) -> tuple[NewPrediction, ...]:
    """What the packs said of one picture, as the library takes it."""
    return tuple(
        NewPrediction(one.pack, one.version, one.codes, one.embedding, one.gate_version)
        for one in said.values()
    )


def gate_decisions(
    library: Library, labeler: Labeler, photo_ids: Iterable[int | None]
) -> Sequence[Mapping[str, bool]]:
    """The user's word on the labels that open gates: True accepted, False rejected.

    Args:
        library: Holds the decisions.
        labeler: Holds the gates.
        photo_ids: Photos; None has no decisions.

    Returns:
        For each photo, in order, its decisions by label key.
    """
    photos = list(photo_ids)
    gates = {pack.gate.key for pack in labeler.packs if pack.gate is not None}
    known = sorted({photo for photo in photos if photo is not None})
    if not gates or not known:
        return [{} for _ in photos]
    decided = library.decisions.of(known)
    return [
        {}
        if photo is None
        else {
            one.label: one.verdict is Verdict.ACCEPTED
            for one in decided.get(photo, ())
            if one.label in gates
        }
        for photo in photos
    ]
