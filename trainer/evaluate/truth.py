"""What is known of a pack's words on pictures, also by what is known of words above and below."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.labeling.hierarchy import ancestors
from app.labeling.pack import Label

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Truth:
    """N pictures and what is known of a pack's L words on them.

    Attributes:
        paths: The files.
        sources: Where each comes from.
        targets: float32 [N,L], 0 or 1.
        weights: float32 [N,L]: 1 where somebody looked, less where a source that seldom names the
            word does not, 0 where nothing is known.
        kinds: int64 [N], place in ``material.KINDS``; beyond them: nothing to see; -1: unknown.
        people_hurt: bool [L], the words that could hurt on a picture of a person.
        part: What the pictures are of the whole, in words.
        single: int64 [N], the place of the one label that each picture has; None: they were not
            labelled so.
    """

    paths: tuple[Path, ...]
    sources: tuple[str, ...]
    targets: Floats
    weights: Floats
    kinds: NDArray[np.int64]
    people_hurt: Mask
    part: str
    single: NDArray[np.int64] | None = None

    @property
    def there(self) -> Mask:
        """Where a word is known to be true, [N,L]."""
        return np.asarray((self.targets > 0) & (self.weights > 0))

    def take(self, rows: Sequence[int]) -> "Truth":
        """Return some of the pictures, in the order given."""
        at = list(rows)
        return Truth(
            paths=tuple(self.paths[row] for row in at),
            sources=tuple(self.sources[row] for row in at),
            targets=self.targets[at],
            weights=self.weights[at],
            kinds=self.kinds[at],
            people_hurt=self.people_hurt,
            part=self.part,
            single=None if self.single is None else self.single[at],
        )


def above(labels: Sequence[Label]) -> Mask:
    """Return [L,L]: whether the column's word is above the row's, however far."""
    place = {label.id: at for at, label in enumerate(labels)}
    higher = np.zeros((len(labels), len(labels)), dtype=bool)
    for name, those in ancestors(labels).items():
        higher[place[name], [place[one] for one in those]] = True
    return higher


def carried(
    targets: NDArray[np.floating], weights: NDArray[np.floating], higher: Mask
) -> tuple[Floats, Floats]:
    """Carry what is known along the hierarchy.

    A word is true where one below it is. It is false, unless known to be true, where one above it
    is; the surest of these counts.

    Args:
        targets: [N,L], 0 or 1.
        weights: [N,L], 0 where unknown.
        higher: ``above``.

    Returns:
        Targets and weights [N,L]; what is carried upwards weighs 1.
    """
    true = (targets > 0) & (weights > 0)
    true |= (true.astype(np.float32) @ higher.astype(np.float32)) > 0
    absent = np.where(true, 0.0, weights).astype(np.float32)
    carried_down = absent.copy()
    for at in range(len(higher)):
        if higher[at].any():
            carried_down[:, at] = np.maximum(absent[:, at], absent[:, higher[at]].max(axis=1))
    return true.astype(np.float32), np.where(true, 1.0, carried_down).astype(np.float32)
