"""The learning curve of a run: ``history.jsonl``, one JSON object a line, added to as it goes."""

import json
import os
from pathlib import Path
from typing import Any

from trainer.training.safely import to_disk


class History:
    """The learning curve of one run, on disk.

    A line is ``{"kind": "step", ...}`` about every ten steps or ``{"kind": "epoch", ...}`` after
    each epoch. What was written after the checkpoint that a run goes on from is cut off, so that no
    step stands there twice.
    """

    def __init__(self, path: Path, *, position: int = 0) -> None:
        """Go on after the first ``position`` bytes; the rest is cut off.

        Raises:
            TrainerError: It cannot be written.
        """
        self._path = path
        with to_disk(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.truncate(min(position, file.tell()))

    def add(self, **line: Any) -> None:
        """Add a line, in one piece.

        Raises:
            TrainerError: It cannot be written.
        """
        text = json.dumps(line, separators=(",", ":")) + "\n"
        with to_disk(self._path), self._path.open("ab", buffering=0) as file:
            file.write(text.encode())

    def position(self) -> int:
        """Return how many bytes there are, all of them on the disk."""
        with to_disk(self._path), self._path.open("ab") as file:
            os.fsync(file.fileno())
            return file.tell()


def read_history(path: Path) -> list[dict[str, Any]]:
    """Return a run's lines; one that a kill cut off is left out; none where there is no file."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]
