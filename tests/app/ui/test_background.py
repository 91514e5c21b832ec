"""Work done elsewhere is answered here, in order of what is still wanted."""

import gc
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from app.errors import LumitagError
from app.ui.background import Background, Latest


@pytest.fixture
def switching_all_the_time() -> Iterator[None]:
    """Threads change places after every step, as they seldom do by themselves."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_work_runs_elsewhere_and_its_answer_comes_to_the_window(
    qtbot: QtBot, background: Background
) -> None:
    here = threading.get_ident()
    answers: list[tuple[int, int]] = []
    background.run(
        threading.get_ident, lambda there: answers.append((there, threading.get_ident()))
    )
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0][0] != here
    assert answers[0][1] == here


def test_a_failure_that_nobody_asked_for_becomes_one_sentence(
    qtbot: QtBot, background: Background
) -> None:
    def fail() -> None:
        raise LumitagError("The disk is full; make room and try again.")

    with qtbot.waitSignal(background.failed) as said:
        background.run(fail, lambda _: None)
    assert said.args == ["The disk is full; make room and try again."]


def test_a_mistake_of_ours_is_told_calmly_and_logged(
    qtbot: QtBot, background: Background, caplog: pytest.LogCaptureFixture
) -> None:
    with qtbot.waitSignal(background.failed) as said:
        background.run(lambda: 1 // 0, lambda _: None)
    assert said.args[0].startswith("Something went wrong inside Lumitag")
    assert "ZeroDivisionError" in caplog.text


def test_who_asks_to_hear_of_a_failure_hears_of_it(qtbot: QtBot, background: Background) -> None:
    heard: list[Exception] = []
    background.run(lambda: 1 // 0, lambda _: None, heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert isinstance(heard[0], ZeroDivisionError)


def test_an_answer_for_a_closed_page_is_dropped(qtbot: QtBot, background: Background) -> None:
    class Page(QObject):
        def take(self, _: object) -> None:
            pytest.fail("the page is gone")

    page, go_on = Page(), threading.Event()
    background.run(go_on.wait, page.take)
    owner = QObject()
    background.run(go_on.wait, lambda _: pytest.fail("its owner is gone"), owner=owner)
    page.deleteLater()
    owner.deleteLater()
    qtbot.wait(20)
    go_on.set()
    qtbot.waitUntil(lambda: background.idle)
    qtbot.wait(20)


def test_nothing_is_answered_after_closing(qtbot: QtBot) -> None:
    background = Background()
    begun, go_on = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go_on.wait(5)

    background.run(work, lambda _: pytest.fail("closed"))
    begun.wait(5)
    threading.Timer(0.05, go_on.set).start()
    assert background.close()
    background.run(lambda: pytest.fail("closed"), lambda _: None)
    qtbot.wait(20)


def test_only_the_newest_question_is_answered(qtbot: QtBot, background: Background) -> None:
    latest, go_on = Latest(background), threading.Event()
    worked: list[int] = []
    answers: list[int] = []

    def work(number: int) -> int:
        go_on.wait(5)
        worked.append(number)
        return number

    for number in range(20):
        latest.run(lambda number=number: work(number), answers.append)
    assert latest.waiting
    go_on.set()
    qtbot.waitUntil(lambda: not latest.waiting)
    qtbot.waitUntil(lambda: background.idle)
    assert answers == [19]
    assert len(worked) < 20  # what had not begun when a newer question came was never worked out


def test_a_failure_of_an_older_question_is_not_told(qtbot: QtBot, background: Background) -> None:
    latest, go_on = Latest(background), threading.Event()
    answers: list[int] = []

    def fail() -> int:
        go_on.wait(5)
        raise LumitagError("old")

    latest.run(fail, answers.append, lambda _: pytest.fail("an old failure"))
    latest.run(lambda: 2, answers.append)
    go_on.set()
    qtbot.waitUntil(lambda: answers == [2])
    qtbot.waitUntil(lambda: background.idle)


def test_answers_come_on_the_thread_of_the_window(qtbot: QtBot, background: Background) -> None:
    threads: list[QThread] = []
    background.run(lambda: None, lambda _: threads.append(QThread.currentThread()))
    qtbot.waitUntil(lambda: bool(threads))
    assert threads == [background.thread()]


class _Asker(QObject):
    """A page that asks once and is forgotten at once: its question alone still holds it."""

    def __init__(self, died_in: list[int]) -> None:
        super().__init__()
        weakref.finalize(self, lambda: died_in.append(threading.get_ident()))

    def take(self, _: object) -> None:
        pass

    def refuse(self, _: Exception) -> None:
        pass


def _are(died: list[int], count: int) -> bool:
    return len(died) == count


def _fail() -> None:
    raise LumitagError("no")


@pytest.mark.parametrize("work", [lambda: None, _fail])
def test_what_only_a_question_holds_never_dies_in_a_worker(
    qtbot: QtBot,
    background: Background,
    switching_all_the_time: None,
    work: Callable[[], None],
) -> None:
    died_in: list[int] = []
    for count in range(1, 301):
        asker = _Asker(died_in)
        background.run(work, asker.take, asker.refuse)
        del asker
        if count % 10 == 0:
            qtbot.waitUntil(partial(_are, died_in, count))
    assert set(died_in) == {threading.get_ident()}


def test_a_page_closed_in_the_middle_of_its_question_does_not_die_in_a_worker(
    qtbot: QtBot, switching_all_the_time: None
) -> None:
    died_in: list[int] = []
    for count in range(1, 11):
        background, asker = Background(), _Asker(died_in)
        for _ in range(8):
            background.run(lambda: None, asker.take)
        weakref.finalize(background, lambda: died_in.append(threading.get_ident()))
        del asker
        assert background.close()
        del background
        gc.collect()
        assert len(died_in) == 2 * count
    assert set(died_in) == {threading.get_ident()}


def test_work_that_outlasts_the_window_keeps_what_it_stands_on(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.background.CLOSE_SECONDS", 0.05)
    monkeypatch.setattr("app.ui.background._left_running", [])
    died_in: list[int] = []
    background, asker, go_on = Background(), _Asker(died_in), threading.Event()
    background.run(go_on.wait, asker.take)
    del asker
    assert not background.close()
    go_on.set()
    qtbot.waitUntil(lambda: background.idle)
    assert not died_in
