"""The labels of the photo under the mouse, asked for when it rests there."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.background import Background, Latest

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.results import PhotoLabels

_REST_MS: Final = 70
_KEPT: Final = 500
_MOST_LABELS: Final = 6


class HoverLabels(QObject):
    """Knows what to write over the hovered photo."""

    changed = Signal()

    def __init__(self, engine: Engine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._latest = Latest(background)
        self._known: OrderedDict[int, str] = OrderedDict()
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
        return self._known.get(photo_id, "") if photo_id == self._photo_id else ""

    def outdate(self) -> None:
        """Labels may have changed: ask again."""
        self._known.clear()
        if self._photo_id is not None:
            self._rest.start()

    def _ask(self) -> None:
        photo_id = self._photo_id
        if photo_id is not None:
            self._latest.run(lambda: self._engine.labels_of([photo_id]), self._learn)

    def _learn(self, photos: list[PhotoLabels]) -> None:
        for photo in photos:
            shown = [label.name for label in photo.labels if label.shown][:_MOST_LABELS]
            self._known[photo.photo_id] = " · ".join(shown)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self.changed.emit()
