"""Packs that read look again when words arrive, and when they are erased."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.indexing.control import Control
from app.indexing.events import Committed
from app.indexing.indexer import Indexer
from app.indexing.wishes import ENABLED_SETTING
from app.library.library import Library
from tests.app.indexing.conftest import Bench, Desk, open_labeler
from tests.support import packs as tiny
from tests.support.pages import ForetoldReader
from tests.support.reading_packs import write_reading_pack


@pytest.fixture
def reading(tmp_path: Path, library: Library) -> Iterator[Desk]:
    """With a genre pack that reads."""
    packs = tmp_path / "packs"
    tiny.write_pack(packs / "photos")
    write_reading_pack(packs / "genres", gate=tiny.GATE)
    root = tmp_path / "pictures"
    root.mkdir()
    with open_labeler(library, packs) as labeler:
        yield Desk(Bench(root, library, labeler, Indexer(library, labeler)), ForetoldReader())


def test_genres_sharpen_when_the_words_arrive(reading: Desk) -> None:
    reading.draw("poster.png", "the horror\nof the horror", tiny.PINK)
    reading.draw("silent.png", "", tiny.PINK)
    seen: list[set[str]] = []
    reading.reader.during = lambda _: seen.append(reading.bench.labels("poster.png"))
    reading.bench.run()
    assert seen[0] == {"poster", "drama"}
    assert reading.bench.labels("poster.png") == {"poster", "drama", "horror"}
    assert reading.bench.labels("silent.png") == {"poster", "drama"}
    poster, silent = (reading.bench.photo(name) for name in ("poster.png", "silent.png"))
    said = reading.library.predictions.of([poster, silent])
    assert [one.words for one in said[poster]] == [None, "foretold 1"]
    assert [one.words for one in said[silent]] == [None, None]
    assert isinstance(reading.bench.events[-2], Committed)
    assert poster in reading.bench.events[-2].photo_ids
    gate = ("photos", "photos/poster")
    waiting = reading.library.predictions.needing("genres", "1", gate=gate, words=True)
    assert waiting == []


def test_labels_that_did_not_sharpen_before_the_end_do_at_the_next_start(reading: Desk) -> None:
    reading.draw("0.png", "horror horror", tiny.PINK)
    second = reading.draw("1.png", "", tiny.PINK)
    control = Control()
    reading.cancel_at(second, control)
    reading.bench.run(control=control)
    assert reading.bench.labels("0.png") == {"poster", "drama"}
    reading.reader.during = lambda _: None
    reading.bench.run()
    assert reading.bench.labels("0.png") == {"poster", "drama", "horror"}


def test_genres_are_of_the_picture_alone_again_once_its_words_are_erased(reading: Desk) -> None:
    reading.draw("poster.png", "the horror", tiny.PINK)
    reading.draw("silent.png", "", tiny.PINK)
    reading.bench.run()
    assert reading.bench.labels("poster.png") == {"poster", "drama", "horror"}
    reading.library.settings.set(ENABLED_SETTING, False)
    reading.library.words.erase()
    poster = reading.bench.photo("poster.png")
    events = list(reading.bench.indexer.relabel(Control()))
    assert [one.photo_ids for one in events if isinstance(one, Committed)] == [(poster,)]
    assert reading.bench.labels("poster.png") == {"poster", "drama"}
    said = reading.library.predictions.of([poster])[poster]
    assert [(one.pack, one.words) for one in said] == [("photos", None), ("genres", None)]
    assert list(reading.bench.indexer.relabel(Control())) == []


def test_genres_do_not_keep_words_that_are_erased_while_they_sharpen(
    reading: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.draw("poster.png", "the horror", tiny.PINK)
    label = reading.bench.labeler.label

    def erased_meanwhile(*given: Any, **named: Any) -> object:
        said = label(*given, **named)
        if any(named.get("words") or ()):
            reading.library.settings.set(ENABLED_SETTING, False)
            with reading.leave.withdrawn():
                reading.library.words.erase()
        return said

    monkeypatch.setattr(reading.bench.labeler, "label", erased_meanwhile)
    reading.bench.run()
    reading.bench.run()
    assert reading.bench.labels("poster.png") == {"poster", "drama"}


def test_a_pack_that_reads_sees_the_words_that_were_read_before_it_came(
    desk: Desk, tmp_path: Path
) -> None:
    desk.draw("poster.png", "horror horror", tiny.PINK)
    desk.bench.run()
    packs = tmp_path / "packs"
    tiny.write_pack(packs / "photos")
    write_reading_pack(packs / "genres", gate=tiny.GATE, changes={"version": "2"})
    with open_labeler(desk.library, packs) as labeler:
        desk.bench.labeler = labeler
        desk.bench.indexer = Indexer(desk.library, labeler)
        desk.bench.run()
        assert desk.bench.labels("poster.png") == {"poster", "drama", "horror"}
