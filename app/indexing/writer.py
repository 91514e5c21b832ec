"""The one writer: batches into the library, paths that are gone out of it, and the counts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from app.errors import LumitagError
from app.library.library import Library
from app.library.records import FailedFile, KnownFile, StoredFile, StoreOutcome

_REMOVED_AT_ONCE = 10_000


@dataclass(slots=True)
class Tally:
    """The counts of a ``Summary`` while they grow."""

    added: int = 0
    updated: int = 0
    moved: int = 0
    removed: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0


class Writer:
    """Stores what a run finds out.

    Paths that are gone are forgotten last, so that a photo that was moved is never without a path
    for longer than a moment; but those of a photo that turns up elsewhere just before its new path
    is stored, so that the library sees a move and not a copy.
    """

    def __init__(self, library: Library) -> None:
        self.tally = Tally()
        self._library = library
        # By photo: known files that were not found any more, and the folder of each.
        self._gone: defaultdict[int | None, list[tuple[int, int]]] = defaultdict(list)

    def gone(self, folder_id: int, files: Iterable[KnownFile]) -> None:
        """Notes known files of a folder that were not found any more."""
        for file in files:
            self._gone[file.photo_id].append((folder_id, file.id))

    def store(self, items: Sequence[StoredFile | FailedFile]) -> StoreOutcome:
        """Stores a batch, all of it or nothing; files of a folder removed meanwhile are left out.

        Raises:
            LibraryError: It could not be written; every batch before this one is safe.
        """
        self._forget_former_paths(items)
        staying = self._in_folders(items)
        try:
            outcome = self._library.photos.store(staying)
        except LumitagError:
            raise
        except Exception:
            # A folder that was removed in this very moment takes the directories with it.
            still = self._in_folders(staying)
            if len(still) == len(staying):
                raise
            outcome = self._library.photos.store(still)
        tally = self.tally
        tally.added += outcome.added
        tally.updated += outcome.updated
        tally.moved += outcome.moved
        tally.unchanged += outcome.unchanged
        tally.failed += outcome.failed
        return outcome

    def forget_gone(self, *, except_in: Collection[int]) -> None:
        """Forgets all paths that are gone; their photos are kept, hidden.

        Args:
            except_in: Folders that went away meanwhile; nothing of them is forgotten.
        """
        ids = [
            file_id
            for files in self._gone.values()
            for folder_id, file_id in files
            if folder_id not in except_in
        ]
        self._gone.clear()
        for start in range(0, len(ids), _REMOVED_AT_ONCE):
            part = ids[start : start + _REMOVED_AT_ONCE]
            self.tally.removed += self._library.files.remove(part)

    def _forget_former_paths(self, items: Sequence[StoredFile | FailedFile]) -> None:
        """Forgets gone paths of the photos in this batch; the first of each counts as its move."""
        found = {
            item.photo_id: self._gone.pop(item.photo_id)
            for item in items
            if isinstance(item, StoredFile) and item.photo_id in self._gone
        }
        if found:
            removed = self._library.files.remove(
                file_id for files in found.values() for _, file_id in files
            )
            self.tally.removed += max(0, removed - len(found))

    def _in_folders(
        self, items: Sequence[StoredFile | FailedFile]
    ) -> Sequence[StoredFile | FailedFile]:
        folders = {folder.id for folder in self._library.folders.all()}
        return [item for item in items if item.file.folder_id in folders]
