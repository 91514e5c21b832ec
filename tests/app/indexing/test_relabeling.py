"""A new pack, or a decision on a gate, reaches the photos that are already there."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.imaging.resize import resize
from app.indexing.control import Control
from app.indexing.events import Committed, Event, Notice, Progress, Summary
from app.indexing.indexer import Indexer, Target
from app.indexing.relabeling import RelabelingSteps
from app.labeling.labeler import Labeler
from app.labeling.pack import find_packs
from app.labeling.session import PackSession
from app.library.library import Library
from app.library.records import Verdict
from app.library.thumbnails import thumbnails_path
from tests.app.indexing.conftest import Bench, open_labeler
from tests.support import packs as tiny


def relabelled(events: list[Event]) -> set[int]:
    return {photo for event in events if isinstance(event, Committed) for photo in event.photo_ids}


def networks_run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of packs, each time one of them looks at pictures from now on."""
    asked: list[str] = []
    real = PackSession.run

    def run(self: PackSession, *given: Any) -> object:
        asked.append(self.pack.id)
        return real(self, *given)

    monkeypatch.setattr(PackSession, "run", run)
    return asked


def thumbnails(library: Library) -> dict[str, bytes | None]:
    cards = library.photos.cards(range(1, 1 + library.photos.count()))
    return {card.name: library.thumbnails.get(card.content_hash) for card in cards}


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
    asked = networks_run(monkeypatch)
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


def test_lost_thumbnails_come_back_and_nothing_else_changes(
    bench: Bench, packs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(40):
        bench.draw(f"{index}.png", (tiny.RED, tiny.MAGENTA)[index % 2])
    bench.run()
    photos = list(bench.paths().values())
    before = thumbnails(bench.library)
    assert None not in before.values()
    said = bench.library.predictions.of(photos)
    bench.library.close()
    thumbnails_path(bench.library.path).unlink()

    asked = networks_run(monkeypatch)
    with Library.open(bench.library.path) as library, open_labeler(library, packs) as labeler:
        assert set(thumbnails(library).values()) == {None}
        revision = library.revision
        indexer = Indexer(library, labeler)
        events = list(indexer.run([Target(library.folders.all()[0])], Control()))
        assert thumbnails(library) == before
        assert relabelled(events) == set(photos)
        assert not any(one.labelling for one in events if isinstance(one, Progress))
        assert asked == []
        assert library.revision == revision
        for photo, now in library.predictions.of(photos).items():
            for one, former in zip(now, said[photo], strict=True):
                assert (one.pack, one.version) == (former.pack, former.version)
                np.testing.assert_array_equal(one.codes, former.codes)
        assert list(indexer.relabel(Control())) == []


def test_thumbnails_are_made_on_the_way_when_a_new_pack_reads_the_photos(
    bench: Bench, tmp_path: Path
) -> None:
    bench.draw("a.png")
    bench.run()
    bench.library.thumbnails._database.close()
    thumbnails_path(bench.library.path).unlink()
    newer = tiny.write_packs(tmp_path / "packs")
    shutil.rmtree(newer / "photos")
    tiny.write_pack(newer / "photos", version="2")
    with Library.open(bench.library.path) as library, open_labeler(library, newer) as labeler:
        events = list(Indexer(library, labeler).relabel(Control()))
        assert [event for event in events if isinstance(event, Committed)] == [Committed((1,))]
        assert None not in thumbnails(library).values()
        assert library.predictions.needing("photos", "2") == []


def test_thumbnails_come_back_without_any_pack_and_with_a_broken_one(
    bench: Bench, tmp_path: Path
) -> None:
    bench.draw("a.png")
    bench.draw("b.png")
    bench.run()
    bench.library.thumbnails._database.close()
    thumbnails_path(bench.library.path).unlink()
    with Library.open(bench.library.path) as library:
        library.thumbnails.store({bench.library.photos.cards([1])[0].content_hash: b"there"})
        found, _ = find_packs([tiny.write_packs(tmp_path / "packs")])
        library.packs.register("photos", "2", "[]")
        (found[0].directory / "model.onnx").write_bytes(b"not a network")
        with Labeler(found, "cpu", resize=resize) as broken:
            events = list(Indexer(library, broken).relabel(Control()))
        assert any(isinstance(event, Notice) for event in events)
        made = thumbnails(library)
        assert made.pop("a.png") == b"there"
        assert made["b.png"]


def test_a_broken_new_version_leaves_what_the_old_one_said_and_is_told_once(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(200):
        bench.draw(f"{index}.png", (tiny.PINK, tiny.RED)[index % 2])
    bench.run()
    newer = tiny.write_packs(tmp_path / "packs")
    shutil.rmtree(newer / "photos")
    tiny.write_pack(newer / "photos", version="2")
    read: list[tuple[Path, ...]] = []
    with open_labeler(bench.library, newer) as labeler:
        (newer / "photos" / "model.onnx").write_bytes(b"not a network")
        bench.indexer = Indexer(bench.library, labeler)
        bench.run()
        assert len(bench.notices()) == 1
        assert "cannot be used" in bench.notices()[0]
        assert bench.labels("0.png") >= {"drama"}
        live = list(bench.indexer.look([Target(bench.folder())], Control(), live=True))
        assert not any(isinstance(event, Notice) for event in live)
        with monkeypatch.context() as watched:
            watched.setattr(RelabelingSteps, "read", lambda _, job: read.append(job.paths))
            bench.run()
        assert len(bench.notices()) == 1  # asked again, told again
        assert read == []
    tiny.write_pack(newer / "photos", version="2")
    with open_labeler(bench.library, newer) as labeler:
        bench.indexer = Indexer(bench.library, labeler)
        bench.run()
        assert bench.notices() == []
        assert bench.library.predictions.needing("photos", "2") == []
        gate = ("photos", "photos/poster")
        assert bench.library.predictions.needing("genres", "1", gate=gate) == []
