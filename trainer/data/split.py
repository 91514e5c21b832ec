"""Divides pictures into training, validation and test, and into folds for cross-fitting.

Stratification: Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data",
ECML PKDD 2011, as in the package iterative-stratification.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from iterstrat.ml_stratifiers import MultilabelStratifiedKFold, MultilabelStratifiedShuffleSplit
from numpy.typing import NDArray

from trainer.data.labelled import draw, fold_of, held_out
from trainer.errors import DataError
from trainer.settings import SplitSettings

NO_FOLD: Final = -1
"""The fold of a test picture."""


class Part(IntEnum):
    """What a picture is for."""

    TRAINING = 0
    VALIDATION = 1
    TEST = 2


@dataclass(frozen=True, slots=True)
class Pictures:
    """What a split needs to know of N pictures.

    Attributes:
        ids: One a picture, none twice.
        contents: What bytes each has: equal where the files are.
        targets: float32 [N,L], 0 or 1.
    """

    ids: Sequence[str]
    contents: Sequence[str]
    targets: NDArray[np.float32]

    def take(self, kept: NDArray[np.bool_]) -> "Pictures":
        """Return those where ``kept`` [N] is true."""
        places = np.flatnonzero(kept).tolist()
        return Pictures(
            [self.ids[place] for place in places],
            [self.contents[place] for place in places],
            self.targets[kept],
        )


def kept_for_test(pictures: Pictures, settings: SplitSettings) -> NDArray[np.bool_]:
    """Return which pictures [N] are kept for the test.

    ``hashed``: the id and the seed alone decide. ``stratified``: every label's share is about the
    same inside and outside, and pictures of the same bytes are on one side.

    Raises:
        DataError: There are too few pictures to keep any apart.
    """
    if settings.method == "hashed":
        test = held_out(pictures.ids, part=settings.test, seed=settings.seed)
    else:
        test = apart(pictures, share=settings.test, seed=f"{settings.seed} test")
    if settings.test and (not test.any() or test.all()):
        raise DataError(
            f"{len(pictures.ids)} pictures are too few to keep {settings.test:.0%} of them for the "
            f"test; give more pictures or another share under [split]."
        )
    return test


def twins_of(
    contents: Sequence[str], of_mine: NDArray[np.bool_], others: Sequence[str]
) -> NDArray[np.bool_]:
    """Return which pictures [N] of ``of_mine`` have the same bytes as one of ``others``."""
    known = set(others)
    return np.array(
        [bool(mine) and one in known for one, mine in zip(contents, of_mine, strict=True)],
        dtype=bool,
    )


def parts_of(
    pictures: Pictures, test: NDArray[np.bool_], settings: SplitSettings
) -> NDArray[np.uint8]:
    """Return each picture's :class:`Part` [N]; validation is stratified from outside the test."""
    part = np.full(len(pictures.ids), Part.TRAINING, dtype=np.uint8)
    part[test] = Part.TEST
    rest = np.flatnonzero(~test)
    chosen = apart(
        pictures.take(~test), share=settings.validation, seed=f"{settings.seed} validation"
    )
    part[rest[chosen]] = Part.VALIDATION
    return part


def folds_of(
    pictures: Pictures, test: NDArray[np.bool_], settings: SplitSettings
) -> NDArray[np.int64]:
    """Return each picture's fold [N], 0 to ``settings.folds`` - 1; ``NO_FOLD`` in the test.

    ``hashed``: by id and seed alone; ``stratified``: every label's share is about the same in all.
    """
    folds = np.full(len(pictures.ids), NO_FOLD, dtype=np.int64)
    rest = pictures.take(~test)
    if settings.method == "hashed":
        folds[~test] = fold_of(rest.ids, folds=settings.folds, seed=settings.seed)
        return folds
    groups = _groups(rest)
    if len(groups) < settings.folds:
        raise DataError(
            f"{len(groups)} different pictures outside the test are too few for "
            f"{settings.folds} folds; give more pictures or fewer folds under [split]."
        )
    cut = MultilabelStratifiedKFold(
        settings.folds, shuffle=True, random_state=_number(f"{settings.seed} fold")
    )
    strata = _strata(rest, groups)
    mine = np.zeros(len(rest.ids), dtype=np.int64)
    for number, (_, chosen) in enumerate(cut.split(strata, strata)):
        for group in chosen:
            mine[groups[group]] = number
    folds[~test] = mine
    return folds


def apart(pictures: Pictures, *, share: float, seed: str) -> NDArray[np.bool_]:
    """Return a stratified choice [N] of about ``share`` of the pictures, the same for any order.

    Pictures of the same bytes are chosen together. At least one is chosen and one is not, where
    there are two that differ.
    """
    groups = _groups(pictures)
    chosen = np.zeros(len(pictures.ids), dtype=bool)
    if not share or len(groups) < 2:
        return chosen
    count = min(max(1, round(share * len(groups))), len(groups) - 1)
    cut = MultilabelStratifiedShuffleSplit(
        1, test_size=count, train_size=len(groups) - count, random_state=_number(seed)
    )
    strata = _strata(pictures, groups)
    _, places = next(cut.split(strata, strata))
    if not 0 < len(places) < len(groups):  # too few to be balanced: chance alone decides
        order = sorted(
            range(len(groups)), key=lambda at: draw(pictures.ids[groups[at][0]], seed=seed)
        )
        places = order[:count]
    for place in places:
        chosen[groups[place]] = True
    return chosen


def _groups(pictures: Pictures) -> list[list[int]]:
    """Return the pictures' places by content, in the order of their ids."""
    groups: dict[str, list[int]] = {}
    for place in sorted(range(len(pictures.ids)), key=lambda at: pictures.ids[at]):
        groups.setdefault(pictures.contents[place], []).append(place)
    return list(groups.values())


def _strata(pictures: Pictures, groups: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    """Return what is balanced, bool [groups, L+1]: the labels, and whether there is none."""
    labels = np.array([pictures.targets[group].any(axis=0) for group in groups], dtype=bool)
    return np.concatenate([labels, ~labels.any(axis=1, keepdims=True)], axis=1)


def _number(seed: str) -> int:
    """Return a seed for NumPy that a text decides."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest(), "little")
