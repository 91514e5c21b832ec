"""A reader whose pages are foretold: it knows a picture by its first pixel, without networks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.reading import Line, Page, ReadingError, UnavailableError


def line(text: str, at: int = 0, *, height: float = 0.1) -> Line:
    """A line of text, the ``at``-th from the top."""
    top = 0.05 + 0.12 * at
    return Line(text, 0.9, (0.1, top, 0.9, top + height))


@dataclass
class ForetoldReader:
    """Reads what ``texts`` says of a picture's number: red + 256 green of its first pixel.

    Attributes:
        texts: Lines by number, with line breaks; pictures that are missing hold no words.
        version: The engine's; None: it is not installed.
        asked: The numbers of all pages begun, in order.
        during: Called while a page is read.
        failing: Numbers of pages that fail.
    """

    texts: Mapping[int, str] = field(default_factory=dict)
    version: str | None = "foretold 1"
    asked: list[int] = field(default_factory=list)
    during: Callable[[int], object] = lambda _: None
    failing: set[int] = field(default_factory=set)

    @property
    def engine(self) -> str:
        if self.version is None:
            raise UnavailableError("The reading engine is not installed; install Lumitag again.")
        return self.version

    def read_page(
        self, pixels: NDArray[np.uint8], *, stop: Callable[[], bool] | None = None
    ) -> Page:
        assert self.engine
        red, green, _ = (int(value) for value in pixels[0, 0])
        number = red + 256 * green
        self.asked.append(number)
        self.during(number)
        lines = tuple(
            line(text, at) for at, text in enumerate(self.texts.get(number, "").splitlines())
        )
        if stop is not None and stop():
            return Page(lines[:1], cut_short=True)
        if number in self.failing:
            raise ReadingError("The words of this picture could not be read (ValueError).")
        return Page(lines)
