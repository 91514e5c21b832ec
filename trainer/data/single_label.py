"""Reads pictures that have one label each: a folder of folders, or a table of paths and labels."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.imaging.formats import PICTURE_SUFFIXES
from trainer.data.csv_table import CsvTable, read_csv
from trainer.data.listing import is_there
from trainer.errors import DataError

_TABLE: Final = "labels.csv"
_PATH: Final = "path"
_BETWEEN: Final = (";", "|")
_ONE_OR_NONE: Final = frozenset({"0", "1"})


@dataclass(frozen=True, slots=True)
class SingleLabels:
    """N pictures with the name of the one label that each has, as it is written.

    Attributes:
        paths: The files.
        names: [N].
        written: Where the names stand, for messages.
    """

    paths: tuple[Path, ...]
    names: tuple[str, ...]
    written: str


def single_labels(folder: Path) -> SingleLabels | None:
    """Return the pictures of a folder with one label each, or None where it has several a picture.

    With ``labels.csv`` in it, the table has the column ``path`` and one more, of any name, with one
    label in each cell. Without it, each subfolder is named for the label of all pictures in it,
    however deep.

    Raises:
        DataError: There is neither a table nor a subfolder with pictures; the table cannot be read,
            or names a picture that is not there.
    """
    if (folder / _TABLE).is_file():
        return _of_table(folder, read_csv(folder / _TABLE))
    return _of_folders(folder)


def _of_table(folder: Path, table: CsvTable) -> SingleLabels | None:
    others = [column for column in table.header if column != _PATH]
    if _PATH not in table.header or len(others) != 1 or not table.rows:
        return None
    cells = [row[others[0]].strip() for _, row in table.rows]
    if set(cells) <= _ONE_OR_NONE:
        return None
    if any(not cell or any(mark in cell for mark in _BETWEEN) for cell in cells):
        return None
    paths = []
    for number, row in table.rows:
        named = row[_PATH].strip().replace("\\", "/")
        path = folder / named
        if not named or ".." in Path(named).parts or not is_there(path):
            raise DataError(
                f"{table.path}, row {number}, column {_PATH}: there is no picture {named!r} in "
                f"{folder}; correct the path or take the row out."
            )
        paths.append(path)
    return SingleLabels(tuple(paths), tuple(cells), f"the column {others[0]} of {table.path}")


def _of_folders(folder: Path) -> SingleLabels:
    try:
        inside = sorted(one for one in folder.iterdir() if one.is_dir())
    except OSError as error:
        raise DataError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    found = [
        (path, one.name)
        for one in inside
        if not one.name.startswith(".")
        for path in sorted(one.rglob("*"))
        if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()
    ]
    if not found:
        raise DataError(
            f"There are no labelled pictures in {folder}: it needs a {_TABLE}, or subfolders with "
            f"pictures that are named for their labels (dog, beach)."
        )
    return SingleLabels(
        tuple(path for path, _ in found),
        tuple(name for _, name in found),
        f"the names of the folders in {folder}",
    )
