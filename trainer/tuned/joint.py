"""Heads that look at picture and text together: what neither says alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from trainer.cross_fitting import Collection, Featured, train_heads
from trainer.data import Columns
from trainer.heads import Head, logits_of
from trainer.precision import quick_cpu
from trainer.reading_settings import ReadingSettings
from trainer.settings import HeadSettings
from trainer.tuned.ensemble import middle_of
from trainer.tuned.halves import Tail
from trainer.tuned.reading import Readers

_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class JointHeads:
    """A head for each fold, of two kinds.

    Attributes:
        heads: On ``middle_of`` the pictures, and on their untuned embedding; each blind to its
            fold.
        logits: float32 [M,L,2], what each says of the pictures of its fold, in the order of the
            readers' ``places``.
    """

    heads: Sequence[Sequence[Head]]
    logits: NDArray[np.float32]


def train_joint_heads(
    settings: ReadingSettings, columns: Columns, maps: Featured, untuned: Tail, readers: Readers
) -> JointHeads:
    """Train two heads for each reader, blind to the same fold.

    Args:
        settings: Of the heads; one seed each.
        columns: The pictures, divided.
        maps: What the front made of them.
        untuned: The tail before it was tuned; the stages that all tails share are in it.
        readers: With their states of all texts.
    """
    seen = [_seen(untuned, part.views[0]) for part in (maps.main, *maps.helpers)]
    kinds = (settings.joint, settings.joint_untuned)
    made = [
        _train(each, columns, maps, [part[kind] for part in seen], readers)
        for kind, each in enumerate(kinds)
    ]
    return JointHeads(
        [heads for heads, _ in made], np.stack([logits for _, logits in made], axis=2)
    )


def _train(
    settings: HeadSettings,
    columns: Columns,
    maps: Featured,
    seen: Sequence[NDArray[np.float16]],
    readers: Readers,
) -> tuple[list[Head], NDArray[np.float32]]:
    """Train the heads on one kind of features float16 [N,D], those of each collection."""
    ends = np.cumsum([len(one) for one in seen])
    states = np.split(readers.states, ends[:-1])
    networks = len(readers.encoder.tails)
    width = readers.states.shape[1] // networks
    has_words = readers.states[: ends[0]].any(axis=1)
    logits = np.zeros((len(readers.places), columns.main.targets.shape[1]), np.float32)
    heads = []
    for number in range(networks):
        own = slice(number * width, (number + 1) * width)
        featured = [
            Collection(part.settings, part.data, (np.hstack([one, state[:, own]]),))
            for part, one, state in zip((maps.main, *maps.helpers), seen, states, strict=True)
        ]
        rows = ~columns.test & (columns.folds != number) & has_words
        (head,) = train_heads(settings, Featured(featured[0], tuple(featured[1:])), rows)
        mine = columns.folds[readers.places] == number
        logits[mine] = logits_of(head, featured[0].views[0][readers.places[mine]])
        heads.append(head)
    return heads, logits


@torch.inference_mode()
def _seen(untuned: Tail, maps: NDArray[np.float16]) -> list[NDArray[np.float16]]:
    """Return ``middle_of`` pictures and their untuned embeddings, float16 [N,D] each.

    Args:
        untuned: The tail before it was tuned.
        maps: float16 [N,h,w,C], what the front made of the pictures.
    """
    parts: list[tuple[Tensor, Tensor]] = []
    with quick_cpu():
        for start in range(0, len(maps), _BATCH):
            before = untuned.before(torch.tensor(maps[start : start + _BATCH]))
            parts.append((middle_of(before.float()), untuned.tuned(before)))
    return [torch.cat(each).to(torch.float16).numpy() for each in zip(*parts, strict=True)]
