"""Decodes every picture once, and remembers which ones are whole and what bytes they have."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.imaging.content import content_hash, read_bytes
from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from trainer.training.safely import to_disk

_FILE: Final = "inspected.json"
_BATCH: Final = 256
"""Pictures between two looks at the keyboard; all found so far is kept."""


class Inspected(msgspec.Struct, frozen=True, array_like=True):
    """What was found in a picture file.

    Attributes:
        size: Bytes.
        changed: When the file was last changed, in nanoseconds.
        content: BLAKE3 of its bytes, hexadecimal; empty where it cannot be read.
        trouble: Why it cannot be decoded; empty: it can.
    """

    size: int
    changed: int
    content: str
    trouble: str


class Inspector:
    """Looks at pictures; those whose size and time have not changed since are not decoded again."""

    def __init__(self, folder: Path | None) -> None:
        """Remember findings in ``folder`` (None: nowhere), which is made when missing."""
        self._file = None if folder is None else folder / _FILE
        self._known = _read(self._file)

    def inspect(self, paths: Sequence[Path], *, name: str) -> list[Inspected]:
        """Return what is found in each picture; a progress bar on stderr is named ``name``.

        Files that are not there are told as any other trouble; nothing is raised for a picture.

        Raises:
            TrainerError: What was found cannot be written down.
        """
        keys = [str(path.resolve()) for path in paths]
        fresh = {
            key: path
            for key, path in zip(keys, paths, strict=True)
            if not _same(self._known.get(key), path)
        }
        if fresh:
            try:
                self._look(fresh, name)
            finally:
                self._keep()
        return [self._known[key] for key in keys]

    def _look(self, fresh: dict[str, Path], name: str) -> None:
        pictures = list(fresh.items())
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool, _progress_bar() as bar:
            task = bar.add_task(f"{name}: pictures decoded", total=len(pictures))
            for start in range(0, len(pictures), _BATCH):
                batch = pictures[start : start + _BATCH]
                for (key, _), found in zip(
                    batch, pool.map(_inspect, [path for _, path in batch]), strict=True
                ):
                    self._known[key] = found
                    bar.advance(task)

    def _keep(self) -> None:
        """Write what is known, with what another process found in the meantime."""
        if self._file is None:
            return
        self._known = _read(self._file) | self._known
        partial = self._file.with_suffix(f".{os.getpid()}.part")
        with to_disk(self._file):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(msgspec.json.encode(self._known))
            partial.replace(self._file)


def _read(file: Path | None) -> dict[str, Inspected]:
    """Return what a note says; a note that is no longer whole says nothing."""
    if file is None or not file.exists():
        return {}
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Inspected])
    except msgspec.DecodeError:
        return {}


def _same(known: Inspected | None, path: Path) -> bool:
    if known is None:
        return False
    try:
        status = path.stat()
    except OSError:
        return False
    return (known.size, known.changed) == (status.st_size, status.st_mtime_ns)


def _inspect(path: Path) -> Inspected:
    try:
        status = path.stat()
        size, changed = status.st_size, status.st_mtime_ns
        data = read_bytes(path)
    except OSError as error:
        return Inspected(0, 0, "", error.strerror or "It cannot be read.")
    except UnreadablePictureError as error:
        return Inspected(size, changed, "", str(error))
    try:
        decode(data, name=path.name)
    except UnreadablePictureError as error:
        return Inspected(size, changed, content_hash(data).hex(), str(error))
    return Inspected(size, changed, content_hash(data).hex(), "")


def _progress_bar() -> Progress:
    """A bar on stderr with pictures done and time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
