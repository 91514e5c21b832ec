"""Work that must not hold up the window: done elsewhere, answered on the GUI thread."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from app.errors import LumitagError

T = TypeVar("T")

# The work is short reads of the library; one slow decode must not delay a search behind it.
THREADS = 4
CLOSE_SECONDS = 1.5

_log = logging.getLogger(__name__)


class Background(QObject):
    """A few threads for the window's questions to the engine.

    Answers come back on the thread that made the object (the GUI thread). An answer whose receiver
    has been deleted in the meantime, or that comes after ``close``, is dropped.
    """

    failed = Signal(str)
    """One sentence for the status line: work failed and its caller did not ask to hear of it."""

    _answered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="lumitag-window")
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
        alive = _alive_check(done, owner)

        def answer() -> None:
            call = _attempt(work, done, failed or self._report)
            if not self._closed:
                self._answered.emit((alive, call))

        future = self._pool.submit(answer)
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
        running = set(self._running)
        return not wait(running, timeout=CLOSE_SECONDS).not_done

    @Slot(object)
    def _deliver(self, answer: tuple[Callable[[], bool], Callable[[], None]]) -> None:
        alive, call = answer
        if not self._closed and alive():
            call()

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


def _attempt(
    work: Callable[[], T], done: Callable[[T], None], failed: Callable[[Exception], None]
) -> Callable[[], None]:
    try:
        result = work()
    except Exception as error:  # noqa: BLE001  # whatever happens elsewhere is told to the asker
        caught = error
        return lambda: failed(caught)
    return lambda: done(result)


def _alive_check(done: Callable[..., None], owner: QObject | None) -> Callable[[], bool]:
    receiver = owner if owner is not None else getattr(done, "__self__", None)
    if not isinstance(receiver, QObject):
        return lambda: True
    return lambda: shiboken6.isValid(receiver)
