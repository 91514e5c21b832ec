"""Garbage is collected where the window can bear it, and nowhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.ui.garbage import Collector, collected_on_this_thread


class Knot:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.me = self
        self.load = [object() for _ in range(10)]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    gc.enable()  # whoever makes windows has it off
    yield
    gc.unfreeze()
    gc.enable()


def test_cyclic_garbage_goes_step_by_step() -> None:
    collector = Collector()
    gc.collect()
    gc.disable()
    knots = [weakref.ref(Knot()) for _ in range(1000)]
    for _ in range(30):
        kept = [[] for _ in range(1000)]  # new objects are what makes it look
        collector.step()
        del kept
    assert not any(knot() for knot in knots)


def test_a_large_table_is_not_looked_through() -> None:
    looked: list[str] = []

    def listen(phase: str, _: object) -> None:
        looked.append(phase)

    gc.collect()
    gc.disable()
    gc.callbacks.append(listen)
    try:
        table = [[number] for number in range(50_000)]
        Collector().step()
    finally:
        gc.callbacks.remove(listen)
    assert looked == []
    assert gc.get_freeze_count() > len(table)


def test_other_threads_never_collect_meanwhile(qtbot: QtBot) -> None:
    threads: set[int] = set()

    def listen(_phase: str, _info: object) -> None:
        threads.add(threading.get_ident())

    def litter() -> None:
        for _ in range(20_000):
            Knot()

    gc.callbacks.append(listen)
    try:
        with collected_on_this_thread():
            worker = threading.Thread(target=litter)
            worker.start()
            qtbot.waitUntil(lambda: not worker.is_alive())
            qtbot.wait(600)
            worker.join()
    finally:
        gc.callbacks.remove(listen)
    assert threads <= {threading.get_ident()}


def test_afterwards_python_collects_as_before(qtbot: QtBot) -> None:
    with collected_on_this_thread():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
