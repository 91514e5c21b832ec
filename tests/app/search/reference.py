"""Search as slow and obvious as can be, to hold the fast one against.

It is told what happens to a library and reads nothing from it; a query is answered photo by photo,
in the words of the design.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from operator import ge, gt, le, lt

from app.search.syntax import (
    And,
    Comparator,
    Comparison,
    DateRange,
    FolderTerm,
    LabelTerm,
    NameTerm,
    Node,
    Not,
    Or,
    Query,
    Sort,
    SortKey,
    State,
    StateTerm,
    TextTerm,
    Word,
    leaves,
)

COMPARE = {
    Comparator.ABOVE: gt,
    Comparator.AT_LEAST: ge,
    Comparator.BELOW: lt,
    Comparator.AT_MOST: le,
}


@dataclass(frozen=True)
class ToldLabel:
    """A label of a pack version, with the code from which it counts (None: never)."""

    name: str
    code: int | None
    parents: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    group: str = "things"
    hidden_with: tuple[str, ...] = ()


ToldVersion = Mapping[str, ToldLabel]  # by label id, in the order of the codes


@dataclass
class ToldPhoto:
    """What the reference was told of a photo."""

    id: int
    folder: str
    name: str
    taken: datetime
    visible: bool = True
    text: str = ""
    seen: dict[str, tuple[str, Sequence[int]]] = field(default_factory=dict)
    decided: dict[str, bool] = field(default_factory=dict)

    def accepted(self) -> set[str]:
        """Return the keys of the labels that were accepted."""
        return {key for key, verdict in self.decided.items() if verdict}


@dataclass
class Reference:
    """A library as it was told."""

    versions: dict[tuple[str, str], ToldVersion]
    current: dict[str, str]
    photos: dict[int, ToldPhoto] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)

    def keys(self) -> dict[str, set[str]]:
        """Return every label's key with all words it goes by."""
        words: dict[str, set[str]] = {key: {name.lower()} for key, name in self.own.items()}
        used = {
            (pack, seen[0]) for each in self.photos.values() for pack, seen in each.seen.items()
        }
        for pack, version in used | set(self.current.items()):
            for label_id, label in self.versions[pack, version].items():
                found = words.setdefault(f"{pack}/{label_id}", set())
                found |= {label.name.lower(), label_id, *label.aliases}
        accepted = {key for photo in self.photos.values() for key in photo.accepted()}
        for key in accepted - words.keys():
            # No version knows it (any more): the decision stays, under the name in the key.
            label_id = key.partition("/")[2]
            words[key] = {label_id, label_id.replace("-", " ")}
        return words

    def matches(self, photo: ToldPhoto, key: str) -> bool:
        """Tell whether a photo matches a label."""
        pack, _, wanted = key.partition("/")
        version, codes = photo.seen.get(pack, (self.current.get(pack), None))
        labels = self.versions[pack, version] if version else {}
        if wanted not in labels:
            return photo.decided.get(key, False)
        for at, label_id in enumerate(labels):
            line = {label_id, *ancestors(labels, label_id)}
            if wanted not in line:
                continue
            if photo.decided.get(f"{pack}/{label_id}"):
                return True
            refused = any(photo.decided.get(f"{pack}/{each}") is False for each in line)
            bar = labels[label_id].code
            if codes is not None and bar is not None and codes[at] >= bar and not refused:
                return True
        return False

    def nearly(self, photo: ToldPhoto, key: str) -> int:
        """Tell how likely a label stands on a photo: 255 a match, 0 not even nearly."""
        if self.matches(photo, key):
            return 255
        pack, _, wanted = key.partition("/")
        if pack not in photo.seen:
            return 0
        version, codes = photo.seen[pack]
        labels = self.versions[pack, version]
        offered = [
            min(codes[at], 254)
            for at, label_id in enumerate(labels)
            if wanted in {label_id, *ancestors(labels, label_id)}
            and self.heard(photo, pack, label_id)
            and not any(self.stands(photo, pack, other) for other in labels[label_id].hidden_with)
        ]
        return max(offered, default=0)

    def heard(self, photo: ToldPhoto, pack: str, label_id: str) -> bool:
        """Tell whether a label is predicted from half its threshold on, and nobody disagrees."""
        version, codes = photo.seen[pack]
        labels = self.versions[pack, version]
        code = codes[list(labels).index(label_id)]
        bar = labels[label_id].code
        enough = code >= 128 if bar is None else code >= bar / 2 and code >= 0.05 * 255
        line = {label_id, *ancestors(labels, label_id)}
        return enough and not any(photo.decided.get(f"{pack}/{each}") is False for each in line)

    def stands(self, photo: ToldPhoto, pack: str, hider: str) -> bool:
        """Tell whether a label that hides others stands on a photo, or nearly does."""
        labels = self.versions[pack, photo.seen[pack][0]]
        return self.matches(photo, f"{pack}/{hider}") or any(
            self.heard(photo, pack, each)
            for each in labels
            if hider in {each, *ancestors(labels, each)}
        )

    def likelihood(self, node: Node, photo: ToldPhoto, *, negated: bool = False) -> int:
        """Tell how likely a photo meets a condition, 0 to 255."""
        match node:
            case And(nodes=nodes):
                return min(self.likelihood(each, photo, negated=negated) for each in nodes)
            case Or(nodes=nodes):
                return max(self.likelihood(each, photo, negated=negated) for each in nodes)
            case Not(node=inner):
                return 255 - self.likelihood(inner, photo, negated=not negated)
            case Word(text=word) | LabelTerm(text=word) if not negated and self.meant(word):
                return max(self.nearly(photo, key) for key in self.meant(word))
            case _:
                return 255 * self.holds(node, photo)

    def less_sure(self, query: Query) -> list[int]:
        """Return the ids of the photos that a query nearly finds, likeliest first."""
        asked = list(leaves(query.root))
        if query.root is None or any(isinstance(leaf, Comparison) for leaf, _ in asked):
            return []
        likely = {
            photo.id: self.likelihood(query.root, photo)
            for photo in self.photos.values()
            if photo.visible and not self.holds(query.root, photo)
        }
        found = [photo for photo, score in likely.items() if score]
        newest = sorted(found, key=lambda photo: (self.photos[photo].taken, photo), reverse=True)
        return sorted(newest, key=lambda photo: -likely[photo])

    def code(self, photo: ToldPhoto, key: str) -> int | None:
        """Return the bare prediction of a label; None if nothing is predicted."""
        pack, _, wanted = key.partition("/")
        if pack not in photo.seen:
            return None
        version, codes = photo.seen[pack]
        labels = list(self.versions[pack, version])
        return codes[labels.index(wanted)] if wanted in labels else None

    def holds(self, node: Node, photo: ToldPhoto) -> bool:
        """Tell whether a photo meets a condition."""
        match node:
            case And(nodes=nodes):
                return all(self.holds(each, photo) for each in nodes)
            case Or(nodes=nodes):
                return any(self.holds(each, photo) for each in nodes)
            case Not(node=inner):
                return not self.holds(inner, photo)
            case Word(text=word) | LabelTerm(text=word):
                keys = self.meant(word)
                if keys:
                    return any(self.matches(photo, key) for key in keys)
                return named(photo, word) or says(photo, word)
            case TextTerm(text=text):
                return says(photo, text)
            case Comparison():
                codes = [self.code(photo, key) for key in self.meant(node.text)]
                compare = COMPARE[node.comparator]
                return any(
                    code is not None and compare(code / 255, node.probability) for code in codes
                )
            case FolderTerm(text=folder):
                return photo.folder.lower() == folder.lower()
            case NameTerm(text=pattern):
                return named(photo, pattern)
            case DateRange(first=first, last=last):
                after = first is None or photo.taken >= first.first
                return after and (last is None or photo.taken <= last.last)
            case StateTerm(state=State.DECIDED):
                return bool(photo.decided)
            case StateTerm(state=State.READ):
                return bool(photo.text)
            case StateTerm():
                return not any(
                    self.matches(photo, key) for key in self.keys() if not self.is_kind(key)
                )

    def is_kind(self, key: str) -> bool:
        """Tell whether a label says what kind of picture it is."""
        pack, _, label_id = key.partition("/")
        found = [labels.get(label_id) for (of, _), labels in self.versions.items() if of == pack]
        return any(label is not None and label.group == "kind" for label in found)

    def meant(self, word: str) -> set[str]:
        """Return the keys of the labels that go by a word."""
        return {key for key, words in self.keys().items() if word.lower() in words}

    def answer(self, query: Query) -> list[int]:
        """Return the ids of the photos, in order."""
        found = [
            photo
            for photo in self.photos.values()
            if photo.visible and (query.root is None or self.holds(query.root, photo))
        ]
        sort = query.sort or Sort(SortKey.TAKEN, reverse=True)
        if sort.key is SortKey.PROBABILITY:
            turn = 1 if sort.reverse else -1
            found.sort(key=lambda photo: photo.id, reverse=True)
            found.sort(key=lambda photo: photo.taken, reverse=True)
            found.sort(key=lambda photo: turn * self.score(query, photo))
        else:
            found.sort(key=lambda photo: self.place(photo, sort.key), reverse=sort.reverse)
        return [photo.id for photo in found]

    def place(self, photo: ToldPhoto, key: SortKey) -> tuple[str, int]:
        """Return what a photo is sorted by."""
        by = {SortKey.TAKEN: photo.taken.isoformat(), SortKey.NAME: photo.name.lower()}
        return by.get(key, ""), photo.id

    def score(self, query: Query, photo: ToldPhoto) -> int:
        """Return the sum of the codes of the labels that are asked for."""
        return sum(
            max((self.code(photo, key) or 0 for key in self.meant(leaf.text)), default=0)
            for leaf, negated in leaves(query.root)
            if isinstance(leaf, Word | LabelTerm | Comparison) and not negated
        )

    def counts(self, ids: Sequence[int]) -> dict[str, int]:
        """Return how many of some photos match each label; those of none are left out."""
        found = {
            key: sum(self.matches(self.photos[photo], key) for photo in ids) for key in self.keys()
        }
        return {key: count for key, count in found.items() if count}


def says(photo: ToldPhoto, asked: str) -> bool:
    """Tell whether the text of a photo (plain small letters) has words, a beginning or a part."""
    text, joined = f" {photo.text} ", photo.text.replace(" ", "")
    bare = asked.strip("*").lower()
    if asked.startswith("*"):
        return "." not in asked and bare in joined
    if asked.endswith("*"):
        return f" {bare}" in text
    glued = bare.replace(" ", "")
    return f" {bare} " in text or (len(glued) >= 5 and glued in joined)


def ancestors(labels: ToldVersion, label_id: str) -> set[str]:
    """Return the ids of all more general labels."""
    found = set(labels[label_id].parents)
    return found.union(*(ancestors(labels, parent) for parent in found))


def named(photo: ToldPhoto, pattern: str) -> bool:
    """Tell whether a file name fits a pattern, or holds a text."""
    if "*" in pattern or "?" in pattern:
        return fnmatchcase(photo.name.lower(), pattern.lower())
    return pattern.lower() in photo.name.lower()
