"""The words in files outside any library, for the packs that read."""

from collections.abc import Callable
from pathlib import Path

from app.errors import LumitagError
from app.imaging.content import read_bytes
from app.imaging.decode import decode
from app.reading import DECODE_SIZE, Line, Reader, UnavailableError, ordered_text


class FileWords:
    """Reads the words in files; what keeps it from that is told, and nothing stops for it."""

    def __init__(
        self, reader: Reader, tell: Callable[[str], None], *, stop: Callable[[], bool] | None = None
    ) -> None:
        """Take a reader; nothing is loaded before the first file.

        Args:
            reader: Reads pictures.
            tell: Is given a sentence where words cannot be read: once if no picture's can.
            stop: Asked while a picture is read; True ends that, and its words stay unknown.
        """
        self._reader = reader
        self._tell = tell
        self._stop = stop
        self._available = True

    def of(self, path: Path) -> str | None:
        """Return a picture's lines, largest first; empty if it has none, None if not readable."""
        lines = self.lines(path)
        return None if lines is None else ordered_text(lines)

    def lines(self, path: Path) -> tuple[Line, ...] | None:
        """Return a picture's lines in reading order; None if it cannot be read, or was stopped."""
        if not self._available:
            return None
        try:
            picture = decode(read_bytes(path), name=path.name, working_size=DECODE_SIZE)
            if self._stop is None:
                return self._reader.read(picture.pixels)
            lines = self._reader.read(picture.pixels, stop=self._stop)
            return None if self._stop() else lines
        except UnavailableError as error:
            self._available = False
            self._tell(f"{error} Labels come from the pictures alone.")
        except LumitagError as error:
            self._tell(f"{path}: {error}")
        return None
