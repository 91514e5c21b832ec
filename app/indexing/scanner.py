"""Walks a folder and compares what lies there with what the library knows, in one pass.

Made for a million files: no object per unchanged file, one ``stat`` per picture, no query per file.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.imaging.formats import PICTURE_SUFFIXES
from app.indexing.exclusion import DEFAULT_EXCLUDED
from app.library.records import Folder, KnownFile, SeenFile

__all__ = ["DEFAULT_EXCLUDED", "EMPTY_MEANS_AWAY", "SETTLE_NS", "Findings", "Scan", "Trouble"]

EMPTY_MEANS_AWAY = 10
"""A folder with nothing at all in it, where this many files are known, is an unmounted drive.

A mount point stays when its drive goes. Who really deletes everything sees the folder as offline
until anything lies in it again, or removes the folder; the other mistake would hide everything.
"""

SETTLE_NS = 1_000_000_000
"""A picture that was written to less than a second ago may still be growing."""

_REPORT_EVERY = 2000


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sub-folder that could not be looked through; ``relpath`` is relative to the folder."""

    relpath: str
    message: str


@dataclass(slots=True)
class Findings:
    """How a folder differs from what the library knows.

    Attributes:
        away: The folder is not there; everything else is empty, nothing is gone.
        new: Pictures that were not known.
        changed: Known pictures whose size or time differ, with what was known.
        gone: Known files that are not there any more.
        failed_again: Files known to be unreadable, and unchanged.
        unsettled: Directories with pictures that were written a moment ago (see ``Scan``).
        trouble: Sub-folders that could not be read; nothing in them is gone.
        unchanged: How many pictures are as they were.
        skipped: How many files are no pictures.
    """

    away: bool = False
    new: list[SeenFile] = field(default_factory=list)
    changed: list[tuple[SeenFile, KnownFile]] = field(default_factory=list)
    gone: list[KnownFile] = field(default_factory=list)
    failed_again: list[KnownFile] = field(default_factory=list)
    unsettled: set[str] = field(default_factory=set)
    trouble: list[Trouble] = field(default_factory=list)
    unchanged: int = 0
    skipped: int = 0

    @property
    def found(self) -> int:
        """Pictures seen so far."""
        return self.unchanged + len(self.new) + len(self.changed) + len(self.failed_again)


class Scan:
    """One look through a folder, or a part of it.

    Symbolic links to directories are followed when they lead out of all folders of the library (a
    link inside would show its pictures twice), each directory once, so that no loop is walked.
    """

    def __init__(
        self,
        folder: Folder,
        known: dict[str, KnownFile],
        *,
        is_excluded: Callable[[str], bool],
        under: str = "",
        recursive: bool = True,
        roots: tuple[Path, ...] = (),
        now_ns: int | None = None,
    ) -> None:
        """Prepares the scan.

        Args:
            folder: Where to look.
            known: What the library knows there, by path relative to the folder; it is used up.
            is_excluded: Tells names that are left out.
            under: Only this directory of it (POSIX, relative).
            recursive: Also what lies in the directories below.
            roots: All folders of the library.
            now_ns: The time (ns since 1970); pictures written in the last ``SETTLE_NS`` are then
                left for later, neither new nor changed nor gone. None: all are taken as they are.
        """
        self.findings = Findings()
        self._folder = folder
        self._known = known
        self._is_excluded = is_excluded
        self._under = under.strip("/")
        self._recursive = recursive
        self._roots = tuple(os.path.realpath(root) for root in {folder.path, *roots})
        self._now_ns = now_ns
        self._links: list[tuple[str, str]] = []
        self._walked_links: list[str] = []

    def run(self) -> Iterator[int]:
        """Walks; yields from time to time how many pictures were found. ``findings`` is filled."""
        findings, known = self.findings, self._known
        root = os.fspath(self._folder.path)
        if self._is_away(root):
            self.findings = Findings(away=True)
            return
        stack = [(os.fspath(self._folder.path / self._under), self._prefix())]
        reported = 0
        while stack or self._links:
            path, prefix = stack.pop() if stack else self._next_link()
            if not path:
                continue
            stack.extend(self._directory(path, prefix))
            if findings.found - reported >= _REPORT_EVERY:
                reported = findings.found
                yield reported
        if not self._folder.path.is_dir():  # pulled out while we looked
            self.findings = Findings(away=True)
            return
        # "" is the folder itself; everything begins with the prefix "".
        unseen = tuple(f"{one.relpath}/" if one.relpath else "" for one in findings.trouble)
        findings.gone.extend(
            file for relpath, file in known.items() if not (unseen and relpath.startswith(unseen))
        )

    def _prefix(self) -> str:
        return f"{self._under}/" if self._under else ""

    def _is_away(self, root: str) -> bool:
        try:
            with os.scandir(root) as entries:
                if next(entries, None) is not None:
                    return False
        except OSError:
            # Missing, or there and unreadable: neither proves that the files are gone.
            return True
        return len(self._known) >= EMPTY_MEANS_AWAY

    def _directory(self, path: str, prefix: str) -> list[tuple[str, str]]:
        """Compares one directory; returns the directories in it that are to be walked."""
        below: list[tuple[str, str]] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    name = entry.name
                    if self._is_excluded(name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        below.append((entry.path, f"{prefix}{name}/"))
                    elif entry.is_symlink() and _leads_to_directory(entry):
                        if self._recursive:
                            self._links.append((entry.path, f"{prefix}{name}/"))
                    else:
                        self._file(entry, prefix, name)
        except (FileNotFoundError, NotADirectoryError):
            return []  # gone since its name was read: so is what is known in it
        except OSError as error:
            self._trouble(prefix, error)
        return below if self._recursive else []

    def _next_link(self) -> tuple[str, str]:
        """The next linked directory that is worth walking, or two empty strings."""
        self._links.sort(reverse=True)
        path, prefix = self._links.pop()
        target = os.path.realpath(path)
        for seen in (*self._roots, *self._walked_links):
            # Inside of it, or around it: its pictures would come twice, or for ever.
            if _inside(target, seen) or _inside(seen, target):
                return "", ""
        self._walked_links.append(target)
        return path, prefix

    def _trouble(self, prefix: str, error: OSError) -> None:
        reason = (
            "you have no permission to look into it"
            if isinstance(error, PermissionError)
            else error.strerror or str(error)
        )
        self.findings.trouble.append(
            Trouble(prefix.rstrip("/"), f"The folder could not be looked through: {reason}.")
        )

    def _file(self, entry: os.DirEntry[str], prefix: str, name: str) -> None:
        findings = self.findings
        _, dot, ending = name.rpartition(".")
        if not dot or f".{ending.lower()}" not in PICTURE_SUFFIXES:
            findings.skipped += 1
            return
        relpath = prefix + name
        file = self._known.pop(relpath, None)
        try:
            if not entry.is_file():  # a dangling link, a pipe, a socket
                if file is not None:
                    findings.gone.append(file)
                return
            status = entry.stat()
        except OSError as error:
            # A link to itself is as good as a dangling one.
            if not isinstance(error, FileNotFoundError) and not entry.is_symlink():
                raise
            if file is not None:
                findings.gone.append(file)
            return
        if file is not None and (
            file.mtime_ns == status.st_mtime_ns and file.size == status.st_size
        ):
            if file.failed:
                findings.failed_again.append(file)
            else:
                findings.unchanged += 1
            return
        if self._now_ns is not None and 0 <= self._now_ns - status.st_mtime_ns < SETTLE_NS:
            findings.unsettled.add(prefix.rstrip("/"))
            return
        seen = SeenFile(self._folder.id, relpath, status.st_size, status.st_mtime_ns)
        if file is None:
            findings.new.append(seen)
        else:
            findings.changed.append((seen, file))


def _leads_to_directory(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # it leads to itself
        return False


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
