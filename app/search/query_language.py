"""Reads a query into a tree.

==========================  =================================================================
``drama comedy``            both; AND may be written between them
``drama OR comedy``         either; AND binds tighter than OR; operators are upper case
``-horror``, ``NOT horror``  not this; also before parentheses
``"science fiction"``       one word of two; a quote inside is doubled
``science fiction``         the same, where it is a label and not each of its words is one too
``drama>0.7``, ``<=70%``    the bare prediction
``label:drama``             the label for certain; a word that is none is looked for in the text of
                            pictures and in file names
``text:"black stallion"``   words in the picture, one after the other; ``text:stall*`` begins so,
                            ``text:*tall*`` has that anywhere; accents do not matter
``folder:``, ``name:``      where it lies, what it is called (with ``*`` and ``?`` the whole name)
``taken:2019..2021-06``     years, months or days, both ends included, an end may be left open
``added:2024``              the same for the day it came into the library
``is:unlabelled``           no label matches; ``is:decided``: the user decided something on it;
                            ``is:read``: words were found in it
``sort:``                   ``taken``, ``name``, ``added``, ``probability``, ``match`` (of words in
                            pictures), with a minus reversed
==========================  =================================================================

Case does not matter, except for AND, OR and NOT.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NoReturn, cast

from lark import Lark, Token, Transformer, UnexpectedToken, v_args

from app.library.sought import LEAST_PART, Reach, Sought
from app.search.errors import QueryError
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
    PartialDate,
    Query,
    Sort,
    SortKey,
    Span,
    State,
    StateTerm,
    TextTerm,
    Word,
)

FIELDS = ("folder", "name", "label", "text", "taken", "added", "is", "sort")
SORTS = tuple(f"{minus}{key}" for key in SortKey for minus in ("", "-"))

# Deep enough for any person, shallow enough to walk the tree by recursion.
_DEEPEST = 50
# A query longer than any that is meant; a pasted text file is told so at once.
_LONGEST = 10_000

_GRAMMAR = r"""
start: either?
either: every (OR every)*
every: part (_AND? part)*
?part: (MINUS | NOT) part  -> negation
     | LPAR either RPAR    -> group
     | WORD LIMIT?         -> word
     | QUOTED LIMIT?       -> quoted
     | FIELD LIMIT?        -> field
     | STRAY               // never gets so far: see _check

OR: "OR"
_AND: "AND"
NOT: "NOT"
MINUS: "-"
LPAR: "("
RPAR: ")"
LIMIT: /(?:>=|<=|>|<)\s*[^\s()"<>]*/
QUOTED: /"(?:[^"]|"")*"/
FIELD.2: /[^\s()"<>:\-][^\s()"<>:]*:(?:"(?:[^"]|"")*"|[^\s()"<>]*)/
WORD: /[^\s()"<>:\-][^\s()"<>:]*/
STRAY.-1: /"[\s\S]*|:/
%ignore /\s+/
"""

_NUMBER = re.compile(r"(?P<number>\d+(?:[.,]\d*)?|[.,]\d+)(?P<percent>%?)", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


def parse(text: str) -> Query:
    """Read a query.

    Raises:
        QueryError: The text is no query; it says where.
    """
    if len(text) > _LONGEST:
        raise QueryError(f"The query is longer than {_LONGEST:,} characters.", _LONGEST, len(text))
    tokens = list(_parser().lex(text))
    _check(tokens)
    try:
        part = cast(_Part, _parser().parse(text))
    except UnexpectedToken as error:
        _misplaced(tokens, error.token)
    if len(part.sorts) > 1:
        second = part.sorts[1].span
        raise QueryError("Only one sort: can be given.", second.start, second.end)
    return Query(part.node, part.sorts[0] if part.sorts else None)


@dataclass(frozen=True, slots=True)
class _Part:
    """What has been read so far; ``sort:`` is no condition and travels beside the node."""

    node: Node | None
    sorts: tuple[Sort, ...]
    span: Span


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, _Part]):
    def start(self, part: _Part | None = None) -> _Part:
        return part or _Part(None, (), Span(0, 0))

    def either(self, *parts: "_Part | Token") -> _Part:
        sides = [part for part in parts if isinstance(part, _Part)]
        span = Span(sides[0].span.start, sides[-1].span.end)
        sorts = tuple(sort for side in sides for sort in side.sorts)
        if len(sides) == 1:
            return sides[0]
        for side in sides:
            if side.node is None:
                raise QueryError("OR needs a word on both sides.", side.span.start, side.span.end)
        return _Part(Or(tuple(side.node for side in sides if side.node), span), sorts, span)

    def every(self, *parts: _Part) -> _Part:
        span = Span(parts[0].span.start, parts[-1].span.end)
        nodes = tuple(part.node for part in parts if part.node is not None)
        sorts = tuple(sort for part in parts for sort in part.sorts)
        if len(nodes) > 1:
            return _Part(And(nodes, span), sorts, span)
        return _Part(nodes[0] if nodes else None, sorts, span)

    def negation(self, sign: Token, part: _Part) -> _Part:
        span = Span(_start(sign), part.span.end)
        node = _condition_of(part, "sort: cannot be negated; sort:-taken turns the order round.")
        if isinstance(node, Not):
            return _Part(replace(node.node, span=span), (), span)
        return _Part(Not(node, span), (), span)

    def group(self, opening: Token, part: _Part, closing: Token) -> _Part:
        node = _condition_of(part, "sort: orders the whole result, so no parentheses around it.")
        span = Span(_start(opening), _end(closing))
        return _Part(replace(node, span=span), (), span)

    def word(self, token: Token, limit: Token | None = None) -> _Part:
        return _labelled(str(token), token, limit, in_quotes=False)

    def quoted(self, token: Token, limit: Token | None = None) -> _Part:
        return _labelled(_unquoted(str(token)), token, limit, in_quotes=True)

    def field(self, token: Token, limit: Token | None = None) -> _Part:
        name, _, raw = str(token).partition(":")
        value_at = Span(_start(token) + len(name) + 1, _end(token))
        value = _unquoted(raw) if raw.startswith('"') else raw
        folded = name.lower()
        if folded not in FIELDS:
            known = ", ".join(f"{field}:" for field in FIELDS)
            _fail(f"There is no field {name}:, only {known}.", _start(token), value_at.start - 1)
        if not value.strip():
            _fail(f"Nothing follows {folded}:.", *_ends(token))
        if limit is not None and folded != "label":
            _fail("Only a label has a probability.", _start(limit), _end(limit))
        if folded == "label":
            if limit is not None:
                return _labelled(value, token, limit, in_quotes=True)
            return _leaf(LabelTerm(value, _span(token)))
        if folded == "sort":
            sort = _sort(value, value_at, _span(token))
            return _Part(None, (sort,), sort.span)
        return _leaf(_condition(folded, value, value_at, _span(token)))


@cache
def _parser() -> Lark:
    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer="basic",
        transformer=_TreeBuilder(),
        maybe_placeholders=False,
    )


def _condition(name: str, value: str, value_at: Span, span: Span) -> Leaf:
    match name:
        case "folder":
            return FolderTerm(value, span)
        case "name":
            return NameTerm(value, span)
        case "text":
            return _text_term(value, value_at, span)
        case "is":
            if value.lower() not in list(State):
                *others, last = (f"is:{state}" for state in State)
                known = f"{', '.join(others)} or {last}"
                _fail(f"There is no is:{value}, only {known}.", value_at.start, value_at.end)
            return StateTerm(State(value.lower()), span)
        case _:
            return _date_range(DateField(name), value, value_at, span)


def _text_term(value: str, at: Span, span: Span) -> TextTerm:
    sought = Sought.read(value)
    if sought is None:
        _fail(f"There is no letter or digit in “{value}” to look for.", at.start, at.end)
    if sought.reach is Reach.PART and len(sought.joined) < LEAST_PART:
        _fail(
            f"A part of a word needs {LEAST_PART} letters or more, as in text:*tall*.",
            at.start,
            at.end,
        )
    return TextTerm(value, span)


def _labelled(text: str, token: Token, limit: Token | None, *, in_quotes: bool) -> _Part:
    if not text.strip():
        _fail("There is nothing between these quotes.", *_ends(token))
    if limit is None:
        return _leaf(Word(text, in_quotes, _span(token)))
    sign = limit[:2] if limit[1:2] == "=" else limit[:1]
    value = limit[len(sign) :].lstrip()
    probability = _probability(value, Span(_end(limit) - len(value), _end(limit)), sign)
    span = Span(_start(token), _end(limit))
    return _leaf(Comparison(text, Comparator(sign), probability, span))


def _probability(value: str, at: Span, sign: str) -> float:
    if not value:
        _fail(f"A probability must follow {sign}, as in drama>0.7.", at.start - len(sign), at.end)
    found = _NUMBER.fullmatch(value)
    if found is None:
        _fail(f"“{value}” is not a probability such as 0.7 or 70%.", at.start, at.end)
    number = float(found["number"].replace(",", "."))
    probability = number / 100 if found["percent"] else number
    if not 0 <= probability <= 1:
        _fail("A probability lies between 0 and 1, or 0% and 100%.", at.start, at.end)
    return probability


def _date_range(of: DateField, value: str, at: Span, span: Span) -> DateRange:
    first_text, dots, last_text = value.partition("..")
    if not dots:
        day = _date(value, at)
        return DateRange(of, day, day, span)
    if not first_text and not last_text:
        _fail("A range needs at least one end, as in 2019..2021-06.", at.start, at.end)
    first = _date(first_text, at) if first_text else None
    last = _date(last_text, at) if last_text else None
    if first and last and last.last < first.first:
        _fail("The range ends before it begins.", at.start, at.end)
    return DateRange(of, first, last, span)


def _date(text: str, at: Span) -> PartialDate:
    found = _DATE.fullmatch(text)
    if found is None:
        _fail(f"“{text}” is not a date such as 2019, 2019-06 or 2019-06-12.", at.start, at.end)
    year, month, day = found.groups()
    partial = PartialDate(int(year), int(month) if month else None, int(day) if day else None)
    try:
        _ = partial.first, partial.last
    except ValueError:
        _fail(f"There is no such date as {text}.", at.start, at.end)
    return partial


def _sort(value: str, at: Span, span: Span) -> Sort:
    folded = value.lower()
    if folded not in SORTS:
        known = ", ".join(SortKey)
        _fail(
            f"Results are sorted by {known}, with a minus the other way round, not by “{value}”.",
            at.start,
            at.end,
        )
    return Sort(SortKey(folded.removeprefix("-")), folded.startswith("-"), span)


def _check(tokens: Sequence[Token]) -> None:
    """Refuse what the grammar would refuse less clearly, or not at all."""
    depth = 0
    for token in tokens:
        if token.type == "STRAY" and token.startswith('"'):
            _fail("This quote is never closed.", *_ends(token))
        if token.type == "STRAY":
            _fail("A field's name must stand before the colon, as in name:*.png.", *_ends(token))
        depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
        if depth > _DEEPEST:
            _fail(f"More than {_DEEPEST} parentheses are open.", *_ends(token))


def _condition_of(part: _Part, message: str) -> Node:
    """Return the node of a part in which ``sort:`` has no place."""
    if part.sorts or part.node is None:
        _fail(message, part.span.start, part.span.end)
    return part.node


def _misplaced(tokens: Sequence[Token], token: Token) -> NoReturn:
    """Say what is wrong where the grammar did not expect ``token``."""
    at_end = token.type == "$END"
    before = [other for other in tokens if at_end or _start(other) < _start(token)]
    previous = before[-1] if before else None
    opened: list[Token] = []
    for other in before:
        if other.type == "LPAR":
            opened.append(other)
        elif other.type == "RPAR" and opened:
            opened.pop()
    if previous is not None and previous.type in {"MINUS", "NOT"}:
        _fail(f"A word must follow {previous}.", _start(previous), _end(previous))
    if token.type in {"OR", "_AND"}:
        _fail(f"{token} needs a word on both sides.", *_ends(token))
    if previous is not None and previous.type in {"OR", "_AND"}:
        _fail(f"{previous} needs a word on both sides.", _start(previous), _end(previous))
    if at_end:
        _fail("This parenthesis is never closed.", _start(opened[-1]), _end(opened[-1]))
    if token.type == "RPAR":
        if opened:
            _fail("There is nothing between these parentheses.", _start(opened[-1]), _end(token))
        _fail("This parenthesis was never opened.", *_ends(token))
    _fail("A comparison follows a label, as in drama>0.7.", *_ends(token))


def _leaf(leaf: Leaf) -> _Part:
    return _Part(leaf, (), leaf.span)


def _unquoted(text: str) -> str:
    return text[1:-1].replace('""', '"')


def _span(token: Token) -> Span:
    return Span(_start(token), _end(token))


def _start(token: Token) -> int:
    return token.start_pos or 0


def _end(token: Token) -> int:
    return token.end_pos or 0


def _ends(token: Token) -> tuple[int, int]:
    return _start(token), _end(token)


def _fail(message: str, start: int, end: int) -> NoReturn:
    raise QueryError(message, start, end)
