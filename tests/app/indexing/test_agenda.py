"""Requests are followed at once, hints after a calm moment, nothing waits for ever."""

import threading

from app.indexing.agenda import BURST, CALM_SECONDS, PATIENCE_SECONDS, Agenda, Pending
from app.indexing.watcher import Hint

A = Hint(1, "a", recursive=False)
B = Hint(1, "b", recursive=False)
NOTHING = Agenda(everything=False, relabel=False, requested=(), hinted=())


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_is_asked_for_is_due_at_once_and_only_once() -> None:
    pending = Pending(Clock())
    assert pending.is_empty
    pending.request(None)
    pending.request(A)
    pending.request(A)
    pending.request_relabel()
    assert not pending.is_empty
    assert pending.take() == Agenda(everything=True, relabel=True, requested=(A,), hinted=())
    assert not pending.take()
    assert pending.is_empty


def test_hints_wait_for_a_calm_moment() -> None:
    clock = Clock()
    pending = Pending(clock)
    pending.hint(A)
    assert pending.take() == NOTHING
    clock.now += CALM_SECONDS * 0.9
    pending.hint(B)
    clock.now += CALM_SECONDS * 0.9
    assert not pending.take()
    clock.now += CALM_SECONDS * 0.2
    assert pending.take().hinted == (A, B)


def test_a_restless_disk_does_not_put_hints_off_for_ever() -> None:
    clock = Clock()
    pending = Pending(clock)
    for _ in range(100):
        pending.hint(A)
        clock.now += CALM_SECONDS / 2
        if pending.take():
            break
    assert clock.now <= 100 + PATIENCE_SECONDS + CALM_SECONDS


def test_a_burst_becomes_one_look_through_the_whole_folder() -> None:
    clock = Clock()
    pending = Pending(clock)
    other = Hint(2, "x", recursive=False)
    pending.hint(other)
    for at in range(BURST):
        pending.hint(Hint(1, f"{at}", recursive=False))
    clock.now += CALM_SECONDS
    assert set(pending.take().hinted) == {other, Hint(1, "", recursive=True)}


def test_what_is_put_off_comes_after_its_time() -> None:
    clock = Clock()
    pending = Pending(clock)
    pending.hint_later(A, 1.0)
    assert not pending.take()
    assert not pending.is_empty
    clock.now += 1.0
    assert pending.take().hinted == (A,)


def test_waiting_ends_with_a_request_a_hint_or_a_wake() -> None:
    for act in (
        lambda pending: pending.request(A),
        lambda pending: pending.hint(A),
        lambda pending: pending.request_relabel(),
        lambda pending: pending.wake(),
        lambda pending: pending.hint_later(A, 0.0),
    ):
        pending = Pending()
        waiting = threading.Thread(target=pending.wait, args=(60.0,))
        act(pending)
        waiting.start()
        waiting.join(30)
        assert not waiting.is_alive()


def test_waiting_ends_by_itself() -> None:
    Pending().wait(0.01)
