"""Draw the pictures of README and guide: a real library of free pictures in the real window.

    python -m scripts.draw_screenshots WALLPAPERS...

WALLPAPERS are folders to look for the photographs in (see scripts/demo_pictures.py), for example
those of Debian's packages: /usr/share/backgrounds /usr/share/wallpapers.
"""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from app.cli import main as lumitag
from app.engine import Engine
from app.ui.main_window import MainWindow
from app.ui.screenshot import save
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

_WORDS = 'text:"pure terror"'
"""What the viewer is opened from: one of the drawn posters says it."""

_QUALITY = 85
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
        _draw_viewer("words-dark", library[1], [_open])
        _draw_viewer("why-dark", library[1], [_open, _show_why])
        empty = ["--library", str(Path(place) / "empty.sqlite")]
        _draw("empty-light", ["--theme", "light", *empty])


def _open(window: MainWindow) -> None:
    """Open the first photo in full size, as Space does."""
    window.pages.grid.open_requested.emit(0)


def _show_why(window: MainWindow) -> None:
    """Show why it has its first genre, as W does."""
    window.viewer.where.toggle()


def _draw(name: str, options: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        drawn = Path(place) / "window.png"
        lumitag(["screenshot", str(drawn), *options])
        _keep(drawn, name)


def _draw_viewer(name: str, library: str, steps: Sequence[Callable[[MainWindow], None]]) -> None:
    """Draw the full-size viewer, opened from a search for words; no command does that."""
    with (
        tempfile.TemporaryDirectory() as place,
        Engine.open(Path(library), device="cpu") as engine,
    ):
        drawn = Path(place) / "window.png"
        save(engine, drawn, query=_WORDS, then=steps)
        _keep(drawn, name)


def _keep(drawn: Path, name: str) -> None:
    with Image.open(drawn) as picture:
        picture.convert("RGB").save(TARGET / f"{name}.webp", quality=_QUALITY, method=6)


if __name__ == "__main__":
    main()
