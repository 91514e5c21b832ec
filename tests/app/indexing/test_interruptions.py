"""Stop, pause, crash, a full disk, a broken network: what is stored stays, the rest comes later."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.resize import resize
from app.indexing.control import Control
from app.indexing.events import Committed, Event, Progress, Summary
from app.indexing.indexer import Indexer, Target
from app.labeling.labeler import Labeler
from app.labeling.pack import find_packs
from app.library.errors import DiskFullError
from app.library.library import Library
from app.library.records import Verdict
from tests.app.indexing.conftest import Bench, open_labeler
from tests.support import packs as tiny

MANY = 100


def draw_many(bench: Bench, count: int = MANY) -> None:
    for index in range(count):
        bench.draw(f"{index:03}.png")


def own_threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("lumitag")]


def until_committed(events: Iterator[Event], seen: list[Event]) -> None:
    for event in events:
        seen.append(event)
        if isinstance(event, Committed):
            return


def test_stopping_takes_effect_within_a_batch_and_keeps_what_was_stored(bench: Bench) -> None:
    draw_many(bench)
    control = Control()
    seen: list[Event] = []
    running = bench.indexer.run([Target(bench.folder())], control)
    until_committed(running, seen)
    control.cancel()
    rest = list(running)
    summary = rest[-1]
    assert isinstance(summary, Summary)
    assert summary.cancelled
    assert 0 < summary.added < MANY
    assert len(bench.paths()) == summary.added
    assert sum(isinstance(event, Committed) for event in rest) <= 1
    assert bench.run().added == MANY - summary.added


def test_a_run_that_is_stopped_before_it_begins_does_nothing(bench: Bench) -> None:
    draw_many(bench, 3)
    control = Control()
    control.cancel()
    summary = bench.run(control=control)
    assert summary.cancelled
    assert bench.paths() == {}


def test_a_stopped_run_forgets_no_paths(bench: Bench) -> None:
    draw_many(bench, 20)
    bench.run()
    for index in range(10):
        (bench.root / f"{index:03}.png").unlink()
    bench.draw("new.png")
    control = Control()
    for event in bench.indexer.run([Target(bench.folder())], control):
        if isinstance(event, Progress):
            control.cancel()
    assert len(bench.paths()) >= 20


def test_a_paused_run_waits_and_goes_on(bench: Bench) -> None:
    draw_many(bench)
    control = Control()
    seen: list[Event] = []
    running = bench.indexer.run([Target(bench.folder())], control)
    until_committed(running, seen)
    control.pause()
    rest: list[Event] = []
    consumer = threading.Thread(target=lambda: rest.extend(running))
    consumer.start()
    deadline = time.monotonic() + 1.0
    before = -1
    while time.monotonic() < deadline and before != len(bench.paths()):
        before = len(bench.paths())
        time.sleep(0.2)
    stored = len(bench.paths())
    assert stored < MANY
    assert consumer.is_alive()
    control.resume()
    consumer.join(60)
    assert isinstance(rest[-1], Summary)
    assert len(bench.paths()) == MANY


def test_a_paused_run_can_be_stopped(bench: Bench) -> None:
    draw_many(bench)
    control = Control()
    control.pause()
    rest: list[Event] = []
    running = bench.indexer.run([Target(bench.folder())], control)
    consumer = threading.Thread(target=lambda: rest.extend(running))
    consumer.start()
    control.cancel()
    consumer.join(60)
    assert isinstance(rest[-1], Summary)
    assert rest[-1].cancelled


def test_a_run_that_nobody_listens_to_any_more_leaves_no_thread(bench: Bench) -> None:
    draw_many(bench)
    with closing(bench.indexer.look([Target(bench.folder())], Control())) as running:
        until_committed(running, [])
        assert own_threads()
    assert own_threads() == []


CRASHING = """
import sys
from pathlib import Path
from app.indexing.control import Control
from app.indexing.events import Committed
from app.indexing.indexer import Indexer, Target
from app.library.library import Library
from tests.app.indexing.conftest import open_labeler

library = Library.open(Path(sys.argv[1]))
indexer = Indexer(library, open_labeler(library, Path(sys.argv[2])))
folder = library.folders.add(Path(sys.argv[3]))
for event in indexer.run([Target(folder)], Control()):
    if isinstance(event, Committed):
        print(len(event.photo_ids), flush=True)
"""


def test_a_killed_run_loses_a_batch_at_most_and_doubles_nothing(
    bench: Bench, packs: Path, tmp_path: Path
) -> None:
    draw_many(bench, 300)
    killed = tmp_path / "killed" / "lumitag.db"
    process = subprocess.Popen(
        [sys.executable, "-c", CRASHING, str(killed), str(packs), str(bench.root)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    with process.stdout:
        told = sum(int(process.stdout.readline()) for _ in range(3))
        os.kill(process.pid, signal.SIGKILL)
        told += sum(int(line) for line in process.stdout)
    process.wait()
    with Library.open(killed) as library, open_labeler(library, packs) as labeler:
        stored = library.photos.count()
        assert told <= stored <= told + 64
        assert stored < 300
        assert library.predictions.needing("photos", "1") == []
        indexer = Indexer(library, labeler)
        again = list(indexer.run([Target(library.folders.add(bench.root))], Control()))[-1]
        assert isinstance(again, Summary)
        assert (again.added, again.unchanged) == (300 - stored, stored)
        assert library.photos.count() == 300
        assert library.predictions.needing("photos", "1") == []
        hashes = [card.content_hash for card in library.photos.cards(range(1, 301))]
        assert len(set(hashes)) == 300
        assert library.thumbnails.missing(hashes) == []


def test_a_full_disk_ends_the_run_with_one_clear_sentence(bench: Bench) -> None:
    draw_many(bench)
    folder = bench.folder()
    full = False

    def limit(connection: sa.Connection) -> None:
        if full:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    engine = bench.library._database._engine
    sa.event.listen(engine, "begin", limit)
    running = bench.indexer.run([Target(folder)], Control())
    seen: list[Event] = []
    until_committed(running, seen)
    full = True
    with pytest.raises(DiskFullError, match="full"):
        list(running)
    committed = seen[-1]
    assert isinstance(committed, Committed)
    assert set(committed.photo_ids) <= set(bench.paths().values())
    assert own_threads() == []
    full = False
    sa.event.remove(engine, "begin", limit)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    bench.run()
    assert len(bench.paths()) == MANY


@pytest.mark.parametrize("pack", ["photos", "genres"])
def test_a_broken_network_costs_no_photo(
    bench: Bench, tmp_path: Path, packs: Path, pack: str
) -> None:
    own = shutil.copytree(packs, tmp_path / "packs")
    found, _ = find_packs([own])
    (own / pack / "model.onnx").write_bytes(b"not a network")
    draw_many(bench, 12)
    bench.draw("poster.png", tiny.PINK)
    with Labeler(found, "cpu", resize=resize) as broken:
        events = list(Indexer(bench.library, broken).run([Target(bench.folder())], Control()))
    bench.events = events
    assert len(bench.paths()) == 13
    assert len(bench.notices()) == 1
    assert "cannot be used" in bench.notices()[0]
    # The next run with a sound pack labels them, without anything having changed on the disk.
    assert bench.run().unchanged == 13
    assert bench.labels("000.png") == {"red", "photo"}
    assert bench.labels("poster.png") == {"poster", "drama"}


def test_a_network_that_fails_half_way_costs_no_photo(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_many(bench, 60)
    bench.labeler.label([])
    from app.labeling.errors import PackError
    from app.labeling.session import PackSession

    real = PackSession.run
    calls = 0

    def run(self: PackSession, *given: Any) -> object:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise PackError(Path("photos"), "the device was removed.")
        return real(self, *given)

    with monkeypatch.context() as patched:
        patched.setattr(PackSession, "run", run)
        summary = bench.run()
    assert summary.added == 60
    assert len(bench.notices()) == 1
    assert "will be labelled later" in bench.notices()[0]
    waiting = bench.library.predictions.needing("photos", "1")
    assert 0 < len(waiting) < 60
    bench.run()
    assert bench.library.predictions.needing("photos", "1") == []
    assert bench.labels("059.png") == {"red", "photo"}


def test_a_folder_removed_while_it_is_read_takes_its_pictures_with_it(bench: Bench) -> None:
    draw_many(bench)
    folder = bench.folder()
    removed = False
    last = None
    for event in bench.indexer.run([Target(folder)], Control()):
        if isinstance(event, Committed) and not removed:
            bench.library.folders.remove(folder.id)
            removed = True
        last = event
    assert isinstance(last, Summary)
    assert bench.library.photos.count() == 0
    assert bench.run().moved > 0  # known already; the folder was added again
    assert len(bench.paths()) == MANY


def test_a_decision_made_while_the_run_goes_on_is_kept(bench: Bench) -> None:
    draw_many(bench)
    control = Control()
    for event in bench.indexer.run([Target(bench.folder())], control):
        if isinstance(event, Committed):
            bench.library.decisions.decide(event.photo_ids, "photos/green", Verdict.ACCEPTED)
    assert all(bench.decisions(name) for name in bench.paths())


@given(st.lists(st.sampled_from(["pause", "resume", "cancel"]), max_size=8))
def test_a_control_is_never_paused_for_good_once_it_is_cancelled(steps: list[str]) -> None:
    control = Control()
    told = []
    control.add_listener(lambda: told.append(1))
    for step in steps:
        getattr(control, step)()
    assert control.cancelled == ("cancel" in steps)
    assert len(told) == len(steps)
    control.cancel()
    control.wait_while_paused()
    assert not control.paused
