"""The scan finds exactly what changed, and never takes the unreadable for the deleted."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indexing.exclusion import DEFAULT_EXCLUDED, excluder
from app.indexing.scanner import EMPTY_MEANS_AWAY, Findings, Scan
from app.library.records import Folder, KnownFile


def put(root: Path, *names: str, data: bytes = b"x") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def folder_at(root: Path) -> Folder:
    return Folder(1, root, offline=False, added_at=datetime.now(UTC))


def scan(root: Path, known: dict[str, KnownFile] | None = None, **options: object) -> Findings:
    options.setdefault("is_excluded", excluder(DEFAULT_EXCLUDED))
    found = Scan(folder_at(root), known or {}, **options)  # type: ignore[arg-type]
    list(found.run())
    return found.findings


def known_after(findings: Findings) -> dict[str, KnownFile]:
    """What the library would know once everything new was stored."""
    return {
        seen.relpath: KnownFile(at, seen.relpath, seen.size, seen.mtime_ns, at, failed=False)
        for at, seen in enumerate(findings.new, 1)
    }


def names(findings: Findings) -> set[str]:
    return {seen.relpath for seen in findings.new}


def test_every_picture_is_found_and_everything_else_is_skipped(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b/c/D.PNG", "b/raw.nef", "clip.mp4", "b/notes.txt", "noend")
    findings = scan(tmp_path)
    assert names(findings) == {"a.jpg", "b/c/D.PNG", "b/raw.nef"}
    assert findings.skipped == 3


def test_what_is_as_it_was_is_only_counted(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b/c.png")
    findings = scan(tmp_path, known_after(scan(tmp_path)))
    assert findings == Findings(unchanged=2)


def test_changed_new_and_deleted_files_are_told_apart(tmp_path: Path) -> None:
    put(tmp_path, "same.jpg", "grown.jpg", "older.jpg", "gone.jpg")
    known = known_after(scan(tmp_path))
    put(tmp_path, "grown.jpg", data=b"more")
    put(tmp_path, "new.jpg")
    os.utime(tmp_path / "older.jpg", ns=(0, 5))
    (tmp_path / "gone.jpg").unlink()
    findings = scan(tmp_path, dict(known))
    assert names(findings) == {"new.jpg"}
    assert {seen.relpath for seen, _ in findings.changed} == {"grown.jpg", "older.jpg"}
    assert [file.relpath for file in findings.gone] == ["gone.jpg"]
    assert findings.unchanged == 1
    assert {file.id for _, file in findings.changed} == {
        known["grown.jpg"].id,
        known["older.jpg"].id,
    }


def test_a_known_failure_is_not_a_change_until_its_file_changes(tmp_path: Path) -> None:
    put(tmp_path, "bad.jpg")
    seen = scan(tmp_path).new[0]
    known = KnownFile(1, "bad.jpg", seen.size, seen.mtime_ns, None, failed=True)
    findings = scan(tmp_path, {"bad.jpg": known})
    assert findings.failed_again == [known]
    assert findings.unchanged == 0
    put(tmp_path, "bad.jpg", data=b"longer")
    assert len(scan(tmp_path, {"bad.jpg": known}).changed) == 1


@pytest.mark.parametrize(
    "name",
    [".hidden.jpg", ".cache/a.jpg", "@eaDir/a.jpg", "x/.thumbnails/a.jpg", ".git/a.jpg",
     "$RECYCLE.BIN/a.jpg", "$Recycle.Bin/a.jpg", ".Trash-1000/files/a.jpg", "lost+found/a.jpg",
     "#recycle/a.jpg", "System Volume Information/a.jpg", "Cat.lrdata/a.jpg", "._a.jpg"],
)  # fmt: skip
def test_rubbish_and_hidden_things_are_left_out(name: str, tmp_path: Path) -> None:
    put(tmp_path, name, "kept.jpg")
    findings = scan(tmp_path)
    assert names(findings) == {"kept.jpg"}
    assert findings.skipped == 0


def test_the_user_decides_what_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, ".hidden.jpg", "a.jpg", "drafts/b.jpg", "Drafts/c.jpg", "my drafts/d.jpg")
    findings = scan(tmp_path, is_excluded=excluder(["drafts", " ", ""]))
    assert names(findings) == {".hidden.jpg", "a.jpg", "my drafts/d.jpg"}
    assert names(scan(tmp_path, is_excluded=excluder([]))) >= {".hidden.jpg", "drafts/b.jpg"}


def test_what_is_left_out_from_now_on_is_forgotten(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "drafts/b.jpg")
    known = known_after(scan(tmp_path))
    findings = scan(tmp_path, known, is_excluded=excluder(["drafts"]))
    assert [file.relpath for file in findings.gone] == ["drafts/b.jpg"]


def test_a_missing_folder_is_away_and_loses_nothing(tmp_path: Path) -> None:
    put(tmp_path / "drive", "a.jpg")
    known = known_after(scan(tmp_path / "drive"))
    (tmp_path / "drive").rename(tmp_path / "elsewhere")
    assert scan(tmp_path / "drive", known) == Findings(away=True)


def test_an_empty_mount_point_is_away_and_loses_nothing(tmp_path: Path) -> None:
    mount_point = tmp_path / "usb"
    put(mount_point, *(f"{at}.jpg" for at in range(EMPTY_MEANS_AWAY)))
    known = known_after(scan(mount_point))
    for path in mount_point.iterdir():
        path.unlink()
    assert scan(mount_point, known).away


def test_deleting_the_last_few_pictures_is_not_taken_for_a_lost_drive(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "b.jpg")
    known = known_after(scan(tmp_path))
    for path in tmp_path.iterdir():
        path.unlink()
    findings = scan(tmp_path, known)
    assert not findings.away
    assert len(findings.gone) == 2


def test_a_drive_pulled_out_during_the_scan_loses_nothing(tmp_path: Path) -> None:
    root = tmp_path / "drive"
    put(root, *(f"{at:02}/{index}.jpg" for at in range(60) for index in range(50)))
    known = known_after(scan(root))
    for name in list(known)[:2500]:
        known[name] = KnownFile(1, name, -1, -1, 1, failed=False)
    running = Scan(folder_at(root), known, is_excluded=excluder([]))
    steps = running.run()
    next(steps)
    root.rename(tmp_path / "pulled")
    list(steps)
    assert running.findings == Findings(away=True)


def refusing(directory: Path, error: type[OSError]) -> object:
    real = os.scandir

    def scandir(path: str) -> Iterator[os.DirEntry[str]]:
        if os.fspath(path) == os.fspath(directory):
            raise error(13, "Permission denied")
        return real(path)  # type: ignore[return-value]

    return scandir


@pytest.mark.parametrize("error", [PermissionError, OSError])
def test_an_unreadable_sub_folder_is_told_and_loses_nothing(
    error: type[OSError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.jpg", "locked/b.jpg", "locked/deep/c.jpg", "locked too/d.jpg")
    known = known_after(scan(tmp_path))
    (tmp_path / "locked too" / "d.jpg").unlink()
    monkeypatch.setattr(os, "scandir", refusing(tmp_path / "locked", error))
    findings = scan(tmp_path, known)
    assert [trouble.relpath for trouble in findings.trouble] == ["locked"]
    assert "could not be looked through" in findings.trouble[0].message
    assert [file.relpath for file in findings.gone] == ["locked too/d.jpg"]
    assert findings.unchanged == 1


def test_a_root_that_must_not_be_read_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.jpg")
    known = known_after(scan(tmp_path))
    monkeypatch.setattr(os, "scandir", refusing(tmp_path, PermissionError))
    assert scan(tmp_path, known).away


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    put(tmp_path, "in/a.jpg", "in/deep/b.jpg")
    (tmp_path / "in" / "deep" / "up").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "me").symlink_to(tmp_path / "in" / "me")
    (tmp_path / "root").symlink_to(tmp_path)
    (tmp_path / "above").symlink_to(tmp_path.parent)
    assert names(scan(tmp_path)) == {"in/a.jpg", "in/deep/b.jpg"}


def test_a_link_to_pictures_elsewhere_is_followed_once(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    put(root, "a.jpg")
    put(outside, "b.jpg", "deep/c.jpg")
    (outside / "deep" / "back").symlink_to(outside)
    (root / "linked").symlink_to(outside)
    (root / "once more").symlink_to(outside)
    (root / "file.jpg").symlink_to(outside / "b.jpg")
    (root / "dangling.jpg").symlink_to(outside / "nothing.jpg")
    assert names(scan(root)) == {"a.jpg", "file.jpg", "linked/b.jpg", "linked/deep/c.jpg"}


def test_a_link_into_another_folder_of_the_library_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "one", "a.jpg")
    put(tmp_path / "two", "b.jpg")
    (tmp_path / "one" / "link").symlink_to(tmp_path / "two")
    assert names(scan(tmp_path / "one", roots=(tmp_path / "two",))) == {"a.jpg"}


def test_a_part_of_a_folder_can_be_looked_through(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "in/b.jpg", "in/deep/c.jpg", "inner/d.jpg")
    assert names(scan(tmp_path, under="in")) == {"in/b.jpg", "in/deep/c.jpg"}
    assert names(scan(tmp_path, under="in", recursive=False)) == {"in/b.jpg"}
    assert names(scan(tmp_path, recursive=False)) == {"a.jpg"}


def test_a_part_that_was_deleted_is_gone_as_a_whole(tmp_path: Path) -> None:
    put(tmp_path, "a.jpg", "in/b.jpg", "in/deep/c.jpg")
    known = known_after(scan(tmp_path, under="in"))
    for path in (tmp_path / "in" / "deep" / "c.jpg", tmp_path / "in" / "b.jpg"):
        path.unlink()
    (tmp_path / "in" / "deep").rmdir()
    (tmp_path / "in").rmdir()
    assert len(scan(tmp_path, known, under="in").gone) == 2


def test_a_picture_that_is_still_being_written_is_left_for_later(tmp_path: Path) -> None:
    put(tmp_path, "done.jpg", "in/growing.jpg", "known growing.jpg", "from the future.jpg")
    known = {"known growing.jpg": KnownFile(1, "known growing.jpg", 9, 9, 1, failed=False)}
    now = 10**18
    for name, age in (
        ("done.jpg", 2 * 10**9),
        ("in/growing.jpg", 10**8),
        ("known growing.jpg", 0),
        ("from the future.jpg", -(10**12)),
    ):
        os.utime(tmp_path / name, ns=(0, now - age))
    findings = scan(tmp_path, known, now_ns=now)
    assert names(findings) == {"done.jpg", "from the future.jpg"}
    assert findings.unsettled == {"in", ""}
    assert findings.gone == []


def test_names_that_are_not_text_are_found(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9 \xff.jpg")
    put(tmp_path, odd)
    assert names(scan(tmp_path)) == {odd}
    assert scan(tmp_path, known_after(scan(tmp_path))).unchanged == 1


def test_a_folder_that_is_named_like_a_picture_is_a_folder(tmp_path: Path) -> None:
    put(tmp_path, "album.jpg/a.jpg")
    assert names(scan(tmp_path)) == {"album.jpg/a.jpg"}


@given(st.lists(st.text(max_size=8), max_size=6), st.text(max_size=12))
def test_any_pattern_and_any_name_are_possible(patterns: list[str], name: str) -> None:
    assert excluder(patterns)(name) in (True, False)
