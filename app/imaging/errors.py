"""Why a picture file cannot be shown or labelled."""

from enum import StrEnum

from app.errors import LumitagError


class Reason(StrEnum):
    """The kinds of trouble with a picture file, as they are stored in the library."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    NOT_A_PICTURE = "not a picture"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too large"
    NO_PERMISSION = "no permission"
    MISSING = "missing"
    UNREADABLE = "unreadable"


class UnreadablePictureError(LumitagError):
    """A picture file could not be read; the trouble is this file's only.

    Attributes:
        reason: What kind of trouble it is.

    ``str(error)`` is one sentence without the path, which whoever shows it knows.
    """

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason
