"""Reads a vocabulary table: which words there are, and what they stand on."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from trainer.errors import RecipeError

IMAGENET_CLASSES: Final = 1000
KIND_GROUP: Final = "kind"
PEOPLE_GROUP: Final = "People"
COLUMNS: Final = (
    "id",
    "name",
    "group",
    "aliases",
    "parents",
    "imagenet",
    "learned",
    "hidden_with",
    "show",
)
GROUPS: Final = (
    PEOPLE_GROUP,
    "Animals",
    "Plants",
    "Food and drink",
    "Places and scenes",
    "Vehicles",
    "Things",
    "Sport and activities",
    KIND_GROUP,
)
_EVERY_OTHER: Final = "*"
LEARNED_BELOW: Final = "*"
_SHOW: Final = ("", "no", "no-people")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Word:
    """One label of the table.

    Attributes:
        id: The label's id in the pack.
        name: What people read.
        group: One of the fixed groups.
        aliases: Further words it is found by.
        parents: Ids of more general words.
        imagenet: Its own ImageNet classes (those of its descendants not among them).
        learned: The word of the training pictures that a head learns it from, or None;
            ``LEARNED_BELOW``: it is learned from all words below it that are learned.
        hidden_with: Ids of words beside which it is not shown.
        shown: False: found by an explicit probability only.
        people_hurt: It, or a word above it, would hurt on a picture of a person: the less likely
            a person, the more of its probability it keeps, and it is hidden beside every word of
            the group People.
        line: Where it stands in the table.
    """

    id: str
    name: str
    group: str
    aliases: tuple[str, ...]
    parents: tuple[str, ...]
    imagenet: tuple[int, ...]
    learned: str | None
    hidden_with: tuple[str, ...]
    shown: bool
    people_hurt: bool
    line: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of a table, in its order."""

    words: tuple[Word, ...]

    def index(self) -> dict[str, int]:
        """Return each id's place."""
        return {word.id: place for place, word in enumerate(self.words)}

    def descendants(self) -> NDArray[np.bool_]:
        """Return [L,L]: whether the column's word is the row's, or one below it."""
        place = self.index()
        below = np.eye(len(self.words), dtype=bool)
        for word in _parents_last(self.words):
            for parent in word.parents:
                below[place[parent]] |= below[place[word.id]]
        return below

    def roll_up(self) -> NDArray[np.float32]:
        """Return [1000,L]: 1 where the class belongs to the word or to one below it."""
        own = np.zeros((IMAGENET_CLASSES, len(self.words)), dtype=bool)
        for place, word in enumerate(self.words):
            own[list(word.imagenet), place] = True
        return (own.astype(np.float32) @ self.descendants().T > 0).astype(np.float32)


def read_vocabulary(path: Path) -> Vocabulary:
    """Read and check a table.

    Raises:
        RecipeError: A column, id, group, parent, class or alias is wrong; the line is named.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RecipeError(f"The vocabulary {path} cannot be read: {error.strerror}.") from error
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    rows = list(csv.reader(line for _, line in lines))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise RecipeError(f"{path}: the first line must name the columns {', '.join(COLUMNS)}.")
    words = [_word(path, number, row) for (number, _), row in zip(lines[1:], rows[1:], strict=True)]
    _check_ids(path, words)
    _check_circles(path, words, {word.id: word.parents for word in words}, "is its own ancestor")
    words = shielded([_expand(word, words) for word in words])
    _check_circles(path, words, {word.id: word.hidden_with for word in words}, "hides itself")
    _check_names(path, words)
    _check_learned(path, words)
    _check_classes(path, words)
    return Vocabulary(tuple(words))


def shielded(words: Sequence[Word]) -> list[Word]:
    """Keep words that would hurt away from people.

    A word below one that hurts is as likely to hurt, and would lift it where only it were exempt:
    it is treated alike. All of them are hidden beside every word of the group People. Fading alone
    leaves at most 1 - p(person); what is hidden stays so when somebody *decides* that there is a
    person, too.

    Args:
        words: Of one table, ids and parents checked.

    Returns:
        All words, in the same order.
    """
    people = tuple(word.id for word in words if word.group == PEOPLE_GROUP)
    below = Vocabulary(tuple(words)).descendants()
    hurt = np.array([word.people_hurt for word in words]) @ below
    return [
        replace(
            word,
            people_hurt=True,
            hidden_with=tuple(dict.fromkeys((*word.hidden_with, *people))),
        )
        if hurts
        else word
        for word, hurts in zip(words, hurt, strict=True)
    ]


def _word(path: Path, line: int, row: Sequence[str]) -> Word:
    if len(row) != len(COLUMNS):
        raise RecipeError(
            f"{path}, line {line}: {len(row)} columns where there should be {len(COLUMNS)}."
        )
    cell: Mapping[str, str] = dict(zip(COLUMNS, (value.strip() for value in row), strict=True))
    if cell["group"] not in GROUPS:
        raise RecipeError(
            f"{path}, line {line}: the group {cell['group']!r} is none of {', '.join(GROUPS)}."
        )
    if cell["show"] not in _SHOW:
        raise RecipeError(f"{path}, line {line}: show is {cell['show']!r}, not no or no-people.")
    if not cell["id"] or not cell["name"]:
        raise RecipeError(f"{path}, line {line}: a word needs an id and a name.")
    if not _ID.fullmatch(cell["id"]):
        raise RecipeError(
            f"{path}, line {line}: the id {cell['id']!r} is not of small letters, digits and '-'."
        )
    if cell["show"] == "no-people" and cell["group"] == PEOPLE_GROUP:
        raise RecipeError(f"{path}, line {line}: a word of the group People cannot be no-people.")
    return Word(
        id=cell["id"],
        name=cell["name"],
        group=cell["group"],
        aliases=_split(cell["aliases"]),
        parents=_split(cell["parents"]),
        imagenet=read_classes(path, line, cell["imagenet"]),
        learned=cell["learned"] or None,
        hidden_with=_split(cell["hidden_with"]),
        shown=cell["show"] != "no",
        people_hurt=cell["show"] == "no-people",
        line=line,
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def read_classes(path: Path, line: int, cell: str) -> tuple[int, ...]:
    """Read ``7 12-15`` as 7, 12, 13, 14, 15.

    Raises:
        RecipeError: Something else stands there; path and line are named.
    """
    numbers: list[int] = []
    for part in cell.split():
        first, _, last = part.partition("-")
        if not first.isdigit() or not (last or first).isdigit():
            raise RecipeError(f"{path}, line {line}: {part!r} is no ImageNet class or range.")
        if int(last or first) < int(first):
            raise RecipeError(f"{path}, line {line}: the range {part!r} runs backwards.")
        numbers.extend(range(int(first), int(last or first) + 1))
    if any(number >= IMAGENET_CLASSES for number in numbers):
        raise RecipeError(f"{path}, line {line}: ImageNet classes go from 0 to 999.")
    if len(set(numbers)) != len(numbers):
        raise RecipeError(f"{path}, line {line}: an ImageNet class is listed twice.")
    return tuple(numbers)


def _expand(word: Word, words: Sequence[Word]) -> Word:
    if word.hidden_with != (_EVERY_OTHER,):
        return word
    others = tuple(other.id for other in words if other.group != word.group and other.shown)
    return replace(word, hidden_with=others)


def _check_ids(path: Path, words: Sequence[Word]) -> None:
    seen: dict[str, int] = {}
    for word in words:
        if word.id in seen:
            raise RecipeError(
                f"{path}, line {word.line}: the id {word.id!r} is taken by line {seen[word.id]}."
            )
        seen[word.id] = word.line
    for word in words:
        for other in (*word.parents, *word.hidden_with):
            if other not in seen and other != _EVERY_OTHER:
                raise RecipeError(f"{path}, line {word.line}: there is no word {other!r}.")


def _check_circles(
    path: Path, words: Sequence[Word], named: Mapping[str, Sequence[str]], what: str
) -> None:
    try:
        TopologicalSorter(named).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        word = next(word for word in words if word.id in circle)
        start = circle.index(word.id)
        circle = [*circle[start:-1], *circle[:start], word.id]
        raise RecipeError(
            f"{path}, line {word.line}: {word.id!r} {what} ({' > '.join(circle)})."
        ) from error


def _check_names(path: Path, words: Sequence[Word]) -> None:
    seen: dict[str, Word] = {}
    for word in words:
        for name in (word.name, *word.aliases):
            other = seen.get(name.casefold())
            if other is not None:
                raise RecipeError(
                    f"{path}, line {word.line}: {name!r} is already a name or alias of "
                    f"{other.id!r} (line {other.line})."
                )
            seen[name.casefold()] = word


def _check_learned(path: Path, words: Sequence[Word]) -> None:
    below = Vocabulary(tuple(words)).descendants()
    seen: dict[str, Word] = {}
    for place, word in enumerate(words):
        if word.learned == LEARNED_BELOW:
            others = [words[at].learned for at in np.flatnonzero(below[place]).tolist()]
            if set(others) <= {None, LEARNED_BELOW}:
                raise RecipeError(
                    f"{path}, line {word.line}: {word.id!r} is learned from the words below it, "
                    "but none of those is learned."
                )
        elif word.learned is not None:
            other = seen.setdefault(word.learned, word)
            if other is not word:
                raise RecipeError(
                    f"{path}, line {word.line}: {word.learned!r} is already learned by "
                    f"{other.id!r} (line {other.line})."
                )


def _check_classes(path: Path, words: Sequence[Word]) -> None:
    """A class may be listed twice only on one line of descent (151 as chihuahua and dog, say)."""
    below = Vocabulary(tuple(words)).descendants()
    owners: dict[int, list[int]] = {}
    for place, word in enumerate(words):
        for number in word.imagenet:
            for other in owners.setdefault(number, []):
                if not (below[place, other] or below[other, place]):
                    raise RecipeError(
                        f"{path}, line {word.line}: the ImageNet class {number} already belongs "
                        f"to {words[other].id!r} (line {words[other].line}), which is neither "
                        f"above nor below {word.id!r}."
                    )
            owners[number].append(place)


def _parents_last(words: Sequence[Word]) -> list[Word]:
    """Order words so that each comes before its parents."""
    by_id = {word.id: word for word in words}
    done: dict[str, Word] = {}

    def visit(word: Word) -> None:
        if word.id not in done:
            for parent in word.parents:
                visit(by_id[parent])
            done[word.id] = word

    for word in words:
        visit(word)
    return list(reversed(done.values()))
