"""Posters, screenshots and documents are read after they were labelled: each page once."""

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

from app.indexing.control import Control
from app.indexing.events import Committed, Event, Progress
from app.indexing.indexer import Indexer, Target
from app.indexing.wishes import ENABLED_SETTING, EVERY_SETTING
from app.library.library import Library
from app.library.records import Verdict
from tests.app.indexing.conftest import Desk, open_labeler
from tests.support import packs as tiny

PROBABLY_A_POSTER = (255, 0, 38)
"""``photos`` says poster .30, below its threshold of .5."""


def progress(events: list[Event]) -> list[tuple[int, int]]:
    return [(one.done, one.total) for one in events if isinstance(one, Progress) and one.words]


def test_posters_are_read_and_photos_are_not(desk: Desk) -> None:
    poster = desk.draw("poster.png", "THE BLACK\nSTALLION")
    desk.draw("holiday.png", "no page", tiny.RED)
    summary = desk.bench.run()
    assert desk.bench.read("poster.png") == ["THE BLACK", "STALLION"]
    assert desk.bench.read("holiday.png") is None
    assert desk.reader.asked == [poster]
    assert summary.read == 1
    assert progress(desk.bench.events) == [(0, 1), (1, 1)]
    told = [one.photo_ids for one in desk.bench.events if isinstance(one, Committed)]
    assert told[-1] == (desk.bench.photo("poster.png"),)
    assert desk.library.words.with_words().tolist() == [desk.bench.photo("poster.png")]


def test_nothing_is_read_twice_also_where_nothing_was_found(desk: Desk) -> None:
    desk.draw("words.png", "Title")
    desk.draw("blank.png")
    desk.bench.run()
    assert desk.bench.read("blank.png") == []
    begun = list(desk.reader.asked)
    again = Desk(desk.bench, desk.reader)
    assert again.bench.run().read == 0
    assert desk.reader.asked == begun
    assert progress(desk.bench.events) == []


def test_a_new_engine_reads_again(desk: Desk) -> None:
    number = desk.draw("poster.png", "T1TLE")
    desk.bench.run()
    desk.texts[number] = "TITLE"
    desk.reader.version = "foretold 2"
    assert desk.bench.run().read == 1
    assert desk.bench.read("poster.png") == ["TITLE"]


def test_what_is_only_probably_a_poster_is_read(desk: Desk) -> None:
    desk.draw("perhaps.png", "perhaps", PROBABLY_A_POSTER)
    desk.bench.run()
    assert desk.bench.labels("perhaps.png").isdisjoint({"poster"})
    assert desk.bench.read("perhaps.png") == ["perhaps"]


def test_the_user_s_word_on_the_kind_wins(desk: Desk) -> None:
    desk.draw("mine.png", "mine", tiny.RED)
    desk.draw("not.png", "not", tiny.BLUE)
    desk.bench.indexer = Indexer(desk.library, desk.bench.labeler)
    desk.bench.run()
    desk.bench.decide("mine.png", "photos/poster")
    desk.draw("rejected.png", "rejected")
    desk.bench.run()
    desk.bench.decide("rejected.png", "photos/poster", Verdict.REJECTED)
    Desk(desk.bench, desk.reader).bench.run()
    assert desk.bench.read("mine.png") is not None
    assert desk.bench.read("not.png") is None
    assert desk.bench.read("rejected.png") is None


def test_reading_can_be_switched_off_and_single_photos_be_asked_for(desk: Desk) -> None:
    desk.library.settings.set(ENABLED_SETTING, False)
    desk.draw("a.png", "a")
    desk.draw("b.png", "b", tiny.RED)
    desk.bench.run()
    assert desk.reader.asked == []
    desk.library.words.ask([desk.bench.photo("b.png")])
    desk.again()
    assert (desk.bench.read("a.png"), desk.bench.read("b.png")) == (None, ["b"])


def test_every_picture_is_read_if_the_user_says_so_and_posters_first(desk: Desk) -> None:
    photo = desk.draw("1.png", "sign", tiny.RED)
    poster = desk.draw("2.png", "poster")
    asked = desk.draw("3.png", "asked", tiny.BLUE)
    desk.bench.run(control=cancelled_after_labelling(desk))
    desk.library.settings.set(EVERY_SETTING, True)
    desk.library.words.ask([desk.bench.photo("3.png")])
    desk.reader.asked.clear()
    desk.again()
    assert desk.reader.asked == [asked, poster, photo]


def cancelled_after_labelling(desk: Desk) -> Control:
    """A control that ends the run when the first page is begun."""
    control = Control()

    def cancel(_number: int) -> None:
        control.cancel()
        desk.reader.during = lambda _: None

    desk.reader.during = cancel
    return control


def test_a_page_that_fails_is_told_once_and_not_tried_for_ever(desk: Desk) -> None:
    bad = desk.draw("bad.png", "secret")
    desk.draw("good.png", "good")
    desk.reader.failing = {bad}
    summary = desk.bench.run()
    assert summary.read == 1
    assert summary.failed == 0
    assert desk.bench.read("bad.png") == []
    assert desk.bench.read("good.png") == ["good"]
    assert desk.bench.notices() == [
        "The words of 1 picture could not be read; it stays without words."
    ]
    desk.bench.run()
    assert desk.reader.asked.count(bad) == 1


def test_a_page_that_fails_with_a_new_engine_keeps_its_words(desk: Desk) -> None:
    number = desk.draw("poster.png", "TITLE")
    desk.bench.run()
    desk.reader.version = "foretold 2"
    desk.reader.failing = {number}
    desk.bench.run()
    assert desk.bench.read("poster.png") == ["TITLE"]
    assert desk.again() == []


def test_without_the_engine_labels_go_on_and_it_is_said_once(desk: Desk) -> None:
    desk.reader.version = None
    desk.draw("a.png")
    desk.draw("b.png")
    desk.bench.run()
    assert desk.bench.labels("a.png") >= {"poster"}
    [notice] = desk.bench.notices()
    assert "not installed" in notice
    assert "Labels go on" in notice
    assert desk.again() == []
    desk.reader.version = "foretold 1"
    assert desk.bench.run().read == 2


def test_without_the_engine_nothing_is_said_where_nothing_is_to_be_read(desk: Desk) -> None:
    desk.reader.version = None
    desk.draw("a.png", colour=tiny.RED)
    desk.bench.run()
    assert desk.bench.notices() == []


def test_cancelling_inside_a_page_costs_that_page_only(desk: Desk) -> None:
    numbers = [desk.draw(f"{at}.png", f"page {at}") for at in range(4)]
    control = Control()
    desk.cancel_at(numbers[2], control)
    summary = desk.bench.run(control=control)
    assert summary.cancelled
    assert summary.read == 2
    assert [desk.bench.read(f"{at}.png") for at in range(4)] == [["page 0"], ["page 1"], None, None]
    desk.reader.during = lambda _: None
    assert desk.bench.run().read == 2
    assert sorted(desk.reader.asked) == sorted([*numbers, numbers[2]])
    assert desk.bench.read("2.png") == ["page 2"]


def test_a_pause_inside_a_page_begins_it_anew(desk: Desk) -> None:
    number = desk.draw("poster.png", "one\ntwo")
    control = Control()
    resumed = threading.Timer(0.2, control.resume)

    def pause(_number: int) -> None:
        if desk.reader.asked.count(number) == 1:
            control.pause()
            resumed.start()

    desk.reader.during = pause
    desk.bench.run(control=control)
    resumed.join()
    assert desk.reader.asked == [number, number]
    assert desk.bench.read("poster.png") == ["one", "two"]


def test_what_is_erased_while_a_page_is_read_does_not_come_back(desk: Desk) -> None:
    for at in range(3):
        desk.draw(f"{at}.png", f"secret {at}")
    erasing: list[threading.Thread] = []

    def erase() -> None:
        desk.library.settings.set(ENABLED_SETTING, False)
        with desk.leave.withdrawn():
            desk.library.words.erase()

    def begin(_number: int) -> None:
        if len(desk.reader.asked) == 2:
            erasing.append(threading.Thread(target=erase))
            erasing[0].start()
            erasing[0].join()

    desk.reader.during = begin
    desk.bench.run()
    assert len(desk.reader.asked) == 2
    assert desk.library.words.count().read == 0
    assert desk.again() == []


def test_files_that_went_or_changed_meanwhile_are_passed_over(desk: Desk) -> None:
    for at in range(4):
        desk.draw(f"{at}.png", f"page {at}")
    desk.bench.run(control=cancelled_after_labelling(desk))
    (desk.bench.root / "1.png").unlink()
    shutil.copy(desk.bench.root / "0.png", desk.bench.root / "2.png")
    events = desk.again()
    assert desk.bench.read("0.png") == ["page 0"]
    assert desk.bench.read("3.png") == ["page 3"]
    assert desk.library.words.count().read == 2
    assert progress(events)[-1] == (4, 4)
    desk.bench.run()
    assert desk.library.words.count().read == 2


def test_a_folder_removed_while_its_pages_are_read_does_no_harm(desk: Desk) -> None:
    for at in range(3):
        desk.draw(f"{at}.png", f"page {at}")
    folder = desk.bench.folder()
    desk.reader.during = lambda _: desk.library.folders.remove(folder.id)
    desk.bench.run()
    assert desk.library.words.count().read == 0
    desk.reader.during = lambda _: None
    desk.bench.run()
    assert desk.library.words.count().read == 3


def test_something_more_urgent_goes_first_but_a_page_is_read_each_time(desk: Desk) -> None:
    for at in range(3):
        desk.draw(f"{at}.png", f"page {at}")
    desk.bench.run(control=cancelled_after_labelling(desk))
    for done in (1, 2, 3):
        list(desk.bench.indexer.read_words(Control(), until=lambda: True))
        assert desk.library.words.count().read == done


READING = """
import sys, time
from pathlib import Path
from app.indexing.control import Control
from app.indexing.indexer import Indexer, Target
from app.library.library import Library
from tests.app.indexing.conftest import open_labeler
from tests.support.pages import ForetoldReader

def begun(number):
    print(number, flush=True)
    time.sleep(0.05)

reader = ForetoldReader({n: f"page {n}" for n in range(1, 100)}, during=begun)
library = Library.open(Path(sys.argv[1]))
indexer = Indexer(library, open_labeler(library, Path(sys.argv[2])), reader=reader)
folder = library.folders.add(Path(sys.argv[3]))
print("ready", flush=True)
sys.stdin.readline()
for _ in indexer.run([Target(folder)], Control()):
    pass
"""


@contextmanager
def reading(*arguments: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that reads what is to be read, once it is told to begin."""
    process = subprocess.Popen(
        [sys.executable, "-c", READING, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def begin(process: subprocess.Popen[str]) -> Iterator[int]:
    """Lets it begin; returns the pages that it begins."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return map(int, process.stdout)


def test_a_kill_while_reading_costs_the_page_in_hand_and_no_other(
    desk: Desk, packs: Path, tmp_path: Path
) -> None:
    for at in range(40):
        desk.draw(f"{at:02}.png", f"page {at + 1}")
    killed = tmp_path / "killed" / "lumitag.db"
    with reading(killed, packs, desk.bench.root) as process:
        pages = begin(process)
        begun = list(islice(pages, 8))
        process.kill()
        begun += pages
    assert len(begun) < 40
    with Library.open(killed) as library, open_labeler(library, packs) as labeler:
        stored = library.words.count().read
        assert len(begun) - 1 <= stored <= len(begun)
        indexer = Indexer(library, labeler, reader=desk.reader)
        list(indexer.run([Target(library.folders.add(desk.bench.root))], Control()))
        assert len(desk.reader.asked) == 40 - stored
        assert not set(desk.reader.asked) & set(begun[:-1])
        assert library.words.count().read == library.words.count().with_words == 40


def test_two_programs_read_each_page_once_and_what_one_leaves_undone_the_other_reads(
    desk: Desk, packs: Path
) -> None:
    numbers = [desk.draw(f"{at:02}.png", f"page {at + 1}") for at in range(40)]
    desk.bench.run(control=cancelled_after_labelling(desk))
    place = (desk.library.path, packs, desk.bench.root)
    with reading(*place) as one, reading(*place) as other:
        these, those = begin(one), begin(other)
        assert not set(islice(these, 5)) & set(islice(those, 5))
        one.kill()
        list(those)
        assert other.wait() == 0
    assert desk.library.words.count().with_words == len(numbers)
    with reading(*place) as one, reading(*place) as other:
        desk.library.words.ask([desk.bench.photo(f"{at:02}.png") for at in range(40)])
        these, those = begin(one), begin(other)
        assert sorted([*islice(these, 2), *those, *these]) == sorted(numbers)
    assert desk.library.words.count().waiting == 0


def test_no_thread_is_left_when_nobody_listens_any_more(desk: Desk) -> None:
    for at in range(4):
        desk.draw(f"{at}.png", f"page {at}")
    targets = [Target(desk.bench.folder())]
    with closing(desk.bench.indexer.look(targets, Control(), words=True)) as running:
        assert any(isinstance(event, Progress) and event.words for event in running)
    deadline = time.monotonic() + 10
    while any(one.name.startswith("lumitag-page") for one in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
