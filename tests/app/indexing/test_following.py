"""While the window is open, the library follows the disk: seen within moments, nothing lost."""

import ctypes
import errno
import os
import queue
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.imaging.resize import resize
from app.indexing.control import Control
from app.indexing.events import Event, FolderOffline, Idle, Notice, Summary
from app.indexing.follower import Follower
from app.indexing.indexer import Indexer, Target
from app.labeling.labeler import Labeler
from app.library.records import Verdict
from tests.app.indexing.conftest import Bench
from tests.support import packs as tiny
from tests.support import pictures

PATIENCE_SECONDS = 60.0
"""How long a busy machine may take; a calm one takes one or two."""


class Following:
    """A follower at work in its own thread."""

    def __init__(self, bench: Bench) -> None:
        self.control = Control()
        self.follower = Follower(bench.indexer, bench.library, poll_seconds=0.1)
        self.events: list[Event] = []
        self._queue: queue.SimpleQueue[Event | BaseException] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def until(self, condition: Callable[[], bool]) -> None:
        """Waits until the condition holds after an event."""
        while not condition():
            event = self._queue.get(timeout=PATIENCE_SECONDS)
            if isinstance(event, BaseException):
                raise event
            self.events.append(event)

    def idle(self) -> None:
        """Waits until everything is in step with the disk."""
        seen = len(self.events)
        self.until(lambda: any(isinstance(one, Idle) for one in self.events[seen:]))

    def stop(self) -> None:
        self.control.cancel()
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        try:
            for event in self.follower.run(self.control):
                self._queue.put(event)
        except BaseException as error:  # noqa: BLE001 - raised again by the test
            self._queue.put(error)


@pytest.fixture
def follow(bench: Bench) -> Iterator[Callable[[], Following]]:
    started: list[Following] = []

    def start() -> Following:
        started.append(Following(bench))
        started[-1].idle()
        return started[-1]

    yield start
    for one in started:
        one.stop()


Start = Callable[[], Following]


def test_at_the_start_everything_is_looked_through(bench: Bench, follow: Start) -> None:
    bench.draw("a.png")
    bench.folder()
    following = follow()
    assert bench.labels("a.png") == {"red", "photo"}
    assert isinstance(following.events[-1], Idle)
    assert any(isinstance(event, Summary) for event in following.events)


def test_a_file_that_is_copied_in_appears_with_its_labels(bench: Bench, follow: Start) -> None:
    bench.draw("a.png")
    bench.folder()
    following = follow()
    bench.draw("b.png", tiny.BLUE)
    bench.draw("new folder/deep/c.png", tiny.GREEN)
    wanted = {"a.png", "b.png", "new folder/deep/c.png"}
    following.until(lambda: bench.paths().keys() == wanted)
    assert bench.labels("b.png") == {"blue", "photo"}
    assert bench.labels("new folder/deep/c.png") == {"green", "photo"}


def test_a_renamed_file_keeps_its_decisions(bench: Bench, follow: Start) -> None:
    bench.draw("a.png")
    bench.draw("album/b.png")
    bench.folder()
    following = follow()
    bench.decide("a.png", "photos/green")
    bench.decide("album/b.png", "photos/blue", Verdict.REJECTED)
    photos = set(bench.paths().values())
    (bench.root / "a.png").rename(bench.root / "c.png")
    (bench.root / "album").rename(bench.root / "Album 2021")
    following.until(lambda: bench.paths().keys() == {"c.png", "Album 2021/b.png"})
    following.idle()
    assert set(bench.paths().values()) == photos
    assert bench.decisions("c.png") == {"photos/green": (Verdict.ACCEPTED, False)}
    assert bench.decisions("Album 2021/b.png") == {"photos/blue": (Verdict.REJECTED, False)}
    assert sum(one.moved for one in following.events if isinstance(one, Summary)) == 2


def test_a_deleted_file_and_a_deleted_folder_disappear(bench: Bench, follow: Start) -> None:
    for name in ("a.png", "in/b.png", "in/deep/c.png", "stays.png"):
        bench.draw(name)
    bench.folder()
    following = follow()
    (bench.root / "a.png").unlink()
    shutil.rmtree(bench.root / "in")
    following.until(lambda: bench.paths().keys() == {"stays.png"})


def test_a_changed_file_gets_its_new_labels_and_inherits(bench: Bench, follow: Start) -> None:
    bench.draw("a.png", tiny.RED)
    bench.folder()
    following = follow()
    bench.decide("a.png", "photos/green")
    bench.draw("a.png", tiny.BLUE)
    following.until(lambda: bench.labels("a.png") == {"blue", "photo"})
    assert bench.decisions("a.png") == {"photos/green": (Verdict.ACCEPTED, True)}


def test_a_file_that_grows_slowly_is_read_when_it_is_whole(bench: Bench, follow: Start) -> None:
    bench.folder()
    following = follow()
    data = pictures.jpeg(pictures.noise(300, 200))
    with (bench.root / "a.jpg").open("wb", buffering=0) as file:
        for at in range(0, len(data), len(data) // 3 + 1):
            file.write(data[at : at + len(data) // 3 + 1])
            threading.Event().wait(0.3)
    following.until(lambda: "a.jpg" in bench.paths())
    assert not [one for one in following.events if isinstance(one, Summary) and one.failed]


def test_what_is_left_out_raises_no_hint(bench: Bench, follow: Start) -> None:
    bench.folder()
    following = follow()
    bench.draw(".hidden.png")
    bench.draw("@eaDir/thumb.png")
    (bench.root / "notes.txt").write_text("no picture")
    bench.draw("a.png")
    following.until(lambda: "a.png" in bench.paths())
    following.idle()
    assert bench.paths().keys() == {"a.png"}


def test_reading_pictures_is_no_change(bench: Bench, follow: Start) -> None:
    bench.draw("a.png")
    bench.folder()
    following = follow()
    (bench.root / "a.png").read_bytes()
    bench.draw("b.png")
    following.until(lambda: "b.png" in bench.paths())
    following.idle()
    looks = [one for one in following.events if isinstance(one, Summary)]
    assert sum(one.added for one in looks) == 2
    assert len(looks) <= 4  # the first; then b.png, perhaps once more as it settles


def test_a_drive_that_goes_is_offline_and_one_that_comes_back_is_followed_again(
    bench: Bench, follow: Start
) -> None:
    bench.draw("a.png")
    folder = bench.folder()
    following = follow()
    bench.decide("a.png", "photos/green")
    away = bench.root.with_name("away")
    bench.root.rename(away)
    following.until(lambda: FolderOffline(bench.root) in following.events)
    assert bench.library.photos.count() == 1
    following.idle()
    away.rename(bench.root)
    following.until(lambda: not bench.library.folders.all()[0].offline)
    following.idle()
    bench.draw("b.png", tiny.BLUE)
    following.until(lambda: "b.png" in bench.paths())
    assert bench.library.folders.all()[0].id == folder.id
    assert bench.decisions("a.png") == {"photos/green": (Verdict.ACCEPTED, False)}
    assert following.events.count(FolderOffline(bench.root)) == 1


@pytest.mark.parametrize("deleted", [False, True])
def test_a_folder_that_another_takes_the_place_of_is_followed_on(
    deleted: bool, bench: Bench, follow: Start
) -> None:
    bench.draw("a.png")
    folder = bench.folder()
    following = follow()
    following.control.pause()  # so that nobody notices that it was away
    if deleted:
        shutil.rmtree(bench.root)
    else:
        bench.root.rename(bench.root.with_name("former"))
    bench.draw("b.png", tiny.BLUE)
    following.control.resume()
    following.until(lambda: bench.paths().keys() == {"b.png"})
    following.idle()
    bench.draw("c.png", tiny.GREEN)
    following.until(lambda: bench.paths().keys() == {"b.png", "c.png"})
    assert FolderOffline(bench.root) not in following.events
    assert bench.library.folders.all()[0].id == folder.id


def test_a_folder_that_was_away_at_the_start_is_found_when_it_comes(
    bench: Bench, follow: Start
) -> None:
    bench.draw("a.png")
    bench.folder()
    away = bench.root.with_name("away")
    bench.root.rename(away)
    following = follow()
    assert bench.library.folders.all()[0].offline
    away.rename(bench.root)
    following.until(lambda: not bench.library.folders.all()[0].offline)
    following.until(lambda: "a.png" in bench.paths())


def test_an_added_folder_is_looked_through_and_a_removed_one_is_left_alone(
    bench: Bench, follow: Start, tmp_path: Path
) -> None:
    bench.draw("a.png")
    first = bench.folder()
    following = follow()
    other = tmp_path / "other"
    pictures.write(other / "b.png")
    second = bench.library.folders.add(other)
    following.follower.request(second.id)
    following.until(lambda: bench.library.photos.count() == 2)
    bench.library.folders.remove(first.id)
    following.follower.request(None)
    following.idle()
    bench.draw("later.png")
    pictures.write(other / "c.png", pictures.noise())
    following.until(lambda: bench.library.photos.count() == 2)
    assert {one.id for one in bench.library.folders.all()} == {second.id}


def test_a_decision_that_opens_a_gate_is_followed(bench: Bench, follow: Start) -> None:
    bench.draw("a.png", tiny.RED)
    bench.folder()
    following = follow()
    bench.decide("a.png", "photos/poster")
    following.follower.request_relabel()
    following.until(lambda: "drama" in bench.labels("a.png"))


def test_it_can_be_paused_and_goes_on(bench: Bench, follow: Start) -> None:
    bench.folder()
    following = follow()
    following.control.pause()
    bench.draw("a.png")
    following.control.resume()
    following.until(lambda: "a.png" in bench.paths())


def test_closing_it_ends_all_its_threads(bench: Bench) -> None:
    bench.draw("a.png")
    bench.folder()
    before = set(threading.enumerate())
    bench.labeler.label([])
    running = Follower(bench.indexer, bench.library).run(Control())
    for event in running:
        if isinstance(event, Idle):
            break
    running.close()  # type: ignore[attr-defined]
    left = {one for one in threading.enumerate() if one.is_alive()} - before
    assert not [one for one in left if not one.name.startswith("pack-")]


def test_where_the_system_cannot_watch_enough_it_is_said_and_looked_through_now_and_then(
    bench: Bench, follow: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's limit of inotify watches, at the boundary to the kernel."""
    from watchdog.observers import inotify_c

    real = inotify_c.inotify_add_watch
    watched = 0

    def add_watch(*arguments: object) -> int:
        nonlocal watched
        watched += 1
        if watched > 2:
            ctypes.set_errno(errno.ENOSPC)
            return -1
        return int(real(*arguments))

    monkeypatch.setattr(inotify_c, "inotify_add_watch", add_watch)
    monkeypatch.setattr("app.indexing.follower.RESCAN_SECONDS", 0.0)
    for name in ("a/1.png", "b/2.png", "c/3.png"):
        bench.draw(name)
    bench.folder()
    following = Following(bench)
    try:
        following.until(lambda: len(bench.paths()) == 3)
        for name in ("a/4.png", "b/5.png", "c/6.png"):
            bench.draw(name)
        following.until(lambda: len(bench.paths()) == 6)
    finally:
        following.stop()
    told = [event.message for event in following.events if isinstance(event, Notice)]
    assert len(told) == 1
    assert "max_user_watches" in told[0]
    assert os.fspath(bench.root) in told[0]


def test_lost_events_lead_to_a_look_through_everything(bench: Bench, follow: Start) -> None:
    from app.indexing.watcher import Hint, Watcher

    hints: queue.SimpleQueue[Hint] = queue.SimpleQueue()
    watcher = Watcher(hints.put, is_excluded=lambda _: False)
    try:
        folder = bench.folder()
        watcher.watch([folder])
        inotify = watcher._observer._inotify  # type: ignore[attr-defined]
        from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, Mask

        inotify.handle_event(InotifyEvent(-1, Mask(InotifyConstants.IN_Q_OVERFLOW), 0, b""))
        assert hints.get(timeout=PATIENCE_SECONDS) == Hint(folder.id, "", recursive=True)
    finally:
        watcher.close()


def test_a_system_that_watches_nothing_is_looked_through_now_and_then(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel's limit of inotify instances, at the boundary to the kernel."""
    from watchdog.observers import inotify_c

    def refuse() -> int:
        ctypes.set_errno(errno.EMFILE)
        return -1

    monkeypatch.setattr(inotify_c, "inotify_init", refuse)
    monkeypatch.setattr("app.indexing.follower.RESCAN_SECONDS", 0.0)
    bench.folder()
    following = Following(bench)
    try:
        following.until(lambda: any(isinstance(one, Notice) for one in following.events))
        bench.draw("a.png")
        following.until(lambda: "a.png" in bench.paths())
    finally:
        following.stop()


def test_a_photo_that_returns_after_a_pack_changed_is_labelled_anew(
    bench: Bench, follow: Start
) -> None:
    path = bench.draw("a.png")
    bench.draw("stays.png")
    with Labeler([], "cpu", resize=resize) as nobody:
        list(Indexer(bench.library, nobody).run([Target(bench.folder())], Control()))
    kept = path.read_bytes()
    path.unlink()
    following = follow()
    path.write_bytes(kept)
    following.until(lambda: "a.png" in bench.paths() and bench.labels("a.png") == {"red", "photo"})
