"""A contact sheet of one pack's right and wrong pictures.

The pictures are whoever's they are, so a sheet is written only where the user says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from trainer.compare.style import DARK
from trainer.compare.together import Compared, Comparison
from trainer.errors import DataError
from trainer.metrics import limits_of, predicted
from trainer.metrics.figures import SMALLEST
from trainer.pictures import read

_OF_EACH: Final = 16
_COLUMNS: Final = 8
_CELL: Final = (160, 224)
_WORDS: Final = 62
_GAP: Final = 12
_HEAD: Final = 40
_NAMED_AT_MOST: Final = 3
_SUFFIXES: Final = (".png", ".webp", ".jpg")


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of the pictures that the pack answers best, and of those that it answers worst."""

    right: tuple[int, ...]
    wrong: tuple[int, ...]


def choose(answers: NDArray[np.floating], targets: NDArray[np.floating], *, each: int) -> Choice:
    """Return the rows with the lowest and with the highest cross entropy.

    Args:
        answers: [N,L], 0..1.
        targets: [N,L], 0 or 1; pictures without any label are passed over.
        each: At most that many of a kind; no picture is both.
    """
    likely = np.clip(answers.astype(np.float64), SMALLEST, 1 - SMALLEST)
    losses = -np.where(targets > 0, np.log(likely), np.log1p(-likely)).mean(axis=1)
    some = np.flatnonzero(targets.any(axis=1))
    order = [int(row) for row in some[np.argsort(losses[some], kind="stable")]]
    count = min(each, len(order) // 2)
    return Choice(tuple(order[:count]), tuple(reversed(order[len(order) - count :])))


def write_sheet(path: Path, comparison: Comparison, row: Compared, *, each: int = _OF_EACH) -> None:
    """Write the sheet: right ones above, wrong ones below, with what is true and what was said.

    Args:
        path: The picture file; .png, .webp or .jpg.
        comparison: The pictures and the truth.
        row: The pack.
        each: Pictures of a kind.

    Raises:
        DataError: The ending is another, the file cannot be written, or a picture cannot be read.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise DataError(f"The sheet {path} must end in {', '.join(_SUFFIXES)}.")
    choice = choose(row.answers, comparison.targets, each=each)
    lines = max(1, -(-len(choice.right) // _COLUMNS))
    height = 2 * (_HEAD + lines * (_CELL[1] + _WORDS + _GAP)) + _GAP
    sheet = Image.new("RGB", (_COLUMNS * (_CELL[0] + _GAP) + _GAP, height), DARK.background)
    top = 0
    for rows, words in (
        (choice.right, f"{row.entry.name}: the surest right ones"),
        (choice.wrong, f"{row.entry.name}: the furthest from right"),
    ):
        ImageDraw.Draw(sheet).text((_GAP, top + _GAP), words, fill=DARK.text, font=_font(16))
        _place(sheet, top + _HEAD, rows, comparison, row)
        top += height // 2
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sheet.save(path, quality=85)
    except OSError as error:
        raise DataError(f"The sheet {path} cannot be written: {error.strerror}.") from error


def _place(
    sheet: Image.Image, top: int, rows: Sequence[int], comparison: Comparison, row: Compared
) -> None:
    draw = ImageDraw.Draw(sheet)
    found = predicted(row.answers, limits_of(row.thresholds))
    for number, at in enumerate(rows):
        x = _GAP + number % _COLUMNS * (_CELL[0] + _GAP)
        y = top + number // _COLUMNS * (_CELL[1] + _WORDS + _GAP)
        picture = Image.fromarray(read(comparison.examined.paths[at]))
        picture.thumbnail(_CELL, Image.Resampling.LANCZOS)
        left = x + (_CELL[0] - picture.width) // 2
        sheet.paste(picture, (left, y + (_CELL[1] - picture.height) // 2))
        truth = comparison.targets[at] > 0
        names = ", ".join(comparison.names[place] for place in np.flatnonzero(truth))
        _write(draw, (x, y + _CELL[1] + 4), names, DARK.text)
        below = y + _CELL[1] + 19
        likeliest = np.argsort(-row.answers[at], kind="stable")[:_NAMED_AT_MOST]
        for line, place in enumerate(likeliest):
            sign, colour = ("✓", DARK.ok) if truth[place] else ("✕", DARK.no)
            said = f"{sign} {comparison.names[place]} {row.answers[at, place]:.2f}"
            shown = colour if found[at, place] else DARK.dim
            _write(draw, (x, below + 14 * line), said, shown)


def _write(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, colour: str) -> None:
    """Write a line, cut with … where it is wider than a picture."""
    font = _font(11)
    while draw.textlength(text, font=font) > _CELL[0] and len(text) > 2:
        text = text[:-2].rstrip(" ,…") + "…"
    draw.text(at, text, fill=colour, font=font)


def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return matplotlib's own font: it is there wherever this runs, and has ✓ and ✕."""
    return ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", size)
