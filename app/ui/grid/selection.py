"""Which photos of a result are selected, and the one that has the focus."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt


class Selection:
    """Selected positions in a list of photos, as in a file manager.

    Positions are kept as one bit per photo, so that "all of a million" costs nothing; a new list of
    photos takes the selection along by photo id.

    Attributes:
        current: Position with the focus, or None.
        anchor: Where a range with Shift begins, or None.
    """

    def __init__(self) -> None:
        self._ids: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._selected: NDArray[np.bool_] = np.empty(0, dtype=np.bool_)
        self.current: int | None = None
        self.anchor: int | None = None

    def __contains__(self, index: int) -> bool:
        return bool(self._selected[index])

    @property
    def count(self) -> int:
        """How many photos are selected."""
        return int(np.count_nonzero(self._selected))

    @property
    def ids(self) -> list[int]:
        """The ids of the selected photos, in the order of the list; the current one first."""
        positions = np.flatnonzero(self._selected)
        if self.current is not None and self._selected[self.current]:
            positions = np.concatenate(([self.current], positions[positions != self.current]))
        ids: list[int] = self._ids[positions].tolist()
        return ids

    @property
    def current_id(self) -> int | None:
        """The id of the photo with the focus."""
        return None if self.current is None else int(self._ids[self.current])

    def show(self, ids: NDArray[np.int64], *, keep: bool) -> bool:
        """Take a new list of photos; with ``keep``, what is still in it stays selected.

        Returns:
            True if the selected photos are others than before.
        """
        before = self._ids[self._selected]
        current, anchor = self._id_at(self.current), self._id_at(self.anchor)
        self._ids = ids
        self._selected = np.zeros(len(ids), dtype=np.bool_)
        if keep and len(before) and len(ids):
            # Ids are dense: a table of them is ten times faster than searching in a million.
            was_selected = np.zeros(int(max(ids.max(), before.max())) + 1, dtype=np.bool_)
            was_selected[before] = True
            self._selected = was_selected[ids]
        self.current = self._position(current) if keep else None
        self.anchor = self._position(anchor) if keep else None
        return self.count != len(before)

    def choose(self, index: int, modifiers: Qt.KeyboardModifier) -> None:
        """Follow a click: with Ctrl one more or less, with Shift a range, else this one only."""
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.extend(index, add=control)
        elif control:
            self.toggle(index)
        else:
            self.only(index)

    def walk(self, index: int, modifiers: Qt.KeyboardModifier) -> None:
        """Follow an arrow key: with Shift a range, with Ctrl the focus alone, else this one."""
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.extend(index)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self.move(index)
        else:
            self.only(index)

    def only(self, index: int) -> None:
        """Select one photo and nothing else."""
        self._selected[:] = False
        self._selected[index] = True
        self.current = self.anchor = index

    def toggle(self, index: int) -> None:
        """Take one photo in or out, as with Ctrl."""
        self._selected[index] = not self._selected[index]
        self.current = self.anchor = index

    def extend(self, index: int, *, add: bool = False) -> None:
        """Select from the anchor to a photo, as with Shift; ``add`` keeps the rest selected."""
        if self.anchor is None:
            self.anchor = self.current if self.current is not None else index
        if not add:
            self._selected[:] = False
        self._selected[min(self.anchor, index) : max(self.anchor, index) + 1] = True
        self.current = index

    def move(self, index: int) -> None:
        """Give a photo the focus and leave the selection as it is."""
        self.current = index

    def all(self) -> None:
        """Select every photo."""
        self._selected[:] = True
        if self.current is None and len(self._ids):
            self.current = self.anchor = 0

    def none(self) -> None:
        """Select nothing; the focus stays where it is."""
        self._selected[:] = False

    def these(self, indexes: list[int]) -> None:
        """Select exactly these positions (a rubber band)."""
        self._selected[:] = False
        self._selected[indexes] = True
        if indexes:
            self.current = self.anchor = indexes[-1]

    def _id_at(self, index: int | None) -> int | None:
        return None if index is None else int(self._ids[index])

    def _position(self, photo_id: int | None) -> int | None:
        if photo_id is None:
            return None
        found = np.flatnonzero(self._ids == photo_id)
        return int(found[0]) if len(found) else None
