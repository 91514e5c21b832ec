"""The words that photos can be found by, and the labels they mean."""

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from app.library.labels import slug_of

_SUGGESTIONS = 3
# difflib's own default; below it suggestions stop looking like typing mistakes.
_NEAR_ENOUGH = 0.6
_BEGINNING = 2
"""Letters; with one alone half the vocabulary begins."""


@dataclass(frozen=True, slots=True)
class LabelInfo:
    """A label as search knows it.

    Attributes:
        key: ``pack/id`` or ``user/slug``.
        name: What it is called.
        group: The group it belongs to; empty for the user's own.
        aliases: Other words for it.
        parents: Keys of the next more general labels.
        threshold: Probability from which it counts, 0 to 1; None for never by itself.
        pack: Id of its pack; "user" for the user's own.
    """

    key: str
    name: str
    group: str
    aliases: tuple[str, ...]
    parents: tuple[str, ...]
    threshold: float | None
    pack: str

    @classmethod
    def unknown(cls, key: str) -> "LabelInfo":
        """Return what is left of a label that was decided and that no pack knows any more."""
        pack, _, name = key.partition("/")
        return cls(key, name, group="", aliases=(), parents=(), threshold=None, pack=pack)

    @property
    def own(self) -> bool:
        """Whether the user made it."""
        return self.pack == OWN


OWN = "user"


def _id_of(label: LabelInfo) -> tuple[str, ...]:
    """Return the label's id as a word for it; none where the user has renamed it since."""
    found = label.key.partition("/")[2]
    return () if label.own and slug_of(label.name) != found else (found,)


def fold(text: str) -> str:
    """Return text as words are compared: one form per letter, no case, single spaces.

    Accents stay: "cafe" is not "café", but both ways of writing "é" are one.
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


class Vocabulary:
    """All labels of the library, found by name, alias, id (``sci-fi``) or key (``genres/sci-fi``).

    Attributes:
        labels: Every label by its key, pack by pack, the user's own behind them.
        muted: Keys of labels the user never wants to see.
        longest: How many words the longest name has.
    """

    def __init__(self, labels: Iterable[LabelInfo], muted: frozenset[str] = frozenset()) -> None:
        self.labels: Mapping[str, LabelInfo] = MappingProxyType({at.key: at for at in labels})
        self.muted = muted
        keys: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for label in self.labels.values():
            for word in (label.name, *label.aliases, label.key, *_id_of(label)):
                keys[fold(word)][label.key] = None
        self._keys = {word: tuple(found) for word, found in keys.items()}
        self.longest = max((word.count(" ") + 1 for word in self._keys), default=1)

    def find(self, text: str) -> tuple[str, ...]:
        """Return the keys of all labels that go by this name; none if it is no label."""
        return self._keys.get(fold(text), ())

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and fold(text) in self._keys

    def run(self, words: Sequence[str]) -> int:
        """Return how many of the first words form one label's name; 1 if only the first stands.

        The longest name wins. It does not count where each of its words is a label itself: then
        ``water bottle`` asks for both, and the one label must be quoted.
        """
        for length in range(min(len(words), self.longest), 1, -1):
            taken = words[:length]
            if " ".join(taken) in self and not all(word in self for word in taken):
                return length
        return 1

    def nearest(self, word: str) -> tuple[str, ...]:
        """Return the names of the labels most like a word, nearest first, muted ones left out.

        A word that is the beginning of names is nearest to the shortest of them.
        """
        names = self._offered
        typed = fold(word)
        begun = [each for each in names if len(typed) >= _BEGINNING and each.startswith(typed)]
        close = difflib.get_close_matches(typed, names, _SUGGESTIONS, _NEAR_ENOUGH)
        near = dict.fromkeys(names[each] for each in [*sorted(begun, key=len), *close])
        return tuple(near)[:_SUGGESTIONS]

    @cached_property
    def _offered(self) -> Mapping[str, str]:
        """The name of each label that may be suggested, by its folded name and aliases."""
        return {
            fold(each): label.name
            for label in self.labels.values()
            if label.key not in self.muted
            for each in (label.name, *label.aliases)
        }
