"""All there is to say about the labels of a few photos."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from app.labeling.codes import SCALE, to_probability
from app.library.library import Library
from app.library.records import Decision, StoredPrediction, Verdict
from app.search.results import PhotoLabel, PhotoLabels
from app.search.snapshot import Snapshot
from app.search.versions import Version
from app.search.vocabulary import OWN, LabelInfo

Label = TypeVar("Label")

_LESS_SURE = 12
# Of the less sure labels, so many stand there even if they are hardly likely at all.
_ALWAYS = 3
_FAINTEST = 0.05


def labels_of(photo_ids: Sequence[int], library: Library, snapshot: Snapshot) -> list[PhotoLabels]:
    """Return the labels of some photos, in the order asked."""
    ids = [int(photo) for photo in photo_ids]
    predictions = library.predictions.of(ids)
    decisions = library.decisions.of(ids)
    return [
        PhotoLabels(photo, _of_one(predictions.get(photo, []), decisions.get(photo, []), snapshot))
        for photo in ids
    ]


def _of_one(
    predictions: Sequence[StoredPrediction], decisions: Sequence[Decision], snapshot: Snapshot
) -> tuple[PhotoLabel, ...]:
    by_key = {decision.label: decision for decision in decisions}
    found: list[PhotoLabel] = []
    told = {prediction.pack: prediction for prediction in predictions}
    packs = dict.fromkeys([*told, *(key.partition("/")[0] for key in by_key)])
    for pack in packs:
        if pack != OWN:
            found.extend(_of_pack(pack, told.get(pack), by_key, snapshot))
    listed = {label.key for label in found}
    found.extend(
        _stray(decision, snapshot) for key, decision in by_key.items() if key not in listed
    )
    return tuple(_arranged(found))


def _of_pack(
    pack: str,
    prediction: StoredPrediction | None,
    decisions: Mapping[str, Decision],
    snapshot: Snapshot,
) -> Iterator[PhotoLabel]:
    """Yield the labels of one pack that are shown, decided, or worth a question."""
    version = _version(pack, prediction, snapshot)
    if version is None:
        return
    codes = None if prediction is None else prediction.codes
    ids: dict[Verdict, list[str]] = {Verdict.ACCEPTED: [], Verdict.REJECTED: []}
    for key, decision in decisions.items():
        if key in version.columns:
            ids[decision.verdict].append(key.partition("/")[2])
    accepted, rejected = ids[Verdict.ACCEPTED], ids[Verdict.REJECTED]
    matches = version.hierarchy.matches(codes, accepted, rejected)
    shown = set(version.hierarchy.shown(codes, accepted, rejected))
    unsure = set(_less_sure(version, codes, matches, accepted, rejected))
    muted = snapshot.vocabulary.muted
    for at, key in enumerate(version.keys):
        found = decisions.get(key)
        if found is None and (key in muted or not (at in shown or at in unsure)):
            continue
        label = version.hierarchy.labels[at]
        yield PhotoLabel(
            key=key,
            name=label.name,
            group=label.group,
            probability=None if codes is None else to_probability(codes[at]),
            verdict=None if found is None else found.verdict,
            carried_over=found is not None and found.carried_over,
            match=bool(matches[at]),
            shown=at in shown,
            threshold=label.threshold,
            depth=version.hierarchy.depth(at),
        )


def _version(pack: str, prediction: StoredPrediction | None, snapshot: Snapshot) -> Version | None:
    """Return the version that a prediction is of, else the pack's current one."""
    if prediction is None:
        return snapshot.versions.current(pack)
    fitting = [
        version
        for version in snapshot.versions.by_id.values()
        if (version.pack, version.version) == (pack, prediction.version)
        and (prediction.codes is None or len(prediction.codes) == len(version.keys))
    ]
    return max(fitting, key=lambda version: version.id, default=None)


def _less_sure(
    version: Version,
    codes: np.typing.NDArray[np.uint8] | None,
    matches: np.typing.NDArray[np.bool_],
    accepted: Sequence[str],
    rejected: Sequence[str],
) -> list[int]:
    """Return the places of the likeliest labels that are below their threshold."""
    if codes is None:
        return []
    asked = ~matches & ~version.hierarchy.withheld(codes, accepted, rejected)
    likeliest = np.argsort(-codes.astype(np.int64), kind="stable")
    below = [
        int(at)
        for at in likeliest
        if asked[at] and codes[at] and version.hierarchy.labels[at].threshold is not None
    ]
    return likely_enough(below, [codes[at] / SCALE for at in below])


def likely_enough(labels: Sequence[Label], probabilities: Sequence[float]) -> list[Label]:
    """Return the first of some less sure labels, likeliest first, that are worth a question."""
    return [
        label
        for rank, (label, probability) in enumerate(zip(labels, probabilities, strict=True))
        if rank < _LESS_SURE and (rank < _ALWAYS or probability >= _FAINTEST)
    ]


def _stray(decision: Decision, snapshot: Snapshot) -> PhotoLabel:
    """Return a decided label of the user's own, or of a pack that does not know it any more."""
    known = snapshot.vocabulary.labels.get(decision.label)
    info = known or LabelInfo.unknown(decision.label)
    accepted = decision.verdict is Verdict.ACCEPTED
    return PhotoLabel(
        key=decision.label,
        name=info.name,
        group=info.group,
        probability=None,
        verdict=decision.verdict,
        carried_over=decision.carried_over,
        match=accepted,
        shown=accepted,
        threshold=None,
    )


def _arranged(labels: Sequence[PhotoLabel]) -> list[PhotoLabel]:
    """Put labels in the order of ``PhotoLabels``."""

    def place(label: PhotoLabel) -> tuple[int, bool, int, float]:
        likely = label.probability or 0.0
        if label.shown:
            return 0, label.verdict is not Verdict.ACCEPTED, -label.depth, -likely
        if label.verdict is Verdict.ACCEPTED:
            return 1, False, 0, -likely
        return (2 if label.verdict is Verdict.REJECTED else 3), False, 0, -likely

    ordered = sorted(labels, key=place)
    sure = [label for label in ordered if place(label)[0] < 3]
    return sure + [label for label in ordered if place(label)[0] == 3][:_LESS_SURE]
