import os
import sys
import threading

import pytest

from app.labeling.captured_output import capture


def test_lines_of_the_loader_are_caught_without_their_colours(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with capture() as caught:
        os.write(2, b"\x1b[1;31m[E:onnxruntime] no libcudnn\x1b[m\n\n")
        print("Failed to load cublas")  # noqa: T201
    assert caught.lines == ["[E:onnxruntime] no libcudnn", "Failed to load cublas"]
    assert capfd.readouterr() == ("", "")


def test_what_others_say_meanwhile_is_not_lost(capfd: pytest.CaptureFixture[str]) -> None:
    def other() -> None:
        print("a result")  # noqa: T201
        print("a complaint", file=sys.stderr)  # noqa: T201

    with capture() as caught:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert caught.lines == []
    assert capfd.readouterr() == ("a result\n", "a complaint\n")


def test_an_error_inside_leaves_everything_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout
    with pytest.raises(KeyError), capture():
        raise KeyError
    assert sys.stdout is before
    os.write(2, b"still here\n")
    assert capfd.readouterr().err == "still here\n"


def test_without_a_console_nothing_is_caught_and_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("stdout", "stderr", "__stderr__"):
        monkeypatch.setattr(sys, name, None)
    with capture() as caught:
        os.write(2, b"some other file's descriptor\n")
        print("Failed to load cublas")  # noqa: T201
    assert caught.lines == ["Failed to load cublas"]
    assert not caught.catches_errors
    monkeypatch.undo()
    assert capfd.readouterr().err == "some other file's descriptor\n"


def test_a_closed_standard_error_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def fileno(self) -> int:
            raise ValueError("I/O operation on closed file")

        def flush(self) -> None:
            raise ValueError("I/O operation on closed file")

    monkeypatch.setattr(sys, "stderr", Closed())
    monkeypatch.setattr(sys, "__stderr__", Closed())
    with capture() as caught:
        pass
    assert not caught.catches_errors


def test_captures_of_several_threads_leave_everything_as_it_was(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = sys.stdout
    caught: list[str] = []

    def shout(at: int) -> None:
        with capture() as mine:
            os.write(2, b"cuda %d\n" % at)
        caught.extend(mine.lines)

    threads = [threading.Thread(target=shout, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(caught) == [f"cuda {at}" for at in range(8)]
    assert sys.stdout is before
    os.write(2, b"back again\n")
    assert capfd.readouterr() == ("", "back again\n")
