"""One open library."""

from pathlib import Path
from types import TracebackType

from app.library import versions
from app.library.changes import LibraryDatabase
from app.library.decisions import Decisions
from app.library.facts import FactsReader
from app.library.files import Files
from app.library.folders import Folders
from app.library.labels import Labels
from app.library.packs import Packs
from app.library.photos import Photos
from app.library.predictions import Predictions
from app.library.runs import Runs
from app.library.settings import Settings
from app.library.thumbnails import Thumbnails, thumbnails_path
from app.library.words import Words
from app.paths import expanded


class Library:
    """What is known of each photo: one SQLite file, and its thumbnails in another beside it.

    Every method of it and of its parts may be called from any thread. Writers come one after the
    other, also those of other processes; readers never wait for them.

    Attributes:
        path: The SQLite file.
        folders: The folders that the user added.
        files: The paths in them.
        photos: The contents at those paths.
        packs: The label packs that were used.
        predictions: What they said.
        decisions: What the user said; with undo and redo.
        words: What was read in the photos.
        labels: The user's own labels, and muted ones.
        runs: Labelling runs.
        settings: Small things to remember.
        thumbnails: JPEG thumbnails by content hash.
        facts: Everything that search keeps in memory, in bulk.
    """

    def __init__(self, database: LibraryDatabase, thumbnails: Thumbnails) -> None:
        self.path = database.path
        self._database = database
        self.thumbnails = thumbnails
        self.folders = Folders(database)
        self.files = Files(database)
        self.photos = Photos(database, thumbnails)
        self.packs = Packs(database)
        self.predictions = Predictions(database)
        self.decisions = Decisions(database)
        self.words = Words(database)
        self.labels = Labels(database)
        self.runs = Runs(database)
        self.settings = Settings(database)
        self.facts = FactsReader(database)

    @classmethod
    def open(cls, path: Path) -> "Library":
        """Open the library at ``path``; make it, and the folder it lies in, if it is not there.

        A library of an older version is migrated, after a copy of it was put beside it.

        Raises:
            NotALibraryError: The file is something else. It is left as it is.
            NewerLibraryError: A newer Lumitag made it. It is left as it is.
            DamagedLibraryError: Parts of it are unreadable.
            ReadOnlyLibraryError: It, or its folder, cannot be written.
            LibraryBusyError: Another process holds it.
            DiskFullError: No room.
            LibraryError: It cannot be opened for another reason.
        """
        path = expanded(path).absolute()
        exists = versions.check_file(path)
        versions.prepare_place(path)
        database = LibraryDatabase(path)
        try:
            versions.bring_up_to_date(database, exists=exists)
            thumbnails = Thumbnails.open(thumbnails_path(path))
        except BaseException:
            database.close()
            raise
        return cls(database, thumbnails)

    @property
    def revision(self) -> int:
        """Number of the last committed change, of whichever process; it only grows."""
        return self._database.revision()

    @property
    def paths_revision(self) -> int:
        """Number of the last committed change of any photo's paths; it only grows.

        Answers about names and folders hold for as long as it stays the same, whatever is
        predicted or decided meanwhile.
        """
        return self._database.paths_revision()

    def close(self) -> None:
        """Wait for what is under way and close every connection; may be called twice."""
        self._database.close()
        self.thumbnails.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
