"""`lumitag where`: why pictures have a label: the place, as a light or numbers, and the words."""

import argparse
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.output import print_file_problem, print_json, print_line, print_problem
from app.engine import Engine, Sighting, Told, ToldLine
from app.engine.file_words import FileWords
from app.errors import LumitagError
from app.imaging.errors import UnreadablePictureError
from app.labeling.errors import PackError

if TYPE_CHECKING:
    from app.imaging.decode import Picture

_LONGEST = 1600
"""Pixels of the longer side of a written picture, at most: it is there to be looked at."""


class OutputError(LumitagError):
    """The picture with the light on it cannot be written."""


def run_where(asked: argparse.Namespace) -> int:
    """Say for each file where the label was seen; 1 if any could not be dealt with."""
    with Engine.open(asked.library, device=asked.device) as engine:
        for error in engine.pack_errors:
            print_problem(str(error))
        key = engine.evidence.key_of(asked.label)
        if asked.out is not None:
            _make_folder(asked.out)
        try:
            return _each(engine, asked, key)
        except PackError as error:
            # Not a wrong usage: the pack's files are not what they should be.
            print_problem(str(error))
            return 1


def _each(engine: Engine, asked: argparse.Namespace, key: str) -> int:
    failed = False
    words = _words(engine, asked, key)
    for path in asked.paths:
        try:
            written = None if asked.out is None else _free_place(asked.out, path, key)
            shorter = None if written is None else _LONGEST
            seen, picture = engine.evidence.of_file(path, key, shorter=shorter)
            told = None if words is None else engine.evidence.words_of_file(path, key, words)
            if written is not None:
                _write(written, seen, picture)
        except (UnreadablePictureError, OutputError) as error:
            failed = True
            print_file_problem(path, str(error), as_json=asked.json)
            continue
        found = _Found(path, seen, told, written, reads=engine.evidence.reads(key))
        if asked.json:
            print_json(found.as_json())
        else:
            print_line(found.as_line())
    return 1 if failed else 0


def _words(engine: Engine, asked: argparse.Namespace, key: str) -> FileWords | None:
    """Return what reads the files; None where the pack does not read, or the user wants none."""
    if asked.no_words or not engine.evidence.reads(key) or not engine.words.enabled():
        return None
    return FileWords(engine.words.reader(), print_problem)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made ({error.strerror}); name another with --out."
        ) from error


def _free_place(folder: Path, path: Path, key: str) -> Path:
    """Return where the picture of a file goes; before any work, for it may be taken.

    Raises:
        OutputError: There is a file of that name.
    """
    place = folder / f"{path.name}.{key.partition('/')[2]}.png"
    if place.exists() or place.is_symlink():
        raise OutputError(f"{place} is there already and stays; move it, or name another --out.")
    return place


def _write(place: Path, seen: Sighting, picture: "Picture") -> None:
    """Write the picture with a light on the label, as the window shows it."""
    from app.imaging.spotlight import laid_over, spotlight

    if seen.evidence is None:
        pack = seen.key.partition("/")[0]
        raise OutputError(
            f"The label pack “{pack}” cannot say where it looked, so there is no light to write; "
            "leave --out away to see which words count."
        )
    image = picture.image.copy()
    image.thumbnail((_LONGEST, _LONGEST))
    overlay = spotlight(seen.evidence, height=image.height, width=image.width)
    drawn = io.BytesIO()
    laid_over(image, overlay).save(drawn, "PNG")
    made = False
    try:
        # "x": a file that came there since is not overwritten either.
        with place.open("xb") as file:
            made = True
            file.write(drawn.getbuffer())
    except OSError as error:
        if made:  # a part of a picture would stand in the way of the next try
            place.unlink(missing_ok=True)
        raise OutputError(f"{place} cannot be written ({error.strerror}).") from error


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found in one file.

    Attributes:
        path: The file.
        seen: Where the label was seen.
        told: What the words do to it; None: they were not asked for.
        written: The picture with the light, if one was written.
        reads: Whether the label's pack takes words into account.
    """

    path: Path
    seen: Sighting
    told: Told | None
    written: Path | None
    reads: bool

    @property
    def probability(self) -> float:
        """Of the picture with the words that were read in it."""
        known = self.told is not None and self.told.was_read
        return self.told.whole if known and self.told is not None else self.seen.probability

    def as_json(self) -> dict[str, object]:
        """Return the object to print."""
        spot = self.seen.spot
        found: dict[str, object] = {
            "path": str(self.path),
            "label": self.seen.name,
            "probability": round(self.probability, 4),
            "peak": None if spot is None else list(spot.peak),
            "box": None if spot is None else list(spot.box),
        }
        if self.reads:
            found["words"] = None if self.told is None else self._words(self.told)
        return found if self.written is None else {**found, "written": str(self.written)}

    def _words(self, told: Told) -> dict[str, object] | None:
        if not told.was_read:
            return None
        lines = [
            {
                "text": each.line.text,
                "share": round(each.share, 4),
                "box": list(_pixels(each, self.seen)),
            }
            for each in told.lines
        ]
        return {"together": round(told.together, 4), "lines": lines}

    def as_line(self) -> str:
        """Return the line for people."""
        spot, told = self.seen.spot, [f"{self.seen.name} {self.probability:.0%}"]
        if spot is not None:
            told += [f"peak {_numbers(spot.peak)}", f"box {_numbers(spot.box)}"]
        elif self.seen.evidence is not None:
            told.append("no part of the picture stands out")
        if self.told is not None and self.told.was_read:
            told.append(_told_words(self.told))
        written = [str(self.written)] if self.written else []
        return "\t".join([str(self.path), ", ".join(told), *written])


def _told_words(told: Told) -> str:
    if not told.any_lines:
        return "no words were found"
    lines = [f"“{each.line.text}” {each.share:+.0%}" for each in told.lines]
    return ", ".join([f"words {told.together:+.0%}", *lines])


def _pixels(told: ToldLine, seen: Sighting) -> tuple[int, int, int, int]:
    """Return x, y, width and height of a line, in pixels of the upright picture."""
    x0, y0, x1, y1 = told.line.box
    left, top = round(x0 * seen.width), round(y0 * seen.height)
    width, height = round(x1 * seen.width) - left, round(y1 * seen.height) - top
    return left, top, max(width, 1), max(height, 1)


def _numbers(values: Iterable[int]) -> str:
    return " ".join(str(value) for value in values)
