"""What many photos together say about each label: whole sets at once, no photo by itself."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from app.labeling.codes import NEVER, SCALE
from app.labeling.hierarchy import Hierarchy
from app.labeling.label import KIND
from app.library.library import Library
from app.library.records import DecisionTally
from app.search import bits
from app.search.bits import CHUNK, CHUNK_WORDS, Bits
from app.search.photo_labels import likely_enough
from app.search.results import LabelSummary, SelectionLabels
from app.search.snapshot import Snapshot
from app.search.versions import DECIDED, Version, seen_row
from app.search.vocabulary import LabelInfo

Counts = NDArray[np.int64]


def summary_of(
    photo_ids: Sequence[int] | NDArray[np.int64], library: Library, snapshot: Snapshot
) -> SelectionLabels:
    """Return what photos together say about each label: see ``Searcher.summary_of``."""
    ids = np.unique(np.asarray(photo_ids, np.int64))
    sums = _Sums(snapshot)
    for chunk, selected in _chunks(snapshot, ids):
        sums.add(chunk, selected)
    tallies = library.decisions.tally(ids)
    muted = snapshot.vocabulary.muted.difference(tallies)
    decided = {key: LabelInfo.unknown(key) for key in tallies}
    summaries = {
        key: sums.summary(info, tallies.get(key, DecisionTally()))
        for key, info in {**decided, **snapshot.vocabulary.labels}.items()
    }
    return _parted(
        len(ids),
        [each for key, each in summaries.items() if key not in muted],
        withheld=_withheld(snapshot, summaries),
    )


def _chunks(snapshot: Snapshot, ids: NDArray[np.int64]) -> Iterator[tuple[int, Bits]]:
    """Yield every chunk that some of the photos lie in, and which they are: uint64 [1024]."""
    selected = bits.from_ids(ids[ids >= 0], snapshot.words)
    for chunk in range(len(snapshot.chunks)):
        part = selected[chunk * CHUNK_WORDS : (chunk + 1) * CHUNK_WORDS]
        if part.any():
            yield chunk, part


@dataclass(slots=True)
class _Told:
    """What packs said of a label: the sum of the codes, and of how many photos."""

    codes: int = 0
    photos: int = 0


@dataclass(frozen=True, slots=True)
class _Related:
    """The labels of a version that others may stand for, or that may stand for others.

    All are places among the version's labels.

    Attributes:
        ancestors: All more general labels of those that have any.
        hidden_with: The labels beside which one is not shown, of those that have any.
        involved: All of these, and those that are never shown by themselves.
    """

    ancestors: dict[int, list[int]]
    hidden_with: dict[int, list[int]]
    involved: list[int]

    @classmethod
    def of(cls, hierarchy: Hierarchy) -> "_Related":
        labels = hierarchy.labels
        places = {label.id: at for at, label in enumerate(labels)}
        ancestors = {
            at: [places[each] for each in hierarchy.ancestors(label.id)]
            for at, label in enumerate(labels)
            if label.parents
        }
        hidden = {
            at: [places[each] for each in label.hidden_with]
            for at, label in enumerate(labels)
            if label.hidden_with
        }
        involved = set(np.flatnonzero(hierarchy.thresholds == NEVER).tolist())
        for related in (ancestors, hidden):
            involved.update(related, *related.values())
        return cls(ancestors, hidden, sorted(involved))


class _Sums:
    """Counts over the selected photos, chunk by chunk."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._rows = snapshot.versions.rows
        self._matching = np.zeros(len(self._rows), np.int64)
        self._foremost = np.zeros(len(self._rows), np.int64)
        self._predicted = np.zeros(len(self._rows), np.int64)
        self._told: defaultdict[str, _Told] = defaultdict(_Told)
        self._of_pack: defaultdict[str, list[Version]] = defaultdict(list)
        self._related: dict[int, _Related] = {}
        for version in snapshot.versions.by_id.values():
            self._of_pack[version.pack].append(version)
            self._related[version.id] = _Related.of(version.hierarchy)

    def add(self, chunk: int, selected: Bits) -> None:
        """Count the selected photos of a chunk: uint64 [1024]."""
        words = np.flatnonzero(selected)
        few = 2 * len(words) < len(selected)  # else looking for them costs more than it saves
        rows = self._snapshot.chunks[chunk].bits[: len(self._rows)]
        rows = rows[:, words] & selected[words] if few else rows & selected
        matching = _counts(rows)
        self._matching += matching
        # Without a decision the matches are what is predicted; with one the codes tell.
        decided = rows[self._rows[DECIDED]]
        words_decided = np.flatnonzero(decided)
        self._predicted += matching
        self._predicted -= _counts(rows[:, words_decided] & decided[words_decided])
        self._foremost += matching
        for judged in self._judged(rows, selected[words] if few else selected):
            self._take_covered(rows, *judged)
        for version in self._snapshot.versions.by_id.values():
            seen = self._selected(chunk, seen_row(version.id), selected)
            if seen.any():
                self._add_codes(version, chunk, seen, self._selected(chunk, DECIDED, selected))

    def _selected(self, chunk: int, name: str, selected: Bits) -> Bits:
        row: Bits = self._snapshot.chunks[chunk].bits[self._rows[name]] & selected
        return row

    def _add_codes(self, version: Version, chunk: int, seen: Bits, decided: Bits) -> None:
        """Add the probabilities of photos that a version has seen."""
        length = min(CHUNK, self._snapshot.size - chunk * CHUNK)
        places = bits.to_ids(seen)
        doubtful = bits.to_ids(seen & decided)
        codes = np.empty((len(version.keys), len(doubtful)), np.uint8)
        for at, key in enumerate(version.keys):
            column = self._snapshot.probabilities.block(key, chunk)
            told = self._told[key]
            whole = len(places) == length
            told.codes += int((column if whole else column[places]).sum(dtype=np.int64))
            told.photos += len(places)
            codes[at] = column[doubtful]
        if len(doubtful):
            predicted = version.hierarchy.roll_up(codes.T).sum(axis=0)
            self._predicted[self._snapshot.versions.places(version)] += predicted

    def _judged(self, rows: Bits, selected: Bits) -> Iterator[tuple[Version, Bits]]:
        """Yield every version with the photos whose labels it arranges.

        Those are the photos that it has seen; what its pack has not seen goes by the current one.
        """
        for pack, versions in self._of_pack.items():
            seen = {each.id: rows[self._rows[seen_row(each.id)]] for each in versions}
            current = self._snapshot.versions.current(pack)
            if current is not None:
                others = [each for number, each in seen.items() if number != current.id]
                seen[current.id] = selected & ~reduce(np.bitwise_or, others, 0 * selected)
            yield from ((each, seen[each.id]) for each in versions if seen[each.id].any())

    def _take_covered(self, rows: Bits, version: Version, judged: Bits) -> None:
        """Take labels from photos where a more special one, or one that hides them, matches."""
        places = self._snapshot.versions.places(version)
        found = {at: rows[places[at]] & judged for at in self._related[version.id].involved}
        matching = {at: row for at, row in found.items() if row.any()}
        never = version.hierarchy.thresholds == NEVER
        candidates = {at: row for at, row in matching.items() if not never[at]}
        visible = dict(candidates)
        for at, others in self._related[version.id].hidden_with.items():
            hiding = [candidates[each] for each in others if each in candidates]
            if at in visible and hiding:
                visible[at] = visible[at] & ~reduce(np.bitwise_or, hiding)
        covered: dict[int, Bits] = {}
        for at, ancestors in self._related[version.id].ancestors.items():
            for above in ancestors if at in visible else ():
                covered[above] = covered.get(above, 0 * judged) | visible[at]
        for at, row in matching.items():
            left = visible.get(at, 0 * judged) & ~covered.get(at, 0 * judged)
            self._foremost[places[at]] -= bits.count(row) - bits.count(left)

    def summary(self, info: LabelInfo, decisions: DecisionTally) -> LabelSummary:
        """Return what all chunks together say about a label."""
        row = self._rows.get(info.key)
        told = self._told.get(info.key, _Told())
        return LabelSummary(
            key=info.key,
            name=info.name,
            group=info.group,
            threshold=info.threshold,
            matching=0 if row is None else int(self._matching[row]),
            foremost=0 if row is None else int(self._foremost[row]),
            predicted=0 if row is None or info.own else int(self._predicted[row]),
            accepted=decisions.accepted,
            rejected=decisions.rejected,
            carried_over=decisions.carried_over,
            known=told.photos,
            probability=told.codes / told.photos / SCALE if told.photos else None,
        )


def _counts(rows: Bits) -> Counts:
    counts: Counts = np.bitwise_count(rows).sum(axis=1, dtype=np.int64)
    return counts


def _withheld(snapshot: Snapshot, summaries: Mapping[str, LabelSummary]) -> frozenset[str]:
    """Return the labels that are not even offered: see ``Hierarchy.withheld``.

    A label that hides them stands on one of the photos, or nearly does in the mean.
    """
    withheld: set[str] = set()
    for version in snapshot.versions.by_id.values():
        hierarchy = version.hierarchy
        there = {
            key.partition("/")[2]
            for key, nearly in zip(version.keys, hierarchy.nearly.tolist(), strict=True)
            if summaries[key].matching or (summaries[key].probability or 0.0) * SCALE >= nearly
        }
        withheld.update(
            key
            for key, label in zip(version.keys, hierarchy.labels, strict=True)
            if label.group != KIND and not there.isdisjoint(label.hidden_with)
        )
    return frozenset(withheld)


def _parted(
    photos: int, summaries: Sequence[LabelSummary], *, withheld: frozenset[str]
) -> SelectionLabels:
    """Part labels by whether they stand on any photo, each part in the order to show it."""
    there = [each for each in summaries if each.foremost or each.accepted]
    refused = [each for each in summaries if each.rejected and not (each.foremost or each.accepted)]
    told = {each.key for each in (*there, *refused)}
    others = [each for each in summaries if each.key not in told]
    unmatched = [
        each
        for each in sorted(others, key=_likeliest_first)
        if not each.matching
        and each.probability
        and each.threshold is not None
        and each.key not in withheld
    ]
    return SelectionLabels(
        photos=photos,
        sure=(*sorted(there, key=_most_first), *sorted(refused, key=_most_first)),
        less_sure=tuple(likely_enough(unmatched, [each.probability or 0.0 for each in unmatched])),
        covered=tuple(sorted((each for each in others if each.matching), key=_most_first)),
    )


def _most_first(label: LabelSummary) -> tuple[int, float, str]:
    return -label.matching, -(label.probability or 0.0), label.name


def _likeliest_first(label: LabelSummary) -> tuple[float, str]:
    return -(label.probability or 0.0), label.name
