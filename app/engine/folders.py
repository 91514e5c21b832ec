"""The user's folders as the sidebar and `lumitag folders` list them."""

from dataclasses import dataclass

from app.library.library import Library
from app.library.records import Folder


@dataclass(frozen=True, slots=True)
class FolderState:
    """A root folder with how many photos lie in it.

    Attributes:
        folder: The root.
        count: Photos in it and below; one with copies in several folders counts in each.
        subfolders: (relative POSIX path, the same of it), sorted by path; the
            parents of every folder that holds pictures are listed too.
    """

    folder: Folder
    count: int
    subfolders: tuple[tuple[str, int], ...]


def folder_states(library: Library) -> list[FolderState]:
    """Return every root with its subfolders and their counts."""
    return [_state(library, folder) for folder in library.folders.all()]


def _state(library: Library, folder: Folder) -> FolderState:
    totals: dict[str, int] = {}
    count = 0
    for relative, direct in library.files.folder_tree(folder.id):
        count += direct
        parts = relative.split("/") if relative else []
        for depth in range(1, len(parts) + 1):
            above = "/".join(parts[:depth])
            totals[above] = totals.get(above, 0) + direct
    return FolderState(folder, count, tuple(sorted(totals.items())))
