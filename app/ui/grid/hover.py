"""What is written over the photo under the mouse, asked for when it rests there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.background import Background, Latest
from app.ui.words.excerpt import Excerpt, excerpt, with_rest

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.sought import Sought

_REST_MS: Final = 70
_KEPT: Final = 500
_MOST_LABELS: Final = 6


@dataclass(frozen=True, slots=True)
class Hovered:
    """What is written over a photo.

    Attributes:
        labels: The labels it shows, dots between them.
        line: Of its words the line that the search found; None where it found none.
    """

    labels: str = ""
    line: Excerpt | None = None


_NOTHING: Final = Hovered()


class HoverLabels(QObject):
    """Knows what to write over the hovered photo."""

    changed = Signal()

    def __init__(self, engine: Engine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._latest = Latest(background)
        self._known: OrderedDict[int, Hovered] = OrderedDict()
        self._terms: tuple[Sought, ...] = ()
        self._photo_id: int | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask)

    def rest_on(self, photo_id: int | None) -> None:
        """Say which photo the mouse is over (None: none)."""
        if photo_id == self._photo_id:
            return
        self._photo_id = photo_id
        self._rest.stop()
        if photo_id is not None and photo_id not in self._known:
            self._rest.start()
        self.changed.emit()

    def text(self, photo_id: int) -> str:
        """Return the labels to write over a photo: nothing unless the mouse is over it."""
        return self._over(photo_id).labels

    def line(self, photo_id: int) -> Excerpt | None:
        """Return the line of its words that the search found: none unless the mouse is over it."""
        return self._over(photo_id).line

    def mark(self, terms: Sequence[Sought]) -> None:
        """Look for this in the words of photos; what was found for another search goes."""
        if tuple(terms) != self._terms:
            self._terms = tuple(terms)
            self.outdate()

    def outdate(self) -> None:
        """Labels may have changed: ask again."""
        self._known.clear()
        if self._photo_id is not None:
            self._rest.start()

    def _over(self, photo_id: int) -> Hovered:
        return self._known.get(photo_id, _NOTHING) if photo_id == self._photo_id else _NOTHING

    def _ask(self) -> None:
        photo_id, terms = self._photo_id, self._terms
        if photo_id is not None:
            self._latest.run(lambda: hovered(self._engine, photo_id, terms), self._learn)

    def _learn(self, found: dict[int, Hovered]) -> None:
        self._known.update(found)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.changed.emit()


def hovered(engine: Engine, photo_id: int, terms: Sequence[Sought]) -> dict[int, Hovered]:
    """Return what to write over a photo, under its id; for the background.

    Args:
        engine: Knows labels and words.
        photo_id: The photo.
        terms: What the search looks for in the text of pictures.
    """
    part = _found_line(engine, photo_id, terms) if terms else None
    found = {}
    for photo in engine.labels_of([photo_id]):
        shown = [label.name for label in photo.labels if label.shown][:_MOST_LABELS]
        found[photo.photo_id] = Hovered(" · ".join(shown), part)
    return found


def _found_line(engine: Engine, photo_id: int, terms: Sequence[Sought]) -> Excerpt | None:
    """Return the line of a photo's words to show, with the next where what was found goes on."""
    from app.search.text import first_line, matches_in_lines

    lines = [line.text for line in engine.words.lines_of([photo_id]).get(photo_id, ())]
    shown = first_line(lines, terms)
    if shown is None:
        return None
    return excerpt(*with_rest(lines, matches_in_lines(lines, terms), lines.index(shown)))
