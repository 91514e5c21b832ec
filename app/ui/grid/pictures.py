"""Names and thumbnails of the photos in sight."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.ui.background import Background
from app.ui.grid.fetched import Fetched
from app.ui.grid.thumbnails import Shape, Thumbnails

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.records import PhotoCard

_CARDS_KEPT: Final = 20_000
_CARDS_BATCH: Final = 256


class GridPictures(QObject):
    """Knows what can be drawn of a photo now, and fetches the rest."""

    arrived = Signal()

    def __init__(self, engine: Engine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._cards: Fetched[int, PhotoCard] = Fetched(
            background,
            lambda ids: {card.id: card for card in engine.cards(ids)},
            limit=_CARDS_KEPT,
            batch=_CARDS_BATCH,
            parent=self,
        )
        self._thumbnails = Thumbnails(engine.thumbnails, background, parent=self)
        self._cards.arrived.connect(self.arrived)
        self._thumbnails.arrived.connect(self.arrived)

    @property
    def settled(self) -> bool:
        """True when everything wanted is here or known to be missing."""
        return self._cards.settled and self._thumbnails.settled

    def card(self, photo_id: int) -> PhotoCard | None:
        """Return name and size of a photo, if they are here."""
        return self._cards.get(photo_id)

    def image(self, card: PhotoCard, shape: Shape) -> QImage | None:
        """Return the thumbnail, in another shape if the wanted one has not come yet."""
        return self._thumbnails.get(card.content_hash, shape)

    def is_missing(self, card: PhotoCard, shape: Shape) -> bool:
        """True if there is no thumbnail to wait for."""
        return self._thumbnails.is_missing(card.content_hash, shape)

    def want(self, ids: Iterable[int], shape: Shape) -> None:
        """Say which photos are in sight, most urgent first."""
        wanted = list(dict.fromkeys(ids))
        self._cards.want(wanted)
        cards = (self._cards.get(photo_id) for photo_id in wanted)
        self._thumbnails.want((card.content_hash for card in cards if card is not None), shape)

    def outdate(self) -> None:
        """Look again, when they are wanted, at names and at thumbnails that were missing."""
        self._cards.outdate()
        self._thumbnails.forget_missing()
