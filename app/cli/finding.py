"""`lumitag search`: the photos that a query finds, newest first."""

import argparse
import sys
from collections.abc import Iterator
from itertools import islice

from app.cli.output import labels_json, labels_line, print_json, print_line, print_problem
from app.engine import Engine
from app.library.records import PhotoDetails
from app.search.errors import QueryError
from app.search.results import PhotoLabels, SearchResult

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
        for details, labels in islice(_pages(engine, result), asked.limit):
            shown = [
                (label.key.split("/", 1)[0], label.name, label.probability)
                for label in labels.labels
                if label.shown
            ]
            path = details.paths[0].path
            if asked.json:
                print_json(labels_json(path, shown))
            else:
                print_line(labels_line(path, shown))
    return 0


def _pages(engine: Engine, result: SearchResult) -> Iterator[tuple[PhotoDetails, PhotoLabels]]:
    for start in range(0, len(result.ids), _PAGE):
        ids = [int(number) for number in result.ids[start : start + _PAGE]]
        labels = {found.photo_id: found for found in engine.labels_of(ids)}
        for details in engine.details(ids):
            if details.paths:
                yield details, labels[details.card.id]


def _point_at(query: str, error: QueryError) -> None:
    """Print the query with the wrong place underlined below the sentence."""
    print_problem(str(error))
    sys.stderr.write(f"  {query}\n  {' ' * error.start}{'^' * max(1, error.end - error.start)}\n")


def _explain(result: SearchResult) -> None:
    for note in result.notes:
        hint = f"; labels like it: {', '.join(note.suggestions)}" if note.suggestions else ""
        print_problem(f"“{note.word}” is no label, so file names were searched{hint}.")
