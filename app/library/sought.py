"""What is looked for in the text of pictures, and how SQLite's full text search is asked for it."""

from dataclasses import dataclass
from enum import StrEnum

from app.library.folding import words_of

ANY = "*"
LEAST_PART = 3
"""Letters of the shortest part of a word that can be looked for: the index knows runs of three."""

LEAST_GLUED = 5
"""Letters from which words are also found inside longer ones. Those that read pictures lose the
spaces between words: of 14,500 film posters every fourth hit on a word of four letters or more is
inside another, as in ACADEMYAWARD. Three in ten hits inside are by chance at five letters, six in
ten at four, and nearly all at three (rain in train)."""


_MOST_RUNS = 24  # those of longer texts rule out nothing more


class Reach(StrEnum):
    """How much of the words in a picture must be as asked."""

    WORDS = "words"
    BEGINNING = "beginning"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that follow one another in the text of a picture.

    Attributes:
        words: The words, folded (see ``folding``); at least one.
        reach: Whole words (and inside longer ones, if they are long enough), whole words but for
            the end of the last, or any part of the text.
    """

    words: tuple[str, ...]
    reach: Reach = Reach.WORDS

    @classmethod
    def read(cls, text: str) -> "Sought | None":
        """Read what a person wrote; None if it has no letters and no digits.

        ``black stallion`` are words that follow one another, ``stall*`` a word that begins so, and
        ``*tall*`` (or ``*tall``) any part of the text. All other signs part words.
        """
        text = text.strip()
        reach = Reach.WORDS
        if text.startswith(ANY):
            reach = Reach.PART
        elif text.endswith(ANY):
            reach = Reach.BEGINNING
        words = tuple(words_of(text))
        return cls(words, reach) if words else None

    @property
    def joined(self) -> str:
        """The words without anything between them."""
        return "".join(self.words)

    @property
    def inside(self) -> bool:
        """Whether it is also found inside longer words, and across the gaps between words."""
        if self.reach is Reach.PART:
            return True
        return self.reach is Reach.WORDS and len(self.joined) >= LEAST_GLUED

    def phrase(self) -> str:
        """Return the question to the index of words; folded words have no signs in them."""
        phrase = f'"{" ".join(self.words)}"'
        return f"{phrase} *" if self.reach is Reach.BEGINNING else phrase

    def runs(self) -> str:
        """Return the question to the index of runs of three letters: all of its runs.

        Raises:
            ValueError: It has fewer than three letters.
        """
        text = self.joined
        if len(text) < LEAST_PART:
            raise ValueError("a part of a word has at least three letters")
        # Those that overlap, too: to look up one more costs less than to look at more texts.
        runs = [text[at : at + LEAST_PART] for at in range(len(text) - LEAST_PART + 1)]
        return " AND ".join(f'"{run}"' for run in dict.fromkeys(runs[:_MOST_RUNS]))
