"""The bare predictions of all photos: columns from the cache, and what changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.search.bits import CHUNK, chunks_for
from app.search.columns import Codes, Columns, Ids, block_length

_MOST_DELTAS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """New predictions of one pack version.

    Attributes:
        columns: Place of each label key among the codes.
        ids: int64 [n], ascending.
        codes: uint8 [n, L].
    """

    columns: Mapping[str, int]
    ids: Ids
    codes: Codes


@dataclass(frozen=True, slots=True, eq=False)
class Delta:
    """What one refresh changed.

    Attributes:
        ids: int64 [n], ascending: photos of which nothing older holds any more.
        parts: All that is predicted of them now.
    """

    ids: Ids
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Probabilities:
    """Codes (probability times 255) of every label and photo; immutable.

    Attributes:
        columns: What the cache file holds.
        deltas: Later changes, oldest first.
        size: Photos with ids below it are known.
    """

    columns: Columns
    deltas: tuple[Delta, ...] = ()
    size: int = 0
    changed: int = field(default=0)

    def with_delta(self, delta: Delta, size: int) -> "Probabilities":
        """Return the probabilities after a change."""
        if not len(delta.ids):
            return Probabilities(self.columns, self.deltas, size, self.changed)
        deltas = (*self.deltas, delta)
        if len(deltas) > _MOST_DELTAS:
            deltas = (_merged(deltas),)
        changed = sum(len(each.ids) for each in deltas)
        return Probabilities(self.columns, deltas, size, changed)

    def column(self, key: str) -> Codes:
        """Return the codes of a label: uint8 [size], 0 where nothing is predicted.

        Raises:
            DamagedColumnsError: The cache file is not what was written.
        """
        column = np.zeros(self.size, np.uint8)
        for chunk in range(chunks_for(min(self.size, self.columns.size))):
            block = self.columns.block(key, chunk)
            column[chunk * CHUNK : chunk * CHUNK + len(block)] = block
        _apply(column, key, self.deltas, 0)
        return column

    def block(self, key: str, chunk: int) -> Codes:
        """Return a chunk of a column: uint8 [65536], fewer at the end."""
        length = block_length(self.size, chunk)
        stored = self.columns.block(key, chunk)
        if len(stored) == length and not self.deltas:
            return stored
        block = np.zeros(length, np.uint8)
        block[: len(stored)] = stored
        _apply(block, key, self.deltas, chunk * CHUNK)
        return block


def _apply(column: Codes, key: str, deltas: Sequence[Delta], first: int) -> None:
    """Lay changes over the codes of photos ``first`` and on."""
    for delta in deltas:
        column[_inside(delta.ids, first, len(column))[1]] = 0
        for part in delta.parts:
            at = part.columns.get(key)
            if at is not None:
                rows, places = _inside(part.ids, first, len(column))
                column[places] = part.codes[rows, at]


def _inside(ids: Ids, first: int, length: int) -> tuple[slice, NDArray[np.int64]]:
    start, end = np.searchsorted(ids, [first, first + length])
    rows = slice(int(start), int(end))
    return rows, ids[rows] - first


def _merged(deltas: Sequence[Delta]) -> Delta:
    """Make one change of many; of photos that changed twice the last counts."""
    later = np.empty(0, np.int64)
    kept: dict[tuple[str, ...], tuple[Mapping[str, int], list[Ids], list[Codes]]] = {}
    for delta in reversed(deltas):
        for part in delta.parts:
            stays = ~np.isin(part.ids, later)
            _, ids, codes = kept.setdefault(tuple(part.columns), (part.columns, [], []))
            ids.append(part.ids[stays])
            codes.append(part.codes[stays])
        later = np.union1d(later, delta.ids)
    parts = []
    for columns, ids, codes in kept.values():
        together = np.concatenate(ids)
        order = np.argsort(together)
        parts.append(Part(columns, together[order], np.concatenate(codes)[order]))
    return Delta(later, tuple(parts))
