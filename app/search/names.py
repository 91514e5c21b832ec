"""Questions that the library itself answers: folders and file names."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.library.library import Library

Ids = NDArray[np.int64]

# Answers kept for one revision: a search field that is typed into asks the same things again.
# An answer for a million photos takes 8 MB.
_KEPT = 8


class LibraryNames:
    """Answers about names, kept for as long as the library does not change."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, str, str], Any] = OrderedDict()

    def at(self, revision: int) -> "NamesAt":
        """Return what answers for a snapshot of this revision."""
        return NamesAt(self, revision)

    def ask(self, revision: int, kind: str, text: str, question: Callable[[Library], Any]) -> Any:
        """Return the kept answer to a question, or ask it."""
        key = (revision, kind, text)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        answer = question(self._library)
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > _KEPT or next(iter(self._kept))[0] < revision:
                self._kept.popitem(last=False)
        return answer


@dataclass(frozen=True, slots=True)
class NamesAt:
    """Answers for one snapshot."""

    names: LibraryNames
    revision: int

    def in_folder(self, folder: str) -> Ids:
        """Return the photos in a folder: int64, ascending."""
        return self._ids("folder", folder, lambda library: library.files.photo_ids(folder=folder))

    def named(self, pattern: str) -> Ids:
        """Return the photos of such a name: int64, ascending.

        Args:
            pattern: The whole name with ``*`` and ``?``, or any part of it without.
        """
        if "*" in pattern or "?" in pattern:
            return self._ids(
                "glob", pattern, lambda library: library.files.photo_ids(name_glob=pattern)
            )
        return self._ids(
            "part", pattern, lambda library: library.files.photo_ids(name_contains=pattern)
        )

    def order(self) -> Ids:
        """Return all visible photos by name: int64."""
        return self._ids("order", "", lambda library: library.facts.name_order())

    def directories(self) -> list[tuple[str, int]]:
        """Return the folders and all directories in them, with the photos directly in each.

        A directory is written as ``name of its folder/path in it``.
        """
        found: list[tuple[str, int]] = self.names.ask(
            self.revision, "directories", "", _directories
        )
        return found

    def _ids(self, kind: str, text: str, question: Callable[[Library], Ids]) -> Ids:
        ids: Ids = self.names.ask(self.revision, kind, text, question)
        return ids


def _directories(library: Library) -> list[tuple[str, int]]:
    found = []
    for folder in library.folders.all():
        top = folder.path.name or str(folder.path)
        for relpath, count in library.files.folder_tree(folder.id):
            found.append((f"{top}/{relpath}" if relpath else top, count))
    return found
