"""The main job, whole: the real window over real files with the label packs that ship."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import skimage
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.paths import user_data
from app.ui.background import Background
from app.ui.main_window import MainWindow
from app.ui.window_memory import WindowMemory
from tests.support import pictures

FREE = Path(skimage.__file__).parent / "data"
PATIENCE_MS = 60_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An ordinary photo, a drawn poster, and a file that is no picture at all."""
    place = tmp_path / "Pictures"
    place.mkdir()
    shutil.copy(FREE / "chelsea.png", place / "chelsea.png")
    pictures.write(place / "poster.jpg", pictures.poster("THE LAST LIGHT"))
    (place / "broken.jpg").write_text("no picture")
    return place


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    engine = Engine.open(tmp_path / "library.sqlite", device="cpu")
    background = Background()
    shown = MainWindow(engine, background, memory=WindowMemory(tmp_path / "window.ini"))
    shown.resize(1200, 800)
    shown.show()
    shown.start()
    yield shown
    shown.close()
    assert shown.following.finish(30)
    shown.deleteLater()
    engine.close()


def found_by(window: MainWindow, query: str) -> set[str]:
    """Return the names of the files that the library finds at this moment."""
    engine = window._engine
    engine.refresh()
    return {card.name for card in engine.cards(engine.search(query).ids.tolist())}


def until(qtbot: QtBot, true: Callable[[], bool]) -> None:
    qtbot.waitUntil(true, timeout=PATIENCE_MS)


def test_point_it_at_a_folder_and_find_what_is_in_it(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    until(qtbot, lambda: window.pages.current is window.pages.empty)

    window.library.add_folders([folder])
    until(qtbot, lambda: found_by(window, "cat") == {"chelsea.png"})
    until(qtbot, lambda: found_by(window, "poster") == {"poster.jpg"})
    assert found_by(window, "animal -poster") == {"chelsea.png"}  # cat's parent finds it, too
    [failure] = window._engine.failures()
    assert failure.path.name == "broken.jpg"

    # The user types, and sees the picture in the grid with its labels beside it.
    window.top_bar.focus_search()
    qtbot.keyClicks(window.focusWidget(), "cat")
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    until(qtbot, lambda: window.settled and window.pages.current is window.pages.grid)
    window.pages.grid.go_to(0)
    until(qtbot, lambda: len(window.pages.grid.selected_ids) == 1 and window.settled)
    [photo] = window.pages.grid.selected_ids
    assert window._engine.cards([photo])[0].name == "chelsea.png"


def test_what_happens_in_the_folder_is_followed_live(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    window.library.add_folders([folder])
    until(qtbot, lambda: found_by(window, "name:*") == {"chelsea.png", "poster.jpg"})

    shutil.copy(FREE / "coffee.png", folder / "copied.png")
    until(qtbot, lambda: "copied.png" in found_by(window, "name:*"))
    until(qtbot, lambda: any(at.probability for at in labels_of(window, "copied.png")))

    engine = window._engine
    [photo] = engine.search("name:copied.png").ids.tolist()
    engine.decisions.decide([photo], "breakfast with Ada", Verdict.ACCEPTED)
    (folder / "copied.png").rename(folder / "renamed.png")
    until(qtbot, lambda: found_by(window, '"breakfast with Ada"') == {"renamed.png"})
    assert "copied.png" not in found_by(window, "name:*")

    (folder / "poster.jpg").unlink()
    until(qtbot, lambda: found_by(window, "name:*") == {"chelsea.png", "renamed.png"})

    window.library.undo()
    until(qtbot, lambda: found_by(window, '"breakfast with Ada"') == set())


def labels_of(window: MainWindow, name: str) -> list[object]:
    engine = window._engine
    ids = engine.search(f"name:{name}").ids.tolist()
    return [label for labels in engine.labels_of(ids) for label in labels.labels]


def test_a_drive_that_goes_away_takes_nothing_along(
    window: MainWindow, qtbot: QtBot, folder: Path
) -> None:
    window.library.add_folders([folder])
    until(qtbot, lambda: found_by(window, "cat") == {"chelsea.png"})
    away = folder.with_name("unplugged")
    folder.rename(away)
    window._engine.rescan()
    until(qtbot, lambda: any(state.folder.offline for state in window._engine.folders()))
    assert found_by(window, "cat") == {"chelsea.png"}
    away.rename(folder)
    until(qtbot, lambda: not any(state.folder.offline for state in window._engine.folders()))
    assert found_by(window, "cat") == {"chelsea.png"}


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen, where the machine has one to give."""
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed, so no window can be opened on a real display")
    read, write = os.pipe()
    with subprocess.Popen(
        [program, "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        yield f":{number}"
        server.terminate()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Xvfb is an X server for Linux")
def test_the_program_opens_on_a_display_once_per_library(
    display: str, folder: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library.sqlite"
    environment = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
    environment |= {"DISPLAY": display, "XDG_RUNTIME_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "app", "--library", str(library), "--device", "cpu"]

    def found(query: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "app", "--library", library, "search", query, "--json"],
            capture_output=True,
            text=True,
            check=True,
        )
        return sorted(Path(json.loads(line)["path"]).name for line in done.stdout.splitlines())

    with subprocess.Popen(
        [*command, str(folder)], env=environment, stderr=subprocess.PIPE, text=True
    ) as first:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not library.exists() or found("cat") != ["chelsea.png"]:
            assert first.poll() is None, first.stderr.read() if first.stderr else ""
            assert time.monotonic() < deadline
            time.sleep(0.3)
        more = tmp_path / "More"
        more.mkdir()
        shutil.copy(FREE / "coffee.png", more / "coffee.png")
        second = subprocess.run([*command, str(more)], env=environment, timeout=60, check=False)
        assert second.returncode == 0  # handed its folder to the first window and left
        while "coffee.png" not in found("name:*"):
            assert time.monotonic() < deadline
            time.sleep(0.3)
        first.send_signal(signal.SIGTERM)
        assert first.wait(30) == 0
    assert not list(user_data().glob("library*"))
