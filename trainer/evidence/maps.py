"""From a network's last maps to one map a label.

All packs that give maps answer on the mean of these maps. So a place's part in the answer is found
by moving that mean: towards what the place holds, and away from it. Where the label's log-odds rise
on the way there and fall on the way back, the label was seen. It is a finite difference of what
HiResCAM (Draelos and Carin, 2020) takes the gradient of, and needs nothing of the answer but that
it can be asked: a linear layer, several heads' mean or a whole vocabulary.
"""

from copy import deepcopy
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from trainer.compact import LARGE, is_rounded, round_to_half

NEAR: Final = (0.25, 0.5, 0.25)
"""How much a cell and those beside it count as one place, along each axis. Chosen, as the steps
are, by the pointing game on training pictures; see docs/results.md."""
TOWARDS: Final = 0.3
"""How far the mean is moved towards a place, 1 being all the way. This tells best which of
several pictures has the label."""
AWAY: Final = 0.5
"""How far it is moved away, which tells best what on a plain ground has it."""
CERTAIN: Final = 1e-3
"""Probabilities nearer to 0 and 1 count as this near: float32 rounds what moves them there."""
LEAST: Final = 0.5
"""Rise in log-odds that the strongest place needs for evidence as high as the label's own
probability; weaker places speak less, and nothing is made of noise."""
_AT_ONCE: Final = 24
"""Means that the answer is asked about together: a vocabulary compares all words with all others
for each of them, 15 MB here."""


class EvidenceMaps(nn.Module):
    """Last maps in, one map a label out.

    The strongest place of a label gets the label's own probability, other places as much less as
    they move it less, and places that speak against it 0.
    """

    def __init__(self, answer: nn.Module) -> None:
        """Take over an answer.

        Args:
            answer: Means of maps float32 [N,C] in, probabilities float32 [N,L] out. It is copied;
                large weights of the copy are rounded to float16, half the bytes of the file, unless
                they take 8 bits.
        """
        super().__init__()
        line = torch.tensor(NEAR)
        self.near: Tensor
        self.register_buffer("near", torch.outer(line, line)[None, None])
        self.answer = deepcopy(answer).eval().requires_grad_(False)
        weights = (*self.answer.parameters(), *self.answer.buffers())
        round_to_half(one for one in weights if one.numel() >= LARGE and not is_rounded(one))

    def forward(self, features: Tensor) -> Tensor:
        """Return evidence float32 [N,L,h,w] in 0..1 of maps float32 [N,C,h,w]."""
        channels, height, width = features.shape[1:]
        mean = features.mean((2, 3), keepdim=True)
        rest = (features - mean).flatten(0, 1).unsqueeze(1)
        places = functional.conv2d(rest, self.near, padding=1).unflatten(0, (-1, channels))
        moved = places.flatten(2).transpose(1, 2)
        mean = mean.flatten(2).transpose(1, 2)
        asked = torch.cat([mean, mean + TOWARDS * moved, mean - AWAY * moved], dim=1)
        said = torch.cat([self._said(part) for part in asked.split(_AT_ONCE, dim=1)], dim=1)
        whole, towards, away = said.split([1, height * width, height * width], dim=1)
        rise = (_log_odds(towards) - _log_odds(away)).clamp(min=0)
        strongest = rise.amax(dim=1, keepdim=True).clamp(min=LEAST)
        evidence = (whole * rise / strongest).transpose(1, 2)
        found: Tensor = evidence.unflatten(2, (height, width))
        return found

    def _said(self, means: Tensor) -> Tensor:
        """Return probabilities [N,P,L] of means [N,P,C]."""
        said: Tensor = self.answer(means.flatten(0, 1)).unflatten(0, (-1, means.shape[1]))
        return said


def _log_odds(probabilities: Tensor) -> Tensor:
    kept = probabilities.clamp(CERTAIN, 1 - CERTAIN)
    return torch.log(kept) - torch.log1p(-kept)
