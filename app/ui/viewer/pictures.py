"""The pictures of the viewer: the thumbnail at once, the file's own pixels as soon as they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.errors import LumitagError
from app.ui.background import Background
from app.ui.grid.fetched import Fetched

if TYPE_CHECKING:
    from app.engine import Engine
    from app.imaging.decode import Picture

_SHARP_BYTES: Final = 400 * 1024 * 1024
_FIRST_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class First:
    """What is known of a photo without opening its file.

    Attributes:
        name: Of its file.
        width, height: Of the photo, in pixels.
        thumbnail: Null if there is none.
    """

    name: str
    width: int
    height: int
    thumbnail: QImage


@dataclass(frozen=True, slots=True)
class Sharp:
    """A photo from its file: an image, or the reason why there is none."""

    image: QImage
    problem: str = ""


class ViewerPictures(QObject):
    """Fetches the photo that is looked at, then its neighbours."""

    arrived = Signal()

    def __init__(self, engine: Engine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._firsts: Fetched[int, First] = Fetched(
            background, self._read_firsts, limit=_FIRST_KEPT, batch=8, parent=self
        )
        self._sharps: Fetched[tuple[int, int], Sharp] = Fetched(
            background,
            self._read_sharp,
            limit=_SHARP_BYTES,
            cost=lambda sharp: sharp.image.sizeInBytes(),
            batch=1,
            parent=self,
        )
        self._firsts.arrived.connect(self.arrived)
        self._sharps.arrived.connect(self.arrived)

    @property
    def settled(self) -> bool:
        """True when everything wanted is here."""
        return self._firsts.settled and self._sharps.settled

    def first(self, photo_id: int) -> First | None:
        """Return what is known without the file."""
        return self._firsts.get(photo_id)

    def sharp(self, photo_id: int, shorter: int) -> Sharp | None:
        """Return the photo with at least so many pixels on its shorter side (0: every pixel)."""
        whole = self._sharps.get((photo_id, 0))
        return whole if whole is not None else self._sharps.get((photo_id, shorter))

    def want(self, ids: list[int], shorter: int, *, whole: bool) -> None:
        """Say what is looked at, first the photo itself, then those that may come next.

        Args:
            ids: Photos, most urgent first.
            shorter: Pixels wanted on the shorter side.
            whole: Every pixel of the first photo is wanted too.
        """
        self._firsts.want(ids)
        sharp = [(photo_id, shorter) for photo_id in ids]
        if whole and ids:
            sharp.insert(0, (ids[0], 0))
        self._sharps.want(sharp)

    def outdate(self) -> None:
        """Look again at names when they are wanted: files may have been renamed since."""
        self._firsts.outdate()

    def forget(self) -> None:
        """Let go of the memory."""
        self._sharps.want([])
        self._sharps.clear()

    def _read_firsts(self, ids: list[int]) -> dict[int, First]:
        cards = self._engine.cards(ids)
        thumbnails = self._engine.thumbnails([card.content_hash for card in cards])
        return {
            card.id: First(
                card.name,
                card.width,
                card.height,
                QImage.fromData(thumbnails.get(card.content_hash, b"")),
            )
            for card in cards
        }

    def _read_sharp(self, keys: list[tuple[int, int]]) -> dict[tuple[int, int], Sharp]:
        return {key: self._one_sharp(*key) for key in keys}

    def _one_sharp(self, photo_id: int, shorter: int) -> Sharp:
        try:
            return Sharp(_image(self._engine.read_full(photo_id, shorter or None)))
        except LumitagError as error:
            return Sharp(QImage(), str(error))


def _image(picture: Picture) -> QImage:
    pixels = picture.pixels
    height, width, _ = pixels.shape
    view = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
    # A copy of its own, in the format that is drawn fastest.
    return view.convertToFormat(QImage.Format.Format_RGB32)
