"""The text networks: what is trained on one fold, and what a pack's text model answers."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer.calibration import logit
from trainer.reading_settings import ReadingSettings
from trainer.words.encoder import SOURCE, SentenceEncoder
from trainer.words.ngrams import NGrams

_BIAS_RATE: Final = 1e-2
"""Learning rate of the collections' own biases: they start at 0 and may go anywhere."""
_FIRST_WEIGHTS: Final = 0.1
"""Of PyTorch's usual ones, so that answers begin near the priors."""


_RAREST: Final = 1e-3
"""Labels begin at this share at least."""


class TextHead(nn.Module):
    """The mean of a text's states in, logits out, through one hidden layer or none."""

    def __init__(self, width: int, outputs: int, settings: ReadingSettings) -> None:
        super().__init__()
        hidden, drop = settings.hidden, settings.dropout
        first = [nn.Linear(width, hidden), nn.ReLU(), nn.Dropout(drop)] if hidden else []
        last = nn.Linear(hidden or width, outputs)
        with torch.no_grad():
            last.weight.mul_(_FIRST_WEIGHTS)
        self.layers = nn.Sequential(nn.Dropout(drop), *first, last)

    def forward(self, state: Tensor) -> Tensor:
        """Return logits float32 [N,L] of mean states float32 [N,E]."""
        logits: Tensor = self.layers(state)
        return logits


class TextNetwork(nn.Module):
    """A text encoder, its last layers tuned, and a head; trained on one fold.

    Each collection beyond the first has a bias of its own a label while training.

    Attributes:
        started_from: The weights that training starts from, in words.
    """

    started_from = SOURCE

    def __init__(
        self,
        encoder: SentenceEncoder,
        settings: ReadingSettings,
        *,
        priors: NDArray[np.floating],
        collections: int,
    ) -> None:
        """Join encoder and head.

        Args:
            encoder: With the weights it starts from.
            settings: Which of its layers stay as they are, and the head.
            priors: [L], shares of the labels, 0..1; answers begin there.
            collections: How many the training pictures come from.
        """
        super().__init__()
        self._settings = settings
        self.encoder = encoder.requires_grad_(False)
        self.head = TextHead(encoder.size.width, len(priors), settings)
        last = self.head.layers[-1]
        if isinstance(last, nn.Linear):
            last.bias.data = torch.from_numpy(logit(priors.clip(_RAREST))).float()
        self.biases = nn.Embedding(collections, len(priors))
        nn.init.zeros_(self.biases.weight)
        for layer in list(encoder.layers)[settings.frozen :]:
            layer.requires_grad_(True)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, origin: Tensor) -> Tensor:
        """Return logits float32 [N,L].

        Args:
            input_ids: int64 [N,T].
            attention_mask: int64 [N,T].
            origin: int64 [N], the collection of each text; 0 is the one that is measured.
        """
        states = self.encoder.states(input_ids, attention_mask)
        logits: Tensor = self.head(mean_state(states, attention_mask)).float()
        shift: Tensor = self.biases(origin) * (origin > 0).unsqueeze(1)
        return logits + shift

    def groups(self) -> Iterator[dict[str, Any]]:
        """Yield the optimiser's groups: matrices, the encoder's biases, head, collections'."""
        tuned = [value for value in self.encoder.parameters() if value.requires_grad]
        yield {"params": [value for value in tuned if value.ndim > 1]}
        yield {"params": [value for value in tuned if value.ndim <= 1], "weight_decay": 0.0}
        yield {
            "params": list(self.head.parameters()),
            "lr": self._settings.head_rate,
            "weight_decay": self._settings.head_decay,
        }
        yield {"params": list(self.biases.parameters()), "lr": _BIAS_RATE, "weight_decay": 0.0}


class TextVoices(nn.Module):
    """Tokens in, what a pack's network is given of a text out.

    Two voices a label: the networks' mean logits, then the n-grams'. Then each network's last mean
    state, for whoever weighs picture and text together.
    """

    def __init__(
        self, networks: Sequence[TextNetwork], settings: ReadingSettings, ngrams: NGrams
    ) -> None:
        super().__init__()
        first = networks[0].encoder
        self.shared = deepcopy(first)
        self.shared.layers = first.layers[: settings.frozen]
        places = first.positions.weight.detach()[: settings.max_tokens].clone()
        self.shared.positions = nn.Embedding.from_pretrained(places)
        self.tails = nn.ModuleList(
            nn.ModuleList(list(network.encoder.layers)[settings.frozen :]) for network in networks
        )
        self.heads = nn.ModuleList(network.head for network in networks)
        self.ngrams = ngrams

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return voices and states float32 [N,2*L+K*E] of K networks.

        Args:
            input_ids: int64 [N,T].
            attention_mask: int64 [N,T]: 1 a token, 0 padding.
        """
        states = self.states(input_ids, attention_mask)
        logits = [head(own) for head, own in zip(self.heads, states, strict=True)]
        mean = torch.stack(logits).mean(dim=0)
        return torch.cat([mean, self.ngrams(input_ids, attention_mask), *states], dim=1)

    def states(self, input_ids: Tensor, attention_mask: Tensor) -> list[Tensor]:
        """Return each network's last mean state, float32 [N,E]; arguments as for ``forward``."""
        before = self.shared.states(input_ids, attention_mask)
        hidden = self.shared.hidden(attention_mask, before)
        found = []
        for tail in self.tails:
            states = before
            for layer in tail:  # type: ignore[attr-defined]
                states = layer(states, hidden)
            found.append(mean_state(states, attention_mask))
        return found


def mean_state(states: Tensor, attention_mask: Tensor) -> Tensor:
    """Return the means float32 [N,E] of states [N,T,E] over the tokens of a mask int64 [N,T]."""
    weights = attention_mask.unsqueeze(-1).float()
    return (states.float() * weights).sum(1) / weights.sum(1).clamp(min=1)
