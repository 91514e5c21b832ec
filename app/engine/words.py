"""The words that were read in photos, as the faces show them."""

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.library.library import Library
from app.library.records import WordsCount
from app.library.sought import Sought

if TYPE_CHECKING:
    from app.indexing.follower import Follower
    from app.indexing.wishes import Leave
    from app.labeling.device import DeviceReport
    from app.reading import Line, Reader

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PhotoWords:
    """What is known of the words in one photo.

    Attributes:
        lines: With their boxes, in reading order; empty if nothing was found or not read yet.
        engine: Version of the engine that read it; None: not read yet.
        waiting: Whether it is to be read (again) at the next opportunity, because somebody asked.
    """

    lines: "tuple[Line, ...]" = ()
    engine: str | None = None
    waiting: bool = False

    @property
    def was_read(self) -> bool:
        """Whether it was read, whatever was found."""
        return self.engine is not None


class PictureWords:
    """The words in photos. Every method may be called from any thread."""

    def __init__(
        self,
        library: Library,
        *,
        device: "Callable[[], DeviceReport]",
        follower: "Callable[[], Follower | None]",
    ) -> None:
        """Nothing is loaded yet.

        Args:
            library: Keeps what was read, and what the user wishes.
            device: Tells where networks run; called when the first picture is read.
            follower: Who reads while the window is open; None: nobody does now.
        """
        self._library = library
        self._device = device
        self._follower = follower
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._leave: Leave | None = None

    # Reading

    def reader(self) -> "Reader":
        """Return what reads pictures; its networks are loaded with the first one."""
        with self._lock:
            if self._reader is None:
                from app.labeling.opening import Opener
                from app.reading import Reader

                self._reader = Reader(Opener(self._device))
            return self._reader

    def leave(self) -> "Leave":
        """Return the leave to read, which erasing withdraws."""
        with self._lock:
            if self._leave is None:
                from app.indexing.wishes import Leave

                self._leave = Leave()
            return self._leave

    def refusal(self) -> str:
        """Return why no picture can be read, one sentence; empty as far as nothing is wrong."""
        from app.reading import UnavailableError, engine_version

        try:
            engine_version()
        except UnavailableError as error:
            return str(error)
        return ""

    def close(self) -> None:
        """Let go of the networks."""
        with self._lock:
            reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def ask(self, photo_ids: Iterable[int]) -> None:
        """Have photos read at once, or as soon as there is time, also those that were read before.

        That holds while reading is off, too: these are asked for one by one.
        """
        self._library.words.ask(photo_ids)
        self._wake()

    def erase(self) -> None:
        """Stop reading, switch it off, and erase all that was read so that no trace is left.

        Otherwise all would be read again at once.

        Raises:
            LibraryBusyError: All is erased, but another program keeps traces from being removed.
        """
        self._set_enabled(enabled=False)
        with self.leave().withdrawn():
            self._library.words.erase()

    # Settings

    def enabled(self) -> bool:
        """Return whether posters, screenshots and documents are read without being asked for."""
        from app.indexing.wishes import is_enabled

        return is_enabled(self._library)

    def set_enabled(self, enabled: bool) -> None:
        """Read posters, screenshots and documents from now on, or stop at once."""
        self._set_enabled(enabled=enabled)
        self._begin_anew()

    def everything(self) -> bool:
        """Return whether every picture is read, not only posters, screenshots and documents."""
        from app.indexing.wishes import reads_everything

        return reads_everything(self._library)

    def set_everything(self, everything: bool) -> None:
        """Read every picture from now on, or only those of some kinds."""
        from app.indexing.wishes import EVERY_SETTING

        self._library.settings.set(EVERY_SETTING, everything)
        self._begin_anew()

    def count(self) -> WordsCount:
        """Return how many visible photos were read, have words, and were asked for."""
        return self._library.words.count()

    def _set_enabled(self, *, enabled: bool) -> None:
        from app.indexing.wishes import ENABLED_SETTING

        self._library.settings.set(ENABLED_SETTING, enabled)

    def _wake(self) -> None:
        follower = self._follower()
        if follower is not None:
            follower.request_read()

    def _begin_anew(self) -> None:
        """End the reading that goes on, and look again what is to be read."""
        with self.leave().withdrawn():
            pass
        self._wake()

    # Showing

    def of(self, photo_id: int) -> PhotoWords:
        """Return what is known of the words in one photo."""
        for reading in self._library.words.of([photo_id]).values():
            lines = self.lines_of([photo_id]).get(photo_id, ())
            return PhotoWords(lines, reading.engine, reading.waiting)
        return PhotoWords()

    def lines_of(self, ids: Sequence[int]) -> "dict[int, tuple[Line, ...]]":
        """Return the lines that were read in photos, in reading order.

        Photos that were never read are left out, and those whose lines cannot be understood any
        more; where nothing was found there are no lines.
        """
        from app.reading import ReadingError, lines_from_bytes

        found: dict[int, tuple[Line, ...]] = {}
        for photo, reading in self._library.words.of(ids).items():
            if reading.engine is None:
                continue
            try:
                found[photo] = lines_from_bytes(reading.lines)
            except ReadingError as error:
                log.warning("photo %d: %s", photo, error)
        return found

    def lines_matched(self, ids: Sequence[int], terms: Sequence[Sought]) -> dict[int, str]:
        """Return the line to show of each photo in whose text something matches.

        Args:
            ids: Photos.
            terms: What is looked for (``SearchResult.terms``).
        """
        from app.search.text import first_line

        if not terms:
            return {}
        found: dict[int, str] = {}
        for photo, lines in self.lines_of(ids).items():
            shown = first_line([line.text for line in lines], terms)
            if shown is not None:
                found[photo] = shown
        return found
