"""Where things lie: what ships with Lumitag, and what belongs to this user."""

import os
from pathlib import Path

import platformdirs

APP_NAME = "lumitag"
LIBRARY_VARIABLE = "LUMITAG_LIBRARY"

_PACKAGE = Path(__file__).resolve().parent


def expanded(path: Path) -> Path:
    """Return the path with a leading ``~`` replaced; that of an unknown user stays as it is."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  (the other raises)


def resolved(path: Path) -> Path:
    """Return the absolute path without ``~`` and links; a link to itself stays as it is.

    ``Path.resolve`` raises a ``RuntimeError`` for such a link, here it is a path that holds
    nothing, as whoever opens it finds out.
    """
    return Path(os.path.realpath(expanded(path)))


def shipped(name: str) -> Path:
    """Return the folder ``models`` or ``resources`` that ships with Lumitag.

    In an installed wheel it lies inside the package, in a checkout beside it.
    """
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def user_data() -> Path:
    """Return the folder for this user's library and own label packs (it may not exist yet)."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def pack_folders() -> tuple[Path, ...]:
    """Return the folders that label packs are looked for in; a later one wins over an earlier."""
    return shipped("models"), user_data() / "models"


def default_library() -> Path:
    """Return the library file in use when none is named.

    ``LUMITAG_LIBRARY`` sets it; an empty value counts as unset.
    """
    named = os.environ.get(LIBRARY_VARIABLE, "")
    return Path(named) if named else user_data() / "library.sqlite"
