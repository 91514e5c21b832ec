"""One window per library: a second start hands its folders to the first and leaves.

Who holds the lock is the window; the socket is only its letter box. The lock is let go when the
process ends, however it ends, so a socket that a crash left behind is never taken for a window, and
a window that is slow to answer is never taken for a crash.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QLockFile, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_CONNECT_MS: Final = 500
_ANSWER_MS: Final = 5000
# A window that is just closing lets go within a second or two; one that starts listens as soon.
_PATIENCE_SECONDS: Final = 10.0
_AGAIN_MS: Final = 50
_MOST_BYTES: Final = 1 << 20
_TAKEN: Final = b"ok\n"

_log = logging.getLogger(__name__)


class SingleInstance(QObject):
    """The door at which a second start knocks."""

    asked = Signal(list)
    """Another start for the same library: its folders (Path) to add."""

    def __init__(self, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = server_name(library)
        self._server: QLocalServer | None = None
        self._lock = QLockFile(QDir(QDir.tempPath()).filePath(f"{self._name}.lock"))
        self._lock.setStaleLockTime(
            0
        )  # a window may be open for weeks; only its end frees the lock

    def hand_over(self, folders: Sequence[Path]) -> bool:
        """Give folders to a window that is open on the same library, or become that window.

        A window that is just closing or starting is waited for.

        Returns:
            True if there is one and it took them.
        """
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._lock.tryLock(0):
            if self._delivered(folders):
                return True
            if time.monotonic() > deadline:
                _log.warning("another window is open on this library, and does not answer")
                return False
            QThread.msleep(_AGAIN_MS)
        return False

    def _delivered(self, folders: Sequence[Path]) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_CONNECT_MS):
            return False
        # Paths are sent as they are on the disk, also those that are no text.
        names = [os.fsencode(folder.absolute()).hex() for folder in folders]
        socket.write(json.dumps({"folders": names}).encode() + b"\n")
        socket.flush()
        taken = socket.waitForReadyRead(_ANSWER_MS) and bytes(socket.readAll().data()) == _TAKEN
        socket.disconnectFromServer()
        return taken

    def listen(self) -> bool:
        """Be the first: hear of later starts from now on.

        Returns:
            False if that is not possible here, or another window is open on the library; the window
            works all the same.
        """
        if not self._lock.isLocked() and not self._lock.tryLock(0):
            return False
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not server.listen(self._name):
            # What a crashed window left behind: nobody else holds the lock.
            QLocalServer.removeServer(self._name)
            if not server.listen(self._name):
                return False
        server.newConnection.connect(self._greet)
        self._server = server
        return True

    def close(self) -> None:
        """Hear of no later starts any more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _greet(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MOST_BYTES:
                socket.abort()
            return
        folders = folders_in(bytes(socket.readLine().data()))
        if folders is None:
            socket.abort()
            return
        socket.write(_TAKEN)
        socket.flush()
        self.asked.emit(folders)


def server_name(library: Path) -> str:
    """Return the name under which the window of a library listens: one per user and library."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
    place = os.fsencode(Path(library).expanduser().resolve())
    return f"lumitag-{user}-{hashlib.sha256(place).hexdigest()[:16]}"


def folders_in(message: bytes) -> list[Path] | None:
    """Return the folders of a message, or None if it is none of ours."""
    try:
        names = json.loads(message)["folders"]
        return [Path(os.fsdecode(bytes.fromhex(name))) for name in names]
    except (ValueError, KeyError, TypeError):
        return None
