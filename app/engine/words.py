"""The words that were read in photos, as the faces show them."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.library.library import Library
from app.library.sought import Sought

if TYPE_CHECKING:
    from app.reading import Line

log = logging.getLogger(__name__)


class PictureWords:
    """The words in photos. Every method may be called from any thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def lines_of(self, ids: Sequence[int]) -> "dict[int, tuple[Line, ...]]":
        """Return the lines that were read in photos, in reading order.

        Photos that were never read are left out, and those whose lines cannot be understood any
        more; where nothing was found there are no lines.
        """
        from app.reading import ReadingError, lines_from_bytes

        found: dict[int, tuple[Line, ...]] = {}
        for photo, reading in self._library.words.of(ids).items():
            if reading.engine is None:
                continue
            try:
                found[photo] = lines_from_bytes(reading.lines)
            except ReadingError as error:
                log.warning("photo %d: %s", photo, error)
        return found

    def lines_matched(self, ids: Sequence[int], terms: Sequence[Sought]) -> dict[int, str]:
        """Return the line to show of each photo in whose text something matches.

        Args:
            ids: Photos.
            terms: What is looked for (``SearchResult.terms``).
        """
        from app.search.text import first_line

        if not terms:
            return {}
        found: dict[int, str] = {}
        for photo, lines in self.lines_of(ids).items():
            shown = first_line([line.text for line in lines], terms)
            if shown is not None:
                found[photo] = shown
        return found
