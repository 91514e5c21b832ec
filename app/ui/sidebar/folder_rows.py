"""The sidebar's rows for folders. A big library has thousands: they are made in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.ui.sidebar.folder_filter import folder_names
from app.ui.sidebar.rows import Row
from app.ui.wording import printable

if TYPE_CHECKING:
    from app.engine import FolderState


@dataclass(frozen=True, slots=True)
class Place:
    """What a row stands for.

    Attributes:
        folder_id: The root's.
        root: The row is the root itself.
        path: Where it lies.
        name: What ``folder:`` calls it.
        count: Photos in it and below.
    """

    folder_id: int
    root: bool
    path: Path
    name: str
    count: int


def folder_rows(states: Sequence[FolderState]) -> list[Row]:
    """Return a row for each root, with those of its subfolders below it. Touches no widget."""
    names = folder_names(states)
    return [_root(state, names) for state in states]


def every(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield rows and all below them, each before its children."""
    for row in rows:
        yield row
        yield from every(row.children)


def _root(state: FolderState, names: Mapping[tuple[int, str], str]) -> Row:
    folder = state.folder
    text = printable(folder.path.name or str(folder.path))
    tip = printable(str(folder.path))
    if folder.offline:
        offline = QCoreApplication.translate("Folders", "{folder} (offline)")
        text = offline.replace("{folder}", text)
        away = QCoreApplication.translate(
            "Folders", "It is away. Nothing is lost; plug in its drive, or put it back."
        )
        tip = f"{tip}\n{away}"
    root = Row(
        str(folder.id),
        text,
        "folder",
        count=state.count,
        icon="offline" if folder.offline else "folder",
        faded=folder.offline,
        tip=tip,
        payload=Place(folder.id, True, folder.path, names[folder.id, ""], state.count),
    )
    rows = {"": root}
    for relative, count in state.subfolders:
        above, _, name = relative.rpartition("/")
        parent = rows[above]
        where = folder.path / relative
        row = Row(
            f"{folder.id}/{relative}",
            printable(name),
            "folder",
            count=count,
            faded=folder.offline,
            tip=printable(str(where)),
            depth=parent.depth + 1,
            payload=Place(folder.id, False, where, names[folder.id, relative], count),
        )
        parent.children.append(row)
        rows[relative] = row
    return root
