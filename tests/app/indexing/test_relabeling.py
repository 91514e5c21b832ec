"""A new pack, or a decision on a gate, reaches the photos that are already there."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from app.indexing.control import Control
from app.indexing.events import Committed, Event, Progress, Summary
from app.indexing.indexer import Indexer
from app.labeling.labeler import Labeler
from app.library.records import Verdict
from tests.app.indexing.conftest import Bench, open_labeler
from tests.support import packs as tiny


def relabelled(events: list[Event]) -> set[int]:
    return {photo for event in events if isinstance(event, Committed) for photo in event.photo_ids}


def test_there_is_nothing_to_do_when_all_is_labelled(bench: Bench) -> None:
    bench.draw("a.png")
    bench.draw("poster.png", tiny.MAGENTA)
    bench.run()
    assert list(bench.indexer.relabel(Control())) == []


def test_a_new_version_of_a_pack_sees_every_photo(bench: Bench, tmp_path: Path) -> None:
    bench.draw("a.png")
    bench.draw("poster.png", tiny.PINK)
    bench.run()
    bench.decide("a.png", "photos/green")
    newer = tiny.write_packs(tmp_path / "packs")
    shutil.rmtree(newer / "photos")
    tiny.write_pack(newer / "photos", version="2")
    with open_labeler(bench.library, newer) as labeler:
        indexer = Indexer(bench.library, labeler)
        events = list(indexer.relabel(Control()))
        assert relabelled(events) == set(bench.paths().values())
        assert isinstance(events[-1], Progress)
        assert list(indexer.relabel(Control())) == []
    for name in ("a.png", "poster.png"):
        said = bench.library.predictions.of([bench.photo(name)])[bench.photo(name)]
        assert {one.pack: one.version for one in said} == {"photos": "2", "genres": "1"}
        assert {one.gate_version for one in said if one.pack == "genres"} == {"2"}
    assert bench.labels("poster.png") == {"poster", "drama"}
    assert bench.decisions("a.png") == {"photos/green": (Verdict.ACCEPTED, False)}


def test_a_pack_that_comes_later_sees_the_photos_that_are_there(
    bench: Bench, tmp_path: Path, packs: Path
) -> None:
    bench.draw("poster.png", tiny.PURPLE)
    one = tmp_path / "one"
    shutil.copytree(packs / "photos", one / "photos")
    with open_labeler(bench.library, one) as labeler:
        list(Indexer(bench.library, labeler).relabel(Control()))
        bench.indexer, both = Indexer(bench.library, labeler), bench.indexer
        bench.run()
        bench.indexer = both
    summary = bench.run()
    assert summary.unchanged == 1
    assert bench.labels("poster.png") == {"poster", "comedy"}


def test_an_accepted_gate_opens_and_a_rejected_one_closes(bench: Bench) -> None:
    bench.draw("photo.png", tiny.RED)
    bench.draw("poster.png", tiny.MAGENTA)
    bench.run()
    bench.decide("photo.png", "photos/poster")
    bench.decide("poster.png", "photos/poster", Verdict.REJECTED)
    events = list(bench.indexer.relabel(Control()))
    assert relabelled(events) == set(bench.paths().values())
    assert "drama" in bench.labels("photo.png")
    assert bench.labels("poster.png").isdisjoint({"drama", "comedy"})
    assert list(bench.indexer.relabel(Control())) == []


def test_a_gate_is_not_asked_again_for_what_it_has_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.draw("photo.png", tiny.RED)
    bench.run()
    bench.decide("photo.png", "photos/poster")
    asked: list[str] = []
    from app.labeling.session import PackSession

    real = PackSession.run

    def run(self: PackSession, images: np.ndarray) -> object:
        asked.append(self.pack.id)
        return real(self, images)

    monkeypatch.setattr(PackSession, "run", run)
    list(bench.indexer.relabel(Control()))
    assert asked == ["genres"]


def test_a_photo_whose_file_is_gone_or_changed_is_passed_over(bench: Bench, tmp_path: Path) -> None:
    bench.draw("gone.png")
    bench.draw("changed.png")
    bench.draw("stays.png")
    shutil.copy(bench.root / "gone.png", bench.root / "copy of gone.png")
    bench.draw("lost.png")
    bench.run()
    (bench.root / "gone.png").unlink()
    (bench.root / "lost.png").unlink()
    bench.draw("changed.png", tiny.BLUE)
    newer = tiny.write_packs(tmp_path / "packs")
    shutil.rmtree(newer / "photos")
    tiny.write_pack(newer / "photos", version="2")
    with open_labeler(bench.library, newer) as labeler:
        events = list(Indexer(bench.library, labeler).relabel(Control()))
    # The photo of gone.png still has its copy.
    expected = {bench.photo("stays.png"), bench.photo("copy of gone.png")}
    assert relabelled(events) == expected


def test_relabelling_can_be_stopped_and_goes_on_where_it_was(bench: Bench, tmp_path: Path) -> None:
    for index in range(100):
        bench.draw(f"{index}.png")
    with Labeler([], "cpu", resize=lambda pixels, **_: pixels) as nobody:
        bench.indexer, labelling = Indexer(bench.library, nobody), bench.indexer
        assert bench.run().added == 100
        assert not any(one.labelling for one in bench.events if isinstance(one, Progress))
        bench.indexer = labelling
    control = Control()
    for event in bench.indexer.relabel(control):
        if isinstance(event, Committed):
            control.cancel()
    waiting = len(bench.library.predictions.needing("photos", "1"))
    assert 0 < waiting < 100
    summary = bench.run()
    assert isinstance(summary, Summary)
    assert bench.library.predictions.needing("photos", "1") == []
