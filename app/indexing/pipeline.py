"""A bounded look-ahead: files are read and decoded while the ones before them are labelled.

Batches go through their steps independently and come out in the order in which they went in. Only
a few are under way at once, so memory is bounded; nothing here knows the database.
"""

import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from app.indexing.control import Control

JobT = TypeVar("JobT")
AnswerT = TypeVar("AnswerT")
JobIn = TypeVar("JobIn", contravariant=True)
AnswerOut = TypeVar("AnswerOut", covariant=True)

UNDER_WAY = 4
"""Batches between the disk and the library: one labelled, one decoded, one read, one waiting."""


class Steps(Protocol[JobIn, AnswerOut]):
    """What is done with a batch. Results are passed on in the order of the jobs."""

    def read(self, job: JobIn) -> object:
        """In a reading thread: the job's file."""

    def recognise(self, jobs: Sequence[JobIn], read: Sequence[object]) -> Sequence[object]:
        """In the caller's thread, for the whole batch: what is known already needs no decoding."""

    def develop(self, job: JobIn, recognised: object) -> object:
        """In a reading thread: pixels and thumbnail."""

    def label(self, jobs: Sequence[JobIn], developed: Sequence[object]) -> AnswerOut:
        """In the labelling thread, for the whole batch; one batch at a time."""


@dataclass(slots=True, eq=False)
class _Flight(Generic[JobT]):
    """A batch under way."""

    jobs: Sequence[JobT]
    step: int = 0
    results: list[Any] = field(default_factory=list)
    left: int = 0
    error: BaseException | None = None


class Pipeline(Generic[JobT, AnswerT]):
    """Runs batches of jobs through their steps. Its threads live as long as ``run`` does."""

    def __init__(self, steps: Steps[JobT, AnswerT], *, threads: int | None = None) -> None:
        self._steps = steps
        self._threads = threads or reading_threads()
        self._lock = threading.Lock()
        self._ready: queue.SimpleQueue[_Flight[JobT] | None] = queue.SimpleQueue()
        self._stopped = False

    def run(
        self, batches: Iterator[Sequence[JobT]], control: Control
    ) -> Generator[tuple[Sequence[JobT], AnswerT], None, None]:
        """Yields each batch with what ``label`` returned for it, in order.

        Ends early, without the batches under way, when ``control`` is cancelled. What a step raises
        is raised here. All threads have ended when the iterator has.
        """
        reading = ThreadPoolExecutor(self._threads, "lumitag-read")
        labelling = ThreadPoolExecutor(1, "lumitag-label")

        def wake() -> None:
            self._ready.put(None)

        control.add_listener(wake)
        try:
            yield from self._run(batches, control, reading, labelling)
        finally:
            control.remove_listener(wake)
            self._stopped = True
            reading.shutdown(cancel_futures=True)
            labelling.shutdown(cancel_futures=True)

    def _run(
        self,
        batches: Iterator[Sequence[JobT]],
        control: Control,
        reading: ThreadPoolExecutor,
        labelling: ThreadPoolExecutor,
    ) -> Iterator[tuple[Sequence[JobT], AnswerT]]:
        flights: deque[_Flight[JobT]] = deque()
        while True:
            control.wait_while_paused()
            if control.cancelled:
                return
            while len(flights) < UNDER_WAY and (jobs := next(batches, None)):
                flights.append(_Flight(jobs))
                self._advance(flights[-1], reading, labelling)
            if not flights:
                return
            if flights[0].step == _DONE:
                done = flights.popleft()
                yield done.jobs, done.results[0]
                continue
            flight = self._ready.get()
            if flight is None:  # paused, resumed or cancelled
                continue
            if flight.error is not None:
                raise flight.error
            self._advance(flight, reading, labelling)

    def _advance(
        self, flight: _Flight[JobT], reading: ThreadPoolExecutor, labelling: ThreadPoolExecutor
    ) -> None:
        """Begins the next step of a batch that has finished the one before."""
        steps, jobs = self._steps, flight.jobs
        flight.step += 1
        match flight.step:
            case 1:
                self._spread(flight, reading, [partial(steps.read, job) for job in jobs])
            case 2:
                recognised = steps.recognise(jobs, flight.results)
                calls = [
                    partial(steps.develop, job, found)
                    for job, found in zip(jobs, recognised, strict=True)
                ]
                self._spread(flight, reading, calls)
            case 3:
                self._spread(flight, labelling, [partial(steps.label, jobs, flight.results)])

    def _spread(
        self,
        flight: _Flight[JobT],
        executor: ThreadPoolExecutor,
        calls: Sequence[Callable[[], object]],
    ) -> None:
        flight.results = [None] * len(calls)
        flight.left = len(calls)
        for at, call in enumerate(calls):
            executor.submit(self._call, flight, at, call)

    def _call(self, flight: _Flight[JobT], at: int, call: Callable[[], object]) -> None:
        try:
            if not self._stopped:
                flight.results[at] = call()
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            flight.error = error
        with self._lock:
            flight.left -= 1
            last = flight.left == 0
        if last:
            self._ready.put(flight)


_DONE = 4


def reading_threads() -> int:
    """As many as this process may use cores, at least two: one may wait for the disk."""
    if hasattr(os, "sched_getaffinity"):
        return max(2, len(os.sched_getaffinity(0)))
    return max(2, os.cpu_count() or 2)
