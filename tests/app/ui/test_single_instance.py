"""A second start brings the first window forward and hands over its folders."""

import os
import subprocess
import sys
from pathlib import Path

from pytestqt.qtbot import QtBot

from app.ui.single_instance import SingleInstance, folders_in, server_name

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
    first = SingleInstance(library)
    assert first.listen()
    second = SingleInstance(library)
    assert second.listen()  # nobody answered, so it takes the name over
    second.close()
    first.close()


def test_nonsense_at_the_door_is_passed_over() -> None:
    assert folders_in(b"hello\n") is None
    assert folders_in(b'{"folders": [7]}\n') is None
    assert folders_in(b'{"folders": ["zz"]}\n') is None
    assert folders_in(b"[]\n") is None
    assert folders_in(b'{"folders": []}\n') == []
