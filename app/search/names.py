"""Questions that the library itself answers: folders, file names, the words in pictures."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import reduce
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.library.library import Library
from app.library.names import join_relpath
from app.library.sought import Sought
from app.library.tree import Directory, PhotoTree

Answer = TypeVar("Answer")

Ids = NDArray[np.int64]

# A search field that is typed into asks the same things again. An answer for a million photos takes
# 8 MB.
_KEPT = 8


# The best match scores as much; scores of two bytes are sorted fastest.
_BEST_SCORE = np.iinfo(np.uint16).max - 1


class LibraryNames:
    """Answers about names and words.

    Those about names are kept for as long as no photo gets or loses a path, those about words for
    as long as nothing is read. An answer is of the moment it was asked. It may be newer than the
    snapshot it is asked for, which then leaves out the photos that it does not know.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._names = _Kept()
        self._words = _Kept()

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

    def with_text(self, sought: Sought) -> Ids:
        """Return the photos with that in their text: int64, ascending.

        Raises:
            ValueError: A part of fewer than three letters is sought.
        """
        words = self._library.words
        return self._words.get(words.revision(), ("text", sought), lambda: words.matching(sought))

    def with_words(self) -> Ids:
        """Return the photos in which any words were found: int64, ascending."""
        words = self._library.words
        return self._words.get(words.revision(), ("read", None), words.with_words)

    def match_scores(self, soughts: Sequence[Sought]) -> tuple[Ids, NDArray[np.int64]]:
        """Return the photos with any of that in their text, and how well they match.

        Returns:
            int64 [n], ascending; and int64 [n], 1 to 65,535, higher for better: 1 where words are
            only found inside others.

        Raises:
            ValueError: As for ``with_text``.
        """
        words = self._library.words
        ids = reduce(np.union1d, map(self.with_text, soughts))
        whole, ranks = self._words.get(
            words.revision(), ("ranks", *soughts), lambda: words.ranks(soughts)
        )
        # Words that follow one another over the end of a line are there, as a part they are not.
        there = np.isin(whole, ids, assume_unique=True)
        whole, ranks = whole[there], ranks[there]
        scores = np.ones(len(ids), np.int64)
        if ranks.any():
            scores[np.searchsorted(ids, whole)] += np.round(
                ranks * (_BEST_SCORE / ranks.max())
            ).astype(np.int64)
        return ids, scores

    def in_folders(self) -> dict[tuple[int, str], int]:
        """Return how many photos lie in each folder and in each directory of it, and below.

        By the folder's id and the path in it, which is "" for the folder itself.
        """
        return self._ask("folders", "", lambda _: self._tree().below(_numbered))

    def directories(self) -> dict[str, int]:
        """Return the folders and all directories in them, with the photos in each and below.

        A directory is written as ``name of its folder/path in it``.
        """
        return self._ask("directories", "", lambda _: self._tree().below(_written))

    def _tree(self) -> PhotoTree:
        return self._ask("tree", "", lambda library: library.files.tree())

    def _ask(self, kind: str, text: str, question: Callable[[Library], Answer]) -> Answer:
        revision = self._library.paths_revision
        return self._names.get(revision, (kind, text), lambda: question(self._library))


class _Kept:
    """Answers that hold for as long as a revision stays the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[int, Hashable], Any] = OrderedDict()

    def get(self, revision: int, asked: Hashable, question: Callable[[], Answer]) -> Answer:
        """Return the kept answer to what is asked, or ask the question.

        Args:
            revision: Read before the answer: one that comes with a later change is asked again.
            asked: What is asked.
            question: Asks it.
        """
        key = (revision, asked)
        with self._lock:
            kept: Answer | None = self._answers.get(key)
            if kept is not None:
                self._answers.move_to_end(key)
                return kept
        answer = question()
        with self._lock:
            self._answers[key] = answer
            outdated = [each for each in self._answers if each[0] < revision]
            for each in outdated:
                del self._answers[each]
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        return answer


def _numbered(directory: Directory) -> list[tuple[int, str]]:
    return [(directory.folder_id, path) for path in directory.upwards()]


def _written(directory: Directory) -> list[str]:
    top = directory.folder.name or str(directory.folder)
    return [join_relpath(top, path) if path else top for path in directory.upwards()]
