"""Which pictures an epoch shows, and in which order."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.network_settings import Training

_GREATEST_REPEAT: Final = 8.0
"""A picture is shown at most that often in an epoch; one picture cannot stand for a genre."""
_BATCHES_SORTED: Final = 16
"""Rows are sorted by length among those of so many batches: alike enough, and still mixed."""
_ALL_BITS: Final = 2**63 - 1


def order(training: Training, targets: NDArray[np.float32], epoch: int) -> NDArray[np.int64]:
    """Return the rows of an epoch, int64 [M], in order.

    It depends on the arguments alone, so that a run that was stopped goes on exactly.

    ``rare-more`` shows a picture sqrt(t / f) times, f the share of its rarest label and t the
    median share (Gupta, Dollar and Girshick, "LVIS", 2019, section 5.2). ``frequent-less`` keeps
    a picture with that same chance where it is below one; pictures without labels are kept.

    Args:
        training: ``seed`` and ``sampling``.
        targets: float32 [N,L], 0 or 1.
        epoch: From 1.
    """
    random = np.random.default_rng([training.seed & _ALL_BITS, epoch])
    rows = np.arange(len(targets), dtype=np.int64)
    if training.sampling != "plain":
        wanted = _repeats(targets)
        if training.sampling == "rare-more":
            wanted = np.maximum(wanted, 1.0)
        else:
            wanted = np.minimum(wanted, 1.0)
        whole = np.floor(wanted)
        times = whole + (random.random(len(rows)) < wanted - whole)
        rows = np.repeat(rows, times.astype(np.int64))
    random.shuffle(rows)
    return rows


def of_like_length(
    rows: NDArray[np.int64], lengths: NDArray[np.int64], training: Training, epoch: int
) -> NDArray[np.int64]:
    """Return an epoch's rows in an order whose batches hold inputs of about one length.

    A batch is as long as its longest input. Rows are sorted within parts of so many batches, and
    the batches of a part come in a random order.

    Args:
        rows: int64 [M], in order.
        lengths: int64 [N], of the input of each row.
        training: ``seed`` and ``batch``.
        epoch: From 1.
    """
    random = np.random.default_rng([training.seed & _ALL_BITS, epoch, 1])
    parts: list[NDArray[np.int64]] = []
    for start in range(0, len(rows), training.batch * _BATCHES_SORTED):
        part = rows[start : start + training.batch * _BATCHES_SORTED]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches = [part[at : at + training.batch] for at in range(0, len(part), training.batch)]
        shuffled = random.permutation(len(batches)).tolist()
        if len(batches[-1]) < training.batch:  # a smaller batch stays the last
            shuffled = [*(at for at in shuffled if at != len(batches) - 1), len(batches) - 1]
        parts.extend(batches[at] for at in shuffled)
    return np.concatenate(parts) if parts else rows


def _repeats(targets: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return sqrt(t / f) of each picture's rarest label [N]; 1 where it has none."""
    there = np.asarray(targets) > 0
    share = there.mean(axis=0) if len(there) else np.zeros(there.shape[1])
    known = share > 0
    if not known.any():
        return np.ones(len(there))
    each = np.zeros(there.shape[1])
    each[known] = np.sqrt(np.median(share[known]) / share[known])
    found = (there * each).max(axis=1)
    return np.where(found > 0, np.minimum(found, _GREATEST_REPEAT), 1.0)
