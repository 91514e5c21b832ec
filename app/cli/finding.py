"""`lumitag search`: the photos that a query finds, and those that it nearly finds."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from app.cli.output import (
    labels_json,
    labels_line,
    print_below,
    print_json,
    print_line,
    print_problem,
)
from app.engine import Engine
from app.library.records import PhotoDetails
from app.library.sought import Sought
from app.search.errors import QueryError
from app.search.results import PhotoLabels, SearchResult

Ids = NDArray[np.int64]

_WIDE = 200
_AROUND = 30
"""Letters of a query of more than ``_WIDE`` that are shown before and behind a wrong place."""

_PAGE = 500
"""Photos read from the library at a time, so that the first lines come at once."""


def run_search(asked: argparse.Namespace) -> int:
    """Print one line per photo; words that are no label are explained on stderr."""
    with Engine.open(asked.library, device=asked.device) as engine:
        engine.refresh()
        try:
            result = engine.search(asked.query)
        except QueryError as error:
            _point_at(asked.query, error)
            return 2
        _explain(result)
        parts = [(result.ids, True)]
        if asked.less_sure:
            parts.append((engine.less_sure(result).ids, False))
        photos = (
            (details, labels, text, sure)
            for ids, sure in parts
            for details, labels, text in _pages(engine, ids, result.terms)
        )
        for details, labels, text, sure in islice(photos, asked.limit):
            _print(details, labels, text, sure if asked.less_sure else None, as_json=asked.json)
        if not (asked.less_sure or asked.json) and sys.stderr is not None and sys.stderr.isatty():
            _mention(len(engine.less_sure(result).ids), any_sure=len(result.ids) > 0)
    return 0


def _pages(
    engine: Engine, found: Ids, terms: Sequence[Sought]
) -> Iterator[tuple[PhotoDetails, PhotoLabels, str | None]]:
    """Yield photos with their labels and the line of their text that matches, if one does."""
    for start in range(0, len(found), _PAGE):
        ids = [int(number) for number in found[start : start + _PAGE]]
        labels = {each.photo_id: each for each in engine.labels_of(ids)}
        lines = engine.words.lines_matched(ids, terms)
        for details in engine.details(ids):
            if details.paths:
                yield details, labels[details.card.id], lines.get(details.card.id)


def _print(
    details: PhotoDetails,
    labels: PhotoLabels,
    text: str | None,
    sure: bool | None,
    *,
    as_json: bool,
) -> None:
    """Print a photo; ``sure`` is None where it was not asked which are."""
    shown = [
        (label.key.split("/", 1)[0], label.name, label.probability)
        for label in labels.labels
        if label.shown
    ]
    path = details.paths[0].path
    if as_json:
        more = {"text": text, "sure": sure}
        said = {name: value for name, value in more.items() if value is not None}
        print_json(labels_json(path, shown) | said)
    else:
        line = labels_line(path, shown)
        line += "" if text is None else f"\t“{text}”"
        print_line(line + ("\tless sure" if sure is False else ""))


def _mention(count: int, *, any_sure: bool) -> None:
    """Tell a person at a terminal that there is more."""
    if count:
        more = f"{count} {'more ' if any_sure else ''}{'is' if count == 1 else 'are'}"
        print_problem(f"{more} less sure: --less-sure lists {'it' if count == 1 else 'them'}.")


def _point_at(query: str, error: QueryError) -> None:
    """Print the query with the wrong place underlined below the sentence."""
    print_problem(str(error))
    # Of a long query what stands around the place, and all of it on one line.
    first = max(0, error.start - _AROUND) if len(query) > _WIDE else 0
    last = min(error.end, error.start + _AROUND) + _AROUND if len(query) > _WIDE else len(query)
    shown = "".join(letter if letter.isprintable() else " " for letter in query[first:last])
    marks = min(error.end, last) - error.start
    print_below(f"  {shown}\n  {' ' * (error.start - first)}{'^' * max(1, marks)}")


def _explain(result: SearchResult) -> None:
    for note in result.notes:
        hint = f"; labels like it: {', '.join(note.suggestions)}" if note.suggestions else ""
        print_problem(
            f"“{note.word}” is no label, so words in pictures and file names were searched{hint}."
        )
