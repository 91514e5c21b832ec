"""The window hears of the work on the folders, and of its end, whatever the end is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.errors import LumitagError
from app.indexing.control import Control
from app.indexing.events import Committed, Event, Idle, Progress, Scanning
from app.ui.following import Following, thinned


class Work:
    """An engine whose following is written down in the test."""

    def __init__(self, events: list[Event], error: Exception | None = None) -> None:
        self.events = events
        self.error = error
        self.runs = 0

    def follow(self, control: Control) -> Iterator[Event]:
        self.runs += 1
        yield from self.events
        if self.error is not None:
            raise self.error
        while not control.cancelled:
            control.wait_while_paused()
            yield Idle()


def progress(done: int) -> Progress:
    return Progress(done, 100, 10.0, None, labelling=True)


def test_only_as_much_progress_is_told_as_can_be_read_and_nothing_else_is_lost() -> None:
    events: list[Event] = [progress(at) for at in range(50)]
    told = list(thinned(iter([*events, Committed((1,)), *events, progress(100)])))
    assert [event for event in told if isinstance(event, Committed)] == [Committed((1,))]
    assert told[told.index(Committed((1,))) - 1] == progress(49)
    assert told[-1] == progress(100)
    assert len(told) < 10


def test_a_failure_is_one_sentence_and_the_window_lives_on(qtbot: QtBot) -> None:
    following = Following(Work([], LumitagError("The disk is full; make room.")))
    with qtbot.waitSignal(following.failed) as failed:
        following.start()
    assert failed.args == ["The disk is full; make room."]
    qtbot.waitUntil(lambda: not following.running)


def test_a_mistake_of_ours_is_one_sentence_too(
    qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    following = Following(Work([], ZeroDivisionError("oh")))
    with qtbot.waitSignal(following.failed) as failed:
        following.start()
    assert "stopped following" in failed.args[0]
    assert "ZeroDivisionError" in caplog.text
    qtbot.waitUntil(lambda: not following.running)


def test_events_come_to_the_window(qtbot: QtBot) -> None:
    following = Following(Work([Scanning(Path("Pictures"), 3)]))
    heard: list[Event] = []
    following.event_came.connect(heard.append)
    following.start()
    qtbot.waitUntil(lambda: len(heard) >= 2)
    assert heard[0] == Scanning(Path("Pictures"), 3)
    assert following.finish(5)


def test_it_pauses_and_goes_on(qtbot: QtBot) -> None:
    following = Following(Work([]))
    heard: list[Event] = []
    following.event_came.connect(heard.append)
    following.start()
    qtbot.waitUntil(lambda: bool(heard))
    following.pause(True)
    qtbot.wait(50)
    before = len(heard)
    qtbot.wait(50)
    assert len(heard) == before
    following.pause(False)
    qtbot.waitUntil(lambda: len(heard) > before)
    assert following.finish(5)


def test_a_folder_added_while_it_is_ending_is_followed_afterwards(qtbot: QtBot) -> None:
    work = Work([])
    following = Following(work)
    following.start()
    qtbot.waitUntil(lambda: work.runs == 1)
    following.stop()
    following.start()
    qtbot.waitUntil(lambda: work.runs == 2)
    assert following.running
    assert following.finish(5)
    assert not following.running


def test_starting_twice_is_one_work(qtbot: QtBot) -> None:
    work = Work([])
    following = Following(work)
    following.start()
    following.start()
    qtbot.waitUntil(lambda: work.runs == 1)
    assert following.finish(5)
    assert work.runs == 1
