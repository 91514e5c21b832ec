"""The lines of text found in a picture, and how they are kept."""

import unicodedata
from collections.abc import Iterable
from typing import Annotated, Final

import msgspec

from app.reading.errors import ReadingError

Box = tuple[float, float, float, float]
Quad = tuple[float, float, float, float, float, float, float, float]

_FORMAT: Final = 1
"""The first byte of stored lines."""

_PLACES: Final = 10_000
"""Steps of a coordinate over a picture's side: finer than a pixel of what was read."""

_HUNDREDTHS: Final = 100
_NUMBERS: Final = 8
"""Of the four corners of a quad."""


class Line(msgspec.Struct, frozen=True):
    """One line of text in a picture.

    Attributes:
        text: Not empty, without spaces around it, in Unicode's composed form (NFC).
        confidence: 0..1, the mean of its characters'.
        box: (x0, y0, x1, y1), shares 0..1 of the upright picture's width and height; x0 < x1 and
            y0 < y1.
        quad: The corners x, y from the text's upper left clockwise, in the same shares, where the
            text does not lie level; else None.
    """

    text: str
    confidence: float
    box: Box
    quad: Quad | None = None

    @property
    def height(self) -> float:
        """The box's height, as a share of the picture's."""
        return self.box[3] - self.box[1]


class Page(msgspec.Struct, frozen=True):
    """What was read in one picture.

    Attributes:
        lines: Top to bottom; empty where nothing was found.
        cut_short: Whether a limit of lines or seconds, or the caller, ended it early.
    """

    lines: tuple[Line, ...]
    cut_short: bool = False


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    text: str
    confidence: int
    box: tuple[int, int, int, int]
    quad: Annotated[list[int], msgspec.Meta(min_length=_NUMBERS, max_length=_NUMBERS)] | None = None


def clean(text: str) -> str:
    """Return text composed (NFC), without control characters, each run of spaces as one."""
    shown = "".join(" " if unicodedata.category(one) == "Cc" else one for one in text)
    return " ".join(unicodedata.normalize("NFC", shown).split())


def largest_first(lines: Iterable[Line]) -> list[Line]:
    """Return the lines by the height of their boxes, largest first.

    That is how packs read: a title before the small print. Lines of one height keep their order;
    heights are compared as they are stored, so that the order is the same before and after.
    """
    return sorted(lines, key=_stored_height, reverse=True)


def ordered_text(lines: Iterable[Line]) -> str:
    """Return the lines ``largest_first``, a newline between: what packs read."""
    return "\n".join(line.text for line in largest_first(lines))


def plain_text(lines: Iterable[Line]) -> str:
    """Return the lines in reading order, a newline between: what is searched and copied."""
    return "\n".join(line.text for line in lines)


def lines_to_bytes(lines: Iterable[Line]) -> bytes:
    """Return lines as compact bytes to store; nothing (``b""``) for no lines.

    Confidences are rounded to hundredths, coordinates to ten-thousandths of the picture's side.
    """
    stored = [
        _Stored(
            line.text,
            round(line.confidence * _HUNDREDTHS),
            _steps(line.box),
            None if line.quad is None else [round(one * _PLACES) for one in line.quad],
        )
        for line in lines
    ]
    return bytes([_FORMAT]) + msgspec.msgpack.encode(stored) if stored else b""


def lines_from_bytes(stored: bytes) -> tuple[Line, ...]:
    """Return what ``lines_to_bytes`` stored.

    Raises:
        ReadingError: The bytes are damaged, or a newer Lumitag wrote them.
    """
    if not stored:
        return ()
    if stored[0] != _FORMAT:
        raise ReadingError(
            "The stored words of a picture are of a format that this Lumitag does not know; "
            "let it be read again."
        )
    try:
        lines = msgspec.msgpack.decode(stored[1:], type=list[_Stored])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReadingError(
            "The stored words of a picture are damaged; let it be read again."
        ) from error
    return tuple(_restored(line) for line in lines)


def _stored_height(line: Line) -> int:
    _, y0, _, y1 = _steps(line.box)
    return y1 - y0


def _steps(box: Box) -> tuple[int, int, int, int]:
    """Return a box in steps, never empty."""
    x0, y0, x1, y1 = (round(one * _PLACES) for one in box)
    x0, y0 = min(x0, _PLACES - 1), min(y0, _PLACES - 1)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)


def _restored(line: _Stored) -> Line:
    x0, y0, x1, y1 = (one / _PLACES for one in line.box)
    quad: Quad | None = None
    if line.quad is not None:
        ax, ay, bx, by, cx, cy, dx, dy = (one / _PLACES for one in line.quad)
        quad = ax, ay, bx, by, cx, cy, dx, dy
    return Line(line.text, line.confidence / _HUNDREDTHS, (x0, y0, x1, y1), quad)
