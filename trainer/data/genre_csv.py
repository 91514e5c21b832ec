"""Reads the public poster format: a CSV of Id, Genre and one 0/1 column a label, and pictures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from trainer.data.csv_table import (
    CsvTable,
    read_csv,
    require_columns,
    require_rows,
    said_of_header,
    zero_or_one,
)
from trainer.data.labelled import Labelled, check_files
from trainer.data.listing import Listing, matrix
from trainer.errors import DataError

_ID: Final = "Id"
_TABLE: Final = "train.csv"
_PICTURES: Final = "images"
_SUFFIXES: Final = (".webp", ".jpg", ".jpeg", ".png")
_NOT_IN_A_NAME: Final = ("/", "\\", "\0")


def read_genre_csv(folder: Path, columns: Sequence[str]) -> Labelled:
    """Read ``folder/train.csv`` and find each row's picture ``folder/images/<Id>.webp`` (or .jpg).

    Rows that repeat an id are one picture, which has the labels of all of them.

    Args:
        folder: Where table and pictures lie.
        columns: The label columns, in the order wanted. Other columns are not looked at.

    Raises:
        DataError: No table, no id column, a missing label column, a value that is not 0 or 1, or
            missing pictures; the row, column and file are named.
    """
    listing = list_genre_csv(folder, columns, name=folder.name).joined()
    check_files(listing.paths, listed_in=listing.table)
    return listing.labelled(name=folder.name)


def list_genre_csv(
    folder: Path, columns: Sequence[str], *, name: str, leave_out: Sequence[str] = ()
) -> Listing:
    """Read ``folder/train.csv`` without looking at the pictures.

    Args:
        folder: Where ``train.csv`` and ``images/`` lie.
        columns: The label columns, in the order wanted. Other columns are not looked at.
        name: Of the collection.
        leave_out: Columns whose 1 says that the recipe leaves the picture out.

    Raises:
        DataError: No table, no id column, a missing column, a row with too few or too many cells,
            an id that is empty or no file name, or a value that is not 0 or 1; row and column are
            named.
    """
    table = read_csv(folder / _TABLE)
    if _ID not in table.header:
        raise DataError(
            f"The table {table.path} has no column {_ID}; it names the picture of each row "
            f"({said_of_header(table)})."
        )
    require_columns(table, (*columns, *leave_out))
    require_rows(table)
    ids = tuple(_id(table, number, cells[_ID]) for number, cells in table.rows)
    there = _pictures(folder / _PICTURES)
    found = {one: _found(there, one) for one in dict.fromkeys(ids)}
    named = {found_name for found_name in found.values() if found_name}
    return Listing(
        name=name,
        table=table.path,
        rows=tuple(number for number, _ in table.rows),
        ids=ids,
        paths=tuple(folder / _PICTURES / (found[one] or f"{one}{_SUFFIXES[0]}") for one in ids),
        labels=tuple(columns),
        targets=matrix(_values(table, columns), len(columns)),
        left_out=np.asarray(matrix(_values(table, leave_out), len(leave_out)).any(axis=1)),
        unlisted=tuple(folder / _PICTURES / one for one in sorted({*there.values()} - named)),
    )


def _id(table: CsvTable, row: int, cell: str) -> str:
    name = cell.strip()
    if not name:
        raise DataError(f"{table.path}, row {row}: the column {_ID} is empty.")
    if any(sign in name for sign in _NOT_IN_A_NAME):
        raise DataError(
            f"{table.path}, row {row}, column {_ID}: {name!r} is no file name; pictures lie in "
            f"{_PICTURES}/ itself."
        )
    return name


def _values(table: CsvTable, columns: Sequence[str]) -> list[list[float]]:
    return [
        [zero_or_one(table.path, number, column, cells[column]) for column in columns]
        for number, cells in table.rows
    ]


def _pictures(folder: Path) -> dict[str, str]:
    """Return picture files by their names with a lower-case ending; none without the folder."""
    if not folder.is_dir():
        return {}
    return {
        path.stem + path.suffix.lower(): path.name
        for path in folder.iterdir()
        if path.suffix.lower() in _SUFFIXES
    }


def _found(there: Mapping[str, str], name: str) -> str | None:
    return next((there[name + suffix] for suffix in _SUFFIXES if name + suffix in there), None)
