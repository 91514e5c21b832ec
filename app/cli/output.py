"""What goes to stdout: a line for people, or one JSON object; and to stderr: what went wrong."""

import codecs
import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from app.errors import LumitagError

_ANY_TEXT: Final = "lumitag.any_text"
"""How our streams treat what their encoding does not know."""


class PrintError(LumitagError):
    """What was found cannot be written to stdout: a full disk, say."""


def use_any_text() -> None:
    """Let stdout and stderr print any text, whatever their encoding.

    File names that are not valid text are written byte for byte. Other signs that the encoding
    lacks (a quotation mark in Latin-1, a Chinese word on a Western Windows) are written by number.
    """
    codecs.register_error(_ANY_TEXT, _encode_any)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_ANY_TEXT)


def _encode_any(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    # One sign after the other: names that are not valid text may stand beside other signs.
    error.end = error.start + 1
    for way in ("surrogateescape", "backslashreplace"):
        with suppress(UnicodeError):
            return codecs.lookup_error(way)(error)
    raise error


def finish_output() -> None:
    """Write what is still held back, while somebody can be told that it fails.

    At its end Python would say so in words of its own, and return 120.

    Raises:
        BrokenPipeError: Nobody reads on.
        PrintError: It cannot be written.
    """
    if sys.stderr is not None:
        try:
            sys.stderr.flush()
        except OSError:
            _drop(sys.stderr)
    _write(sys.stdout, "", flush=True)


def drop_output() -> None:
    """Give up stdout: what Python still holds goes nowhere, so that it ends in peace."""
    if sys.stdout is not None:
        _drop(sys.stdout)


def _drop(stream: TextIO) -> None:
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _write(stream: TextIO | None, text: str, *, flush: bool = False) -> None:
    """Write to stdout; without one (``>&-``, a program without a console) nothing is asked for."""
    if stream is None:
        return
    try:
        stream.write(text)
        if flush:
            stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PrintError(
            f"The output cannot be written ({error.strerror}); make room, or write it elsewhere."
        ) from error


def _tell(text: str) -> None:
    """Write to stderr; where that fails, there is nobody left to tell: the exit code says it."""
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(text)


def print_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on a line of its own (ASCII, so that any file name survives)."""
    _write(sys.stdout, json.dumps(value) + "\n")


def print_line(text: str) -> None:
    """Print one line for people."""
    _write(sys.stdout, text + "\n")


def print_problem(text: str) -> None:
    """Print one sentence about what went wrong on stderr, after the program's name."""
    _tell(f"lumitag: {text}\n")


def print_below(text: str) -> None:
    """Print a line on stderr as it is."""
    _tell(text + "\n")


def print_file_problem(path: Path, message: str, *, as_json: bool) -> None:
    """Print why a file could not be dealt with: as JSON on stdout, for people on stderr."""
    if as_json:
        print_json({"path": str(path), "error": message})
    else:
        _tell(f"{path}: {message}\n")


def labels_json(path: Path, labels: Iterable[tuple[str, str, float | None]]) -> dict[str, object]:
    """Return the object that `label` and `search` print for a picture.

    Args:
        path: The file.
        labels: (pack, label name, probability 0..1 or None for the user's own word).
    """
    return {
        "path": str(path),
        "labels": [
            {"pack": pack, "label": name, "probability": _rounded(probability)}
            for pack, name, probability in labels
        ],
    }


def labels_line(path: Path, labels: Iterable[tuple[str, str, float | None]]) -> str:
    """Return the same for people: the path, a tab, and each label with its probability."""
    words = [
        name if probability is None else f"{name} {probability:.0%}"
        for _, name, probability in labels
    ]
    return f"{path}\t{', '.join(words)}"


def _rounded(probability: float | None) -> float | None:
    # Probabilities are kept in steps of 1/255; more than four digits would only look exact.
    return None if probability is None else round(probability, 4)
