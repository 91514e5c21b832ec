"""Which labels the sidebar lists, in which order.

Groups stand in the order of the packs, the user's own labels ("Mine") first. In a group the labels
most frequent in the library come first, whatever the query, so that nothing jumps about while one
searches. A label's children stand below it, a step to the right, once photos have them. Labels that
no photo of the library has are behind a last row, "16 more"; the filter finds them all. Labels that
go by one name in one group are one row: a word means all of them.

Groups have no number. How many photos match any label of a group is not the sum of its labels
(a photo may have several), and a wrong number is worse than none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.search.vocabulary import LabelInfo, Vocabulary, fold
from app.ui.sidebar.rows import Row
from app.ui.wording import number

MUTED_GROUP = "\x00muted"
_DEEPEST = 3
_WORTH_HIDING = 4
"""Fewer labels without photos than this are listed: a row that hides them saves nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """A row's labels: one name in one group, in one or more packs.

    Attributes:
        name: The word.
        keys: The labels it stands for.
    """

    name: str
    keys: tuple[str, ...]

    def count(self, counts: Mapping[str, int]) -> int:
        """Return how many photos have it: exact for one label, at least that many for several."""
        if len(self.keys) == 1:
            return counts.get(self.keys[0], 0)
        return max((counts.get(key, 0) for key in self.keys), default=0)


@dataclass(frozen=True, slots=True)
class Listing:
    """What decides which labels are listed, and where.

    Attributes:
        totals: For every label's key, how many photos of the library match it.
        muted: Keys of labels to leave out; they come back in a folded group at the end.
        asked_for: Keys of labels in the query; they are listed even where nothing has them.
        containing: What is typed in the filter field; then every label is listed whose name or
            other name contains it, and no other.
        opened: Groups whose labels without photos are listed, too.
        packs: Ids of packs in the order of their groups; others come after.
    """

    totals: Mapping[str, int]
    muted: Collection[str] = ()
    asked_for: Collection[str] = ()
    containing: str = ""
    opened: Collection[str] = ()
    packs: Sequence[str] = ()

    def place(self, label: LabelInfo) -> int:
        """Return where the label's pack stands, the user's own before all."""
        if label.own:
            return -1
        return self.packs.index(label.pack) if label.pack in self.packs else len(self.packs)

    def has(self, word: Word) -> bool:
        """Return whether a photo has the word, or the query names it."""
        return bool(word.count(self.totals)) or not set(word.keys).isdisjoint(self.asked_for)


def label_rows(vocabulary: Vocabulary, listing: Listing) -> list[Row]:
    """Return the groups with their labels."""
    filtered = fold(listing.containing)
    groups: dict[str, list[LabelInfo]] = {}
    for label in sorted(vocabulary.labels.values(), key=listing.place):
        if label.key not in listing.muted and (not filtered or _contains(label, filtered)):
            groups.setdefault("" if label.own else label.group, []).append(label)
    rows = [
        Row(f"group {name}", title(name), "group", strong=True, children=children)
        for name, labels in groups.items()
        if (children := _group(name, labels, listing))
    ]
    return rows + ([] if filtered else _muted_rows(vocabulary, listing.muted))


def _group(name: str, labels: list[LabelInfo], listing: Listing) -> list[Row]:
    words = list(_words(labels, listing))
    unseen = sum(1 for word, _ in words if not listing.has(word))
    spare = unseen >= _WORTH_HIDING and not listing.containing.strip()
    rows = [
        Row(
            f"{name} {word.keys[0]}",
            word.name,
            "label",
            count=word.count(listing.totals),
            faded=word.count(listing.totals) == 0,
            depth=depth,
            payload=word,
        )
        for word, depth in words
        if not spare or name in listing.opened or listing.has(word)
    ]
    if spare:
        text = QCoreApplication.translate("Labels", "{n} more").replace("{n}", number(unseen))
        tip = QCoreApplication.translate("Labels", "Labels that no photo has yet")
        if name in listing.opened:
            text = QCoreApplication.translate("Labels", "Fewer")
            tip = QCoreApplication.translate("Labels", "Only labels that photos have")
        rows.append(Row(f"more {name}", text, "more", faded=True, tip=tip, payload=name))
    return rows


def title(group: str) -> str:
    """Return a group's name as a heading."""
    if not group:
        return QCoreApplication.translate("Labels", "Mine")
    return group[:1].upper() + group[1:]


def _words(labels: list[LabelInfo], listing: Listing) -> Iterator[tuple[Word, int]]:
    """Yield the words of one group with how deep they stand."""
    here = set() if listing.containing.strip() else {label.key for label in labels}
    below: dict[str, list[LabelInfo]] = {}
    for label in labels:
        above = next((key for key in label.parents if key in here), "")
        below.setdefault(above, []).append(label)
    seen: set[str] = set()

    def walk(parent: str, depth: int) -> Iterator[tuple[Word, int]]:
        words: dict[str, list[LabelInfo]] = {}
        for label in below.get(parent, ()):
            words.setdefault(fold(label.name), []).append(label)
        merged = [Word(same[0].name, tuple(label.key for label in same)) for same in words.values()]
        for word in sorted(merged, key=lambda word: (-word.count(listing.totals), fold(word.name))):
            wanted = depth == 0 or listing.has(word)
            if seen.isdisjoint(word.keys):
                seen.update(word.keys)
                if wanted:
                    yield word, min(depth, _DEEPEST)
                for key in word.keys:
                    yield from walk(key, depth + 1)

    yield from walk("", 0)


def _contains(label: LabelInfo, text: str) -> bool:
    words = (label.name, label.group, *label.aliases)
    return any(text in fold(word) for word in words)


def _muted_rows(vocabulary: Vocabulary, muted: Collection[str]) -> list[Row]:
    labels = [vocabulary.labels[key] for key in muted if key in vocabulary.labels]
    if not labels:
        return []
    back = QCoreApplication.translate("Labels", "Show again")
    children = [
        Row(
            f"muted {label.key}",
            label.name,
            "muted",
            action=back,
            icon="mute",
            faded=True,
            payload=label.key,
        )
        for label in sorted(labels, key=lambda label: fold(label.name))
    ]
    text = QCoreApplication.translate("Labels", "Muted labels ({n})")
    text = text.replace("{n}", number(len(children)))
    return [Row(MUTED_GROUP, text, "group", faded=True, children=children)]
