"""A look through a folder leaves the library in step with it, and nothing anybody said is lost."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from app.imaging.content import content_hash
from app.indexing.events import Committed, Progress, Scanning
from app.indexing.indexer import Target
from app.library.records import Verdict
from tests.app.indexing.conftest import Bench, counts
from tests.support import packs as tiny
from tests.support import pictures


def test_every_picture_gets_its_labels(bench: Bench) -> None:
    bench.draw("red.png", tiny.RED)
    bench.draw("deep/er/blue.jpg", tiny.BLUE)
    bench.draw("poster.png", tiny.MAGENTA)
    summary = bench.run()
    assert counts(summary) == {"added": 3}
    assert not summary.cancelled
    assert bench.labels("red.png") == {"red", "photo"}
    assert bench.labels("deep/er/blue.jpg") == {"blue", "photo"}
    assert bench.labels("poster.png") == {"poster", "drama", "comedy"}


def test_the_facts_of_a_picture_are_stored(bench: Bench) -> None:
    data = pictures.rotated_jpeg(
        pictures.quarters(640, 480), 6, original="2021:06:12 18:42:33", make="Lumi", model="T1"
    )
    (bench.root / "a.jpg").write_bytes(data)
    bench.run()
    (details,) = bench.library.photos.details([bench.photo("a.jpg")])
    assert (details.card.width, details.card.height) == (640, 480)
    assert details.card.content_hash == content_hash(data)
    assert details.card.taken == datetime(2021, 6, 12, 18, 42, 33)
    assert (details.taken_from, details.format) == ("exif", "JPEG")
    assert (details.camera, details.bytes) == ("Lumi T1", len(data))
    thumbnail = bench.library.thumbnails.get(details.card.content_hash)
    assert thumbnail is not None
    assert thumbnail.startswith(b"\xff\xd8")


def test_a_date_comes_from_the_name_and_else_from_the_file(bench: Bench) -> None:
    bench.draw("IMG-20190807-WA0001.png")
    os.utime(bench.draw("plain.png"), (0, datetime(2001, 2, 3, 4, 5).timestamp()))
    bench.run()
    named, plain = bench.library.photos.details(
        [bench.photo("IMG-20190807-WA0001.png"), bench.photo("plain.png")]
    )
    assert (named.card.taken, named.taken_from) == (datetime(2019, 8, 7), "name")
    assert (plain.card.taken, plain.taken_from) == (datetime(2001, 2, 3, 4, 5), "file")


def test_a_second_look_reads_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(3):
        bench.draw(f"{index}.png")
    (bench.root / "bad.jpg").write_bytes(b"no picture")
    (bench.root / "film.mp4").write_bytes(b"film")
    assert counts(bench.run()) == {"added": 3, "failed": 1, "skipped": 1}
    revision = bench.library.revision
    monkeypatch.setattr(Path, "read_bytes", None)
    assert counts(bench.run()) == {"unchanged": 3, "failed": 1, "skipped": 1}
    assert bench.failed().keys() == {"bad.jpg"}
    assert bench.library.revision == revision


def test_a_renamed_picture_keeps_its_decisions_and_is_not_decoded_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.draw("a.png")
    bench.run()
    bench.decide("a.png", "photos/green")
    before = bench.photo("a.png")
    (bench.root / "sub").mkdir()
    (bench.root / "a.png").rename(bench.root / "sub" / "b.png")
    monkeypatch.setattr("app.indexing.reading.decode", None)
    assert counts(bench.run()) == {"moved": 1}
    assert bench.paths() == {"sub/b.png": before}
    assert bench.decisions("sub/b.png") == {"photos/green": (Verdict.ACCEPTED, False)}


def test_a_picture_moved_to_another_folder_keeps_its_decisions(
    bench: Bench, tmp_path: Path
) -> None:
    bench.draw("a.png")
    bench.draw("stays.png")
    other = tmp_path / "other"
    other.mkdir()
    first, second = bench.folder(), bench.library.folders.add(other)
    bench.run(Target(first), Target(second))
    bench.decide("a.png", "photos/green")
    photo = bench.photo("a.png")
    (bench.root / "a.png").rename(other / "a.png")
    assert counts(bench.run(Target(first), Target(second))) == {"moved": 1, "unchanged": 1}
    (details,) = bench.library.photos.details([photo])
    assert [path.path for path in details.paths] == [other / "a.png"]
    assert bench.library.photos.count() == 2


def test_of_two_gone_paths_of_a_moved_picture_one_is_a_move_and_one_is_removed(
    bench: Bench,
) -> None:
    path = bench.draw("a.png")
    shutil.copy(path, bench.root / "copy.png")
    assert counts(bench.run()) == {"added": 2}
    path.rename(bench.root / "moved.png")
    (bench.root / "copy.png").unlink()
    assert counts(bench.run()) == {"moved": 1, "removed": 1}


def test_a_copy_is_a_second_path_of_the_same_photo(bench: Bench) -> None:
    path = bench.draw("a.png")
    bench.run()
    bench.decide("a.png", "photos/green")
    shutil.copy(path, bench.root / "copy.png")
    assert counts(bench.run()) == {"added": 1, "unchanged": 1}
    assert bench.photo("copy.png") == bench.photo("a.png")
    assert bench.library.photos.count() == 1
    assert bench.decisions("copy.png")


def test_an_edited_picture_is_labelled_anew_and_inherits_decisions(bench: Bench) -> None:
    bench.draw("a.png", tiny.RED)
    bench.run()
    bench.decide("a.png", "photos/green")
    bench.draw("a.png", tiny.BLUE)
    assert counts(bench.run()) == {"updated": 1}
    assert bench.labels("a.png") == {"blue", "photo"}
    assert bench.decisions("a.png") == {"photos/green": (Verdict.ACCEPTED, True)}


def test_an_inherited_decision_on_a_gate_opens_it_at_once(bench: Bench) -> None:
    bench.draw("a.png", tiny.RED)
    bench.run()
    bench.decide("a.png", "photos/poster")
    bench.draw("a.png", (200, 0, 0))
    bench.run()
    said = bench.library.predictions.of([bench.photo("a.png")])[bench.photo("a.png")]
    assert {one.pack: one.codes is not None for one in said} == {"photos": True, "genres": True}


def test_when_two_pictures_swap_names_each_keeps_its_decisions(bench: Bench) -> None:
    bench.draw("a.png", tiny.RED)
    bench.draw("b.png", tiny.BLUE)
    bench.run()
    bench.decide("a.png", "photos/green")
    red, blue = bench.photo("a.png"), bench.photo("b.png")
    (bench.root / "a.png").rename(bench.root / "c.png")
    (bench.root / "b.png").rename(bench.root / "a.png")
    (bench.root / "c.png").rename(bench.root / "b.png")
    for name in "ab":
        os.utime(bench.root / f"{name}.png")
    bench.run()
    assert bench.paths() == {"a.png": blue, "b.png": red}
    assert bench.decisions("b.png") == {"photos/green": (Verdict.ACCEPTED, False)}
    assert bench.decisions("a.png") == {}


def test_a_picture_whose_name_another_takes_keeps_its_decisions_to_itself(bench: Bench) -> None:
    """Editors do this: rename the original away, write the new one in its place."""
    bench.draw("a.png", tiny.RED)
    bench.run()
    bench.decide("a.png", "photos/green")
    original = bench.photo("a.png")
    (bench.root / "a.png").rename(bench.root / "a_original.png")
    bench.draw("a.png", tiny.BLUE)
    bench.run()
    assert bench.photo("a_original.png") == original
    assert bench.decisions("a_original.png") == {"photos/green": (Verdict.ACCEPTED, False)}
    assert bench.decisions("a.png") == {}


def test_a_touched_file_is_no_other_picture(bench: Bench) -> None:
    path = bench.draw("a.png")
    bench.run()
    os.utime(path, ns=(1, 10**18))
    assert counts(bench.run()) == {"unchanged": 1}
    assert counts(bench.run()) == {"unchanged": 1}


def test_a_deleted_picture_is_hidden_and_comes_back_with_its_decisions(bench: Bench) -> None:
    data = bench.draw("a.png").read_bytes()
    bench.draw("b.png")
    bench.run()
    bench.decide("a.png", "photos/green")
    (bench.root / "a.png").unlink()
    assert counts(bench.run()) == {"removed": 1, "unchanged": 1}
    assert bench.library.photos.count() == 1
    (bench.root / "again.png").write_bytes(data)
    bench.run()
    assert bench.decisions("again.png") == {"photos/green": (Verdict.ACCEPTED, False)}


def test_only_the_part_that_was_asked_for_is_looked_through(bench: Bench) -> None:
    bench.draw("in/a.png")
    bench.draw("in/deep/b.png")
    bench.draw("out/c.png")
    folder = bench.folder()
    assert counts(bench.run(Target(folder, "in"))) == {"added": 2}
    (bench.root / "in" / "a.png").unlink()
    flat = Target(folder, "in", recursive=False)
    assert counts(bench.run(flat)) == {"removed": 1}
    assert bench.paths().keys() == {"in/deep/b.png"}
    both = bench.run(Target(folder, "out"), flat, Target(folder), Target(folder, "in"))
    assert counts(both) == {"added": 1, "unchanged": 1}


def test_what_the_user_leaves_out_disappears_and_comes_back(bench: Bench) -> None:
    bench.draw("drafts/a.png")
    bench.draw("b.png")
    bench.run()
    bench.decide("drafts/a.png", "photos/green")
    bench.indexer.exclude(["drafts"])
    assert counts(bench.run()) == {"removed": 1, "unchanged": 1}
    bench.indexer.exclude([])
    bench.run()
    assert bench.decisions("drafts/a.png")


def test_odd_names_are_followed(bench: Bench) -> None:
    odd = os.fsdecode(b"caf\xe9.png")
    bench.draw("x.png").rename(bench.root / odd)
    bench.draw("100% 'quoted' \"twice\" ünï\n.png")
    assert counts(bench.run()) == {"added": 2}
    assert odd in bench.paths()
    assert counts(bench.run()) == {"unchanged": 2}


def test_the_run_tells_how_far_it_is(bench: Bench) -> None:
    for index in range(50):
        bench.draw(f"{index}.png")
    bench.run()
    assert Scanning(bench.root, 50) in bench.events
    progress = [event for event in bench.events if isinstance(event, Progress)]
    assert [one.done for one in progress] == sorted(one.done for one in progress)
    assert (progress[0].done, progress[-1].done) == (0, 50)
    assert all(one.total == 50 and one.labelling for one in progress)
    assert progress[-1].per_second > 0
    committed = [event for event in bench.events if isinstance(event, Committed)]
    stored = [photo for event in committed for photo in event.photo_ids]
    assert sorted(stored) == sorted(bench.paths().values())
    # Something is seen soon: the first batch is small.
    assert len(committed[0].photo_ids) < len(committed[-2].photo_ids)


def test_the_run_is_written_down_with_its_device(bench: Bench) -> None:
    bench.draw("a.png")
    (bench.root / "bad.png").touch()
    bench.run()
    bench.run()
    with closing(sqlite3.connect(bench.library.path)) as database:
        runs = database.execute("SELECT device, labelled, failed, finished_at FROM run").fetchall()
    ((device, labelled, failed, finished),) = runs
    assert (device, labelled, failed) == (bench.labeler.device.name, 1, 1)
    assert finished is not None


def test_the_house_of_many_folders_is_looked_through_in_one_run(
    bench: Bench, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(bench.draw("a.png"), other / "a.png")
    targets = [Target(bench.folder()), Target(bench.library.folders.add(other))]
    assert counts(bench.run(*targets)) == {"added": 2}
    assert bench.library.photos.count() == 1
