"""Catches what libraries write to the terminal behind Python's back, so that users are not alarmed.

ONNX Runtime's loader writes to the file descriptor of standard error, its Python part prints.
"""

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import IO, TextIO

STANDARD_ERROR = 2

_one_at_a_time = threading.RLock()
"""The descriptors belong to the process: two captures that overlap would restore each other's."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_OF_THE_LOADER = re.compile(r"onnxruntime|cuda|cudnn|cublas|nvidia|tensorrt", re.IGNORECASE)


class CapturedOutput:
    """What was written during ``with capture() as caught``, complete once the block is left.

    Attributes:
        lines: without colours and empty lines.
        catches_errors: whether standard error is caught at all.
    """

    def __init__(self) -> None:
        self.catches_errors = False
        self.lines: list[str] = []


@contextmanager
def capture() -> Iterator[CapturedOutput]:
    """Catches standard error of the whole process and what this thread prints.

    Other threads' prints go on as ever; lines on standard error that have nothing to do with the
    loader are passed on afterwards. Where there is no standard error (a Windows program without a
    console, a closed descriptor) nothing is caught from it and nothing breaks: by then the
    descriptor may belong to another file, which must not be touched.
    """
    caught = CapturedOutput()
    with _one_at_a_time, _PrintsOfThisThread() as prints, tempfile.TemporaryFile() as taken:
        restore = _redirect(taken)
        caught.catches_errors = restore is not None
        try:
            yield caught
        finally:
            if restore is not None:
                _flush_errors()
                os.dup2(restore, STANDARD_ERROR)
                os.close(restore)
                taken.seek(0)
                caught.lines.extend(_sorted_out(taken.read().decode(errors="replace")))
            caught.lines.extend(_plain_lines("".join(prints.texts)))


def _redirect(into: IO[bytes]) -> int | None:
    """Sends standard error into a file; returns the descriptor to restore, None without one."""
    if sys.__stderr__ is None:
        return None
    _flush_errors()
    try:
        if sys.__stderr__.fileno() != STANDARD_ERROR:
            return None
        before = os.dup(STANDARD_ERROR)
    except (OSError, ValueError):
        return None
    os.dup2(into.fileno(), STANDARD_ERROR)
    return before


def _flush_errors() -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()


def _plain_lines(text: str) -> list[str]:
    lines = (_COLOUR.sub("", line).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _sorted_out(text: str) -> list[str]:
    """Keeps the loader's lines and passes the others on to standard error."""
    kept: list[str] = []
    for line in _plain_lines(text):
        if _OF_THE_LOADER.search(line):
            kept.append(line)
        else:
            os.write(STANDARD_ERROR, f"{line}\n".encode())
    return kept


class _PrintsOfThisThread:
    """Stands in for ``sys.stdout``; keeps what its own thread writes, passes on all else."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._thread = threading.get_ident()
        self._stdout: TextIO | None = None

    def __enter__(self) -> "_PrintsOfThisThread":
        self._stdout = sys.stdout
        sys.stdout = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.stdout = self._stdout

    def write(self, text: str) -> int:
        if threading.get_ident() == self._thread:
            self.texts.append(text)
        elif self._stdout is not None:
            self._stdout.write(text)
        return len(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self._stdout, name)
