"""Heads that look at picture and text together: what neither says alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from trainer.cross_fitting import Collection, Featured, train_heads
from trainer.data import Columns
from trainer.heads import Head, logits_of
from trainer.settings import HeadSettings
from trainer.tuned.ensemble import middle_of
from trainer.tuned.halves import Tail
from trainer.tuned.reading import Readers

_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class JointHeads:
    """A head for each fold.

    Attributes:
        heads: Each blind to its fold.
        logits: float32 [M,L], what each says of the pictures of its fold, in the order of the
            readers' ``places``.
    """

    heads: Sequence[Head]
    logits: NDArray[np.float32]


def train_joint_heads(
    settings: HeadSettings, columns: Columns, maps: Featured, tail: Tail, readers: Readers
) -> JointHeads:
    """Train a head for each reader, blind to the same fold.

    Args:
        settings: Of the heads; one seed.
        columns: The pictures, divided.
        maps: What the front made of them.
        tail: Gives the stages that all tails share.
        readers: With their states of all texts.
    """
    parts = (maps.main, *maps.helpers)
    middles = [_middles(tail, part.views[0]) for part in parts]
    ends = np.cumsum([len(middle) for middle in middles])
    states = np.split(readers.states, ends[:-1])
    networks = len(readers.encoder.tails)
    width = readers.states.shape[1] // networks
    has_words = readers.states[: ends[0]].any(axis=1)
    logits = np.zeros((len(readers.places), columns.main.targets.shape[1]), np.float32)
    heads = []
    for number in range(networks):
        own = slice(number * width, (number + 1) * width)
        featured = [
            Collection(part.settings, part.data, (np.hstack([middle, state[:, own]]),))
            for part, middle, state in zip(parts, middles, states, strict=True)
        ]
        rows = ~columns.test & (columns.folds != number) & has_words
        (head,) = train_heads(settings, Featured(featured[0], tuple(featured[1:])), rows)
        mine = columns.folds[readers.places] == number
        logits[mine] = logits_of(head, featured[0].views[0][readers.places[mine]])
        heads.append(head)
    return JointHeads(heads, logits)


@torch.inference_mode()
def _middles(tail: Tail, maps: NDArray[np.float16]) -> NDArray[np.float16]:
    """Return ``middle_of`` pictures, float16 [N,2*c], by their maps float16 [N,h,w,C]."""
    parts = []
    with torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(maps), _BATCH):
            before = tail.before(torch.tensor(maps[start : start + _BATCH]))
            parts.append(middle_of(before.float()).numpy().astype(np.float16))
    return np.concatenate(parts)
