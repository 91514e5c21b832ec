"""The user's word on labels: accepted, rejected, taken back, renamed, deleted, muted."""

from collections.abc import Callable, Sequence

from app.errors import LumitagError
from app.library.errors import NameTakenError
from app.library.library import Library
from app.library.records import Operation, Verdict
from app.search.searcher import Searcher


class LabelError(LumitagError):
    """A word that is no label was used where only a label makes sense."""


class Deciding:
    """Decides on labels as both faces do. Every method may be called from any thread."""

    def __init__(self, library: Library, searcher: Searcher, decided: Callable[[], object]) -> None:
        """Decide in ``library``.

        Args:
            library: Keeps the decisions.
            searcher: Knows the labels by all their names.
            decided: Called after each change: a gate may stand open or closed now.
        """
        self._library = library
        self._searcher = searcher
        self._decided = decided

    def decide(self, ids: Sequence[int], label: str, verdict: Verdict | None) -> Operation:
        """Accept or reject a label on photos, or take the decision back (``None``).

        Args:
            ids: The photos.
            label: A label's key, or its name or alias. A word that is no label yet becomes a label
                of the user's own when it is accepted.
            verdict: The user's word.

        Raises:
            LabelError: An unknown word is rejected or taken back.
        """
        operation = self._library.decisions.decide(ids, self._key(label, verdict), verdict)
        self._decided()
        return operation

    def undo(self) -> Operation | None:
        """Take back the latest decision; return it, or None if there is none."""
        operation = self._library.decisions.undo()
        self._decided()
        return operation

    def redo(self) -> Operation | None:
        """Decide again what was taken back last; return it, or None if there is none."""
        operation = self._library.decisions.redo()
        self._decided()
        return operation

    def rename(self, key: str, name: str) -> Operation:
        """Give a label of the user's own another name; ``undo`` takes it back.

        Raises:
            LabelNameError: The label is not the user's own, or the name is empty.
            NameTakenError: Another label goes by that name.
        """
        self._searcher.refresh()
        vocabulary = self._searcher.vocabulary
        others = [other for other in vocabulary.find(name) if other != key]
        if others:
            raise NameTakenError(vocabulary.labels[others[0]].name)
        return self._library.decisions.rename(key, name)

    def delete(self, key: str) -> Operation:
        """Take a label of the user's own from all photos; then it is gone, until ``undo``.

        Raises:
            LabelNameError: The label is not the user's own.
        """
        operation = self._library.decisions.forget(key)
        self._decided()
        return operation

    def muted(self) -> frozenset[str]:
        """Return the keys of labels that the user never wants to see."""
        return self._library.labels.muted()

    def set_muted(self, key: str, *, muted: bool) -> None:
        """Mute a label, or bring it back."""
        self._library.labels.set_muted(key, muted)

    def _key(self, label: str, verdict: Verdict | None) -> str:
        self._searcher.refresh()
        keys = self._searcher.vocabulary.find(label)
        if keys:
            return keys[0]
        if verdict is not Verdict.ACCEPTED:
            raise LabelError(f"“{label}” is no label; search for it to see labels like it.")
        return self._library.labels.create(label).key
