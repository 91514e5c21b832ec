"""`lumitag where`: where in pictures a label was seen, as a light on them or in numbers."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.output import print_file_problem, print_json, print_line, print_problem
from app.engine import Engine, Sighting
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
    for path in asked.paths:
        try:
            written = None if asked.out is None else _free_place(asked.out, path, key)
            shorter = None if written is None else _LONGEST
            seen, picture = engine.evidence.of_file(path, key, shorter=shorter)
            if written is not None:
                _write(written, seen, picture)
        except (UnreadablePictureError, OutputError) as error:
            failed = True
            print_file_problem(path, str(error), as_json=asked.json)
            continue
        _print(path, seen, written, as_json=asked.json)
    return 1 if failed else 0


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

    image = picture.image.copy()
    image.thumbnail((_LONGEST, _LONGEST))
    overlay = spotlight(seen.evidence, height=image.height, width=image.width)
    try:
        # "x": a file that came there since is not overwritten either.
        with place.open("xb") as file:
            laid_over(image, overlay).save(file, "PNG")
    except OSError as error:
        raise OutputError(f"{place} cannot be written ({error.strerror}).") from error


def _print(path: Path, seen: Sighting, written: Path | None, *, as_json: bool) -> None:
    spot = seen.spot
    if as_json:
        found: dict[str, object] = {
            "path": str(path),
            "label": seen.name,
            "probability": round(seen.probability, 4),
            "peak": None if spot is None else list(spot.peak),
            "box": None if spot is None else list(spot.box),
        }
        print_json(found if written is None else {**found, "written": str(written)})
        return
    told = [f"{seen.name} {seen.probability:.0%}"]
    if spot is None:
        told.append("no part of the picture stands out")
    else:
        told += [f"peak {_numbers(spot.peak)}", f"box {_numbers(spot.box)}"]
    print_line("\t".join([str(path), ", ".join(told), *([str(written)] if written else [])]))


def _numbers(values: Iterable[int]) -> str:
    return " ".join(str(value) for value in values)
