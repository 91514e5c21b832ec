"""What cannot be read now, files, folders and drives, is told and loses nothing."""

import os
from pathlib import Path

import pytest

from app.indexing.events import FolderOffline
from app.indexing.indexer import Target
from app.library.records import Verdict
from tests.app.indexing.conftest import Bench, counts
from tests.support import pictures


def test_bad_files_are_told_with_their_reason_and_stop_nothing(bench: Bench) -> None:
    bench.draw("good.png")
    good = pictures.jpeg(pictures.noise())
    (bench.root / "empty.jpg").touch()
    (bench.root / "cut.jpg").write_bytes(good[: len(good) // 2])
    (bench.root / "text.jpg").write_bytes(b"Dear diary" * 20)
    (bench.root / "bomb.png").write_bytes(pictures.png_claiming(60_000, 60_000))
    summary = bench.run()
    assert counts(summary) == {"added": 1, "failed": 4}
    failures = {one.path.name: one for one in bench.library.files.failures()}
    assert {name: one.reason for name, one in failures.items()} == {
        "empty.jpg": "empty",
        "cut.jpg": "truncated",
        "text.jpg": "not a picture",
        "bomb.png": "too large",
    }
    assert bench.failed() == {name: one.message for name, one in failures.items()}


def test_a_bad_file_that_was_mended_becomes_a_photo(bench: Bench) -> None:
    (bench.root / "a.png").write_bytes(b"")
    assert counts(bench.run()) == {"failed": 1}
    bench.draw("a.png")
    assert counts(bench.run()) == {"updated": 1}
    assert bench.library.files.failures() == []


def test_a_picture_that_turns_bad_keeps_its_decisions_for_its_return(bench: Bench) -> None:
    data = bench.draw("a.png").read_bytes()
    bench.run()
    bench.decide("a.png", "photos/green")
    (bench.root / "a.png").write_bytes(data[:50])
    assert counts(bench.run()) == {"failed": 1}
    (bench.root / "a.png").write_bytes(data)
    bench.run()
    assert bench.decisions("a.png") == {"photos/green": (Verdict.ACCEPTED, False)}


def test_a_failure_that_the_user_retries_is_read_again(bench: Bench) -> None:
    path = bench.root / "a.png"
    path.write_bytes(b"")
    bench.run()
    bench.library.files.forget_failures([one.file_id for one in bench.library.files.failures()])
    assert counts(bench.run()) == {"failed": 1}
    assert bench.library.files.failures()[0].reason == "empty"


def test_a_file_that_was_forbidden_is_read_as_soon_as_it_is_allowed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.draw("a.png")
    real = Path.read_bytes

    def read_bytes(self: Path) -> bytes:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return real(self)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", read_bytes)
        assert counts(bench.run()) == {"failed": 1}
        assert counts(bench.run()) == {"failed": 1}
    assert "permission" in bench.failed()["a.png"]
    assert counts(bench.run()) == {"updated": 1}


def test_an_unplugged_drive_goes_offline_and_comes_back_as_it_was(bench: Bench) -> None:
    bench.draw("a.png")
    bench.run()
    bench.decide("a.png", "photos/green")
    folder = bench.folder()
    away = bench.root.with_name("away")
    bench.root.rename(away)
    assert counts(bench.run(Target(folder))) == {}
    assert FolderOffline(bench.root) in bench.events
    assert bench.library.folders.all()[0].offline
    assert bench.library.photos.count() == 1
    away.rename(bench.root)
    assert counts(bench.run(Target(folder))) == {"unchanged": 1}
    assert not bench.library.folders.all()[0].offline
    assert bench.decisions("a.png")


def test_a_drive_that_is_pulled_while_its_pictures_are_read_makes_no_failures(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(30):
        bench.draw(f"{index}.png")
    folder = bench.folder()
    real = Path.read_bytes
    away = bench.root.with_name("away")

    def read_bytes(self: Path) -> bytes:
        if self.name == "20.png" and bench.root.exists():
            bench.root.rename(away)
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    summary = bench.run(Target(folder))
    assert summary.failed == 0
    assert summary.removed == 0
    assert bench.events.count(FolderOffline(bench.root)) == 1
    away.rename(bench.root)
    monkeypatch.undo()
    bench.run(Target(folder))
    assert len(bench.paths()) == 30


def test_a_file_deleted_before_its_turn_is_no_failure(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bench.draw("a.png")
    bench.draw("b.png")
    real = Path.read_bytes

    def read_bytes(self: Path) -> bytes:
        path.unlink(missing_ok=True)
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    assert counts(bench.run()) == {"added": 1}


def test_an_unreadable_sub_folder_is_told_and_keeps_its_photos(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.draw("locked/a.png")
    bench.draw("b.png")
    bench.run()
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert counts(bench.run()) == {"unchanged": 1, "failed": 1}
    assert "permission" in bench.failed()["locked"]
    assert bench.library.photos.count() == 2
