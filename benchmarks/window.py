"""How fast the window is: ``python -m benchmarks.window --photos 1000000``.

Makes a library of invented photos (or takes the one that is there), then measures, each in a
process of its own: the start, from nothing to all photos on the screen; and one frame after the
other while the grid is scrolled, jumped through, resized and zoomed. A frame is all that the GUI
thread does for it: layout, asking for thumbnails, drawing. No display is needed.
"""

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

BUDGET_MS = 16.0
"""A frame of a screen that shows sixty a second (docs/architecture.md, budgets)."""
FRAMES = 200
SIZE = (1440, 900)
WAIT_SECONDS = 120.0
STARTED = "LUMITAG_BENCHMARK_STARTED"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--library", type=Path, help="kept and taken again; default: temporary")
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    path = options.library or Path(tempfile.gettempdir()) / f"lumitag-window-{options.photos}"
    path = path if path.suffix else path / "library.sqlite"
    if options.stage:
        for name, value in STAGES[options.stage](path):
            print(f"{name:<58} {value}", flush=True)
        return
    _make(path, options.photos)
    print(f"{options.photos:,} photos, {SIZE[0]} by {SIZE[1]} pixels")
    for name in ("start", "start", "frames"):
        environment = os.environ | {STARTED: str(time.time())}
        command = ["--photos", str(options.photos), "--library", str(path), "--stage", name]
        subprocess.run(
            [sys.executable, "-m", "benchmarks.window", *command], check=True, env=environment
        )


def start(path: Path) -> Iterator[tuple[str, str]]:
    """Measure the start of the program, the interpreter's own included."""
    begun = float(os.environ.get(STARTED, time.time()))
    from app.ui import theme
    from app.ui.app import application
    from app.ui.background import Background
    from app.ui.frame import Frame
    from app.ui.window_memory import WindowMemory

    app = application()
    theme.apply(app, "dark")
    background = Background()
    frame = Frame(lambda: _engine(path), background, WindowMemory(Path(os.devnull)))
    frame.resize(*SIZE)
    frame.come_forward()
    app.processEvents()
    yield "the window is on the screen", _seconds(time.time() - begun)
    frame.open_library()
    _until(lambda: frame.main is not None)
    assert frame.main is not None
    main_window = frame.main
    yield "it has all its parts", _seconds(time.time() - begun)
    _until(lambda: main_window.refreshing.told)
    main_window.navigation.open_page("photos")
    _until(lambda: len(main_window.pages.grid.ids) > 0 and main_window.pages.settled)
    main_window.grab()
    yield "all photos can be looked at", _seconds(time.time() - begun)
    yield "memory, resident", _memory()
    frame.close()
    frame.finish(WAIT_SECONDS)


def frames(path: Path) -> Iterator[tuple[str, str]]:
    """Measure frames of the grid at the whole library."""
    from app.ui import theme
    from app.ui.app import application
    from app.ui.background import Background
    from app.ui.grid.view import GridView

    app = application()
    theme.apply(app, "dark")
    engine = _engine(path)
    engine.refresh()
    result = engine.search("")
    background = Background()
    grid = GridView(engine, background)
    grid.resize(*SIZE)
    grid.show()
    app.processEvents()
    yield "all photos are laid out", _milliseconds([_timed(lambda: grid.set_result(result))])
    bar = grid.verticalScrollBar()
    random = np.random.default_rng(0)

    def scroll(frame: int) -> None:
        bar.setValue(bar.maximum() // 2 + 40 * frame)

    def jump(_: int) -> None:
        bar.setValue(int(random.integers(bar.maximum())))

    def resize(frame: int) -> None:
        grid.resize(SIZE[0] - 4 * (frame % 100), SIZE[1])

    def zoom(frame: int) -> None:
        grid.set_cell_size(96 + 4 * (frame % 60))

    def walk(frame: int) -> None:
        grid.go_to(len(grid.ids) // 2 + 7 * frame)

    for name, move in (
        ("scrolling", scroll),
        ("jumping to anywhere", jump),
        ("resizing the window", resize),
        ("changing the size of the pictures", zoom),
        ("walking with the keys", walk),
    ):
        yield f"{name}, a frame", _frames(grid, move)
    yield "selecting everything", _milliseconds([_timed(grid.select_all)])
    yield "the same result again", _milliseconds([_timed(lambda: grid.set_result(result))])
    yield "memory, resident", _memory()
    grid.close()
    background.close()
    engine.close()


STAGES: dict[str, Callable[[Path], Iterator[tuple[str, str]]]] = {"start": start, "frames": frames}


def _frames(grid: object, move: Callable[[int], None]) -> str:
    """Move and draw, frame by frame, the background answering between frames as it does."""
    from PySide6.QtWidgets import QApplication

    from app.ui.grid.view import GridView

    assert isinstance(grid, GridView)
    times = []
    for frame in range(FRAMES):
        begun = time.perf_counter()
        move(frame)
        grid.viewport().repaint()
        times.append(time.perf_counter() - begun)
        # Answers from the background are delivered here, outside of the frame's own time.
        pause = time.perf_counter() + 0.004
        while time.perf_counter() < pause:
            QApplication.processEvents()
    return _milliseconds(times)


def _engine(path: Path):  # type: ignore[no-untyped-def]
    from app.engine import Engine
    from app.library.library import Library

    engine = Engine(Library.open(path), device="cpu", packs=(), pack_errors=())
    buffer = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    Image.fromarray(noise).resize((320, 240), Image.Resampling.BICUBIC).save(buffer, "JPEG")
    # A million thumbnails would only cost disk: each photo has the same one here.
    engine.thumbnails = lambda hashes: dict.fromkeys(hashes, buffer.getvalue())  # type: ignore[method-assign]
    return engine


def _make(path: Path, photos: int) -> None:
    from app.library.library import Library
    from tests.support.libraries import fill

    if not path.exists():
        begun = time.perf_counter()
        path.parent.mkdir(parents=True, exist_ok=True)
        with Library.open(path) as library:
            fill(library, photos=photos)
        print(f"{'(making the library)':<58} {time.perf_counter() - begun:.0f} s")


def _until(met: Callable[[], bool]) -> None:
    from PySide6.QtWidgets import QApplication

    end = time.monotonic() + WAIT_SECONDS
    while not met():
        QApplication.processEvents()
        time.sleep(0.001)
        if time.monotonic() > end:
            raise TimeoutError("the window was not ready in time")


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _milliseconds(times: Sequence[float]) -> str:
    if len(times) == 1:
        return f"{times[0] * 1000:.1f} ms"
    middle, slow = np.percentile(times, (50, 95)) * 1000
    over = sum(1 for each in times if each * 1000 > BUDGET_MS)
    return (
        f"p50 {middle:.1f}  p95 {slow:.1f}  longest {max(times) * 1000:.1f} ms,"
        f" {over} of {len(times)} over {BUDGET_MS:.0f} ms"
    )


def _seconds(value: float) -> str:
    return f"{value:.2f} s"


def _memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most"


if __name__ == "__main__":
    main()
