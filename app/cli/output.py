"""What goes to stdout: a line for people, or one JSON object."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path


def print_json(value: Mapping[str, object]) -> None:
    """Print one JSON object on a line of its own (ASCII, so that any file name survives)."""
    sys.stdout.write(json.dumps(value) + "\n")


def print_line(text: str) -> None:
    """Print one line for people."""
    sys.stdout.write(text + "\n")


def print_problem(text: str) -> None:
    """Print one sentence about what went wrong on stderr, after the program's name."""
    sys.stderr.write(f"lumitag: {text}\n")


def print_file_problem(path: Path, message: str, *, as_json: bool) -> None:
    """Print why a file could not be dealt with: as JSON on stdout, for people on stderr."""
    if as_json:
        print_json({"path": str(path), "error": message})
    else:
        sys.stderr.write(f"{path}: {message}\n")


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
