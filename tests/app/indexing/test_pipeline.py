"""Batches overlap, come out in order, and take no more memory than a few of them need."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.indexing.batches import BATCH_BYTES, FIRST_BATCH, LARGEST_BATCH, batches
from app.indexing.control import Control
from app.indexing.events import Progress
from app.indexing.pace import Pace
from app.indexing.pipeline import UNDER_WAY, Pipeline
from app.indexing.reading import Job
from app.library.records import SeenFile


class Arithmetic:
    """Steps whose outcome is known, and that count what is under way."""

    def __init__(self, fail_at: str = "") -> None:
        self.fail_at = fail_at
        self.threads: set[str] = set()
        self.begun = 0
        self.ended = 0
        self.most_under_way = 0
        self._lock = threading.Lock()

    def read(self, job: int) -> int:
        with self._lock:
            self.begun += 1
            self.most_under_way = max(self.most_under_way, self.begun - self.ended)
        self._step("read")
        return job + 1

    def recognise(self, jobs: Sequence[int], read: Sequence[object]) -> Sequence[object]:
        assert [job + 1 for job in jobs] == list(read)
        self._step("recognise")
        return read

    def develop(self, job: int, recognised: object) -> object:
        self._step("develop")
        return (job, recognised)

    def label(self, jobs: Sequence[int], developed: Sequence[object]) -> list[object]:
        self._step("label")
        assert [(job, job + 1) for job in jobs] == list(developed)
        return list(developed)

    def _step(self, name: str) -> None:
        self.threads.add(f"{name} in {threading.current_thread().name.rsplit('_', 1)[0]}")
        if name == self.fail_at:
            raise ZeroDivisionError(name)


@given(st.lists(st.lists(st.integers(), min_size=1, max_size=5), max_size=12), st.integers(1, 4))
@settings(max_examples=40)
def test_every_batch_comes_out_once_and_in_order(work: list[list[int]], threads: int) -> None:
    steps = Arithmetic()
    done = list(Pipeline(steps, threads=threads).run(iter(work), Control()))
    assert [list(jobs) for jobs, _ in done] == work
    assert [answer for _, answer in done] == [[(job, job + 1) for job in jobs] for jobs in work]


def test_each_step_runs_where_it_belongs() -> None:
    steps = Arithmetic()
    list(Pipeline(steps, threads=2).run(iter([[1, 2], [3]]), Control()))
    main = threading.current_thread().name
    assert steps.threads == {
        "read in lumitag-read",
        f"recognise in {main}",
        "develop in lumitag-read",
        "label in lumitag-label",
    }


def test_only_a_few_batches_are_under_way() -> None:
    steps = Arithmetic()
    for jobs, _ in Pipeline(steps, threads=2).run(iter([[at] * 4 for at in range(50)]), Control()):
        steps.ended += len(jobs)
    assert steps.most_under_way <= 4 * UNDER_WAY


@pytest.mark.parametrize("step", ["read", "recognise", "develop", "label"])
def test_a_mistake_in_a_step_is_not_swallowed(step: str) -> None:
    running = Pipeline(Arithmetic(fail_at=step), threads=2).run(iter([[1], [2]]), Control())
    with pytest.raises(ZeroDivisionError, match=step):
        list(running)
    assert not [one for one in threading.enumerate() if one.name.startswith("lumitag")]


def test_a_mistake_of_the_source_is_not_swallowed() -> None:
    def source() -> Iterator[list[int]]:
        yield [1]
        raise LookupError("no more")

    with pytest.raises(LookupError):
        list(Pipeline(Arithmetic(), threads=2).run(source(), Control()))


def test_a_cancelled_pipeline_ends_without_the_rest() -> None:
    control = Control()
    with closing(Pipeline(Arithmetic(), threads=2).run(iter([[1]] * 100), control)) as running:
        next(running)
        control.cancel()
        assert list(running) == []


def job(size: int) -> Job:
    from pathlib import Path

    return Job(SeenFile(1, "a.jpg", size, 0), Path("/"))


@given(st.lists(st.integers(0, BATCH_BYTES * 2), max_size=300))
def test_batches_are_small_at_first_and_never_too_heavy(sizes: list[int]) -> None:
    jobs = [job(size) for size in sizes]
    cut = list(batches(jobs))
    assert [one for batch in cut for one in batch] == jobs
    for at, batch in enumerate(cut):
        assert len(batch) <= min(FIRST_BATCH * 2**at, LARGEST_BATCH)
        assert len(batch) == 1 or sum(one.seen.size for one in batch) <= BATCH_BYTES


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    pace = Pace(1000, labelling=True, control=Control(), clock=clock)
    assert pace.now() == Progress(0, 1000, 0.0, None, labelling=True)
    clock.now = 1.0
    assert pace.advance(10) == Progress(10, 1000, 10.0, None, labelling=True)
    for _ in range(40):
        clock.now += 1.0
        told = pace.advance(20)
    assert told.per_second == pytest.approx(20.0)
    assert told.seconds_left == pytest.approx((1000 - 810) / 20)


def test_a_pause_does_not_spoil_the_rate() -> None:
    clock = Clock()
    control = Control()
    pace = Pace(1000, labelling=True, control=control, clock=clock)
    control.pause()
    clock.now = 1000.0
    control.resume()
    assert pace.advance(5).per_second == 0.0
    clock.now += 1.0
    assert pace.advance(10).per_second == pytest.approx(10.0)


def test_more_work_than_was_announced_is_never_more_than_all() -> None:
    pace = Pace(1, labelling=False, control=Control())
    told = pace.advance(3)
    assert (told.done, told.total) == (3, 3)
