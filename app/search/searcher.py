"""Search over one library: always at hand, never behind for long."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.library.library import Library
from app.search.answering import answer
from app.search.columns import DamagedColumnsError
from app.search.completion import completions
from app.search.errors import QueryError
from app.search.explore import tiles
from app.search.less_sure import less_sure
from app.search.names import LibraryNames
from app.search.photo_labels import labels_of
from app.search.query_language import parse
from app.search.results import (
    Completion,
    LessSure,
    Note,
    PhotoLabel,
    PhotoLabels,
    SearchResult,
    Section,
    SelectionLabels,
    Tile,
)
from app.search.selection import summary_of
from app.search.snapshot import Snapshot
from app.search.store import Store
from app.search.vocabulary import LabelInfo, Vocabulary

__all__ = [
    "Completion",
    "LabelInfo",
    "LessSure",
    "Note",
    "PhotoLabel",
    "PhotoLabels",
    "QueryError",
    "SearchResult",
    "Searcher",
    "Section",
    "SelectionLabels",
    "Tile",
    "Vocabulary",
]

Answer = TypeVar("Answer")


class Searcher:
    """Answers queries on a library.

    ``search`` and all other questions may be asked from any thread, at any time: each looks at one
    immutable snapshot and waits for nobody. ``refresh`` makes the next snapshot. The first one is
    made by the first ``refresh`` or question.

    Args:
        library: The library; it must outlive this.
        cache: The cache file; beside the library, with ``.cache`` behind its name, if not given.
    """

    def __init__(self, library: Library, *, cache: Path | None = None) -> None:
        self._library = library
        path = library.path.with_name(f"{library.path.name}.cache") if cache is None else cache
        self._store = Store(library, path)
        self._names = LibraryNames(library)
        self._refreshing = threading.Lock()
        self._now: Snapshot | None = None

    def refresh(self) -> bool:
        """Catch up with the library; return whether a search may answer differently."""
        with self._refreshing:
            if self._now is None:
                parse("")  # the grammar takes 20 ms to make, which no first query should wait for
                new, changed = self._store.first(), True
            else:
                new, changed = self._store.caught_up(self._now)
            if changed:
                new.warm_up()
            self._now = new
            return changed

    def search(self, query: str) -> SearchResult:
        """Answer a query, on the library as it was at the last refresh.

        Raises:
            QueryError: The query does not parse, or names no label where it must.
        """
        return self._ask(lambda snapshot: answer(query, snapshot, self._names))

    def less_sure(self, result: SearchResult) -> LessSure:
        """Return the photos that the query of a result nearly finds, as of the last refresh.

        It reads the probabilities of every label asked for and of its descendants, about 1 ms each
        for a million photos: ask when the result itself is shown.

        Raises:
            QueryError: A label of the query is gone since the result.
        """
        return self._ask(lambda snapshot: less_sure(result, self._library, snapshot, self._names))

    def in_folders(self) -> dict[tuple[int, str], int]:
        """Return how many photos lie in each folder and in each directory of it, and below.

        By the folder's id and the path in it, which is "" for the folder itself; as of this moment.
        """
        return self._names.in_folders()

    @property
    def vocabulary(self) -> Vocabulary:
        """All labels."""
        return self._snapshot().vocabulary

    def complete(self, query: str, cursor: int, limit: int = 12) -> list[Completion]:
        """Return ways to complete what stands before the cursor (0 to the query's length)."""
        snapshot = self._snapshot()
        return completions(query, cursor, snapshot, self._names, limit)

    def labels_of(self, photo_ids: Sequence[int]) -> list[PhotoLabels]:
        """Return the labels of some photos, in the order asked; decisions as of this moment."""
        return labels_of(photo_ids, self._library, self._snapshot())

    def summary_of(self, photo_ids: Sequence[int] | NDArray[np.int64]) -> SelectionLabels:
        """Return what photos together say about each label; for one photo ask ``labels_of``.

        Matches are as of the last refresh, decisions as of this moment. Ten thousand photos that
        came into the library together take some 40 ms; it is the parts of the library that count:
        each 65,536 photos of it from which any are selected take as long.
        """
        return self._ask(lambda snapshot: summary_of(photo_ids, self._library, snapshot))

    def explore(self, limit: int = 24) -> list[Tile]:
        """Return the most frequent labels, each with its best picture."""
        return self._ask(lambda snapshot: tiles(snapshot, self._library, limit))

    def close(self) -> None:
        """Save what the next start would have to read again; the library must still be open."""
        with self._refreshing:
            if self._now is not None and self._store.worth_saving(self._now):
                self._now = self._store.saved(self._now)
            self._now = None

    def _snapshot(self) -> Snapshot:
        snapshot = self._now
        if snapshot is None:
            self.refresh()
            snapshot = self._now
        if snapshot is None:
            raise RuntimeError("the searcher is closed")
        return snapshot

    def _ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        """Ask a question; where the cache turns out to be damaged, make it anew and ask again."""
        snapshot = self._snapshot()
        try:
            return question(snapshot)
        except DamagedColumnsError:
            with self._refreshing:
                if self._now is snapshot:
                    self._now = self._store.rebuilt()
            return question(self._snapshot())
