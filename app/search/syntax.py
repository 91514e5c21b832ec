"""The tree a query is read into, and the text such a tree is written as.

Spans say where in the query a node stands (parentheses and a leading minus included); they do not
take part in comparisons, so that two queries that mean the same are equal.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

OPERATORS = frozenset({"AND", "OR", "NOT"})
_PLAIN_WORD = re.compile(r'[^\s()"<>:\-][^\s()"<>:]*')
_PLAIN_VALUE = re.compile(r'[^\s()"<>]+')


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the query, ``start`` up to and without ``end``."""

    start: int
    end: int


NOWHERE = Span(0, 0)


class DateField(StrEnum):
    """The dates of a photo that a query can ask for."""

    TAKEN = "taken"
    ADDED = "added"


class SortKey(StrEnum):
    """What a result can be put in order by."""

    TAKEN = "taken"
    NAME = "name"
    ADDED = "added"
    PROBABILITY = "probability"
    MATCH = "match"


class State(StrEnum):
    """What ``is:`` can ask for."""

    UNLABELLED = "unlabelled"
    DECIDED = "decided"
    READ = "read"


class Comparator(StrEnum):
    """How a probability is compared."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month or a day."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def first(self) -> datetime:
        """The first moment of it."""
        return datetime(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> datetime:
        """The last whole second of it."""
        if self.month is None:
            return datetime(self.year, 12, 31, 23, 59, 59)
        if self.day is not None:
            return datetime(self.year, self.month, self.day, 23, 59, 59)
        if self.month == 12:
            return datetime(self.year, 12, 31, 23, 59, 59)
        end = date(self.year, self.month + 1, 1) - timedelta(days=1)
        return datetime(end.year, end.month, end.day, 23, 59, 59)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or several in quotes: a label of that name, else words in pictures or file names."""

    text: str
    quoted: bool = False
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class LabelTerm:
    """``label:drama``: a label for certain, never a file name."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``drama>0.7``: the bare prediction, whatever was decided. ``probability`` is in 0..1."""

    text: str
    comparator: Comparator
    probability: float
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class FolderTerm:
    """``folder:Pictures/2021``."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class NameTerm:
    """``name:*.png``: a pattern with ``*`` and ``?``, or a part of the file name."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class TextTerm:
    """``text:"black stallion"``: what can be read in the picture (see ``Sought.read``)."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DateRange:
    """``taken:2019..2021-06``; an open end is None, never both."""

    of: DateField
    first: PartialDate | None
    last: PartialDate | None
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class StateTerm:
    """``is:unlabelled``, ``is:decided``, ``is:read``."""

    state: State
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What does not match ``node``; never directly around another Not."""

    node: "Node"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """What matches all of two or more nodes."""

    nodes: "tuple[Node, ...]"
    span: Span = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """What matches any of two or more nodes."""

    nodes: "tuple[Node, ...]"
    span: Span = field(default=NOWHERE, compare=False)


Leaf = Word | LabelTerm | Comparison | FolderTerm | NameTerm | TextTerm | DateRange | StateTerm
Node = Leaf | Not | And | Or


@dataclass(frozen=True, slots=True)
class Sort:
    """``sort:-taken``.

    Plain is ascending (oldest first, A to Z), a minus turns it round; ``probability`` alone puts
    the likeliest first, ``-probability`` the least likely; so does ``match`` with the best match.
    """

    key: SortKey
    reverse: bool = False
    span: Span = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return f"{'-' if self.reverse else ''}{self.key}"


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query: None as ``root`` asks for every photo, None as ``sort`` for newest first."""

    root: Node | None = None
    sort: Sort | None = None


def leaves(node: Node | None, *, negated: bool = False) -> Iterator[tuple[Leaf, bool]]:
    """Yield the leaves of a tree from left to right, each with whether it is negated."""
    match node:
        case None:
            return
        case And(nodes=nodes) | Or(nodes=nodes):
            for inner in nodes:
                yield from leaves(inner, negated=negated)
        case Not(node=inner):
            yield from leaves(inner, negated=not negated)
        case _:
            yield node, negated


def written(query: Query) -> str:
    """Write a query as text; reading that text gives an equal query."""
    parts = []
    if query.root is not None:
        top = isinstance(query.root, And) or query.sort is None
        parts.append(_written(query.root) if top else _nested(query.root))
    if query.sort is not None:
        parts.append(f"sort:{query.sort}")
    return " ".join(parts)


def quoted(text: str) -> str:
    """Put text into quotes; a quote inside is doubled."""
    return '"' + text.replace('"', '""') + '"'


def word_text(text: str) -> str:
    """Write a word so that it is read as one word: in quotes only where it needs them."""
    plain = _PLAIN_WORD.fullmatch(text) and text not in OPERATORS
    return text if plain else quoted(text)


def value_text(text: str) -> str:
    """Write a field's value so that it is read as one: in quotes only where it needs them."""
    return text if _PLAIN_VALUE.fullmatch(text) else quoted(text)


def probability_text(probability: float) -> str:
    """Write a probability in full digits, without an exponent."""
    return format(Decimal(repr(probability)), "f")


def leaf_text(leaf: Leaf) -> str:
    """Write one leaf."""
    match leaf:
        case Word():
            return quoted(leaf.text) if leaf.quoted else word_text(leaf.text)
        case LabelTerm():
            return f"label:{value_text(leaf.text)}"
        case Comparison():
            return f"{word_text(leaf.text)}{leaf.comparator}{probability_text(leaf.probability)}"
        case FolderTerm():
            return f"folder:{value_text(leaf.text)}"
        case NameTerm():
            return f"name:{value_text(leaf.text)}"
        case TextTerm():
            return f"text:{value_text(leaf.text)}"
        case StateTerm():
            return f"is:{leaf.state}"
        case DateRange(first=first, last=last):
            if first == last:
                return f"{leaf.of}:{first}"
            return f"{leaf.of}:{'' if first is None else first}..{'' if last is None else last}"


def _written(node: Node) -> str:
    match node:
        case And(nodes=nodes):
            return " ".join(_nested(inner) for inner in nodes)
        case Or(nodes=nodes):
            return " OR ".join(
                _nested(inner) if isinstance(inner, Or) else _written(inner) for inner in nodes
            )
        case Not(node=inner):
            return f"-{_nested(inner)}"
        case _:
            return leaf_text(node)


def _nested(node: Node) -> str:
    return f"({_written(node)})" if isinstance(node, And | Or) else _written(node)
