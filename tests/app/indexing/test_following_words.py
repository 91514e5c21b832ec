"""While the window is open, new posters are read soon, and what the user asks for at once."""

from collections.abc import Callable, Iterator

import pytest

from app.indexing.events import Progress, Summary
from app.indexing.indexer import Indexer
from tests.app.indexing.conftest import Bench
from tests.app.indexing.test_following import Following
from tests.support import packs as tiny
from tests.support.pages import ForetoldReader


@pytest.fixture
def reader(bench: Bench) -> ForetoldReader:
    reader = ForetoldReader({number: f"page {number}" for number in range(1, 100)})
    bench.indexer = Indexer(bench.library, bench.labeler, reader=reader)
    return reader


@pytest.fixture
def follow(bench: Bench, reader: ForetoldReader) -> Iterator[Callable[[], Following]]:
    started: list[Following] = []

    def start() -> Following:
        started.append(Following(bench))
        started[-1].idle()
        return started[-1]

    yield start
    reader.during = lambda _: None
    for one in started:
        one.stop()


def test_posters_are_read_at_the_start_and_when_they_come(
    bench: Bench, reader: ForetoldReader, follow: Callable[[], Following]
) -> None:
    bench.draw("a.png", tiny.MAGENTA)
    bench.folder()
    following = follow()
    assert bench.read("a.png") == ["page 1"]
    bench.draw("b.png", tiny.MAGENTA)
    following.until(lambda: bench.read("b.png") == ["page 2"])
    assert reader.asked == [1, 2]


def test_what_the_user_asks_for_is_read_again_at_once(
    bench: Bench, reader: ForetoldReader, follow: Callable[[], Following]
) -> None:
    bench.draw("a.png", tiny.RED)
    bench.folder()
    following = follow()
    assert bench.read("a.png") is None
    for times in (1, 2):
        bench.library.words.ask([bench.photo("a.png")])
        following.follower.request_read()
        following.until(lambda times=times: len(reader.asked) == times)  # type: ignore[misc]
        following.idle()
    assert bench.read("a.png") == ["page 1"]


def test_a_new_kind_by_the_user_s_word_is_read(
    bench: Bench, reader: ForetoldReader, follow: Callable[[], Following]
) -> None:
    bench.draw("a.png", tiny.RED)
    bench.folder()
    following = follow()
    bench.decide("a.png", "photos/poster")
    following.follower.request_relabel()
    following.until(lambda: bench.read("a.png") == ["page 1"])


def test_new_pictures_are_labelled_before_the_next_pages_are_read(
    bench: Bench, reader: ForetoldReader, follow: Callable[[], Following]
) -> None:
    """The tenth page has to wait for what came while the first was read."""
    bench.folder()
    following = follow()
    for at in range(10):
        bench.draw(f"{at}.png", tiny.MAGENTA)
    seen: list[bool] = []

    def begin(_number: int) -> None:
        if len(reader.asked) == 1:
            bench.draw("urgent.png", tiny.BLUE)
            following.follower.request()
        seen.append("urgent.png" in bench.paths())

    reader.during = begin
    following.until(lambda: len(reader.asked) == 10)
    following.idle()
    assert seen == [False] + [True] * 9
    assert bench.labels("urgent.png") == {"blue", "photo"}
    told = [one for one in following.events if isinstance(one, Progress) and one.words]
    assert told[-1].done == told[-1].total


def test_cancelling_ends_the_reading_and_the_next_start_goes_on(
    bench: Bench, reader: ForetoldReader, follow: Callable[[], Following]
) -> None:
    bench.folder()
    following = follow()
    for at in range(3):
        bench.draw(f"{at}.png", tiny.MAGENTA)
    reader.during = lambda number: following.control.cancel() if number == 2 else None
    following.until(lambda: len(reader.asked) >= 2)
    following.until(lambda: isinstance(following.events[-1], Summary))
    last = following.events[-1]
    assert isinstance(last, Summary)
    assert (last.cancelled, last.read) == (True, 1)
    following.stop()
    assert bench.library.words.count().read == 1
    reader.during = lambda _: None
    follow()
    assert bench.library.words.count().read == 3
    assert sorted(reader.asked) == [1, 2, 2, 3]
