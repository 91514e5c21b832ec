"""The user's folders as the sidebar and `lumitag folders` list them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.library.records import Folder


@dataclass(frozen=True, slots=True)
class FolderState:
    """A root folder with how many photos lie in it.

    Attributes:
        folder: The root.
        count: Photos in it and below, one with several paths there once.
        subfolders: (relative POSIX path, the same of it), sorted by path; the
            parents of every folder that holds pictures are listed too.
    """

    folder: Folder
    count: int
    subfolders: tuple[tuple[str, int], ...]


def folder_states(
    folders: Sequence[Folder], totals: Mapping[tuple[int, str], int]
) -> list[FolderState]:
    """Return every root with its subfolders.

    Args:
        folders: The roots.
        totals: Photos by a root's id and the path in it, "" for itself.
    """
    inside: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for (folder_id, path), count in totals.items():
        if path:
            inside[folder_id].append((path, count))
    return [
        FolderState(folder, totals.get((folder.id, ""), 0), tuple(sorted(inside[folder.id])))
        for folder in folders
    ]
