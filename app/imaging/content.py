"""A picture file's bytes and their identity."""

import stat
from pathlib import Path

from blake3 import blake3

from app.imaging.errors import Reason, UnreadablePictureError

LARGEST_FILE = 1 << 30
"""Files above this many bytes (1 GiB) are refused: they are read whole, once, into memory.

A 16-bit RGB TIFF of 178 megapixels, the largest picture that is decoded whole, takes as much.
"""


def read_bytes(path: Path) -> bytes:
    """Reads a whole picture file, once.

    Raises:
        UnreadablePictureError: EMPTY, NO_PERMISSION, MISSING, TOO_LARGE (above ``LARGEST_FILE``),
            or UNREADABLE where the disk fails or it is no regular file.
    """
    try:
        status = path.stat()
        # Opening a named pipe would wait for ever for somebody to write into it.
        if stat.S_ISDIR(status.st_mode):
            raise UnreadablePictureError(
                Reason.UNREADABLE, "This is a folder; name the pictures in it."
            )
        if not stat.S_ISREG(status.st_mode):
            raise UnreadablePictureError(Reason.UNREADABLE, "This is not a regular file.")
        if status.st_size > LARGEST_FILE:
            raise UnreadablePictureError(
                Reason.TOO_LARGE, f"The file is larger than {LARGEST_FILE >> 30} GB."
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadablePictureError(Reason.MISSING, "The file is not there.") from error
    except PermissionError as error:
        raise UnreadablePictureError(
            Reason.NO_PERMISSION, "You have no permission to read this file."
        ) from error
    except OSError as error:
        raise UnreadablePictureError(
            Reason.UNREADABLE, f"The disk could not read this file: {error.strerror or error}."
        ) from error
    if not data:
        raise UnreadablePictureError(Reason.EMPTY, "The file is empty.")
    return data


def content_hash(data: bytes) -> bytes:
    """The identity of a content: its BLAKE3-256, 32 bytes."""
    return blake3(data).digest()
