"""Draw the pictures of README and guide: a real library of free pictures in the real window.

    python -m scripts.draw_screenshots WALLPAPERS...

WALLPAPERS are folders to look for the photographs in (see scripts/demo_pictures.py), for example
those of Debian's packages: /usr/share/backgrounds /usr/share/wallpapers.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from app.cli import main as lumitag
from scripts.demo_pictures import build

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images"

SHOTS = (
    ("search-dark", "--query", "outdoor -tree"),
    ("search-light", "--theme", "light", "--query", "flower OR tree"),
    ("posters-dark", "--query", "folder:Posters poster"),
    ("explore-dark",),
    ("explore-light", "--theme", "light"),
)
"""File name, and what `lumitag screenshot` is told."""

_QUALITY = 90
"""WebP's, where letters stay sharp and a window takes about 100 kB."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Index the free pictures into a library of their own and draw every shot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wallpapers", nargs="+", type=Path)
    asked = parser.parse_args(arguments)
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        pictures = build(Path(place) / "Pictures", asked.wallpapers)
        library = ["--library", str(Path(place) / "library.sqlite")]
        lumitag(["index", str(pictures), *library])
        for name, *options in SHOTS:
            _draw(name, [*options, *library])
        empty = ["--library", str(Path(place) / "empty.sqlite")]
        _draw("empty-light", ["--theme", "light", *empty])


def _draw(name: str, options: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        drawn = Path(place) / "window.png"
        lumitag(["screenshot", str(drawn), *options])
        with Image.open(drawn) as picture:
            picture.convert("RGB").save(TARGET / f"{name}.webp", quality=_QUALITY, method=6)


if __name__ == "__main__":
    main()
