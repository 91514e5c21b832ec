"""What the inspector asks the engine; runs away from the GUI thread, touches no widget."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.ui.inspector.facts import Sum
from app.ui.inspector.labels import LabelState, states_of_photo, states_of_photos
from app.ui.inspector.offers import Choice
from app.ui.inspector.preview import MOST

if TYPE_CHECKING:
    from app.engine import Engine
    from app.imaging.decode import Picture
    from app.library.records import PhotoDetails

_CHUNK = 500
"""Photos asked for at once: a selection that is given up is noticed after so many."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the upper half of the inspector shows.

    Attributes:
        one: The photo, where only one is selected.
        total: The facts of all together.
        paths: The first path of each photo that has one.
        images: The thumbnails of the first few.
    """

    one: PhotoDetails | None
    total: Sum
    paths: tuple[Path, ...]
    images: tuple[QImage, ...]


class GivenUpError(Exception):
    """Another selection was made while this one was looked at; nobody waits for the answer."""


def chunks(ids: Sequence[int], given_up: threading.Event) -> Iterator[Sequence[int]]:
    """Yield the ids a few hundred at a time.

    Raises:
        GivenUpError: Another selection was made in the meantime.
    """
    for start in range(0, len(ids), _CHUNK):
        if given_up.is_set():
            raise GivenUpError
        yield ids[start : start + _CHUNK]


def ask_facts(engine: Engine, ids: Sequence[int], given_up: threading.Event) -> Callable[[], Facts]:
    """Return the work that gathers the facts of photos."""

    def work() -> Facts:
        total = Sum()
        paths: list[Path] = []
        first: list[PhotoDetails] = []
        for some in chunks(ids, given_up):
            details = engine.details(some)
            total = total.plus(details)
            paths += [photo.paths[0].path for photo in details if photo.paths]
            first += details[: MOST - len(first)]
        hashes = [photo.card.content_hash for photo in first]
        jpegs = engine.thumbnails(hashes)
        images = tuple(QImage.fromData(jpegs[each]) for each in hashes if each in jpegs)
        one = first[0] if len(ids) == 1 and first else None
        return Facts(one, total, tuple(paths), images)

    return work


def ask_labels(
    engine: Engine, ids: Sequence[int], given_up: threading.Event
) -> Callable[[], tuple[LabelState, ...]]:
    """Return the work that adds up the labels of photos."""

    def work() -> tuple[LabelState, ...]:
        engine.refresh()
        if given_up.is_set():
            raise GivenUpError
        if len(ids) > 1:
            return states_of_photos(engine.searcher.summary_of(ids))
        return tuple(state for photo in engine.labels_of(ids) for state in states_of_photo(photo))

    return work


def ask_choices(engine: Engine) -> Callable[[], tuple[Choice, ...]]:
    """Return the work that lists the labels that can be added, muted ones left out."""

    def work() -> tuple[Choice, ...]:
        engine.refresh()
        vocabulary = engine.searcher.vocabulary
        return tuple(
            Choice(label.key, label.name, label.aliases)
            for label in vocabulary.labels.values()
            if label.key not in vocabulary.muted
        )

    return work


def ask_sharper(engine: Engine, photo_id: int, shorter: int) -> Callable[[], QImage]:
    """Return the work that decodes a photo with at least so many pixels on its shorter side."""

    def work() -> QImage:
        return image_of(engine.read_full(photo_id, shorter))

    return work


def image_of(picture: Picture) -> QImage:
    """Return decoded pixels as an image of its own memory."""
    height, width, _ = picture.pixels.shape
    kind = QImage.Format.Format_RGB888
    return QImage(picture.pixels.tobytes(), width, height, 3 * width, kind).copy()
