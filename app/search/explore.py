"""Labels to start from, each with its best picture."""

import numpy as np

from app.labeling.label import KIND
from app.library.library import Library
from app.search.bits import to_ids
from app.search.results import Tile
from app.search.snapshot import Snapshot
from app.search.vocabulary import LabelInfo


def tiles(snapshot: Snapshot, library: Library, limit: int) -> list[Tile]:
    """Return the most frequent labels, each with the photo that shows it best.

    Muted labels are left out, those that are only found by an explicit probability, what kind of
    picture it is, and a label that finds nothing that a more special one does not find. A photo
    stands for one label only, as far as there are others.
    """
    chosen = _chosen(snapshot)[:limit]
    used: set[int] = set()
    best: list[tuple[LabelInfo, int]] = []
    for label in chosen:
        photo = _best(label.key, snapshot, used, limit)
        used.add(photo)
        best.append((label, photo))
    hashes = {card.id: card.content_hash for card in library.photos.cards(sorted(used))}
    return [
        Tile(label.key, label.name, label.group, snapshot.totals[label.key], photo, hashes[photo])
        for label, photo in best
        if photo in hashes
    ]


def _chosen(snapshot: Snapshot) -> list[LabelInfo]:
    totals = snapshot.totals
    labels = snapshot.vocabulary.labels
    same = {
        parent
        for label in labels.values()
        for parent in label.parents
        if totals.get(parent) == totals[label.key]
    }
    fitting = [
        label
        for label in labels.values()
        if totals[label.key]
        and label.key not in same
        and label.key not in snapshot.vocabulary.muted
        and label.group != KIND
        and (label.threshold is not None or label.own)
    ]
    return sorted(fitting, key=lambda label: (-totals[label.key], label.name))


def _best(key: str, snapshot: Snapshot, used: set[int], limit: int) -> int:
    """Return the likeliest photo of a label, if possible one that is not used; newest on a tie."""
    ids = to_ids(snapshot.row(key) & snapshot.visible)[::-1]
    codes = snapshot.probabilities.column(key)[ids]
    # Among limit + 1 photos one is not used yet.
    enough = min(limit + 1, len(ids))
    bar = np.partition(codes, len(codes) - enough)[len(codes) - enough]
    likely = np.flatnonzero(codes >= bar)
    first = ids[likely[np.argsort(-codes[likely].astype(np.int16), kind="stable")]][:enough]
    return next((int(photo) for photo in first if int(photo) not in used), int(first[0]))
