"""The engine: one open library, its search, its label packs and its indexing."""

import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from app.engine.deciding import Deciding
from app.engine.evidence import EvidenceMaps
from app.engine.folders import FolderState, folder_states
from app.engine.words import PictureWords
from app.indexing.exclusion import DEFAULT_EXCLUDED
from app.labeling.pack import Pack, PackError, find_packs
from app.library.library import Library
from app.library.records import Failure, Folder, PhotoCard, PhotoDetails
from app.paths import pack_folders as default_pack_folders
from app.paths import resolved
from app.search.results import Completion, LessSure, PhotoLabels, SearchResult, Tile
from app.search.searcher import Searcher

if TYPE_CHECKING:
    from app.engine.tried import TriedPicture, Unreadable
    from app.imaging.decode import Picture
    from app.indexing.control import Control
    from app.indexing.events import Event
    from app.indexing.follower import Follower
    from app.indexing.indexer import Indexer
    from app.labeling.device import DeviceReport, Requested
    from app.labeling.labeler import Labeler

log = logging.getLogger(__name__)

EXCLUDED_SETTING = "excluded_names"
_CHOICES: "dict[object, Requested]" = {"cpu": "cpu", "cuda": "cuda"}


class Engine:
    """Everything the two faces do with one library. Every method may be called from any thread.

    Networks are loaded the first time a picture is labelled, so opening an engine is quick.
    """

    DEVICE_SETTING: Final = "device"
    """Name of the library's setting for where the networks run: "auto", "cpu" or "cuda"."""

    def __init__(
        self,
        library: Library,
        *,
        device: "Requested",
        packs: Sequence[Pack],
        pack_errors: Sequence[PackError],
    ) -> None:
        self.library = library
        self.searcher = Searcher(library)
        self.decisions = Deciding(library, self.searcher, self._look_again)
        self.words = PictureWords(library, device=self.device, follower=lambda: self._follower)
        self.packs = tuple(packs)
        self.evidence = EvidenceMaps(library, self.searcher, self.packs, self.labeler, self.words)
        self.pack_errors = tuple(pack_errors)
        self._requested = device
        self._lock = threading.Lock()
        self._labeler: Labeler | None = None
        self._follower: Follower | None = None
        self._following: Indexer | None = None

    @classmethod
    def open(
        cls,
        library: Path,
        *,
        device: "Requested" = "auto",
        pack_folders: Sequence[Path] | None = None,
    ) -> Self:
        """Open (or make) the library file and find the label packs.

        Args:
            library: The SQLite file; thumbnails and caches lie beside it.
            device: Where the networks run: ``auto`` takes what the user chose in the settings,
                else the GPU where it works.
            pack_folders: Folders that hold label packs; by default the shipped and the user's own.

        Raises:
            LibraryError: The file is no library, is from a newer Lumitag, or cannot be written.
        """
        opened = Library.open(library)
        folders = default_pack_folders() if pack_folders is None else pack_folders
        packs, errors = find_packs(folders)
        for pack in packs:
            opened.packs.register(pack.id, pack.version, pack.labels_json())
        present = {pack.id for pack in packs}
        for known in opened.packs.all():
            if known.current and known.pack not in present:
                opened.packs.retire(known.pack)
        chosen = _CHOICES.get(opened.settings.get(cls.DEVICE_SETTING), "auto")
        requested = chosen if device == "auto" else device
        return cls(opened, device=requested, packs=packs, pack_errors=errors)

    def close(self) -> None:
        """Let go of networks, caches and database. Running ``index`` or ``follow`` ends first."""
        with self._lock:
            labeler, self._labeler = self._labeler, None
        if labeler is not None:
            labeler.close()
        self.words.close()
        self.searcher.close()
        self.library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    # Asking

    def refresh(self) -> bool:
        """Bring search up to date with the library; return whether anything had changed."""
        return self.searcher.refresh()

    def search(self, query: str) -> SearchResult:
        """Return the photos that a query finds.

        Raises:
            QueryError: The query does not parse; it knows the place.
        """
        return self.searcher.search(query)

    def less_sure(self, result: SearchResult) -> LessSure:
        """Return the photos that a result's query nearly finds: see `app.search.less_sure`.

        Raises:
            QueryError: A label of the query is gone since.
        """
        return self.searcher.less_sure(result)

    def complete(self, query: str, cursor: int) -> list[Completion]:
        """Return what the word at ``cursor`` may become."""
        return self.searcher.complete(query, cursor)

    def explore(self, limit: int = 24) -> list[Tile]:
        """Return the most frequent labels, each with its best picture."""
        return self.searcher.explore(limit)

    def cards(self, ids: Sequence[int]) -> list[PhotoCard]:
        """Return what the grid needs of these photos, in the order asked."""
        return self.library.photos.cards(ids)

    def details(self, ids: Sequence[int]) -> list[PhotoDetails]:
        """Return the facts and places of these photos, in the order asked."""
        return self.library.photos.details(ids)

    def labels_of(self, ids: Sequence[int]) -> list[PhotoLabels]:
        """Return the labels of these photos with probabilities and decisions."""
        return self.searcher.labels_of(ids)

    def thumbnails(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the JPEG thumbnails of these contents; a missing one is left out."""
        return self.library.thumbnails.many(hashes)

    # Folders

    def folders(self) -> list[FolderState]:
        """Return the user's folders with their photo counts."""
        return folder_states(self.library.folders.all(), self.searcher.in_folders())

    def add_folder(self, path: Path) -> Folder:
        """Add a folder to the library; the follower, if one runs, begins to look through it.

        Raises:
            FolderError: It does not exist, is a file, or may not be read.
        """
        folder = self.library.folders.add(path)
        if self._follower is not None:
            self._follower.request(folder.id)
        return folder

    def remove_folder(self, folder_id: int) -> None:
        """Take a folder out of the library. No file is touched; decisions are kept."""
        self.library.folders.remove(folder_id)
        if self._follower is not None:
            self._follower.request(None)

    def rescan(self, folder_id: int | None = None) -> None:
        """Ask the follower to look through one folder, or all, again."""
        if self._follower is not None:
            self._follower.request(folder_id)

    def excluded(self) -> tuple[str, ...]:
        """Return the name patterns of files and folders that are left out."""
        stored = self.library.settings.get(EXCLUDED_SETTING, None)
        return tuple(stored) if isinstance(stored, list) else DEFAULT_EXCLUDED

    def set_excluded(self, patterns: Iterable[str]) -> None:
        """Change what is left out, and look through every folder again."""
        names = list(patterns)
        self.library.settings.set(EXCLUDED_SETTING, names)
        if self._following is not None:
            self._following.exclude(names)
        self.rescan()

    def _look_again(self) -> None:
        """A decision on a gate's label may open or close another pack for the photo."""
        if self._follower is not None:
            self._follower.request_relabel()

    # Reading pictures

    def labeler(self) -> "Labeler":
        """Return the networks; they are loaded the first time. Slow: never on the GUI thread."""
        with self._lock:
            if self._labeler is None:
                from app.imaging.resize import resize
                from app.labeling.labeler import Labeler

                self._labeler = Labeler(self.packs, self._requested, resize=resize)
            return self._labeler

    def device(self) -> "DeviceReport":
        """Return the device in use, and why it is not the GPU. Slow the first time."""
        return self.labeler().device

    def try_pictures(
        self, paths: Iterable[Path], *, every: bool
    ) -> Iterator["TriedPicture | Unreadable"]:
        """Label files without adding them to the library; see `app.engine.tried.try_pictures`."""
        from app.engine.tried import try_pictures

        return try_pictures(self.labeler(), paths, every=every)

    def read_full(self, photo_id: int, longest: int | None = None) -> "Picture":
        """Decode a photo from its file for the viewer.

        Args:
            photo_id: The photo.
            longest: The shorter side wanted in pixels; None for every pixel.

        Raises:
            UnreadablePictureError: No file of it can be read.
        """
        from app.engine.viewing import read_photo

        return read_photo(self.library, photo_id, longest)

    # Indexing

    def failures(self) -> list[Failure]:
        """Return the files that could not be read, with the reason."""
        return self.library.files.failures()

    def retry_failures(self, file_ids: Sequence[int] | None = None) -> None:
        """Try files that could not be read again (all of them by default)."""
        ids = [failure.file_id for failure in self.failures()] if file_ids is None else file_ids
        self.library.files.forget_failures(ids)
        self.rescan()

    def indexer(self) -> "Indexer":
        """Return an indexer over this library, its packs and the user's list of excluded names."""
        from app.indexing.indexer import Indexer

        return Indexer(
            self.library,
            self.labeler(),
            excluded=self.excluded(),
            reader=self.words.reader(),
            leave=self.words.leave(),
        )

    def index(
        self, paths: Sequence[Path], control: "Control", *, words: bool = True
    ) -> Iterator["Event"]:
        """Add folders, look through them, label and read what is new, to the end.

        A path inside a folder of the library looks through that part only.

        Args:
            paths: The folders.
            control: Pauses and cancels.
            words: Read the words in pictures, as far as the settings say so.

        Raises:
            FolderError: A path does not exist, is a file, or may not be read; none was added.
        """
        from app.indexing.indexer import Target

        wanted, targets = list(map(resolved, paths)), []
        for path in wanted:
            self.library.folders.check(path)
        for path in wanted:
            folder = self.library.folders.add(path)
            inside = path.relative_to(folder.path).as_posix()
            targets.append(Target(folder, "" if inside == "." else inside))
        yield from self.indexer().run(targets, control, words=words)

    def follow(self, control: "Control") -> Iterator["Event"]:
        """Keep the library in step with the disk until cancelled: rescan, then follow live."""
        from app.indexing.follower import Follower

        self._following = self.indexer()
        self._follower = Follower(self._following, self.library)
        try:
            yield from self._follower.run(control)
        finally:
            self._follower = self._following = None
