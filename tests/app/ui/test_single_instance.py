"""A second start brings the first window forward and hands over its folders."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.ui.single_instance import SingleInstance, folders_in, server_name

CRASH = """
import os, signal, sys
from pathlib import Path
from app.ui.single_instance import SingleInstance
assert SingleInstance(Path(sys.argv[1])).listen()
os.kill(os.getpid(), signal.SIGKILL)
"""

SECOND_START = """
import os, sys
from pathlib import Path
from app.ui.single_instance import SingleInstance
folders = [Path(os.fsdecode(bytes.fromhex(name))) for name in sys.argv[2:]]
sys.exit(0 if SingleInstance(Path(sys.argv[1])).hand_over(folders) else 1)
"""


def second_start(library: Path, folders: list[Path]) -> subprocess.Popen[bytes]:
    """Start again, in a process of its own."""
    names = [os.fsencode(folder).hex() for folder in folders]
    return subprocess.Popen([sys.executable, "-c", SECOND_START, str(library), *names])


def test_the_first_window_gets_the_folders_of_the_second_start(
    qtbot: QtBot, tmp_path: Path
) -> None:
    library = tmp_path / "library.sqlite"
    first = SingleInstance(library)
    assert not first.hand_over([])
    assert first.listen()
    strange = Path(os.fsdecode(str(tmp_path).encode() + b"/caf\xe9"))
    with (
        qtbot.waitSignal(first.asked, timeout=20_000) as asked,
        second_start(library, [tmp_path / "Pictures", strange]) as second,
    ):
        qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert asked.args == [[tmp_path / "Pictures", strange]]
    assert second.returncode == 0
    first.close()


def test_each_library_has_a_window_of_its_own(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path / "one.sqlite")
    assert first.listen()
    assert not SingleInstance(tmp_path / "two.sqlite").hand_over([])
    first.close()


def test_one_library_is_one_by_whatever_path(tmp_path: Path) -> None:
    library = tmp_path / "library.sqlite"
    library.touch()
    link = tmp_path / "link.sqlite"
    link.symlink_to(library)
    assert server_name(link) == server_name(library)
    assert server_name(library) != server_name(tmp_path / "other.sqlite")


def test_what_a_crash_left_behind_is_no_hindrance(qtbot: QtBot, tmp_path: Path) -> None:
    library = tmp_path / "library.sqlite"
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(library)], check=False)
    assert crashed.returncode == -signal.SIGKILL
    second = SingleInstance(library)
    assert not second.hand_over([])
    assert second.listen()
    second.close()


def test_a_window_that_is_slow_to_answer_is_not_taken_for_a_crash(
    qtbot: QtBot, tmp_path: Path
) -> None:
    library = tmp_path / "library.sqlite"
    first = SingleInstance(library)
    assert first.listen()
    with second_start(library, [tmp_path]) as second:
        time.sleep(3)  # the GUI thread does something long
        assert second.poll() is None
        with qtbot.waitSignal(first.asked, timeout=20_000):
            pass
        qtbot.waitUntil(lambda: second.poll() is not None, timeout=20_000)
    assert second.returncode == 0
    first.close()


def test_a_start_while_the_window_closes_becomes_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    library = tmp_path / "library.sqlite"
    first = SingleInstance(library)
    assert first.listen()
    first.close()
    second = SingleInstance(library)
    assert not second.hand_over([])
    assert second.listen()
    assert not first.listen()  # the place is taken, and nobody's socket is removed
    with (
        qtbot.waitSignal(second.asked, timeout=20_000),
        second_start(library, [tmp_path]) as third,
    ):
        qtbot.waitUntil(lambda: third.poll() is not None, timeout=20_000)
    assert third.returncode == 0
    second.close()


def test_nonsense_at_the_door_is_passed_over() -> None:
    assert folders_in(b"hello\n") is None
    assert folders_in(b'{"folders": [7]}\n') is None
    assert folders_in(b'{"folders": ["zz"]}\n') is None
    assert folders_in(b"[]\n") is None
    assert folders_in(b'{"folders": []}\n') == []
