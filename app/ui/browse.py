"""Where the user is, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

Page = Literal["explore", "photos", "problems"]

MOST: Final = 200
"""Places that are kept; nobody goes back further, and a renamed label is written anew in all."""


@dataclass(frozen=True, slots=True)
class Browse:
    """A place in the window.

    Attributes:
        page: Which page fills the middle.
        query: What is searched for on ``photos`` (empty: all photos); kept empty elsewhere.
    """

    page: Page = "explore"
    query: str = ""


class History:
    """The places visited, as in a web browser: the last ``MOST``."""

    def __init__(self, start: Browse) -> None:
        self._places = [start]
        self._at = 0

    @property
    def current(self) -> Browse:
        """Where the user is now."""
        return self._places[self._at]

    @property
    def can_go_back(self) -> bool:
        """True if there is another place before this one."""
        return any(place != self.current for place in self._places[: self._at])

    @property
    def can_go_forward(self) -> bool:
        """True if ``back`` was used and nothing new visited since."""
        return any(place != self.current for place in self._places[self._at + 1 :])

    def visit(self, place: Browse) -> None:
        """Go to a new place; what lay ahead is forgotten. The current place again adds nothing."""
        if place == self.current:
            return
        del self._places[self._at + 1 :]
        self._places.append(place)
        del self._places[:-MOST]
        self._at = len(self._places) - 1

    def amend(self, place: Browse) -> None:
        """Replace the current place: a query still being typed is one place, not one per letter."""
        self._places[self._at] = place

    def rewrite(self, write: Callable[[str], str]) -> None:
        """Write the queries of all places anew; the way back and forward stays as long as it is."""
        self._places = [replace(place, query=write(place.query)) for place in self._places]

    def back(self) -> Browse:
        """Step back and return where that is (the current place if there is none before it).

        A query that was changed and changed back while it was typed has left the same place twice;
        one step leads past both.
        """
        return self._step(-1)

    def forward(self) -> Browse:
        """Step forward again and return where that is."""
        return self._step(1)

    def _step(self, by: int) -> Browse:
        here, last = self.current, len(self._places) - 1
        while self.current == here and 0 <= self._at + by <= last:
            self._at += by
        return self.current
