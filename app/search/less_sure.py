"""The less sure photos to a query: those that it nearly finds.

A label *nearly* stands on a photo that does not match it if the label itself or a descendant is
predicted from half of its threshold on, or as likely as not where it has none (see
``app.labeling.codes.nearly``); if neither that one nor an ancestor of it is rejected; and if that
one is not withheld (see ``Hierarchy.withheld``): what must not be shown beside a person is not
offered beside one either.

A photo is *less sure* for a query if the query does not find it, but would if every label that it
asks for might also nearly stand there. All else holds as it is: a label that is excluded excludes
its matches, no more and no fewer. A query that names no label to be found, or that compares a
probability anywhere, has no less sure photos: it says exactly what it wants.

The likeliest come first. How likely a photo is, is the probability of the least likely of the
terms that must all hold, and of the likeliest where one is enough; what is certain (a match, a
folder, a date) counts as 1. A product would take labels for independent, which they are not, and
would put a photo of four likely labels behind one of two; the least of the probabilities is
the most that all of them together can be, whatever hangs together (the upper bound of Fréchet).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from app.labeling.codes import SCALE
from app.labeling.label import KIND
from app.library.library import Library
from app.search.answering import Asking, Names, asked_labels
from app.search.bits import Bits, to_mask
from app.search.columns import Codes
from app.search.ordering import by_score
from app.search.query_language import parse
from app.search.results import LessSure, SearchResult
from app.search.runs import joined
from app.search.snapshot import Snapshot
from app.search.syntax import And, LabelTerm, Node, Not, Or, Word
from app.search.versions import Version, seen_row

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

_NOBODY = np.empty(0, np.int64)


def less_sure(result: SearchResult, library: Library, snapshot: Snapshot, names: Names) -> LessSure:
    """Return the less sure photos to a result; none of the result's own is among them.

    Args:
        result: What the query found; the library may have changed since.
        library: Says what was rejected.
        snapshot: The library.
        names: Says where photos lie and what they are called.

    Raises:
        QueryError: A label of the query is gone since.
    """
    query = joined(result.query, parse(result.query), snapshot.vocabulary)
    if query.root is None or not asked_labels(query, snapshot.vocabulary):
        return LessSure(result.query, _NOBODY)
    weighing = _Weighing(Asking(result.query, snapshot, names), library, snapshot)
    likely = weighing.likelihood(query.root)
    nearly_found = (likely > 0) & (likely < SCALE) & to_mask(snapshot.visible)[: len(likely)]
    nearly_found[result.ids[result.ids < len(nearly_found)]] = False
    newest_first, _ = snapshot.by_taken.pick(nearly_found, int(np.count_nonzero(nearly_found)))
    scores = likely[newest_first].astype(np.int64)
    return LessSure(result.query, by_score(newest_first, scores, likeliest_first=True))


class _Weighing:
    """Tells how likely each photo meets a condition, as codes: 255 surely, 0 not at all."""

    def __init__(self, asking: Asking, library: Library, snapshot: Snapshot) -> None:
        self._asking = asking
        self._snapshot = snapshot
        self._rejected = _rejected(library, snapshot)
        self._seen: dict[int, Mask] = {}
        self._hiding: dict[tuple[int, str], Mask] = {}

    def likelihood(self, node: Node, *, negated: bool = False) -> Codes:
        """Return how likely each photo meets a part of the query.

        Args:
            node: The part.
            negated: It stands below an odd number of negations: labels there are certain or not.

        Returns:
            uint8 [photos], by photo id; hidden photos too.
        """
        match node:
            case And(nodes=nodes):
                return reduce(
                    np.minimum, [self.likelihood(each, negated=negated) for each in nodes]
                )
            case Or(nodes=nodes):
                return reduce(
                    np.maximum, [self.likelihood(each, negated=negated) for each in nodes]
                )
            case Not(node=inner):
                return SCALE - self.likelihood(inner, negated=not negated)
            case Word(text=word) | LabelTerm(text=word) if not negated:
                return self._label(node, self._snapshot.vocabulary.find(word))
            case _:
                return self._mask(self._asking.find(node)).astype(np.uint8) * np.uint8(SCALE)

    def _each(self, nodes: Iterable[Node], *, negated: bool) -> Iterator[Codes]:
        return (self.likelihood(each, negated=negated) for each in nodes)

    def _label(self, node: Word | LabelTerm, keys: Iterable[str]) -> Codes:
        likely = np.zeros(self._snapshot.size, np.uint8)
        for key in keys:
            for version in self._snapshot.versions.by_id.values():
                if key in version.columns:
                    np.maximum(likely, self._nearly(version, key), out=likely)
        likely[self._mask(self._asking.find(node))] = SCALE
        return likely

    def _nearly(self, version: Version, key: str) -> Codes:
        """Return the codes of a label or a descendant where it nearly stands, else 0."""
        likely = np.zeros(self._snapshot.size, np.uint8)
        for member in _line(version, key):
            heard = self._heard(version, member)
            label = version.hierarchy.labels[version.columns[member]]
            for other in label.hidden_with if label.group != KIND else ():
                heard[self._hides(version, f"{version.pack}/{other}")] = 0
            np.maximum(likely, heard, out=likely)
        return likely

    def _hides(self, version: Version, key: str) -> Mask:
        """Return on which photos a label stands or nearly does, whatever hides it in turn."""
        found = self._hiding.get((version.id, key))
        if found is None:
            found = self._mask(self._snapshot.row(key))
            for member in _line(version, key):
                found |= self._heard(version, member) > 0
            self._hiding[version.id, key] = found
        return found

    def _heard(self, version: Version, key: str) -> Codes:
        """Return a label's codes where they are high enough and nobody disagrees, else 0."""
        at = version.columns[key]
        codes = self._snapshot.probabilities.column(key)
        codes *= codes >= version.hierarchy.nearly[at]
        np.minimum(codes, SCALE - 1, out=codes)
        if len(self._snapshot.versions.seeing(key)) > 1:
            codes *= self._seen_by(version)
        label_id = version.hierarchy.labels[at].id
        for above in (label_id, *version.hierarchy.ancestors(label_id)):
            codes[self._rejected.get(f"{version.pack}/{above}", _NOBODY)] = 0
        return codes

    def _seen_by(self, version: Version) -> Mask:
        found = self._seen.get(version.id)
        if found is None:
            found = self._mask(self._snapshot.row(seen_row(version.id)))
            self._seen[version.id] = found
        return found

    def _mask(self, bits: Bits) -> Mask:
        return to_mask(bits)[: self._snapshot.size]


def _line(version: Version, key: str) -> Iterator[str]:
    """Yield the keys of a label and all its descendants."""
    label_id = key.partition("/")[2]
    for member, label in zip(version.keys, version.hierarchy.labels, strict=True):
        if member == key or label_id in version.hierarchy.ancestors(label.id):
            yield member


def _rejected(library: Library, snapshot: Snapshot) -> Mapping[str, Ids]:
    """Return the photos on which each label was rejected, as of this moment."""
    rejected: defaultdict[str, list[int]] = defaultdict(list)
    if snapshot.decided.any():
        for photo, key, accepted in library.facts.decisions_since(0):
            if not accepted and photo < snapshot.size:
                rejected[key].append(photo)
    return {key: np.array(photos, np.int64) for key, photos in rejected.items()}
