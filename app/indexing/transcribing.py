"""Reads the words in photos that need it, page by page, after they were labelled.

Nothing of the text comes into an event, a log or an error: screenshots hold passwords.
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from app.indexing.control import Control
from app.indexing.events import Committed, Event
from app.indexing.known_photos import PhotoJob, photo_file, photo_jobs
from app.indexing.notices import Notices
from app.indexing.pace import Pace
from app.indexing.wishes import Leave, Wishes
from app.library.claims import Claims, claiming
from app.library.library import Library
from app.library.records import NewReading
from app.reading import (
    DECODE_SIZE,
    Page,
    ReadingError,
    UnavailableError,
    lines_from_bytes,
    lines_to_bytes,
    plain_text,
)

Pixels = NDArray[np.uint8]

_AHEAD: Final = 2
"""Pages decoded, or being decoded, while one is read: a page takes far longer to read."""
_ASKED_AT_ONCE: Final = 64
"""Half a minute's work: what the user decides meanwhile counts soon."""
_TOLD_EVERY_SECONDS: Final = 1.0
"""Pages are stored one by one, and told together: search and window catch up each time."""
_SHARPENED_AT_ONCE: Final = 16
"""Pages after which packs that read look again: seconds after the first page, one batch."""


class PageReader(Protocol):
    """What reads a page: ``app.reading.Reader``."""

    @property
    def engine(self) -> str:
        """Its version; raises ``UnavailableError`` where it is not installed."""

    def read_page(self, pixels: Pixels, *, stop: Callable[[], bool] | None = None) -> Page:
        """Reads uint8 [H,W,3] RGB; raises ``UnavailableError`` or ``ReadingError``."""


@dataclass(slots=True)
class Transcribed:
    """What a pass did.

    Attributes:
        read: Pages that were read and stored, also those without words.
        failed: Pages that could not be read; they are stored as such and not tried again.
        interrupted: Whether it ended early to let something more urgent go first.
    """

    read: int = 0
    failed: int = 0
    interrupted: bool = False


def never() -> bool:
    """Nothing is more urgent."""
    return False


class Transcribing:
    """One pass over all photos that are online and to be read.

    What the user asked for comes first, then the kinds of picture that are read, then the rest.

    Args:
        library: Holds the photos; takes what was read.
        reader: Reads.
        wishes: What is to be read.
        leave: Leave to read, and ``mark``, its state before the wishes were asked for.
        control: Pauses and cancels within a page.
        large: Lets one large picture at a time into memory.
        notices: Tells what keeps pictures from being read.
        sharpen: Lets packs that read look again at photos.
    """

    def __init__(
        self,
        library: Library,
        reader: PageReader,
        wishes: Wishes,
        leave: tuple[Leave, int],
        control: Control,
        large: AbstractContextManager[object],
        notices: Notices,
        sharpen: Callable[[Sequence[int]], Iterator[Event]],
    ) -> None:
        self._library = library
        self._reader = reader
        self._wishes = wishes
        self._leave, self._mark = leave
        self._control = control
        self._large = large
        self._notices = notices
        self._sharpen = sharpen
        self._aside: set[int] = set()
        self._untold: list[int] = []
        self._unsharpened: list[int] = []
        self._told = time.monotonic()
        self._elsewhere = 0
        """Pages that another program has read, and that were not told yet."""
        self._done = Transcribed()

    def run(self, until: Callable[[], bool] = never) -> Generator[Event, None, Transcribed]:
        """Reads what is to be read; each page is stored at once.

        Args:
            until: Asked after each page; True ends the pass.

        Yields:
            Progress, and the photos in which something was read.

        Raises:
            LibraryError: The library could not be written; pages stored before stay.
        """
        try:
            engine = self._reader.engine
        except UnavailableError as error:
            if self._count(""):
                yield from self._notices.once(_without_words(error))
            return self._done
        total = self._count(engine)
        if not total:
            return self._done
        pace = Pace(total, labelling=False, words=True, control=self._control)
        yield pace.now()
        decoder = ThreadPoolExecutor(1, "lumitag-page")
        try:
            with claiming(self._library.path) as claims:
                yield from self._read_all(engine, pace, decoder, claims, until)
        except UnavailableError as error:
            yield from self._notices.once(_without_words(error))
        finally:
            decoder.shutdown(cancel_futures=True)
        yield from self._tell(at_last=True)
        if self._done.failed:
            yield from self._notices.once(_failures(self._done.failed))
        return self._done

    def _count(self, engine: str) -> int:
        return self._library.words.count_needing(
            engine, kinds=self._wishes.kinds, everything=self._wishes.everything
        )

    def _read_all(
        self,
        engine: str,
        pace: Pace,
        decoder: ThreadPoolExecutor,
        claims: Claims,
        until: Callable[[], bool],
    ) -> Iterator[Event]:
        jobs = self._jobs(engine, claims)
        ahead: deque[tuple[PhotoJob, Future[Pixels | None]]] = deque()
        while True:
            self._control.wait_while_paused()
            if self._is_over():
                return
            while len(ahead) <= _AHEAD and (job := next(jobs, None)):
                ahead.append((job, decoder.submit(self._decoded, job)))
            if not ahead:
                return
            job, decoded = ahead.popleft()
            new = self._reading(engine, job, decoded)
            if self._is_over():
                return
            if new is not None and not self._store(job, new):
                return
            claims.give_back(job.photo_id)
            yield from self._tell()
            yield pace.advance(1 + self._elsewhere)
            self._elsewhere = 0
            if until():
                self._done.interrupted = True
                return

    def _jobs(self, engine: str, claims: Claims) -> Iterator[PhotoJob]:
        """Photos to read, the urgent ones first; those under way or passed over do not recur.

        What another program was reading comes once more at the end: it may have given up.
        """
        claimed: list[int] = []
        stages = [Wishes(), Wishes(self._wishes.kinds)]
        if self._wishes.everything:
            stages.append(self._wishes)
        for stage in stages:
            last = 0
            while part := self._library.words.needing(
                engine,
                kinds=stage.kinds,
                everything=stage.everything,
                limit=_ASKED_AT_ONCE,
                after_id=last,
            ):
                last = part[-1]
                fresh = [photo for photo in part if photo not in self._aside]
                self._aside.update(fresh)
                for job in photo_jobs(self._library, fresh):
                    if not claims.take(job.photo_id):
                        claimed.append(job.photo_id)
                    elif self._is_left(engine, job, claims):
                        yield job
        for job in photo_jobs(self._library, claimed):
            if claims.take(job.photo_id) and self._is_left(engine, job, claims):
                yield job

    def _is_left(self, engine: str, job: PhotoJob, claims: Claims) -> bool:
        """Whether no other program has read a page, now claimed, since this one asked for it."""
        known = self._library.words.of([job.photo_id]).get(job.photo_id)
        if known is None or known.waiting or known.engine != engine:
            return True
        claims.give_back(job.photo_id)
        self._elsewhere += 1
        return False

    def _decoded(self, job: PhotoJob) -> Pixels | None:
        """A photo's pixels, large enough to be read; None where its files are gone or changed.

        Raises:
            UnreadablePictureError: It cannot be decoded at this size.
        """
        file = photo_file(job, self._large)
        if file is None:
            return None
        picture = decode(file.data, name=file.name, working_size=DECODE_SIZE, large=self._large)
        return picture.pixels

    def _reading(
        self, engine: str, job: PhotoJob, decoded: Future[Pixels | None]
    ) -> NewReading | None:
        """What was read in a photo; None where there is nothing to store."""
        try:
            pixels = decoded.result()
            page = None if pixels is None else self._page(pixels)
        except (ReadingError, UnreadablePictureError):
            self._done.failed += 1
            return self._as_before(engine, job.photo_id)
        if page is None:
            return None
        self._done.read += 1
        if page.lines:
            self._unsharpened.append(job.photo_id)
        return NewReading(engine, lines_to_bytes(page.lines), plain_text(page.lines))

    def _page(self, pixels: Pixels) -> Page | None:
        """Reads a page; begins it anew after a pause. None when the pass is over."""
        while not self._is_over():
            stopped = False

            def stop() -> bool:
                nonlocal stopped
                stopped = stopped or self._control.paused or self._is_over()
                return stopped

            page = self._reader.read_page(pixels, stop=stop)
            if not stopped:
                return page
            self._control.wait_while_paused()
        return None

    def _as_before(self, engine: str, photo_id: int) -> NewReading:
        """A page that failed, so that it is not tried for ever: it keeps what it had."""
        for known in self._library.words.of([photo_id]).values():
            try:
                text = plain_text(lines_from_bytes(known.lines))
            except ReadingError:
                break
            return NewReading(engine, known.lines, text)
        return NewReading(engine, b"", "")

    def _store(self, job: PhotoJob, new: NewReading) -> bool:
        """Stores a page, unless the leave to read was withdrawn; returns whether it did."""
        stored = self._leave.store(
            self._mark, lambda: self._library.words.store({job.photo_id: new})
        )
        if stored:
            self._aside.discard(job.photo_id)
            self._untold.append(job.photo_id)
        return stored

    def _tell(self, *, at_last: bool = False) -> Iterator[Event]:
        if self._untold and (at_last or time.monotonic() - self._told >= _TOLD_EVERY_SECONDS):
            yield Committed(tuple(sorted(self._untold)))
            self._untold.clear()
            self._told = time.monotonic()
        if len(self._unsharpened) >= _SHARPENED_AT_ONCE or (at_last and not self._is_over()):
            photos, self._unsharpened = self._unsharpened, []
            if photos:
                yield from self._sharpen(photos)

    def _is_over(self) -> bool:
        return self._control.cancelled or self._leave.mark != self._mark


def _without_words(error: UnavailableError) -> str:
    return f"{error} Labels go on; pictures are not found by their words."


def _failures(count: int) -> str:
    if count == 1:
        return "The words of 1 picture could not be read; it stays without words."
    return f"The words of {count:,} pictures could not be read; they stay without words."
