"""File names as people look for them: whatever the case, and however accents are written."""

import re
import unicodedata
from pathlib import PurePath

_SURROGATES = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def fold(name: str) -> str:
    """Return ``name`` as it is compared: case-folded, NFC (macOS hands out NFD).

    What is not UTF-8 in it becomes U+FFFD; the result can be stored as text.
    """
    if name.isascii():
        return name.lower()
    composed = unicodedata.normalize("NFC", name).casefold()
    return _SURROGATES.sub(_REPLACEMENT, unicodedata.normalize("NFC", composed))


def sqlite_glob(pattern: str) -> str:
    """Return the pattern for SQLite's GLOB on folded names; only ``*`` and ``?`` are special."""
    return fold(pattern).replace("[", "[[]")


def split_relpath(relpath: str) -> tuple[str, str]:
    """Return directory ("" at the top) and name of a POSIX path relative to its folder."""
    directory, _, name = relpath.rpartition("/")
    return directory, name


def join_relpath(directory: str, name: str) -> str:
    """Return what ``split_relpath`` took apart."""
    return f"{directory}/{name}" if directory else name


class DirectoryPattern:
    """What ``folder:…`` asks for, as a test on directories.

    The components of the question must follow one another in the directory's absolute path, so a
    folder's name, its whole path, the path above it, and any directory or run of directories in it
    all match, with everything below. A leading slash or a drive holds it to the start of the path.
    ``*`` and ``?`` stand for any characters of one component. Case does not matter.
    """

    def __init__(self, question: str) -> None:
        text = fold(question.replace("\\", "/"))
        parts = [part for part in text.split("/") if part not in ("", ".")]
        body = "/".join(_component(part) for part in parts)
        anchored = text.startswith("/") or re.match("[a-z]:/", text)
        self._search = re.compile(("^/" if anchored else "/") + body + ("/" if body else "")).search

    def matches(self, folder: PurePath, relpath: str) -> bool:
        """Tell whether the directory ``relpath`` of ``folder`` is one that was asked for."""
        whole = f"/{folder.as_posix().strip('/')}/{relpath}/".replace("//", "/")
        return self._search(fold(whole)) is not None


def _component(part: str) -> str:
    wildcards = {"*": "[^/]*", "?": "[^/]"}
    return "".join(wildcards.get(letter) or re.escape(letter) for letter in part)
