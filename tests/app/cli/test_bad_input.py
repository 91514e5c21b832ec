"""Bad input: one clear sentence, the right exit code, nothing lost."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.library.database import Database
from app.paths import user_data
from tests.app.cli.conftest import Lumitag, Said, paint
from tests.support.packs import BLUE, GREEN


def one_sentence(said: Said) -> str:
    """Return the only line on stderr, without the program's name."""
    lines = [line for line in said.err.splitlines() if line.startswith("lumitag: ")]
    assert len(lines) == 1, said.err
    assert "Traceback" not in said.err
    return lines[0].removeprefix("lumitag: ")


def test_a_folder_that_does_not_exist(lumitag: Lumitag, tmp_path: Path) -> None:
    said = lumitag("index", tmp_path / "nowhere")
    assert said.code == 2
    assert str(tmp_path / "nowhere") in one_sentence(said)


def test_a_file_instead_of_a_folder(lumitag: Lumitag, pictures: Path) -> None:
    said = lumitag("index", pictures / "red.jpg")
    assert said.code == 2
    assert "is a file" in one_sentence(said)


def test_an_empty_path_is_not_the_present_folder(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pictures)  # where lumitag index "$UNSET" would index everything
    for wrong in (("index", ""), ("label", ""), ("--library", "", "folders"), ("",)):
        said = lumitag(*wrong)
        assert said.code == 2
        assert "a path is empty" in said.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such links")
def test_a_link_to_itself_and_a_name_that_is_too_long_hold_nothing(
    lumitag: Lumitag, tmp_path: Path
) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (loop, tmp_path / ("long" * 1000), "~nobody.of.this.name/Pictures"):
        indexed = lumitag("index", path)
        assert indexed.code == 2
        assert str(path) in one_sentence(indexed)
        labelled = lumitag("label", path)
        assert labelled.code == 1
        assert labelled.err.startswith(f"{path}: ")
    for path in (loop, tmp_path / ("long" * 1000)):
        opened = lumitag("--library", path, "folders")
        assert opened.code == 2
        assert str(path) in one_sentence(opened)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_as_library_is_not_waited_for(lumitag: Lumitag, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = lumitag("--library", tmp_path / "pipe", "folders")
    assert said.code == 2
    assert "is not a regular file" in one_sentence(said)


def test_a_folder_where_pictures_are_wanted_is_called_one(lumitag: Lumitag, pictures: Path) -> None:
    said = lumitag("accept", "red", pictures, "--json")
    assert said.code == 1
    assert said.objects == [
        {"path": str(pictures), "error": "This is a folder; name the pictures in it."}
    ]


def test_a_folder_inside_that_may_not_be_read_is_named_and_the_rest_is_labelled(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def refuse(path: str = ".") -> object:
        if str(path) == str(pictures / "2021"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may read everything, so the OS says no here
    said = lumitag("label", pictures, "--json")
    assert said.code == 1
    assert {each["path"]: "error" in each for each in said.objects} == {
        str(pictures / "red.jpg"): False,
        str(pictures / "2021"): True,
    }


def test_a_folder_without_permission(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.scandir

    def refuse(path: str = ".") -> object:
        if str(path) == str(pictures):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may read everything, so the OS says no here
    said = lumitag("index", pictures)
    assert said.code == 2
    assert "may not be read" in one_sentence(said)


def test_a_query_that_does_not_parse_is_pointed_at(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    said = lumitag("search", "red (drama")
    assert said.code == 2
    assert one_sentence(said)
    query, marks = said.err.splitlines()[1:3]
    assert query == "  red (drama"
    assert set(marks.strip()) == {"^"}
    assert said.out == ""


def test_a_pack_with_a_wrong_hash_is_named_and_the_others_go_on(
    lumitag: Lumitag, pictures: Path
) -> None:
    model = next((user_data() / "models" / "genres").glob("*.onnx"))
    model.write_bytes(model.read_bytes() + b" ")
    said = lumitag("doctor")
    assert said.code == 1
    assert "genres" in said.out
    indexed = lumitag("index", pictures)
    assert indexed.code == 0
    assert "genres" in one_sentence(indexed)
    assert len(lumitag("search", "red", "--json").objects) == 1
    assert lumitag("search", "drama", "--json").objects == []


def test_a_library_that_is_no_database_is_left_alone(lumitag: Lumitag, tmp_path: Path) -> None:
    diary = tmp_path / "diary.txt"
    diary.write_text("Dear diary, " * 400)
    before = diary.read_bytes()
    said = lumitag("--library", diary, "search", "red")
    assert said.code == 2
    assert str(diary) in one_sentence(said)
    assert diary.read_bytes() == before


def test_another_programs_database_is_left_alone(lumitag: Lumitag, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    before = other.read_bytes()
    assert lumitag("folders", "--library", other).code == 2
    assert other.read_bytes() == before


def test_a_full_disk_keeps_what_was_stored(
    lumitag: Lumitag, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lumitag("index", pictures)
    lumitag("accept", "holiday", pictures / "red.jpg")
    for number in range(120):
        paint(pictures / f"more-{number:03}.png", (number % 256, 40, number // 2))
    real = Database._connect

    def limited(database: Database, *patience: float) -> sqlite3.Connection:
        connection = real(database, *patience)
        if database.path.name == "library.sqlite":
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        return connection

    with monkeypatch.context() as full:
        full.setattr(Database, "_connect", limited)
        said = lumitag("index", pictures)
        decided = lumitag("accept", "long" * 5_000, pictures / "red.jpg")
    for each in (said, decided):
        assert each.code == 1
        assert f"{tmp_path / 'library.sqlite'} is full" in one_sentence(each)
    assert len(lumitag("search", "holiday", "--json").objects) == 1
    assert lumitag("index", pictures).code == 0
    assert len(lumitag("search", "name:*", "--json").objects) == 124


def test_unreadable_files_are_named_and_stop_nothing(lumitag: Lumitag, pictures: Path) -> None:
    (pictures / "empty.jpg").touch()
    (pictures / "story.jpg").write_text("Once upon a time")
    cut = paint(pictures / "cut.jpg", GREEN)
    cut.write_bytes(cut.read_bytes()[:300])
    (pictures / "film.mp4").write_bytes(b"not looked at")
    said = lumitag("index", pictures, "--json")
    assert said.code == 1
    *failed, summary = said.objects
    assert {Path(each["path"]).name for each in failed} == {"empty.jpg", "story.jpg", "cut.jpg"}
    assert all(each["error"].endswith(".") for each in failed)
    assert (summary["added"], summary["failed"], summary["skipped"]) == (4, 3, 1)
    assert lumitag("index", pictures, "--json").objects[-1]["failed"] == 3

    labelled = lumitag("label", pictures / "empty.jpg", pictures / "red.jpg", "--json")
    assert labelled.code == 1
    assert "error" in labelled.objects[0]
    assert "labels" in labelled.objects[1]


def test_a_file_outside_the_library_cannot_be_decided(
    lumitag: Lumitag, pictures: Path, tmp_path: Path
) -> None:
    lumitag("index", pictures)
    said = lumitag("accept", "red", paint(tmp_path / "elsewhere.png", BLUE), "--json")
    assert said.code == 1
    assert "lumitag index" in said.objects[0]["error"]


def test_an_unknown_word_cannot_be_rejected(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    said = lumitag("reject", "zebra crossing", pictures / "red.jpg")
    assert said.code == 2
    assert "zebra crossing" in one_sentence(said)


def test_a_mistyped_command_is_no_folder(lumitag: Lumitag, pictures: Path) -> None:
    said = lumitag("indx", pictures)
    assert said.code == 2
    assert "indx is neither a folder nor a command (index, " in said.err


def test_a_label_that_is_no_text_is_refused(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    for command in ("accept", "reject", "where"):
        said = lumitag(command, os.fsdecode(b"caf\xe9"), pictures / "red.jpg")
        assert said.code == 2
        assert "'caf\\udce9' is not valid text" in said.err


def test_more_than_there_ever_is_may_be_asked_for(lumitag: Lumitag, pictures: Path) -> None:
    lumitag("index", pictures)
    assert len(lumitag("search", "name:*", "--limit", 10**30, "--json").objects) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        ("search",),
        ("index",),
        ("search", "red", "--limit", "0"),
        ("label", "--top", "x", "a.jpg"),
        ("screenshot", "a.png", "--size", "90000x90000"),
    ],
)
def test_wrong_usage_is_exit_code_2(lumitag: Lumitag, wrong: tuple[str, ...]) -> None:
    said = lumitag(*wrong)
    assert said.code == 2
    assert "usage: lumitag" in said.err


def test_no_display_is_one_sentence(lumitag: Lumitag, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    said = lumitag()
    assert said.code == 2
    assert "lumitag screenshot" in one_sentence(said)


def test_opening_the_window_does_not_wait_for_the_database() -> None:
    script = (
        "import sys; import app.cli.window; "
        "heavy = {'sqlalchemy', 'onnxruntime', 'PySide6'} & set(sys.modules); "
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_asking_needs_neither_qt_nor_onnx_nor_torch(
    lumitag: Lumitag, pictures: Path, tmp_path: Path
) -> None:
    lumitag("index", pictures)
    script = (
        "import sys; from app.cli import main; code = main(['search', 'red']); "
        "heavy = {'PySide6', 'onnxruntime', 'torch', 'trainer', 'alembic'} & set(sys.modules); "
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "red.jpg" in done.stdout
