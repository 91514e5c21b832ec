"""Hands files to the rest of the desktop: its programs, its file manager, its clipboard.

No shell is involved anywhere: a path is always one argument, whatever its characters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.ui.wording import printable

# https://www.freedesktop.org/wiki/Specifications/file-manager-interface/
_FILE_MANAGER = "org.freedesktop.FileManager1"
_FILE_MANAGER_PATH = "/org/freedesktop/FileManager1"


def file_url(path: Path) -> QUrl:
    """Return the file's URL; names that are not UTF-8 keep their bytes, percent-encoded."""
    return QUrl.fromEncoded(path.absolute().as_uri().encode("ascii"))


def open_file(path: Path) -> bool:
    """Open a file with the program the system has for it; say whether one was started."""
    return QDesktopServices.openUrl(file_url(path))


def copy_path(paths: Sequence[Path]) -> None:
    """Put the paths on the clipboard, one a line."""
    QGuiApplication.clipboard().setText("\n".join(printable(str(path)) for path in paths))


def reveal_command(path: Path, platform: str) -> tuple[str, list[str]] | None:
    """Return program and arguments that select a file in the file manager.

    Args:
        path: The file.
        platform: As ``sys.platform``.

    Returns:
        None where the platform is asked over D-Bus instead.
    """
    if platform == "win32":
        # explorer reads "/select,PATH" as one argument
        return "explorer.exe", [f"/select,{path}"]
    if platform == "darwin":
        return "/usr/bin/open", ["-R", str(path)]
    return None


def reveal(path: Path) -> bool:
    """Show a file selected in the file manager, or at least its folder; False if neither works.

    On Linux the file manager is asked over D-Bus and answers later; if it does not know how, the
    folder is opened then.
    """
    command = reveal_command(path, sys.platform)
    if command is not None:
        program, arguments = command
        started = QProcess.startDetached(program, arguments)
        return bool(started[0] if isinstance(started, tuple) else started)
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return open_file(path.parent)
    _ask_file_manager(bus, path, lambda: open_file(path.parent))
    return True


def _ask_file_manager(bus: QDBusConnection, path: Path, otherwise: Callable[[], object]) -> None:
    """Ask the file manager on this bus to select the file; call ``otherwise`` if it refuses."""
    message = QDBusMessage.createMethodCall(
        _FILE_MANAGER, _FILE_MANAGER_PATH, _FILE_MANAGER, "ShowItems"
    )
    message.setArguments([[bytes(file_url(path).toEncoded().data()).decode("ascii")], ""])
    owner: QObject | None = QGuiApplication.instance()
    watcher = QDBusPendingCallWatcher(bus.asyncCall(message), owner)

    def answered(call: QDBusPendingCallWatcher) -> None:
        if call.isError():
            otherwise()
        call.deleteLater()

    watcher.finished.connect(answered)


@dataclass(frozen=True, slots=True)
class FileActions:
    """What the widgets may do with a file; tests give their own.

    Attributes:
        open: Opens the file with the system's program for it.
        reveal: Shows the file selected in the file manager.
        copy: Puts paths on the clipboard.
    """

    open: Callable[[Path], bool] = open_file
    reveal: Callable[[Path], bool] = reveal
    copy: Callable[[Sequence[Path]], None] = copy_path
