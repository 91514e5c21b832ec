"""What becomes of the output: pipes that end, full disks, no console, any encoding."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from app.cli import main
from tests.app.cli.conftest import Lumitag, paint
from tests.support.packs import RED

FULL = Path("/dev/full")


@contextmanager
def no_reader() -> Iterator[TextIO]:
    """The writing end of a pipe that nobody reads any more; nothing is flushed by itself."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        yield stream


def test_a_reader_that_has_seen_enough_is_no_error(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lumitag("index", pictures)
    with no_reader() as stream, monkeypatch.context() as piped:
        piped.setattr(sys, "stdout", stream)
        said = lumitag("search", "name:*")  # less than what is held back before it is written
    assert said.code == 0
    assert said.err == ""


def test_help_into_a_pipe_that_ended_is_no_error(
    lumitag: Lumitag, monkeypatch: pytest.MonkeyPatch
) -> None:
    with no_reader() as stream, monkeypatch.context() as piped:
        piped.setattr(sys, "stdout", stream)
        assert main(["--help"]) == 0


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_output_onto_a_full_disk_is_one_sentence(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lumitag("index", pictures)
    with FULL.open("w", encoding="utf-8") as stream, monkeypatch.context() as redirected:
        redirected.setattr(sys, "stdout", stream)
        said = lumitag("search", "name:*", "--json")
    assert said.code == 1
    assert said.err == (
        "lumitag: The output cannot be written (No space left on device); "
        "make room, or write it elsewhere.\n"
    )


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_messages_onto_a_full_disk_do_not_stop_the_work(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pictures / "empty.jpg").touch()
    with FULL.open("w", encoding="utf-8") as stream, monkeypatch.context() as redirected:
        redirected.setattr(sys, "stderr", stream)
        said = lumitag("index", pictures)
    assert said.code == 1  # the empty file
    assert "4 added" in said.out
    assert "1 failed" in said.out


def test_without_stdout_and_stderr_the_work_is_done(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pictures / "empty.jpg").touch()
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stdout", None)
        closed.setattr(sys, "stderr", None)
        assert lumitag("index", pictures).code == 1  # the empty file
        assert lumitag("search", "red").code == 0
        assert lumitag("search", "(").code == 2
    assert len(lumitag("search", "name:*", "--json").objects) == 4


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_any_text_comes_out_in_any_encoding(
    encoding: str, lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.name == "posix" and sys.platform != "darwin":  # others allow no such names
        paint(pictures / os.fsdecode(b"caf\xe9 \xff.png"), RED)
    paint(pictures / "beach 🏖 日本.png", RED)
    lumitag("index", pictures)
    out, err = io.BytesIO(), io.BytesIO()
    streams = {
        name: io.TextIOWrapper(written, encoding, write_through=True)
        for name, written in (("stdout", out), ("stderr", err))
    }
    with monkeypatch.context() as western:
        for name, stream in streams.items():
            western.setattr(sys, name, stream)
        assert lumitag("search", "name:*.png OR “日本”").code == 0
    lines = out.getvalue().splitlines()
    assert len(lines) == len(list(pictures.rglob("*.png")))
    assert "beach 🏖 日本.png".encode(encoding, "backslashreplace") in out.getvalue()
    assert (b"caf\xe9 \xff.png" in out.getvalue()) == (len(lines) == 5)
    assert b"is no label" in err.getvalue()


def test_names_that_look_like_emoji_codes_or_markup_are_printed_as_they_are(
    lumitag: Lumitag, pictures: Path
) -> None:
    name = f"a :smile: [red] {'long ' * 30}.jpg"
    (pictures / name).touch()
    assert f"{pictures / name}: The file is empty.\n" in lumitag("index", pictures).err


def test_a_wrong_place_far_into_a_long_query_is_still_pointed_at(
    lumitag: Lumitag, pictures: Path
) -> None:
    lumitag("index", pictures)
    said = lumitag("search", "red\n " + "sea " * 1000 + "is:nothing " + "sea " * 1000)
    _, query, marks = said.err.splitlines()
    assert said.code == 2
    assert len(query) < 120
    assert query[marks.index("^") : len(marks)] == "nothing"


def test_a_wrong_place_behind_a_line_break_is_still_pointed_at(
    lumitag: Lumitag, pictures: Path
) -> None:
    lumitag("index", pictures)
    _, query, marks = lumitag("search", "red\nis:nothing").err.splitlines()
    assert query[marks.index("^") : len(marks)] == "nothing"


def test_ctrl_c_is_no_traceback_whatever_is_being_done(
    lumitag: Lumitag, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(io.StringIO):
        """Ctrl+C comes when the first line is written."""

        def write(self, text: str) -> int:
            raise KeyboardInterrupt

    lumitag("index", pictures)
    for asked in (["--help"], ["search", "red"], ["doctor"]):
        with monkeypatch.context() as interrupted:
            interrupted.setattr(sys, "stdout", Interrupted())
            assert main(asked) == 130
