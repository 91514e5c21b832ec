"""Which engine reads, so that a newer one may read again."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from app.reading.errors import UnavailableError

PACKAGE: Final = "rapidocr"

SETTINGS: Final = 1
"""Counts the changes of our own settings (sizes, tiles, what is dropped) that change answers."""


def engine_version() -> str:
    """Return the name and version of what reads, such as ``rapidocr 3.10.0/1``.

    It changes whenever answers may change. Nothing is loaded for it.

    Raises:
        UnavailableError: The engine is not installed.
    """
    try:
        return f"{PACKAGE} {version(PACKAGE)}/{SETTINGS}"
    except PackageNotFoundError as error:
        raise UnavailableError(
            "The reading engine (rapidocr) is not installed, so no words are read; install Lumitag "
            "again."
        ) from error
