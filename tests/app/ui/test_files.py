"""A file is handed to the desktop whatever its name holds."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.ui import files


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("a b.jpg", "a%20b.jpg"),
        ("50% & more;rm.jpg", "50%25%20%26%20more%3Brm.jpg"),
        ("caf\udce9.jpg", "caf%E9.jpg"),
    ],
)
def test_a_url_keeps_every_byte_of_the_name(tmp_path: Path, name: str, encoded: str) -> None:
    url = bytes(files.file_url(tmp_path / name).toEncoded().data()).decode()
    assert url.startswith("file:///")
    assert url.endswith(encoded)


def test_windows_and_macos_select_the_file_without_a_shell() -> None:
    path = Path("/pictures/a b & c.jpg")
    assert files.reveal_command(path, "win32") == ("explorer.exe", [f"/select,{path}"])
    assert files.reveal_command(path, "darwin") == ("/usr/bin/open", ["-R", str(path)])
    assert files.reveal_command(path, "linux") is None


def test_without_a_desktop_bus_the_folder_is_opened(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def open_folder(path: Path) -> bool:
        opened.append(path)
        return True

    class NoBus:
        def isConnected(self) -> bool:  # noqa: N802
            return False

    class Sessions:
        @staticmethod
        def sessionBus() -> NoBus:  # noqa: N802
            return NoBus()

    monkeypatch.setattr(files.sys, "platform", "linux")
    monkeypatch.setattr(files, "QDBusConnection", Sessions)
    monkeypatch.setattr(files, "open_file", open_folder)
    assert files.reveal(tmp_path / "a.jpg")
    assert opened == [tmp_path]


def test_copied_paths_stand_one_on_each_line(qtbot: QtBot) -> None:
    files.copy_path([Path("/pictures/a.jpg"), Path("/pictures/b c.jpg")])
    assert QGuiApplication.clipboard().text() == "/pictures/a.jpg\n/pictures/b c.jpg"
