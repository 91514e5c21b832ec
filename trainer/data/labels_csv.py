"""Reads anyone's folder of labelled pictures: ``labels.csv`` with a path and labels a row."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.imaging.formats import PICTURE_SUFFIXES
from trainer.data.csv_table import (
    CsvTable,
    read_csv,
    require_columns,
    require_rows,
    said_of_header,
    zero_or_one,
)
from trainer.data.listing import Listing, is_there, matrix
from trainer.errors import DataError
from trainer.settings import ColumnLabel

_TABLE: Final = "labels.csv"
_PATH: Final = "path"
_LABELS: Final = "labels"
_BETWEEN: Final = re.compile(r"[;|]")
_GROUP: Final = "Labels"
_NOT_IN_AN_ID: Final = re.compile(r"[^a-z0-9]+")
_NAMED_AT_MOST: Final = 3


def list_labels_csv(
    folder: Path, columns: Sequence[str], *, name: str, leave_out: Sequence[str] = ()
) -> Listing:
    """Read ``folder/labels.csv`` without decoding a picture.

    The column ``path`` names a picture below the folder, with slashes of either kind. Its labels
    stand in the column ``labels``, separated by ``;`` or ``|``, or in one 0/1 column a label.

    Args:
        folder: Where ``labels.csv`` and the pictures lie.
        columns: The labels, in the order wanted; empty: all that the table has.
        name: Of the collection.
        leave_out: Labels that make the recipe leave a picture out.

    Raises:
        DataError: No table, no column ``path``, no labels, a wanted column that is missing, a row
            with too few or too many cells, a path that is empty or leads out of the folder, or a
            value that is not 0 or 1; row and column are named.
    """
    table = read_csv(folder / _TABLE)
    if _PATH not in table.header:
        raise DataError(
            f"The table {table.path} has no column {_PATH}; it names the picture of each row "
            f"({said_of_header(table)})."
        )
    require_rows(table)
    notes: list[str] = []
    if _LABELS in table.header:
        labels, targets, left_out = _from_names(table, columns, leave_out, notes)
    else:
        labels, targets, left_out = _from_columns(table, columns, leave_out)
    ids = tuple(_inside(table, number, folder, cells[_PATH]) for number, cells in table.rows)
    return Listing(
        name=name,
        table=table.path,
        rows=tuple(number for number, _ in table.rows),
        ids=ids,
        paths=tuple(folder / one for one in ids),
        labels=labels,
        targets=targets,
        left_out=left_out,
        unlisted=_unlisted(folder, set(ids)),
        notes=tuple(notes),
    )


def labels_of(columns: Sequence[str]) -> tuple[ColumnLabel, ...]:
    """Return how a recipe would write a table's labels: ids made from the names, one group."""
    taken: set[str] = set()
    return tuple(
        ColumnLabel(column=column, id=_slug(column, taken), name=column, group=_GROUP)
        for column in columns
    )


def _slug(name: str, taken: set[str]) -> str:
    """Return an id of a-z, 0-9 and hyphens for a name, unlike those ``taken``, and take it."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    base = _NOT_IN_AN_ID.sub("-", plain).strip("-") or "label"
    result, number = base, 1
    while result in taken:
        number += 1
        result = f"{base}-{number}"
    taken.add(result)
    return result


def _from_columns(
    table: CsvTable, columns: Sequence[str], leave_out: Sequence[str]
) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.bool_]]:
    every = tuple(one for one in table.header if one not in ("", _PATH))
    labels = tuple(columns) or tuple(one for one in every if one not in leave_out)
    if not labels:
        raise DataError(
            f"The table {table.path} has no labels: it needs a column {_LABELS} with names "
            f"separated by ; or |, or one 0/1 column a label."
        )
    require_columns(table, (*labels, *leave_out))
    values = {
        column: [_value(table, number, column, cells, not columns) for number, cells in table.rows]
        for column in (*labels, *leave_out)
    }
    targets = matrix([values[label] for label in labels], len(table.rows)).T
    left_out = np.asarray(
        matrix([values[one] for one in leave_out], len(table.rows)).any(axis=0), dtype=bool
    )
    return labels, np.ascontiguousarray(targets), left_out


def _value(
    table: CsvTable, row: int, column: str, cells: Mapping[str, str], unasked: bool
) -> float:
    try:
        return zero_or_one(table.path, row, column, cells[column])
    except DataError as error:
        if unasked:
            raise DataError(
                f"{error} If {column} is no label, name those that are under [[labels]]."
            ) from error
        raise


def _from_names(
    table: CsvTable, columns: Sequence[str], leave_out: Sequence[str], notes: list[str]
) -> tuple[tuple[str, ...], NDArray[np.float32], NDArray[np.bool_]]:
    named = [_names(cells[_LABELS]) for _, cells in table.rows]
    counts = Counter(name for names in named for name in names)
    for one in leave_out:
        if one not in counts:
            raise DataError(f"No row of {table.path} has the label {one}, which is left out.")
    labels = tuple(columns) or tuple(sorted(set(counts) - set(leave_out)))
    if not labels:
        raise DataError(f"The table {table.path}: the column {_LABELS} is empty in all rows.")
    unknown = sorted(set(counts) - set(labels) - set(leave_out))
    if unknown:
        first = ", ".join(f"{one} ({counts[one]} rows)" for one in unknown[:_NAMED_AT_MOST])
        notes.append(
            f"{table.path}: {len(unknown)} labels are not in the recipe and are not learned, "
            f"such as {first}."
        )
    targets = matrix([[float(one in names) for one in labels] for names in named], len(labels))
    left_out = np.array([not names.isdisjoint(leave_out) for names in named], dtype=bool)
    return labels, targets, left_out


def _names(cell: str) -> frozenset[str]:
    return frozenset(name for part in _BETWEEN.split(cell) if (name := part.strip()))


def _inside(table: CsvTable, row: int, folder: Path, cell: str) -> str:
    """Return a row's path below the folder with forward slashes.

    The file is looked for as written, then without spaces around it, then with letters composed and
    decomposed: a table written on one system names files copied from another.
    """
    text = cell.replace("\\", "/")
    if not text.strip() or "\0" in text:
        raise DataError(f"{table.path}, row {row}, column {_PATH}: it names no picture.")
    if (
        PureWindowsPath(text.strip()).drive
        or text.strip().startswith("/")
        or ".." in PurePosixPath(text).parts
    ):
        raise DataError(
            f"{table.path}, row {row}, column {_PATH}: {cell!r} leads out of the folder {folder}; "
            f"write paths from there, such as summer/beach.jpg."
        )
    stripped = text.strip()
    candidates = (
        text,
        stripped,
        unicodedata.normalize("NFC", stripped),
        unicodedata.normalize("NFD", stripped),
    )
    found = next((one for one in candidates if is_there(folder / one)), stripped)
    return PurePosixPath(found).as_posix()


def _unlisted(folder: Path, listed: set[str]) -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in PICTURE_SUFFIXES
        and path.relative_to(folder).as_posix() not in listed
        and path.is_file()
    )
