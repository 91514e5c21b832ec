"""Reads the CSV tables of labelled pictures, and names what is wrong with them."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from trainer.errors import DataError

_ROW_OF_THE_HEADER = 1
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs"}


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A table as it stands in its file.

    Attributes:
        path: The file, for messages.
        header: The columns' names, without spaces around them.
        rows: The row's number (the header is row 1, blank rows count) and its cells, as many as
            the header has.
    """

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def read_csv(path: Path) -> CsvTable:
    """Read a comma-separated UTF-8 table, with or without byte-order mark, with LF or CRLF.

    Raises:
        DataError: It cannot be read, is not UTF-8, is empty, has a column twice, a row with more or
            fewer cells than the header, or a quote that is never closed; the row is named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = _numbered(path, csv.reader(file, strict=True))
            _, first = next(lines, (0, []))
            header = _header(path, first)
            rows = tuple(_row(path, header, number, cells) for number, cells in lines)
    except OSError as error:
        raise DataError(f"The table {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"The table {path} is not UTF-8 text; save it as UTF-8 CSV.") from error
    return CsvTable(path, header, rows)


def require_columns(table: CsvTable, wanted: Sequence[str]) -> None:
    """Make sure that the label columns are there.

    Raises:
        DataError: Some are not; they are named.
    """
    missing = [column for column in wanted if column not in table.header]
    if missing:
        raise DataError(f"The table {table.path} has no column {', '.join(missing)}.")


def require_rows(table: CsvTable) -> None:
    """Make sure that the table lists something.

    Raises:
        DataError: It has a header only.
    """
    if not table.rows:
        raise DataError(f"The table {table.path} has no rows.")


def said_of_header(table: CsvTable) -> str:
    """Return what was found in place of a column, for the end of a message."""
    for delimiter, name in _OTHER_DELIMITERS.items():
        if len(table.header) == 1 and delimiter in table.header[0]:
            return f"its cells are separated by {name}: save it with commas"
    return f"found: {', '.join(table.header) or 'nothing'}"


def zero_or_one(table: Path, row: int, column: str, cell: str) -> float:
    """Return a cell's 0 or 1.

    Raises:
        DataError: It is something else.
    """
    value = cell.strip()
    if value not in ("0", "1"):
        raise DataError(f"{table}, row {row}, column {column}: {value!r} is neither 0 nor 1.")
    return float(value)


def _numbered(path: Path, reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise DataError(
                f"{path}, row {number}: this is no CSV ({error}); is a quote never closed?"
            ) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def _header(path: Path, cells: Sequence[str]) -> tuple[str, ...]:
    header = tuple(cell.strip() for cell in cells)
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise DataError(f"The table {path} has the column {', '.join(twice)} twice.")
    return header


def _row(
    path: Path, header: Sequence[str], number: int, cells: Sequence[str]
) -> tuple[int, Mapping[str, str]]:
    if len(cells) != len(header):
        cure = (
            "Put quotes around a cell that has a comma in it."
            if len(cells) > len(header)
            else ("Write the empty ones too.")
        )
        raise DataError(
            f"{path}, row {number}: it has {len(cells)} cells, the header has {len(header)}. {cure}"
        )
    return number, dict(zip(header, cells, strict=True))
