"""One window per library: a second start hands its folders to the first and leaves."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_ANSWER_MS: Final = 1500
_MOST_BYTES: Final = 1 << 20
_TAKEN: Final = b"ok\n"


class SingleInstance(QObject):
    """The door at which a second start knocks."""

    asked = Signal(list)
    """Another start for the same library: its folders (Path) to add."""

    def __init__(self, library: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = server_name(library)
        self._server: QLocalServer | None = None

    def hand_over(self, folders: Sequence[Path]) -> bool:
        """Give folders to a window that is open on the same library.

        Returns:
            True if there is one and it took them.
        """
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(_ANSWER_MS):
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
            False if that is not possible here; the window works all the same.
        """
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        if not server.listen(self._name):
            # What a crashed window left behind; nobody answered there just now.
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
