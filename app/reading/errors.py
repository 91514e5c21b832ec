"""What can be wrong with reading words. No sentence ever holds what was read."""

from app.errors import LumitagError


class ReadingError(LumitagError):
    """The words of one picture could not be read; the next picture's may."""


class UnavailableError(LumitagError):
    """The reading engine is missing or broken: no picture can be read until it is repaired."""
