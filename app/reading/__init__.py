"""Pixels in; the words written in the picture out."""

from app.reading.errors import ReadingError, UnavailableError
from app.reading.line import (
    Line,
    Page,
    largest_first,
    lines_from_bytes,
    lines_to_bytes,
    ordered_text,
    plain_text,
)
from app.reading.reader import DECODE_SIZE, Reader
from app.reading.version import engine_version

__all__ = [
    "DECODE_SIZE",
    "Line",
    "Page",
    "Reader",
    "ReadingError",
    "UnavailableError",
    "engine_version",
    "largest_first",
    "lines_from_bytes",
    "lines_to_bytes",
    "ordered_text",
    "plain_text",
]
