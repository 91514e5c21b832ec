"""Answers a query on one snapshot."""

from calendar import timegm
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import reduce
from typing import NoReturn, Protocol

import numpy as np
from numpy.typing import NDArray

from app.library.sought import ANY, Sought
from app.search import bits
from app.search.bits import Bits
from app.search.errors import QueryError
from app.search.ordering import NEWEST_FIRST, ordered
from app.search.query_language import parse
from app.search.results import Note, SearchResult
from app.search.runs import joined
from app.search.snapshot import Snapshot
from app.search.syntax import (
    And,
    Comparator,
    Comparison,
    DateField,
    DateRange,
    FolderTerm,
    LabelTerm,
    Leaf,
    NameTerm,
    Node,
    Not,
    Or,
    Query,
    SortKey,
    Span,
    State,
    StateTerm,
    TextTerm,
    Word,
    leaves,
)
from app.search.vocabulary import Vocabulary

Ids = NDArray[np.int64]

# What a code stands for; app.labeling.codes.to_probability for all of them at once.
_PROBABILITIES = np.arange(256) / 255
_MOST_NOTES = 8
"""Words are explained that were typed; who pastes a page of text needs no word on each of them."""
_COMPARE: dict[Comparator, Callable[[NDArray[np.float64], float], NDArray[np.bool_]]] = {
    Comparator.ABOVE: np.greater,
    Comparator.AT_LEAST: np.greater_equal,
    Comparator.BELOW: np.less,
    Comparator.AT_MOST: np.less_equal,
}


class Names(Protocol):
    """What is asked of the library itself: where photos lie, their names, the words in them."""

    def in_folder(self, folder: str) -> Ids:
        """Return the photos in a folder."""

    def named(self, pattern: str) -> Ids:
        """Return the photos with such a name, or with that in their name."""

    def order(self) -> Ids:
        """Return all visible photos by name."""

    def with_text(self, sought: Sought) -> Ids:
        """Return the photos with that in their text."""

    def with_words(self) -> Ids:
        """Return the photos in which any words were found."""

    def match_scores(self, soughts: Sequence[Sought]) -> tuple[Ids, NDArray[np.int64]]:
        """Return the photos with any of that in their text, ascending, and their scores above 0."""


def answer(text: str, snapshot: Snapshot, names: Names) -> SearchResult:
    """Answer a query.

    Raises:
        QueryError: It does not parse, or names a label that does not exist where only a label
            makes sense, or is to be sorted by what it does not ask for.
    """
    query = joined(text, parse(text), snapshot.vocabulary)
    asking = Asking(text, snapshot, names)
    selected = snapshot.visible if query.root is None else asking.find(query.root)
    selected = selected & snapshot.visible
    sort = query.sort or NEWEST_FIRST
    terms = asked_words(query, snapshot.vocabulary)
    if sort.key is SortKey.PROBABILITY:
        asking.check_scores(query, sort.span)
    if sort.key is SortKey.MATCH and not terms:
        raise QueryError(
            "Sorting by match needs words to look for in pictures, as in text:award sort:match.",
            sort.span.start,
            sort.span.end,
        )
    ids, sections = ordered(
        snapshot,
        selected,
        sort,
        by_name=names.order,
        scores=lambda few: (
            _match_scores(names, terms, few)
            if sort.key is SortKey.MATCH
            else asking.scores(query, few)
        ),
    )
    counts = snapshot.totals if query.root is None else snapshot.counts(selected)
    return SearchResult(
        text,
        ids,
        snapshot.total,
        counts,
        sections,
        tuple(asking.notes),
        asked_labels(query, snapshot.vocabulary),
        terms,
    )


def asked_labels(query: Query, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the labels of which photos can be less sure, as the query calls them.

    They are the labels to be found, at any depth. There are none where the query compares a
    probability: it says by itself how sure it wants to be.
    """
    found = tuple(leaves(query.root))
    if any(isinstance(leaf, Comparison) for leaf, _ in found):
        return ()
    return tuple(
        leaf.text
        for leaf, negated in found
        if not negated and isinstance(leaf, Word | LabelTerm) and vocabulary.find(leaf.text)
    )


def asked_words(query: Query, vocabulary: Vocabulary) -> tuple[Sought, ...]:
    """Return what the query looks for in the text of pictures, each once, at any depth."""
    found = (
        sought
        for leaf, negated in leaves(query.root)
        if not negated and (sought := _sought(leaf, vocabulary)) is not None
    )
    return tuple(dict.fromkeys(found))


def _sought(leaf: Leaf, vocabulary: Vocabulary) -> Sought | None:
    """Return what a condition looks for in the text of pictures; None if it does not."""
    match leaf:
        case TextTerm(text=text):
            return Sought.read(text)
        case Word(text=text) if not vocabulary.find(text):
            # With wildcards it is a pattern of file names; one may end a word here as there.
            if any(sign in text.removesuffix(ANY) for sign in "*?"):
                return None
            return Sought.read(text)
        case _:
            return None


def _match_scores(names: Names, terms: Sequence[Sought], ids: Ids) -> NDArray[np.int64]:
    """Return how well the text of photos matches: 0 where only the file name does."""
    found, scores = names.match_scores(terms)
    if not len(found):
        return np.zeros(len(ids), np.int64)
    at = np.minimum(np.searchsorted(found, ids), len(found) - 1)
    return np.where(found[at] == ids, scores[at], 0)


class Asking:
    """Finds the photos of each part of a query."""

    def __init__(self, text: str, snapshot: Snapshot, names: Names) -> None:
        self._text = text
        self._snapshot = snapshot
        self._names = names
        self.notes: list[Note] = []

    def find(self, node: Node) -> Bits:
        """Return the photos that a part of the query asks for."""
        snapshot = self._snapshot
        match node:
            case And(nodes=nodes):
                return reduce(np.bitwise_and, map(self.find, dict.fromkeys(nodes)))
            case Or(nodes=nodes):
                return reduce(np.bitwise_or, map(self.find, dict.fromkeys(nodes)))
            case Not(node=inner):
                return snapshot.visible & ~self.find(inner)
            case Word():
                return self._word(node)
            case LabelTerm(text=word, span=span):
                return snapshot.any_of(self._keys(word, span))
            case Comparison():
                return self._comparison(node)
            case FolderTerm(text=folder):
                return bits.from_ids(self._names.in_folder(folder), snapshot.words)
            case NameTerm(text=pattern):
                return bits.from_ids(self._names.named(pattern), snapshot.words)
            case TextTerm():
                return self._with_text(node)
            case DateRange():
                return self._dates(node)
            case StateTerm(state=State.UNLABELLED):
                return snapshot.unlabelled
            case StateTerm(state=State.READ):
                return bits.from_ids(self._names.with_words(), snapshot.words)
            case StateTerm():
                return snapshot.decided

    def check_scores(self, query: Query, span: Span) -> None:
        """Refuse to sort by probability where the query asks for no label."""
        if not any(self._scored(leaf, negated) for leaf, negated in leaves(query.root)):
            raise QueryError(
                "Sorting by probability needs a label in the query, as in drama sort:probability.",
                span.start,
                span.end,
            )

    def scores(self, query: Query, ids: Ids) -> NDArray[np.int64]:
        """Return the sum of the codes of the labels asked for, of each of some photos."""
        total = np.zeros(len(ids), np.int64)
        for leaf, negated in leaves(query.root):
            keys = self._scored(leaf, negated)
            if keys:
                columns = [self._snapshot.probabilities.column(key)[ids] for key in keys]
                total += reduce(np.maximum, columns)
        return total

    def _scored(self, leaf: Leaf, negated: bool) -> Sequence[str]:
        if negated or not isinstance(leaf, Word | LabelTerm | Comparison):
            return ()
        return self._snapshot.vocabulary.find(leaf.text)

    def _word(self, word: Word) -> Bits:
        keys = self._snapshot.vocabulary.find(word.text)
        if keys:
            return self._snapshot.any_of(keys)
        if len(self.notes) < _MOST_NOTES and not any(sign in word.text for sign in "*?"):
            suggestions = self._snapshot.vocabulary.nearest(word.text)
            self.notes.append(Note(word.text, word.span.start, word.span.end, suggestions))
        named = bits.from_ids(self._names.named(word.text), self._snapshot.words)
        return named | self._with_text(word)

    def _with_text(self, leaf: Word | TextTerm) -> Bits:
        """Return the photos that have a word in their text."""
        sought = _sought(leaf, self._snapshot.vocabulary)
        if sought is None:
            return np.zeros(self._snapshot.words, np.uint64)
        return bits.from_ids(self._names.with_text(sought), self._snapshot.words)

    def _comparison(self, comparison: Comparison) -> Bits:
        compare = _COMPARE[comparison.comparator]
        wanted = compare(_PROBABILITIES, comparison.probability)
        found = np.zeros(self._snapshot.words, np.uint64)
        for key in self._keys(comparison.text, comparison.span):
            mask = wanted[self._snapshot.probabilities.column(key)]
            found |= bits.from_mask(mask, len(found)) & self._snapshot.seen(key)
        return found

    def _dates(self, asked: DateRange) -> Bits:
        snapshot = self._snapshot
        if asked.of is DateField.TAKEN:
            dates, seconds = snapshot.taken[: snapshot.size], _wall_clock
        else:
            dates, seconds = snapshot.added[: snapshot.size], _instant
        mask: NDArray[np.bool_] = np.ones(snapshot.size, np.bool_)
        if asked.first is not None:
            mask &= dates >= seconds(asked.first.first)
        if asked.last is not None:
            mask &= dates <= seconds(asked.last.last)
        return bits.from_mask(mask, snapshot.words)

    def _keys(self, word: str, span: Span) -> tuple[str, ...]:
        vocabulary = self._snapshot.vocabulary
        return vocabulary.find(word) or _no_label(word, vocabulary.nearest(word), span)


def _no_label(word: str, nearest: Sequence[str], span: Span) -> NoReturn:
    hint = f" Did you mean “{nearest[0]}”?" if nearest else ""
    raise QueryError(f"There is no label “{word}”.{hint}", span.start, span.end)


def _wall_clock(moment: datetime) -> int:
    """Return seconds since 1970 of a wall clock, as if it were UTC."""
    return timegm(moment.timetuple())


def _instant(moment: datetime) -> int:
    """Return seconds since 1970 of a local time."""
    try:
        return int(moment.timestamp())
    except (OverflowError, OSError, ValueError):
        # The first and last years are beyond some systems' clocks; an hour matters little there.
        return _wall_clock(moment)
