"""``words.jsonl``: what was read on each picture of a collection, one JSON object a line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from app.reading import Line
from app.reading.line import Box, clean
from trainer.errors import DataError

WORDS_FILE: Final = "words.jsonl"

_REMEDY: Final = "Run python -m trainer read again; it mends the last line and goes on."


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the file.

    Attributes:
        id: The picture's file name without its ending.
        width: Of the upright picture, in pixels.
        height: Likewise.
        lines: (text, confidence 0..1, (x0, y0, x1, y1) in pixels), top to bottom.
    """

    id: str
    width: int
    height: int
    lines: list[tuple[str, float, tuple[int, int, int, int]]]


def read_words(path: Path) -> dict[str, tuple[Line, ...]]:
    """Return the lines read on each picture, by its id; empty where nothing was found.

    Boxes become shares of the picture's sides, at least a pixel wide and high.

    Raises:
        DataError: The file cannot be read, a line is no such object, or an id comes twice; the
            number of the line is named.
    """
    found: dict[str, tuple[Line, ...]] = {}
    for number, row in rows(path):
        if row.id in found:
            raise DataError(f"{path}, line {number}: the picture {row.id} comes a second time.")
        found[row.id] = tuple(
            Line(words, min(1.0, max(0.0, confidence)), _shares(box, row.width, row.height))
            for text, confidence, box in row.lines
            if (words := clean(text))
        )
    return found


def rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the number (from 1) and content of each line.

    Raises:
        DataError: As ``read_words`` does.
    """
    decoder = msgspec.json.Decoder(Row)
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    row = decoder.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise DataError(
                        f"{path}, line {number}: this is not what was read on a picture "
                        f"({error}). {_REMEDY}"
                    ) from error
                if row.width < 1 or row.height < 1:
                    raise DataError(
                        f"{path}, line {number}: the picture {row.id} has no size "
                        f"({row.width} × {row.height})."
                    )
                yield number, row
    except OSError as error:
        raise DataError(f"The words {path} cannot be read: {error.strerror}.") from error


def _shares(box: tuple[int, int, int, int], width: int, height: int) -> Box:
    x0, y0 = min(max(box[0], 0), width - 1), min(max(box[1], 0), height - 1)
    x1, y1 = min(max(box[2], x0 + 1), width), min(max(box[3], y0 + 1), height)
    return x0 / width, y0 / height, x1 / width, y1 / height
