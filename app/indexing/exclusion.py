"""Names of files and folders that are left out."""

import fnmatch
import re
from collections.abc import Callable, Sequence

DEFAULT_EXCLUDED: tuple[str, ...] = (
    ".*",  # hidden, and what macOS strews over foreign disks (._*)
    ".git",
    ".thumbnails",
    ".Trash*",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "@eaDir",  # Synology: thumbnails of everything
    "#recycle",
    "#snapshot",
    "@Recycle",  # QNAP
    ".@__thumb",
    "*.lrdata",  # Lightroom: previews of everything
)
"""What is left out unless the user says otherwise; hidden ones are listed one by one too, so that
whoever wants hidden files removes ``.*`` and still gets no thumbnails and no rubbish."""


def excluder(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Makes a fast test of names.

    Args:
        patterns: Shell patterns (``*``, ``?``, ``[a-z]``) of whole names; case does not matter.

    Returns:
        A function that tells whether a file or folder of this name is left out.
    """
    wanted = [fnmatch.translate(pattern.strip()) for pattern in patterns if pattern.strip()]
    if not wanted:
        return lambda _name: False
    matches = re.compile("|".join(wanted), re.IGNORECASE).match
    return lambda name: matches(name) is not None
