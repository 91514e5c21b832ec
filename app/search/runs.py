"""Joins adjacent words that are one label's name, such as ``science fiction``."""

from collections.abc import Iterator
from dataclasses import replace

from app.search.syntax import And, Node, Not, Or, Query, Span, Word
from app.search.vocabulary import Vocabulary


def joined(text: str, query: Query, vocabulary: Vocabulary) -> Query:
    """Return the query with every run of words that names a label as one word.

    Only words that stand side by side, without quotes, minus, parentheses or AND, are joined, and
    only where the vocabulary leaves no doubt (see ``Vocabulary.run``).

    Args:
        text: What ``query`` was read from.
        query: The query.
        vocabulary: The labels.
    """
    if query.root is None:
        return query
    return replace(query, root=_joined(text, query.root, vocabulary))


def _joined(text: str, node: Node, vocabulary: Vocabulary) -> Node:
    match node:
        case Not(node=inner):
            return replace(node, node=_joined(text, inner, vocabulary))
        case Or(nodes=nodes):
            return replace(node, nodes=tuple(_joined(text, each, vocabulary) for each in nodes))
        case And(nodes=nodes):
            inner_nodes = tuple(_joined(text, each, vocabulary) for each in nodes)
            together = tuple(_runs(text, inner_nodes, vocabulary))
            if len(together) == 1:
                return replace(together[0], span=node.span)
            return replace(node, nodes=together)
        case _:
            return node


def _runs(text: str, nodes: tuple[Node, ...], vocabulary: Vocabulary) -> Iterator[Node]:
    at = 0
    while at < len(nodes):
        words = _bare_words(text, nodes[at : at + vocabulary.longest])
        length = vocabulary.run([word.text for word in words]) if len(words) > 1 else 1
        if length == 1:
            yield nodes[at]
        else:
            span = Span(words[0].span.start, words[length - 1].span.end)
            yield Word(" ".join(word.text for word in words[:length]), quoted=True, span=span)
        at += length


def _bare_words(text: str, nodes: tuple[Node, ...]) -> list[Word]:
    words: list[Word] = []
    for node in nodes:
        if not isinstance(node, Word) or node.quoted:
            break
        if text[node.span.start : node.span.end] != node.text:
            break
        if words and text[words[-1].span.end : node.span.start].strip():
            break
        words.append(node)
    return words
