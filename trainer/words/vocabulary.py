"""A tokenizer with fewer tokens: those that picture texts are likely to need."""

import json
from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

_UNUSED: Final = "[unused"
"""Places that BERT's vocabulary keeps free."""


def prune(
    tokenizer: Tokenizer, texts: Iterable[str], *, frequent: int
) -> tuple[Tokenizer, NDArray[np.int64]]:
    """Leave out tokens that no text has, but for the most frequent ones of plain Latin letters.

    BERT's vocabulary lists frequent tokens first. A word whose token is left out falls into pieces,
    down to single letters.

    Args:
        tokenizer: A WordPiece tokenizer.
        texts: All of their tokens are kept.
        frequent: Tokens with a lower number are kept if they are ASCII.

    Returns:
        The tokenizer with the tokens that are left, in their old order, and their old numbers
        int64 [V].
    """
    told = json.loads(tokenizer.to_str())
    special = {each["content"] for each in told["added_tokens"]}
    known: dict[str, int] = told["model"]["vocab"]
    needed: set[int] = set()
    for text in texts:
        needed.update(tokenizer.encode(text).ids)
    kept = [
        number
        for word, number in sorted(known.items(), key=lambda item: item[1])
        if word in special
        or number in needed
        or (number < frequent and word.isascii() and not word.startswith(_UNUSED))
    ]
    places = {number: place for place, number in enumerate(kept)}
    told["model"]["vocab"] = {
        word: places[number] for word, number in known.items() if number in places
    }
    _renumber(told, places)
    return Tokenizer.from_str(json.dumps(told)), np.array(kept, np.int64)


def _renumber(told: dict[str, Any], places: dict[int, int]) -> None:
    """Give the special tokens of a tokenizer's JSON their new numbers, in place."""
    for each in told["added_tokens"]:
        each["id"] = places[each["id"]]
    ends = (told.get("post_processor") or {}).get("special_tokens", {})
    for each in ends.values():
        each["ids"] = [places[number] for number in each["ids"]]
