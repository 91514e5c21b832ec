"""Texts as the numbers that a text model reads; written once, for training and for use."""

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]

CHARACTERS_PER_TOKEN = 100
"""What follows so many characters a token is not looked at: WordPiece, the tokenizer of BERT, takes
a longer word for unknown, so that no text of words has longer tokens."""


class Tokens:
    """A tokenizer that cuts texts at a number of tokens. Safe to use from many threads."""

    def __init__(self, tokenizer: bytes, max_tokens: int) -> None:
        """Reads a tokenizer.

        Args:
            tokenizer: JSON of the library ``tokenizers``; its own truncation and padding are
                left out.
            max_tokens: tokens of a text that are read, those that begin and end it included.

        Raises:
            ImportError: the library is not installed.
            ValueError: it is no such JSON.
        """
        library = importlib.import_module("tokenizers")
        try:
            found = library.Tokenizer.from_str(tokenizer.decode())
        except Exception as error:  # the library raises nothing narrower
            raise ValueError(" ".join(str(error).split())) from error
        found.no_padding()
        found.enable_truncation(max_tokens)
        found.encode_special_tokens = True  # "[SEP]" written in a picture is text like any other
        self._tokenizer: Any = found
        self._characters = max_tokens * CHARACTERS_PER_TOKEN

    def of(self, text: str) -> list[int]:
        """The tokens of a text: any text, lone surrogates too; empty for an empty one."""
        text = text[: self._characters].strip()
        if not text:
            return []
        found: list[int] = self._tokenizer.encode(text.encode(errors="replace").decode()).ids
        return found

    def batch(self, texts: Sequence[str]) -> tuple[Ids, Ids]:
        """Texts side by side: ``padded`` of the tokens of each."""
        return padded([self.of(text) for text in texts])


def padded(rows: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    """Token rows side by side.

    Returns:
        ``input_ids`` and ``attention_mask`` (1 a token, 0 padding), both int64 [N,T], T the
        longest row's length but at least 1.
    """
    longest = max(map(len, rows), default=0)
    ids = np.zeros((len(rows), max(longest, 1)), np.int64)
    mask = np.zeros_like(ids)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask
