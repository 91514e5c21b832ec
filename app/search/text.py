"""Where in the lines of a picture the words are that a query looks for.

Found in the same folded text, by the same rules as the library's indexes find them: whole words,
beginnings of words, and parts; spaces do not count where a word is looked for inside others.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.library.folding import LINE_END, placed
from app.library.sought import Reach, Sought

Stretch = tuple[int, int]


def matches_in(line: str, terms: Sequence[Sought]) -> list[Stretch]:
    """Return what is to be marked in one line, by itself.

    Args:
        line: The line as it was read.
        terms: What the query looks for (``SearchResult.terms``).

    Returns:
        (start, end) of each match in characters, end exclusive; ascending and apart.
    """
    return matches_in_lines([line], terms)[0]


def matches_in_lines(lines: Sequence[str], terms: Sequence[Sought]) -> list[list[Stretch]]:
    """Return what is to be marked in each line; words that follow one another may part over two.

    Args:
        lines: All lines of a picture, in the order in which they were stored.
        terms: What the query looks for.

    Returns:
        For each line as ``matches_in``.
    """
    page = _Page.of(lines)
    marks: list[list[Stretch]] = [[] for _ in lines]
    for term in terms:
        for stretch in page.matches(term):
            for line, start, end in page.in_lines(stretch):
                marks[line].append((start, end))
    return [_together(each) for each in marks]


def first_line(lines: Sequence[str], terms: Sequence[Sought]) -> str | None:
    """Return the line to show for a match: the first of those with the most of the terms.

    Args:
        lines: All lines of a picture.
        terms: What the query looks for.

    Returns:
        The line as it was read; None if nothing matches.
    """
    page = _Page.of(lines)
    found: list[set[int]] = [set() for _ in lines]
    for number, term in enumerate(terms):
        for stretch in page.matches(term):
            for line, *_ in page.in_lines(stretch):
                found[line].add(number)
    best = max(range(len(lines)), key=lambda at: (len(found[at]), -at), default=None)
    return None if best is None or not found[best] else lines[best]


@dataclass(frozen=True, slots=True)
class _Page:
    """The folded text of some lines, and where each of its letters came from.

    Attributes:
        lines: The lines.
        letters: As the library's index of words has them.
        line_of: The line of each letter.
        place_of: The place in that line of each letter.
    """

    lines: Sequence[str]
    letters: str
    line_of: Sequence[int]
    place_of: Sequence[int]

    @classmethod
    def of(cls, lines: Sequence[str]) -> "_Page":
        letters: list[str] = []
        line_of: list[int] = []
        place_of: list[int] = []
        for number, line in enumerate(lines):
            folded = placed(line)
            if not folded.letters:
                continue
            if letters:
                letters.append(LINE_END)
                line_of.append(number)
                place_of.append(0)
            letters.append(folded.letters)
            line_of += [number] * len(folded.letters)
            place_of += folded.places
        return cls(lines, "".join(letters), line_of, place_of)

    def matches(self, term: Sought) -> Iterator[Stretch]:
        """Yield where a term stands, in letters."""
        if term.reach is not Reach.PART:
            words = "[ \n]".join(map(re.escape, term.words))
            end = "" if term.reach is Reach.BEGINNING else "(?![^ \n])"
            for found in re.finditer(f"(?<![^ \n]){words}{end}", self.letters):
                yield found.span()
        if term.inside:
            yield from self._inside(term.joined)

    def _inside(self, part: str) -> Iterator[Stretch]:
        """Yield where letters stand with or without spaces between them."""
        kept = [at for at, letter in enumerate(self.letters) if letter != " "]
        glued = self.letters.replace(" ", "")
        start = glued.find(part)
        while start >= 0:
            yield kept[start], kept[start + len(part) - 1] + 1
            start = glued.find(part, start + 1)

    def in_lines(self, stretch: Stretch) -> Iterator[tuple[int, int, int]]:
        """Yield the lines that a stretch of letters stands in, with start and end in each."""
        start, end = stretch
        while start < end:
            line = self.line_of[start]
            stop = start
            while stop < end and self.line_of[stop] == line:
                stop += 1
            within = [at for at in range(start, stop) if self.letters[at] != LINE_END]
            if within:
                text = self.lines[line]
                last = self.place_of[within[-1]] + 1
                while last < len(text) and unicodedata.category(text[last]).startswith("M"):
                    last += 1  # the marks above and below the last letter
                yield line, self.place_of[within[0]], last
            start = stop


def _together(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches in order, those that touch or overlap as one."""
    together: list[Stretch] = []
    for start, end in sorted(stretches):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(together[-1][1], end))
        else:
            together.append((start, end))
    return together
