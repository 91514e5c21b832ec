"""Text as it is searched: words of small letters, without accents, one space between them.

A word is a run of letters and digits; everything else parts words. Compatible forms are one
("ﬁ" is "fi"), and marks above and below letters are dropped, however they are written. Chinese and
Japanese are written without spaces, so each of their letters is a word: whoever looks for several
finds them where they follow one another.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LINE_END = "\n"
_ASCII_WORD = re.compile("[a-z0-9]+")
# Kana, and the blocks and planes of Chinese characters (Unicode 15, chapter 18).
_WITHOUT_SPACES = re.compile(
    "[\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LETTERS_KEPT = 8_192  # folded letters that are remembered: more than any text has in use


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is searched.

    Attributes:
        letters: Its words, one space between them, one line end between lines with words.
        places: For each letter of ``letters``, the place in the text that it stands for.
    """

    letters: str
    places: tuple[int, ...]


def folded(text: str) -> str:
    """Return text as it is searched, one line end between lines with words."""
    lines = (" ".join(words_of(line)) for line in text.split(LINE_END))
    return LINE_END.join(line for line in lines if line)


def words_of(text: str) -> list[str]:
    """Return the words of a text, as they are searched, whatever lines they stand in."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return "".join(map(_folded_letter, text)).split()


def placed(text: str) -> Folded:
    """Return text as it is searched, and where each letter came from."""
    letters: list[str] = []
    places: list[int] = []
    parted = ""
    for place, letter in enumerate(text):
        if letter == LINE_END:
            parted = LINE_END
            continue
        for one in _folded_letter(letter):
            if one == " ":
                parted = parted or one
                continue
            if parted and letters:
                letters.append(parted)
                places.append(place)
            parted = ""
            letters.append(one)
            places.append(place)
    return Folded("".join(letters), tuple(places))


@lru_cache(_LETTERS_KEPT)
def _folded_letter(letter: str) -> str:
    """Return what stands for one letter of a text: small letters and digits, and spaces."""
    spread = unicodedata.normalize("NFKD", letter).casefold()
    return "".join(map(_piece, unicodedata.normalize("NFKD", spread)))


def _piece(letter: str) -> str:
    if unicodedata.category(letter).startswith("M"):
        return ""
    if _WITHOUT_SPACES.match(letter):
        return f" {letter} "
    return letter if letter.isalnum() else " "
