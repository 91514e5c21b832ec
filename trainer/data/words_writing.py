"""Reads the words of a collection's pictures into ``words.jsonl``, and goes on after a stop."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

import msgspec

from app.imaging.content import read_bytes
from app.imaging.decode import decode
from app.imaging.errors import UnreadablePictureError
from app.imaging.formats import is_picture
from app.reading import DECODE_SIZE, Page, Reader, ReadingError
from trainer.data.words import Row, rows
from trainer.errors import DataError

_PICTURES: Final = "images"


@dataclass(frozen=True, slots=True)
class Done:
    """One picture that was dealt with.

    Attributes:
        path: Its file.
        problem: Why nothing was written of it; None: its words were.
        cut_short: Whether it has more words than were read.
    """

    path: Path
    problem: str | None = None
    cut_short: bool = False


class WordsFile:
    """``words.jsonl``, open to be added to; what a kill left half-written is cut off first.

    Attributes:
        ids: The pictures that stand in it.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file.

        Raises:
            DataError: It cannot be written, or a line before the last is damaged.
        """
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = path.open("r+b" if path.exists() else "w+b")
        except OSError as error:
            raise DataError(f"The words {path} cannot be written: {error.strerror}.") from error
        try:
            self._file.seek(_whole_lines(self._file))
            self._file.truncate()
            self.ids = {row.id for _, row in rows(path)}
        except BaseException:
            self._file.close()
            raise

    def add(self, row: Row) -> None:
        """Add one picture; it is on the disk when this returns.

        Raises:
            DataError: The disk refuses.
        """
        try:
            self._file.write(msgspec.json.encode(row) + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise DataError(
                f"The words {self.path} cannot be written: {error.strerror}. What was read is "
                "kept; run the same command again."
            ) from error
        self.ids.add(row.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


def collection(folder: Path) -> dict[str, Path]:
    """Return the pictures of a folder, or of ``images`` in it, by their ids, in a steady order.

    An id is the path below that folder, with forward slashes and without the ending.

    Raises:
        DataError: There are none, or two share an id.
    """
    home = folder / _PICTURES if (folder / _PICTURES).is_dir() else folder
    found: dict[str, Path] = {}
    for path in sorted(home.rglob("*")):
        if not is_picture(path.name) or path.name.startswith(".") or not path.is_file():
            continue
        name = path.relative_to(home).with_suffix("").as_posix()
        if name in found:
            raise DataError(
                f"{found[name]} and {path} have the same name but for their endings; rename one."
            )
        found[name] = path
    if not found:
        raise DataError(f"There are no pictures in {home}.")
    return found


def read_collection(
    pictures: Mapping[str, Path], file: WordsFile, reader: Reader
) -> Iterator[Done]:
    """Read the pictures that are not in the file yet, and add each as soon as it is read.

    Args:
        pictures: By id.
        file: Where the words go.
        reader: The engine.

    Yields:
        Each picture that was dealt with.

    Raises:
        UnavailableError: The engine is missing or broken.
        DataError: The file cannot be written.
    """
    for name, path in pictures.items():
        if name in file.ids:
            continue
        try:
            picture = decode(read_bytes(path), name=path.name, working_size=DECODE_SIZE)
            page = reader.read_page(picture.pixels)
        except (UnreadablePictureError, ReadingError) as error:
            yield Done(path, problem=str(error))
            continue
        file.add(_row(name, page, picture.width, picture.height))
        yield Done(path, cut_short=page.cut_short)


def _row(name: str, page: Page, width: int, height: int) -> Row:
    lines = []
    for line in page.lines:
        x0, y0, x1, y1 = line.box
        box = (round(x0 * width), round(y0 * height), round(x1 * width), round(y1 * height))
        lines.append((line.text, round(line.confidence, 2), box))
    return Row(name, width, height, lines)


def _whole_lines(file: BinaryIO) -> int:
    """Return how many bytes of the file are whole lines."""
    file.seek(0)
    return file.read().rfind(b"\n") + 1
