"""Reads WordNet's nouns: what each means, what stands above it, how common it is in texts.

The format is documented in wndb(5WN) and senseidx(5WN), which come with the files (Debian:
``wordnet-base``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trainer.errors import DataError

_NOUNS: Final = "data.noun"
_COUNTS: Final = "cntlist.rev"
_ABOVE: Final = ("@", "@i")
"""The pointer symbols of "is a" and "is an instance of" (wninput(5WN))."""


@dataclass(frozen=True, slots=True)
class Synset:
    """One meaning.

    Attributes:
        offset: Its number, which is ImageNet's id without the ``n``.
        topic: The number of its lexicographer file (5 animals, 13 food, lexnames(5WN)).
        words: What it is called, the most usual first, with spaces.
        above: Offsets of the meanings right above it.
        count: How often its words were met in this meaning in the tagged texts, at least 0.
    """

    offset: int
    topic: int
    words: tuple[str, ...]
    above: tuple[int, ...]
    count: int


class WordNet:
    """All nouns."""

    def __init__(self, synsets: Mapping[int, Synset]) -> None:
        """Keep them by their offset."""
        self._synsets = synsets

    def __getitem__(self, offset: int) -> Synset:
        """Return one meaning.

        Raises:
            KeyError: There is none of this offset.
        """
        return self._synsets[offset]

    def all_above(self, offset: int) -> list[Synset]:
        """Return every meaning above one, the nearest first, each once."""
        found: dict[int, Synset] = {}
        level = list(self._synsets[offset].above)
        while level:
            for each in level:
                found.setdefault(each, self._synsets[each])
            level = [up for each in level for up in self._synsets[each].above if up not in found]
        return list(found.values())


def read_wordnet(folder: Path) -> WordNet:
    """Read ``data.noun`` and ``cntlist.rev``.

    Args:
        folder: Where they lie, /usr/share/wordnet on Debian.

    Raises:
        DataError: A file is missing or not in WordNet's format; it is named, with what to do.
    """
    counts = _counts(folder / _COUNTS)
    synsets: dict[int, Synset] = {}
    for number, line in enumerate(_lines(folder / _NOUNS), start=1):
        if line.startswith("  ") or not line:  # the licence stands at the top, indented
            continue
        try:
            synset = _synset(line, counts)
        except (ValueError, IndexError) as error:
            raise DataError(f"{folder / _NOUNS}, line {number}: this is no synset.") from error
        synsets[synset.offset] = synset
    for synset in synsets.values():
        for up in synset.above:
            if up not in synsets:
                raise DataError(
                    f"{folder / _NOUNS}: {synset.words[0]!r} stands below {up}, which is not there."
                )
    return WordNet(synsets)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(
            f"WordNet's {path} cannot be read: {error.strerror}. Debian and Ubuntu have it in the "
            "package wordnet-base (apt install wordnet-base); name its folder with --wordnet."
        ) from error


def _counts(path: Path) -> dict[str, int]:
    """Return how often each sense key was met: ``dog%1:05:00:: 1 42`` is 42."""
    counts: dict[str, int] = {}
    for number, line in enumerate(_lines(path), start=1):
        parts = line.split()
        if len(parts) != 3 or not parts[2].isdigit():
            raise DataError(f"{path}, line {number}: this is no sense with its count.")
        counts[parts[0]] = int(parts[2])
    return counts


def _synset(line: str, counts: Mapping[str, int]) -> Synset:
    """Read ``offset topic type count (word id)… count (symbol offset type link)… | gloss``."""
    cells = line.split(" | ", 1)[0].split()
    offset, topic, size = int(cells[0]), int(cells[1]), int(cells[3], 16)
    words = cells[4 : 4 + 2 * size : 2]
    marks = cells[5 : 5 + 2 * size : 2]
    after = 4 + 2 * size
    links = int(cells[after])
    pointers = [cells[after + 1 + 4 * at : after + 5 + 4 * at] for at in range(links)]
    if len(words) != size or len(marks) != size or any(len(each) != 4 for each in pointers):
        raise ValueError(line)
    count = sum(
        counts.get(f"{word.lower()}%1:{topic:02}:{int(mark, 16):02}::", 0)
        for word, mark in zip(words, marks, strict=True)
    )
    return Synset(
        offset=offset,
        topic=topic,
        words=tuple(word.replace("_", " ") for word in words),
        above=tuple(int(up) for symbol, up, _, _ in pointers if symbol in _ABOVE),
        count=count,
    )
