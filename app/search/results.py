"""What a search answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.library.records import Verdict
from app.library.sought import Sought


@dataclass(frozen=True, slots=True)
class Section:
    """The photos of one month in a result sorted by date.

    Attributes:
        year: Year in which they were taken (or added, when sorted by that).
        month: 1 to 12.
        start: Index of the first of them in the result.
        count: How many they are.
    """

    year: int
    month: int
    start: int
    count: int


@dataclass(frozen=True, slots=True)
class Note:
    """A word that is no label, and was looked for in the text of pictures and in file names.

    Attributes:
        word: The word as typed.
        start: Where it begins in the query.
        end: Where it ends (exclusive).
        suggestions: The names of the nearest labels, nearest first; may be empty.
    """

    word: str
    start: int
    end: int
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """The answer to a query.

    Attributes:
        query: The query as typed.
        ids: int64 [n], photo ids in the order asked for.
        library_total: How many photos the library shows without a query.
        counts: For every label's key, how many photos of this result match it.
        sections: By month, when sorted by a date; empty otherwise.
        notes: Words that are no labels: the first few.
        asked_labels: The labels of which photos may be less sure, as the query calls them; empty
            where the query has no less sure photos. See ``app.search.less_sure``.
        terms: What is looked for in the text of pictures, to be marked there (see
            ``app.search.text``).
    """

    query: str
    ids: NDArray[np.int64]
    library_total: int
    counts: Mapping[str, int]
    sections: tuple[Section, ...] = ()
    notes: tuple[Note, ...] = ()
    asked_labels: tuple[str, ...] = ()
    terms: tuple[Sought, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class LessSure:
    """The photos that a query nearly finds: see ``app.search.less_sure``.

    Attributes:
        query: The query as typed.
        ids: int64 [n], photo ids, likeliest first, of the equally likely the newest.
    """

    query: str
    ids: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PhotoLabel:
    """A label on a photo.

    Attributes:
        key: ``pack/id`` or ``user/slug``.
        name: What it is called.
        group: The group it belongs to; empty for the user's own.
        probability: The bare prediction, 0 to 1; None where no pack said anything.
        verdict: What the user decided; None for nothing.
        carried_over: The decision came from an earlier content of the same file.
        match: Search finds the photo by this label.
        shown: It is a match and no better label stands for it.
        threshold: The probability from which it counts, 0 to 1; None for never.
        depth: How special it is: the steps up to a label without parents, 0 for such a one.
    """

    key: str
    name: str
    group: str
    probability: float | None
    verdict: Verdict | None
    carried_over: bool
    match: bool
    shown: bool
    threshold: float | None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class PhotoLabels:
    """The labels of a photo.

    Shown ones first (accepted ones, then the most specific, of these the likeliest), then others
    that were accepted, then rejected ones, then the less sure (below their threshold, likeliest
    first, a dozen at most).
    """

    photo_id: int
    labels: tuple[PhotoLabel, ...]


@dataclass(frozen=True, slots=True)
class LabelSummary:
    """What several photos together say about a label.

    Attributes:
        key: ``pack/id`` or ``user/slug``.
        name: What it is called.
        group: The group it belongs to; empty for the user's own.
        threshold: The probability from which it counts, 0 to 1; None for never.
        matching: How many of the photos match it.
        foremost: How many match it where neither a more special label nor one that hides it
            matches, too. Like ``PhotoLabel.shown``, but that no choice is made among kinds of
            picture, and that an accepted label gives way like any other.
        predicted: How many would match it if the user had decided nothing.
        accepted: On how many the user accepted it.
        rejected: On how many the user rejected it.
        carried_over: How many of these decisions came from an earlier content of the same file.
        known: Of how many a probability is known.
        probability: The mean of these bare predictions, 0 to 1; None where there is none.
    """

    key: str
    name: str
    group: str
    threshold: float | None
    matching: int
    foremost: int
    predicted: int
    accepted: int
    rejected: int
    carried_over: int
    known: int
    probability: float | None


@dataclass(frozen=True, slots=True)
class SelectionLabels:
    """The labels of several photos together. Muted ones are only there if they were decided.

    Attributes:
        photos: How many photos were asked about, each counted once.
        sure: Labels that stand on some photo by themselves or were decided: what most photos match
            first, and last those that were only rejected.
        less_sure: Labels that no photo matches, likeliest in the mean first; a dozen at most.
        covered: Labels that photos match, but that a better one stands for on every one of them.
    """

    photos: int
    sure: tuple[LabelSummary, ...]
    less_sure: tuple[LabelSummary, ...]
    covered: tuple[LabelSummary, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A label to start from, with its best picture."""

    key: str
    name: str
    group: str
    count: int
    photo_id: int
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Completion:
    """A way to go on typing: ``text`` replaces ``start`` up to ``end`` of the query.

    Attributes:
        text: What is inserted, quoted where needed.
        label: What the list shows.
        kind: Whether it is a label, a field's name or a field's value.
        count: How many photos of the library it finds; None where that is not known.
        start: Where the replaced part begins.
        end: Where it ends (exclusive).
        alias: The other name of a label that begins as typed, where its own does not; else empty.
    """

    text: str
    label: str
    kind: Literal["label", "field", "value"]
    count: int | None
    start: int
    end: int
    alias: str = ""
