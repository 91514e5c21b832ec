"""Questions that the library itself answers: folders and file names."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.library.library import Library

Answer = TypeVar("Answer")

Ids = NDArray[np.int64]

# A search field that is typed into asks the same things again. An answer for a million photos takes
# 8 MB.
_KEPT = 8


class LibraryNames:
    """Answers about names, kept for as long as no photo gets or loses a path.

    An answer is of the moment it was asked. It may be newer than the snapshot it is asked for,
    which then leaves out the photos that it does not know.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, str, str], Any] = OrderedDict()

    def in_folder(self, folder: str) -> Ids:
        """Return the photos in a folder: int64, ascending."""
        return self._ask("folder", folder, lambda library: library.files.photo_ids(folder=folder))

    def named(self, pattern: str) -> Ids:
        """Return the photos of such a name: int64, ascending.

        Args:
            pattern: The whole name with ``*`` and ``?``, or any part of it without.
        """
        if "*" in pattern or "?" in pattern:
            return self._ask(
                "glob", pattern, lambda library: library.files.photo_ids(name_glob=pattern)
            )
        return self._ask(
            "part", pattern, lambda library: library.files.photo_ids(name_contains=pattern)
        )

    def order(self) -> Ids:
        """Return all visible photos by name: int64."""
        return self._ask("order", "", lambda library: library.facts.name_order())

    def directories(self) -> list[tuple[str, int]]:
        """Return the folders and all directories in them, with the photos directly in each.

        A directory is written as ``name of its folder/path in it``.
        """
        return self._ask("directories", "", _directories)

    def _ask(self, kind: str, text: str, question: Callable[[Library], Answer]) -> Answer:
        """Return the kept answer to a question, or ask it."""
        # Read before the answer: one that comes with a later change is only asked again.
        paths = self._library.paths_revision
        key = (paths, kind, text)
        with self._lock:
            kept: Answer | None = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        answer = question(self._library)
        with self._lock:
            self._kept[key] = answer
            outdated = [each for each in self._kept if each[0] < paths]
            for each in outdated:
                del self._kept[each]
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return answer


def _directories(library: Library) -> list[tuple[str, int]]:
    found = []
    for folder in library.folders.all():
        top = folder.path.name or str(folder.path)
        for relpath, count in library.files.folder_tree(folder.id):
            found.append((f"{top}/{relpath}" if relpath else top, count))
    return found
