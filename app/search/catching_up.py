"""Makes the next snapshot from the last one and what changed in the library since."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.library.library import Library
from app.library.records import Facts, PredictionBlock, UserLabel
from app.search.columns import Codes, Columns, Ids
from app.search.dates import Seconds
from app.search.draft import Draft
from app.search.probabilities import Delta, Part, Probabilities
from app.search.snapshot import Order, Snapshot
from app.search.versions import DECIDED, VISIBLE, Version, Versions, seen_row
from app.search.vocabulary import Vocabulary

# Above so many new photos, all dates at once are looked up faster than one by one.
_MANY = 500


class Sink(Protocol):
    """Takes the codes that were read, for whoever keeps them."""

    def start(self, versions: Versions, size: int) -> None:
        """Be told, once, which labels there are and that all ids are below ``size``."""

    def put(self, version: Version, ids: Ids, codes: Codes) -> None:
        """Take codes uint8 [n, L] of photos int64 [n], ascending."""

    def finish(self, old: Probabilities, ids: Ids, size: int) -> Probabilities:
        """Return the probabilities, now that those of all changed photos were taken."""


class DeltaSink:
    """Keeps codes in memory, as a change to what the cache file holds."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    def start(self, versions: Versions, size: int) -> None:
        """Nothing to prepare."""

    def put(self, version: Version, ids: Ids, codes: Codes) -> None:
        """Take codes."""
        self._parts.append(Part(version.columns, ids, codes))

    def finish(self, old: Probabilities, ids: Ids, size: int) -> Probabilities:
        """Return the old probabilities and the change."""
        return old.with_delta(Delta(ids, tuple(self._parts)), size)


@dataclass(slots=True)
class _Verdicts:
    """The decisions on one photo about the labels of one pack (or the user's own)."""

    accepted: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)


Decided = Mapping[int, Mapping[str, _Verdicts]]


def nothing(columns: Columns) -> Snapshot:
    """Return the snapshot of a library of which nothing has been read yet."""
    empty = np.empty(0, np.int64)
    return Snapshot(
        revision=0,
        size=0,
        versions=Versions.read((), ()),
        vocabulary=Vocabulary(()),
        chunks=(),
        taken=empty,
        added=empty,
        taken_order=np.empty(0, np.int32),
        probabilities=Probabilities(columns),
    )


def caught_up(old: Snapshot, library: Library, sink: Sink) -> tuple[Snapshot, bool]:
    """Return the library as it is now, and whether a search may answer differently.

    Args:
        old: The last snapshot; ``nothing`` for a start from scratch.
        library: The library.
        sink: Keeps the codes of the photos that changed.
    """
    stored = {version.id: version for version in library.packs.all()}
    with library.facts.snapshot() as now:
        facts = now.facts_since(old.revision)
        decisions = now.decisions_since(old.revision)
        # A version may come, or be dropped, around the moment of ``now``.
        stored |= {version.id: version for version in library.packs.all()}
        own, muted = library.labels.user(), library.labels.muted()
        others = [label.key for label in own] + [key for _, key, _ in decisions]
        listed = [stored[number] for number in sorted(stored)]
        versions = Versions.read(listed, others, before=old.versions)
        size = max(old.size, int(facts.ids[-1]) + 1 if len(facts.ids) else 0)
        draft = Draft(old.chunks, size, len(versions.rows))
        draft.clear(facts.ids[facts.ids < old.size])
        draft.put(versions.rows[VISIBLE], facts.ids[facts.visible])
        sink.start(versions, size)
        blocks = now.predictions_since(old.revision)
        _put_matches(draft, versions, blocks, _by_photo(decisions), sink)
    lost = [key for key in versions.unknown(own) if draft.any(versions.rows[key])]
    same = _same_labels(old, versions, own, muted, lost)
    vocabulary = old.vocabulary if same else versions.vocabulary(own, muted, lost)
    changed = bool(len(facts.ids)) or not same
    snapshot = Snapshot(
        revision=now.revision,
        size=size,
        versions=versions,
        vocabulary=vocabulary,
        chunks=draft.chunks(),
        taken=_with_values(old.taken, old.size, size, facts.ids, facts.taken),
        added=_with_values(old.added, old.size, size, facts.ids, facts.added),
        taken_order=_order(old, facts),
        probabilities=sink.finish(old.probabilities, facts.ids, size),
    )
    return snapshot, changed


def _same_labels(
    old: Snapshot,
    versions: Versions,
    own: Sequence[UserLabel],
    muted: frozenset[str],
    lost: Sequence[str],
) -> bool:
    known = {key for version in versions.by_id.values() for key in version.keys}
    return (
        versions.by_id == old.versions.by_id
        and muted == old.vocabulary.muted
        and old.vocabulary.labels.keys() == known.union(lost, [label.key for label in own])
        and all(old.vocabulary.labels[label.key].name == label.name for label in own)
    )


def _by_photo(decisions: Sequence[tuple[int, str, bool]]) -> Decided:
    photos: defaultdict[int, defaultdict[str, _Verdicts]] = defaultdict(
        lambda: defaultdict(_Verdicts)
    )
    for photo, key, accepted in decisions:
        pack, _, label_id = key.partition("/")
        verdicts = photos[photo][pack]
        (verdicts.accepted if accepted else verdicts.rejected).add(label_id)
    return photos


def _put_matches(
    draft: Draft,
    versions: Versions,
    blocks: Iterable[PredictionBlock],
    decided: Decided,
    sink: Sink,
) -> None:
    """Put every changed photo into the sets of the labels it matches."""
    decided_ids = np.array(sorted(decided), np.int64)
    draft.put(versions.rows[DECIDED], decided_ids)
    done: set[tuple[int, str]] = set()
    for block in blocks:
        version = versions.by_id.get(block.pack_version_id)
        if version is None or not len(block.ids):
            continue
        sink.put(version, block.ids, block.codes)
        draft.put(versions.rows[seen_row(version.id)], block.ids)
        matches = version.hierarchy.roll_up(block.codes)
        for at in np.flatnonzero(np.isin(block.ids, decided_ids)).tolist():
            photo = int(block.ids[at])
            verdicts = decided[photo].get(version.pack)
            if verdicts is not None:
                done.add((photo, version.pack))
                matches[at] = version.hierarchy.matches(
                    block.codes[at], verdicts.accepted, verdicts.rejected
                )
                _put_strays(draft, versions, version, photo, version.pack, verdicts)
        draft.put_matches(versions.places(version), block.ids, matches)
    _put_unseen(draft, versions, decided, done)


def _put_unseen(
    draft: Draft, versions: Versions, decided: Decided, done: set[tuple[int, str]]
) -> None:
    """Put photos into the sets of accepted labels whose pack has given no probabilities."""
    for photo, packs in decided.items():
        for pack, verdicts in packs.items():
            if (photo, pack) in done or not verdicts.accepted:
                continue
            version = versions.current(pack)
            if version is not None:
                matches = version.hierarchy.matches(None, verdicts.accepted, verdicts.rejected)
                ids = np.array([photo], np.int64)
                draft.put_matches(versions.places(version), ids, matches[np.newaxis])
            _put_strays(draft, versions, version, photo, pack, verdicts)


def _put_strays(
    draft: Draft,
    versions: Versions,
    version: Version | None,
    photo: int,
    pack: str,
    verdicts: _Verdicts,
) -> None:
    """Put a photo into the sets of accepted labels that the version does not know."""
    for label_id in verdicts.accepted:
        key = f"{pack}/{label_id}"
        if version is None or key not in version.columns:
            draft.put(versions.rows[key], np.array([photo], np.int64))


def _with_values(old: Seconds, old_size: int, size: int, ids: Ids, values: Seconds) -> Seconds:
    """Return the values of all photos after a change.

    New photos are written behind the old ones in the same array, where no older snapshot looks;
    only a change of an old photo's value makes a copy.
    """
    if not len(ids):
        return old
    first_new = int(np.searchsorted(ids, old_size))
    known, known_values = ids[:first_new], values[:first_new]
    moved = bool((old[known] != known_values).any())
    new = old
    if moved or size > len(old):
        room = len(old) if size <= len(old) else max(size, 2 * len(old))
        new = np.zeros(room, np.int64)
        new[:old_size] = old[:old_size]
        new[known] = known_values
    if first_new < len(ids):
        new[ids[first_new:]] = values[first_new:]
    return new


def _order(old: Snapshot, facts: Facts) -> Order:
    """Return the ids by date taken after a change."""
    first_new = int(np.searchsorted(facts.ids, old.size))
    known, new = facts.ids[:first_new], facts.ids[first_new:]
    moved = known[old.taken[known] != facts.taken[:first_new]]
    taken_new = facts.taken[first_new:]
    by_date = np.argsort(taken_new, kind="stable")
    if not len(moved):
        # Ids of new photos are the highest: among equal dates they come last.
        places = _places(old, taken_new[by_date])
        return np.insert(old.taken_order, places, new[by_date].astype(np.int32))
    ids = np.concatenate([old.taken_order.astype(np.int64), new])
    ids.sort()
    taken = np.zeros(int(ids[-1]) + 1, np.int64)
    taken[: old.size] = old.taken[: old.size]
    taken[facts.ids] = facts.taken
    order: Order = ids[np.argsort(taken[ids], kind="stable")].astype(np.int32)
    return order


def _places(old: Snapshot, dates: Seconds) -> NDArray[np.int64]:
    """Find where dates belong in the order: after all photos of the same or an earlier date."""
    if len(dates) > _MANY:
        return np.searchsorted(old.taken[old.taken_order], dates, side="right")
    found = [bisect_right(old.taken_order, date, key=old.taken.__getitem__) for date in dates]
    return np.array(found, np.int64)
