"""Edits a query as text: what a click in the sidebar or on a chip does to the search field.

All functions are pure. A query that does not parse has no terms; adding a term to it starts anew.
Words are compared as labels where a vocabulary is given (``sci-fi`` is ``science fiction`` then),
else by their letters. The user's own writing of the other terms is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.search.errors import QueryError
from app.search.query_language import parse
from app.search.runs import joined
from app.search.syntax import (
    And,
    Comparison,
    DateRange,
    FolderTerm,
    LabelTerm,
    NameTerm,
    Node,
    Not,
    Or,
    Query,
    StateTerm,
    TextTerm,
    Word,
    leaf_text,
    leaves,
    quoted,
    word_text,
    written,
)
from app.search.vocabulary import Vocabulary, fold

TermState = Literal["wanted", "excluded", "off"]
TermKind = Literal["label", "name", "field", "group"]


@dataclass(frozen=True, slots=True)
class Term:
    """One of the conditions that must all hold: a chip in the search field.

    Attributes:
        text: What the chip says: without minus, and without quotes around a word.
        start: Where it begins in the query, its minus included.
        end: Where it ends (exclusive).
        negated: It must not hold.
        kind: "label" for a word that means labels (without a vocabulary: any word), "name" for one
            that is looked for in the text of pictures and in file names, or ``name:``, "field" for
            ``folder:``, ``text:``, ``taken:`` and the like,
            "group" for parentheses and OR.
        keys: The labels it means; empty without a vocabulary.
    """

    text: str
    start: int
    end: int
    negated: bool
    kind: TermKind
    keys: tuple[str, ...] = ()


def terms(query: str, vocabulary: Vocabulary | None = None) -> list[Term]:
    """Return the conditions at the top level of a query, from left to right, without ``sort:``."""
    return [term for term, _ in _read(query, vocabulary).terms]


def state_of(query: str, label_name: str, vocabulary: Vocabulary | None = None) -> TermState:
    """Return whether the query asks for a label at its top level; excluded wins."""
    same = [
        term for term, word in _read(query, vocabulary).terms if _is(word, label_name, vocabulary)
    ]
    if any(term.negated for term in same):
        return "excluded"
    return "wanted" if same else "off"


def with_term(query: str, word: str, state: TermState, vocabulary: Vocabulary | None = None) -> str:
    """Return the query with a label wanted, excluded or not mentioned at its top level.

    A term that is there already is changed in place; a new one goes to the end, before ``sort:``.
    A query that does not parse is replaced by the new term. A blank ``word`` changes nothing.
    """
    if not word.strip():
        return query
    edited = _with_term(query, word_text(word.strip()), word, state, vocabulary)
    if state_of(edited, word, vocabulary) != state:
        # Beside an unquoted neighbour the word would become part of another label's name.
        edited = _with_term(query, quoted(word.strip()), word, state, vocabulary)
    return edited


def with_name(query: str, key: str, name: str, vocabulary: Vocabulary) -> str:
    """Return the query as it reads when a label has another name.

    Args:
        query: Words in it that mean this label alone are written anew, also in parentheses.
        key: Of the label.
        name: What it is called now.
        vocabulary: From before.
    """
    for leaf, _ in reversed(list(leaves(_read(query, vocabulary).parsed.root))):
        if not isinstance(leaf, Word | LabelTerm | Comparison):
            continue
        if vocabulary.find(leaf.text) == (key,):
            text = (
                word_text(name) if isinstance(leaf, Word) else leaf_text(replace(leaf, text=name))
            )
            query = query[: leaf.span.start] + text + query[leaf.span.end :]
    return query


def without_label(query: str, key: str, vocabulary: Vocabulary) -> str:
    """Return the query without the words at its top level that mean this label alone."""
    read = _read(query, vocabulary)
    kept = [term for term, word in read.terms if word is None or vocabulary.find(word) != (key,)]
    same = len(kept) == len(read.terms)
    return query if same else _assembled(read, [(term, None) for term in kept])


def without(query: str, term: Term, vocabulary: Vocabulary | None = None) -> str:
    """Return the query without one of its terms (as ``terms`` returned it)."""
    read = _read(query, vocabulary)
    kept = [other for other, _ in read.terms if (other.start, other.end) != (term.start, term.end)]
    return _assembled(read, [(other, None) for other in kept])


def sort_of(query: str) -> str | None:
    """Return the value of ``sort:``, such as "-taken"; None if there is none."""
    sort = _read(query, None).parsed.sort
    return None if sort is None else str(sort)


def with_sort(query: str, sort: str | None) -> str:
    """Return the query with another ``sort:``, or without one.

    "taken" is oldest first, "-taken" newest first (as without ``sort:``), "name" A to Z, "added"
    oldest first, "probability" likeliest first, "match" best first. A query that does not parse is
    left alone.
    """
    read = _read(query, None)
    if read.broken:
        return query
    text = _assembled(read, [(term, None) for term, _ in read.terms], sort=False)
    return " ".join(part for part in (text, f"sort:{sort}" if sort else "") if part)


@dataclass(frozen=True, slots=True)
class _Read:
    """A query taken apart: its terms, each with the word it is if it is a plain one."""

    text: str
    parsed: Query
    terms: list[tuple[Term, str | None]]
    broken: bool = False


def _read(text: str, vocabulary: Vocabulary | None) -> _Read:
    try:
        query = parse(text)
    except QueryError:
        return _Read(text, Query(), [], broken=True)
    if vocabulary is not None:
        query = joined(text, query, vocabulary)
    if query.root is None:
        nodes: tuple[Node, ...] = ()
    else:
        nodes = query.root.nodes if isinstance(query.root, And) else (query.root,)
    return _Read(text, query, [_term(text, node, vocabulary) for node in nodes])


def _term(text: str, node: Node, vocabulary: Vocabulary | None) -> tuple[Term, str | None]:
    inner = node.node if isinstance(node, Not) else node
    kind: TermKind = "label"
    word: str | None = None
    keys: tuple[str, ...] = ()
    shown = text[inner.span.start : inner.span.end]
    match inner:
        case Word(text=word) | LabelTerm(text=word):
            shown = word
            keys = () if vocabulary is None else vocabulary.find(word)
            if vocabulary is not None and not keys and isinstance(inner, Word):
                kind = "name"
        case Comparison():
            keys = () if vocabulary is None else vocabulary.find(inner.text)
        case NameTerm():
            kind = "name"
        case FolderTerm() | TextTerm() | DateRange() | StateTerm():
            kind = "field"
        case And() | Or() | Not():
            kind = "group"
    negated = isinstance(node, Not)
    return Term(shown, node.span.start, node.span.end, negated, kind, keys), word


def _is(word: str | None, label_name: str, vocabulary: Vocabulary | None) -> bool:
    if word is None:
        return False
    if fold(word) == fold(label_name):
        return True
    if vocabulary is None:
        return False
    return not set(vocabulary.find(word)).isdisjoint(vocabulary.find(label_name))


def _with_term(
    query: str, written_word: str, word: str, state: TermState, vocabulary: Vocabulary | None
) -> str:
    read = _read(query, vocabulary)
    new = {"wanted": written_word, "excluded": f"-{written_word}", "off": None}[state]
    parts: list[tuple[Term | None, str | None]] = []
    for term, own in read.terms:
        if not _is(own, word, vocabulary):
            parts.append((term, None))
        elif new is not None:
            same = term.negated == (state == "excluded")
            parts.append((term, None if same else new))
            new = None
    if new is not None:
        parts.append((None, new))
    return _assembled(read, parts)


def _assembled(
    read: _Read, parts: Sequence[tuple[Term | None, str | None]], *, sort: bool = True
) -> str:
    """Write terms one after the other: each as it stands in the query, or as the text beside it."""
    texts: list[str] = []
    last_end: int | None = None
    alone = len(parts) == 1
    for term, replacement in parts:
        if replacement is not None or term is None:
            text = replacement or ""
        elif _is_open_or(read.parsed.root):
            text = written(Query(read.parsed.root))
            text = text if alone else f"({text})"
        else:
            text = read.text[term.start : term.end]
        if last_end is not None and read.text[last_end:].split(maxsplit=1)[:1] == ["AND"]:
            texts.append("AND")
        texts.append(text)
        last_end = None if term is None else term.end
    if sort and read.parsed.sort is not None:
        texts.append(f"sort:{read.parsed.sort}")
    return " ".join(texts)


def _is_open_or(root: Node | None) -> bool:
    """Whether the query is an OR without parentheses around it."""
    return isinstance(root, Or) and root.span.start == root.nodes[0].span.start
