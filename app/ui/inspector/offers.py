"""Which labels a few typed letters may mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST: Final = 8
"""Offers shown at once: what fits below the field without scrolling."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A label that can be added.

    Attributes:
        key: Its stable key.
        name: What people read.
        aliases: Other words for it.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """One line below the field.

    Attributes:
        name: The label's name.
        key: Its key; None for a word that is to become a new label.
        alias: The other word that matched what was typed; "" if the name did.
    """

    name: str
    key: str | None
    alias: str = ""


def offers(typed: str, choices: Iterable[Choice], most: int = MOST) -> tuple[Offer, ...]:
    """Return what can be added for what was typed, best first.

    A label called exactly so comes first, then those that begin with it, then those with a word
    that begins with it, aliases after names. A word that is no label yet is offered last as a new
    one. Two packs may have a label of one name: it is offered once, for they are one label to the
    user.

    Args:
        typed: What stands in the field.
        choices: All labels, in the order in which they shall win.
        most: How many labels to offer at most, the new one not counted.
    """
    word = " ".join(typed.split())
    folded = word.casefold()
    if not folded:
        return ()
    found: dict[str, tuple[int, str, Offer]] = {}
    for choice in choices:
        rank, alias = _rank(folded, choice)
        if rank is None:
            continue
        name = choice.name.casefold()
        if name not in found or rank < found[name][0]:
            found[name] = (rank, name, Offer(choice.name, choice.key, alias))
    best = sorted(found.values(), key=lambda entry: entry[:2])[:most]
    exact = any(rank == 0 for rank, _, _ in best)
    listed = tuple(offer for _, _, offer in best)
    return listed if exact else (*listed, Offer(word, None))


def _rank(folded: str, choice: Choice) -> tuple[int | None, str]:
    """Return how well a label fits (0 is exactly) and the alias that made it fit."""
    name = choice.name.casefold()
    if name == folded:
        return 0, ""
    for alias in choice.aliases:
        if alias.casefold() == folded:
            return 0, alias
    if name.startswith(folded):
        return 1, ""
    if f" {folded}" in name or f"-{folded}" in name:
        return 2, ""
    for alias in choice.aliases:
        if alias.casefold().startswith(folded):
            return 3, alias
    return None, ""
