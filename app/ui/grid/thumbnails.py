"""Thumbnails, ready to be drawn: decoded, cut and rounded in the background."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QImageReader, QPainter, QTransform

from app.ui.background import Background
from app.ui.grid.fetched import Fetched

CACHE_BYTES: Final = 128 * 1024 * 1024
# Small enough that the first row appears at once and a scroll changes the order soon.
BATCH: Final = 12

Source = Callable[[Sequence[bytes]], dict[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a picture is wanted.

    Attributes:
        width, height: Of the place it is drawn in, in device-independent pixels.
        ratio: Device pixels per pixel.
        fill: Cut to fill the place (True), or whole and fitted into it.
        radius: Of the corners, in device-independent pixels.
    """

    width: int
    height: int
    ratio: float
    fill: bool
    radius: int

    @property
    def device_size(self) -> QSize:
        """The place in device pixels."""
        return QSize(round(self.width * self.ratio), round(self.height * self.ratio))


class Thumbnails(QObject):
    """Pictures by content hash, in the shape their place needs."""

    arrived = Signal()

    def __init__(
        self,
        source: Source,
        background: Background,
        *,
        limit: int = CACHE_BYTES,
        parent: QObject | None = None,
    ) -> None:
        """Make an empty store.

        Args:
            source: Content hashes to JPEG bytes, as ``Engine.thumbnails``; called elsewhere.
            background: Where they are read and decoded.
            limit: Bytes of decoded pictures to keep.
            parent: As for any QObject.
        """
        super().__init__(parent)
        self._source = source
        self._fetched: Fetched[tuple[bytes, Shape], QImage] = Fetched(
            background,
            self._read,
            limit=limit,
            cost=lambda image: image.sizeInBytes(),
            batch=BATCH,
            parent=self,
        )
        self._fetched.arrived.connect(self.arrived)
        self._last_shape: dict[bytes, Shape] = {}

    @property
    def settled(self) -> bool:
        """True when everything wanted is here or known to be missing."""
        return self._fetched.settled

    def get(self, content_hash: bytes, shape: Shape) -> QImage | None:
        """Return the picture, in another shape if the wanted one has not come yet, or None."""
        image = self._fetched.get((content_hash, shape))
        if image is not None:
            self._last_shape[content_hash] = shape
            return image
        other = self._last_shape.get(content_hash)
        return self._fetched.get((content_hash, other)) if other is not None else None

    def want(self, hashes: Iterable[bytes], shape: Shape) -> None:
        """Say which pictures are on the screen, most urgent first."""
        self._fetched.want((content_hash, shape) for content_hash in hashes)

    def is_missing(self, content_hash: bytes, shape: Shape) -> bool:
        """True if there is no such thumbnail."""
        return self._fetched.is_missing((content_hash, shape))

    def forget_missing(self) -> None:
        """Look again for thumbnails that were not there before."""
        self._fetched.forget_missing()

    def _read(self, keys: list[tuple[bytes, Shape]]) -> dict[tuple[bytes, Shape], QImage]:
        found = self._source([content_hash for content_hash, _ in keys])
        images = {}
        for content_hash, shape in keys:
            data = found.get(content_hash)
            image = prepare(data, shape) if data is not None else None
            if image is not None:
                images[content_hash, shape] = image
        return images


def prepare(data: bytes, shape: Shape) -> QImage | None:
    """Decode a picture for its place; None if it cannot be decoded.

    Returns:
        An ARGB32 premultiplied image with round corners. With ``fill`` it has exactly the size of
        the place; without, the size of the picture fitted into it.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    place = shape.device_size
    if size.isValid():
        mode = (
            Qt.AspectRatioMode.KeepAspectRatioByExpanding
            if shape.fill
            else Qt.AspectRatioMode.KeepAspectRatio
        )
        scaled = size.scaled(place, mode).expandedTo(QSize(1, 1))
        if scaled.width() < size.width():
            reader.setScaledSize(scaled)
    image = reader.read()
    if image.isNull():
        return None
    return _rounded(image, place if shape.fill else _fitted(image.size(), place), shape)


def _fitted(size: QSize, place: QSize) -> QSize:
    return size.scaled(place, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _rounded(image: QImage, size: QSize, shape: Shape) -> QImage:
    """Draw ``image`` to cover ``size``, its middle in the middle, with round corners."""
    result = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    scale = max(size.width() / image.width(), size.height() / image.height())
    brush = QBrush(image)
    brush.setTransform(
        QTransform()
        .translate(
            (size.width() - image.width() * scale) / 2,
            (size.height() - image.height() * scale) / 2,
        )
        .scale(scale, scale)
    )
    painter = QPainter(result)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    radius = shape.radius * shape.ratio
    painter.drawRoundedRect(QRectF(0, 0, size.width(), size.height()), radius, radius)
    painter.end()
    result.setDevicePixelRatio(shape.ratio)
    return result
