"""Reads the public poster format: a CSV of Id, Genre and one 0/1 column a label, and pictures."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from trainer.data.labelled import Labelled, check_files
from trainer.errors import DataError
from trainer.features import PictureSet

_ID = "Id"
_TABLE = "train.csv"
_PICTURES = "images"
_SUFFIXES = (".webp", ".jpg", ".jpeg", ".png")


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
    table = folder / _TABLE
    try:
        with table.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            _check_columns(table, reader.fieldnames or (), columns)
            rows = list(reader)
    except OSError as error:
        raise DataError(f"The table {table} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"The table {table} is not UTF-8 text; save it as UTF-8 CSV.") from error
    targets: dict[str, list[float]] = {}
    for line, row in enumerate(rows, start=2):
        name = (row[_ID] or "").strip()
        if not name:
            raise DataError(f"{table}, row {line}: the column {_ID} is empty.")
        values = [_value(table, line, column, row) for column in columns]
        known = targets.get(name)
        targets[name] = values if known is None else list(map(max, known, values))
    if not targets:
        raise DataError(f"The table {table} has no rows.")
    ids = tuple(targets)
    paths = tuple(_picture(folder / _PICTURES, name) for name in ids)
    check_files(paths, listed_in=table)
    matrix = np.array(list(targets.values()), dtype=np.float32)
    return Labelled(
        pictures=PictureSet(folder.name, paths),
        ids=ids,
        labels=tuple(columns),
        targets=matrix,
        weights=np.ones_like(matrix),
        sources=(folder.name,) * len(ids),
    )


def _check_columns(table: Path, found: Sequence[str], wanted: Sequence[str]) -> None:
    if _ID not in found:
        raise DataError(
            f"The table {table} has no column {_ID}; it names the picture of each row "
            f"(found: {', '.join(found) or 'nothing'})."
        )
    missing = [column for column in wanted if column not in found]
    if missing:
        raise DataError(f"The table {table} has no column {', '.join(missing)}.")


def _value(table: Path, line: int, column: str, row: Mapping[str, str | None]) -> float:
    value = (row[column] or "").strip()
    if value not in ("0", "1"):
        raise DataError(f"{table}, row {line}, column {column}: {value!r} is neither 0 nor 1.")
    return float(value)


def _picture(folder: Path, name: str) -> Path:
    for suffix in _SUFFIXES:
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return path
    return folder / f"{name}{_SUFFIXES[0]}"
