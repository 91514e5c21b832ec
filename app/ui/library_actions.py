"""What the user does to the library from the window, done in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.errors import LumitagError
from app.ui.files import FileActions
from app.ui.inspector.decisions import decided_text, renamed_text, undone_text
from app.ui.wording import counted

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.records import Operation, Verdict
    from app.search.vocabulary import Vocabulary
    from app.ui.background import Background

T = TypeVar("T")


class LibraryActions(QObject):
    """Folders in and out, decisions taken and taken back, files handed to the desktop."""

    said = Signal(str)
    """One sentence for the status line."""
    refused = Signal(str)
    """What the user has just asked for did not work: one sentence for the banner."""
    folder_added = Signal()
    folder_removed = Signal()
    decided = Signal()
    """Decisions have changed."""
    label_called = Signal(str, str, object)
    """A label of the user's own (its key) has another name, or is gone (an empty one); and the
    vocabulary from before."""

    def __init__(
        self,
        engine: Engine,
        background: Background,
        parent: QObject,
        *,
        files: FileActions | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._files = files or FileActions()

    # Folders

    def add_folders(self, paths: Sequence[Path]) -> None:
        """Add folders to the library."""
        for path in paths:
            self._background.run(
                partial(self._engine.add_folder, path),
                lambda _: self.folder_added.emit(),
                self._refuse,
                owner=self,
            )

    def remove_folder(self, folder_id: int) -> None:
        """Take a folder out of the library; no file is touched."""
        self._background.run(
            lambda: self._engine.remove_folder(folder_id), lambda _: self._removed(), self._refuse
        )

    def _removed(self) -> None:
        self.said.emit(self.tr("Taken out of Lumitag; the files and your decisions stay."))
        self.folder_removed.emit()

    # Decisions

    def decide(self, ids: Sequence[int], label: str, verdict: Verdict | None) -> None:
        """Accept or reject a label (by its key) on photos."""

        def done(operation: Operation) -> None:
            name = self._label_name(operation)
            self.said.emit(decided_text(name, verdict, len(operation.photo_ids)))
            self.decided.emit()

        self._background.run(
            lambda: self._engine.decisions.decide(ids, label, verdict),
            done,
            self._refuse,
            owner=self,
        )

    def rename_label(self, key: str, name: str) -> None:
        """Give a label of the user's own another name."""

        def done(operation: Operation, known: Vocabulary) -> None:
            if operation.renamed is not None:
                self._called(operation, operation.renamed.before, operation.renamed.after, known)

        self._change(lambda: self._engine.decisions.rename(key, name), done)

    def delete_label(self, key: str) -> None:
        """Take a label of the user's own from all photos."""

        def done(operation: Operation, known: Vocabulary) -> None:
            photos = len(operation.photo_ids)
            text = self.tr("Deleted “{label}” from {n} photo(s); Ctrl+Z brings it back", "", photos)
            self.said.emit(counted(text, photos).replace("{label}", operation.name))
            self.label_called.emit(key, "", known)
            self.decided.emit()

        self._change(lambda: self._engine.decisions.delete(key), done)

    def _called(self, operation: Operation, before: str, after: str, known: Vocabulary) -> None:
        self.said.emit(renamed_text(before, after))
        self.label_called.emit(operation.label, after, known)
        self.decided.emit()

    def undo(self) -> None:
        """Take back the latest decision."""
        self._change(self._engine.decisions.undo, self._undone)

    def redo(self) -> None:
        """Decide again what was taken back last."""
        self._change(self._engine.decisions.redo, self._redone)

    def _change(self, change: Callable[[], T], done: Callable[[T, Vocabulary], None]) -> None:
        """Make a change; ``done`` hears what came of it, and the vocabulary from before."""

        def work() -> tuple[T, Vocabulary]:
            # The change before may be so young that nothing has asked for its names yet.
            self._engine.refresh()
            known = self._engine.searcher.vocabulary
            return change(), known

        self._background.run(work, lambda made: done(*made), self._refuse, owner=self)

    def _undone(self, operation: Operation | None, known: Vocabulary) -> None:
        if operation is None:
            self.said.emit(self.tr("There is no decision to take back."))
            return
        self.said.emit(undone_text(self._label_name(operation), operation))
        if operation.renamed is not None:
            self.label_called.emit(operation.label, operation.renamed.before, known)
        self.decided.emit()

    def _redone(self, operation: Operation | None, known: Vocabulary) -> None:
        if operation is None:
            self.said.emit(self.tr("There is no decision to repeat."))
        elif operation.renamed is not None:
            self._called(operation, operation.renamed.before, operation.renamed.after, known)
        else:
            name, photos = self._label_name(operation), len(operation.photo_ids)
            self.said.emit(decided_text(name, operation.verdict, photos))
            self.decided.emit()

    def _label_name(self, operation: Operation) -> str:
        key = operation.label
        label = self._engine.searcher.vocabulary.labels.get(key)
        return operation.name or (label.name if label is not None else key.partition("/")[2])

    # Files

    def open_files(self, ids: Sequence[int]) -> None:
        """Open the first of these photos in the program that the system has for it."""
        self._with_paths(ids[:1], lambda paths: self._handed(self._files.open(paths[0])))

    def reveal(self, ids: Sequence[int]) -> None:
        """Show the first of these photos in the file manager."""
        self._with_paths(ids[:1], lambda paths: self._handed(self._files.reveal(paths[0])))

    def copy_paths(self, ids: Sequence[int]) -> None:
        """Put the paths of these photos on the clipboard."""

        def copy(paths: list[Path]) -> None:
            self._files.copy(paths)
            text = self.tr("Copied {n} path(s)", "", len(paths))
            self.said.emit(counted(text, len(paths)))

        self._with_paths(ids, copy)

    def _with_paths(self, ids: Sequence[int], then: Callable[[list[Path]], None]) -> None:
        def work() -> list[Path]:
            photos = self._engine.details(ids)
            return [photo.paths[0].path for photo in photos if photo.paths]

        def done(paths: list[Path]) -> None:
            if paths:
                then(paths)
            else:
                self.said.emit(self.tr("The file is no longer there."))

        self._background.run(work, done, owner=self)

    def _handed(self, started: bool) -> None:
        if not started:
            self.said.emit(self.tr("No program answered; copy the path and open it by hand."))

    def _refuse(self, error: Exception) -> None:
        if isinstance(error, LumitagError):
            self.refused.emit(str(error))
        else:
            self._background.failed.emit(self._background.sentence(error))
