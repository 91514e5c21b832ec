"""Watching says nothing on the terminal, whatever happens in the folders."""

import ctypes
import errno
import queue
import sys
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.indexing.watcher import Hint, Watcher
from app.library.records import Folder

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")

PATIENCE_SECONDS = 60.0


@pytest.fixture
def hints() -> "queue.SimpleQueue[Hint]":
    return queue.SimpleQueue()


@pytest.fixture
def watcher(hints: "queue.SimpleQueue[Hint]") -> Iterator[Watcher]:
    watcher = Watcher(hints.put, is_excluded=lambda _: False)
    yield watcher
    watcher.close()


def folder(path: Path) -> Folder:
    return Folder(1, path, offline=False, added_at=datetime.now(UTC))


def wait_for(hints: "queue.SimpleQueue[Hint]", under: str) -> None:
    while hints.get(timeout=PATIENCE_SECONDS).under != under:
        pass


def test_folders_made_inside_each_other_are_watched_without_a_warning(
    watcher: Watcher, hints: "queue.SimpleQueue[Hint]", tmp_path: Path
) -> None:
    watcher.watch([folder(tmp_path)])
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for number in range(40):
            (tmp_path / str(number) / "b" / "c" / "d").mkdir(parents=True)
        wait_for(hints, "39/b/c/d")
        (tmp_path / "39" / "b" / "c" / "d" / "a.jpg").touch()
        while hints.get(timeout=PATIENCE_SECONDS) != Hint(1, "39/b/c/d", recursive=False):
            pass
    assert warned == []


def test_folders_without_permission_are_left_out_without_a_warning(
    watcher: Watcher,
    hints: "queue.SimpleQueue[Hint]",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the boundary to the kernel, for root may look into every folder."""
    from watchdog.observers import inotify_c

    real = inotify_c.inotify_add_watch

    def add_watch(inotify: int, path: bytes, mask: int) -> int:
        if b"locked" in path:
            ctypes.set_errno(errno.EACCES)
            return -1
        return int(real(inotify, path, mask))

    monkeypatch.setattr(inotify_c, "inotify_add_watch", add_watch)
    for name in ("locked 1", "locked 2", "open"):
        (tmp_path / name).mkdir()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        watcher.watch([folder(tmp_path)])
        (tmp_path / "open" / "a.jpg").touch()
        wait_for(hints, "open")
    assert warned == []
    assert watcher.limited == frozenset()


def test_a_folder_that_leaves_while_its_thread_looks_for_events_is_no_error(
    watcher: Watcher, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watcher.watch([folder(tmp_path)])
    assert watcher._observer is not None
    (emitter,) = watcher._observer.emitters
    watcher.watch([])
    emitter.join(PATIENCE_SECONDS)
    emitter.queue_events(0.1)  # as its thread does that has just seen it was to go on
    assert caplog.messages == []
