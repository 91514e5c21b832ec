"""Work that must not hold up the window: done elsewhere, answered on the GUI thread."""

import itertools
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.errors import LumitagError

T = TypeVar("T")

# The work is short reads of the library; one slow decode must not delay a search behind it.
THREADS = 4
CLOSE_SECONDS = 1.5

_log = logging.getLogger(__name__)
_left_running: list["Background"] = []


@dataclass(slots=True, eq=False)
class _Job:
    """A question, whom it is answered to, and the answer.

    It is made and let go of on the GUI thread. A worker only borrows it, for :meth:`attempt`: were
    a worker the last to hold a page of the window, the page would die there, and PySide's table of
    connections, which no lock guards, with it (a crash, or an event loop that never wakes).
    """

    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    alive: Callable[[], bool]
    result: Any = None
    error: Exception | None = None

    def attempt(self) -> None:
        try:
            self.result = self.work()
        except Exception as error:  # noqa: BLE001  # whatever happens is told to the asker
            self.error = error

    def answer(self) -> None:
        error, self.error = self.error, None  # its traceback holds the job
        if not self.alive():
            return
        if error is None:
            self.done(self.result)
        else:
            self.failed(error)


class Background(QObject):
    """A few threads for the window's questions to the engine.

    Answers come back on the thread that made the object (the GUI thread). An answer whose receiver
    has been deleted in the meantime, or that comes after ``close``, is dropped.
    """

    failed = Signal(str)
    """One sentence for the status line: work failed and its caller did not ask to hear of it."""

    _answered = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="lumitag-window")
        self._jobs: dict[int, _Job] = {}
        self._numbers = itertools.count()
        self._running: set[Future[None]] = set()
        self._closed = False
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Do ``work`` on another thread and give its result to ``done`` on this one.

        Args:
            work: Touches no widget.
            done: Called with the result of ``work``.
            failed: Called with the exception instead; without it ``Background.failed`` is emitted.
            owner: The answer is dropped when this object is deleted before. Bound methods of a
                QObject need no owner: theirs is known.
        """
        if self._closed:
            return
        number = next(self._numbers)
        self._jobs[number] = _Job(work, done, failed or self._report, _alive_check(done, owner))
        future = self._pool.submit(self._attempt, number)
        self._running.add(future)
        future.add_done_callback(self._running.discard)

    @property
    def idle(self) -> bool:
        """True while no work is queued or running (answers may still be on their way)."""
        return not self._running

    def close(self) -> bool:
        """Forget what is queued and wait for what is running, a moment at most.

        Returns:
            False when some work did not end in time; its answer is dropped when it does.
        """
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        if wait(set(self._running), timeout=CLOSE_SECONDS).not_done:
            _left_running.append(self)  # what its threads still use must not die in them
            return False
        self._pool.shutdown(wait=True)  # they have nothing left to do, and hold nothing then
        self._jobs.clear()
        return True

    def _attempt(self, number: int) -> None:
        """Do a job on a worker; not a part of it is held here any more when that is told."""
        self._jobs[number].attempt()
        if not self._closed:
            self._answered.emit(number)

    @Slot(int)
    def _deliver(self, number: int) -> None:
        job = self._jobs.pop(number, None)
        if job is not None and not self._closed:
            job.answer()

    def _report(self, error: Exception) -> None:
        self.failed.emit(self.sentence(error))

    def sentence(self, error: Exception) -> str:
        """Return what to show of an error; a mistake of ours goes to the log with its traceback."""
        if isinstance(error, LumitagError):
            return str(error)
        _log.error("background work failed", exc_info=error)
        return self.tr("Something went wrong inside Lumitag: {error}").format(error=error)


class Latest:
    """Asks many questions and hears only the answer to the newest.

    A search typed letter by letter asks once per letter; answers of older letters are dropped, and
    those that have not begun are not even worked out.
    """

    def __init__(self, background: Background) -> None:
        self._background = background
        self._newest = 0
        self._answered = 0

    @property
    def waiting(self) -> bool:
        """True from a question on until its answer (or failure) has been delivered."""
        return self._answered != self._newest

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """As ``Background.run``, but a later call takes this one's answer away."""
        self._newest += 1
        mine = self._newest
        alive = _alive_check(done, owner)

        def work_if_newest() -> tuple[bool, T | None]:
            return (True, work()) if mine == self._newest else (False, None)

        def done_if_newest(answer: tuple[bool, T | None]) -> None:
            asked, result = answer
            if asked and mine == self._newest:
                self._answered = mine
                if alive():
                    done(result)  # type: ignore[arg-type]  # None only if work says so itself

        def failed_if_newest(error: Exception) -> None:
            if mine == self._newest:
                self._answered = mine
                if failed is None:
                    self._background.failed.emit(self._background.sentence(error))
                elif alive():
                    failed(error)

        self._background.run(work_if_newest, done_if_newest, failed_if_newest)

    def forget(self) -> None:
        """Drop the answer that is still on its way, if any."""
        self._newest += 1
        self._answered = self._newest


def _alive_check(done: Callable[..., None], owner: QObject | None) -> Callable[[], bool]:
    receiver = owner if owner is not None else getattr(done, "__self__", None)
    if not isinstance(receiver, QObject):
        return lambda: True
    return lambda: shiboken6.isValid(receiver)
