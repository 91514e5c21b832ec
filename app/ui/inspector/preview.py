"""The picture at the top of the inspector; up to four of them where several are selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.icons import icon
from app.ui.theme import RADIUS, SECTION_PX, color
from app.ui.where.caption import paint_caption, paint_where
from app.ui.where.lines import Shown, boxes_of, lit_on, paint_light, paint_lines
from app.ui.where.maps import NOWHERE, Where
from app.ui.where.placing import Around

HEIGHT: Final = 216
"""A 4:3 picture, the commonest, fills the inspector's 288 pixels; the labels below stay put."""
MOST: Final = 4
_MOST_TOLD: Final = 2
"""Lines of text whose words stand in the caption: more would hide the small picture."""
_GAP: Final = 2
_ICON: Final = 32


class Preview(QWidget):
    """Fits one picture on the ground, or fills quarters with the first of several."""

    activated = Signal()
    """Double click, Space or Enter: show it in full size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._images: tuple[QImage, ...] = ()
        self._where = NOWHERE
        self._missing = icon("picture", "line")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_images(self, images: Sequence[QImage]) -> None:
        """Show these pictures, at most four; none leaves a placeholder."""
        self._images = tuple(images[:MOST])
        self.update()

    @property
    def images(self) -> tuple[QImage, ...]:
        """The pictures shown."""
        return self._images

    def show_where(self, where: Where) -> None:
        """Lay over the one picture where a label was seen; ``NOWHERE`` takes it away."""
        self._where = where
        if where.spoken and where.spoken != self.accessibleDescription():
            # The keyboard is at a label, so nobody would read a description of the picture.
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, where.spoken))
        self.setAccessibleDescription(where.spoken)
        self.update()

    @property
    def where(self) -> Where:
        """What lies over the picture."""
        return self._where

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the size in the design's inspector."""
        return QSize(288, HEIGHT)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open the viewer."""
        self.activated.emit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Open the viewer with the keys that open it in the grid."""
        if Qt.Key(event.key()) in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw ground, pictures and focus ring."""
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        room, box = self.rect(), QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(box, RADIUS, RADIUS)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(box, color("bg"))
        if not self._images:
            at = box.center()
            corner = QRectF(at.x() - _ICON / 2, at.y() - _ICON / 2, _ICON, _ICON)
            self._missing.paint(painter, corner.toRect())
        elif len(self._images) == 1:
            place = _fitted(self._images[0], box)
            painter.drawImage(place, self._images[0])
            self._paint_where(painter, place)
        else:
            for image, part in zip(self._images, quarters(box, len(self._images)), strict=True):
                _draw_filling(painter, image, part)
        if len(self._images) != 1:
            paint_caption(painter, room, self._where.caption, pixels=SECTION_PX)
        painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_where(self, painter: QPainter, place: QRectF) -> None:
        """Draw the light on the one picture, the lines that count, and what is said of them."""
        where = self._where
        paint_light(painter, where, place)
        kept = (*boxes_of(where.lines, place), *lit_on(where, place))
        around = Around(self.rect(), place, kept, brief=True, anywhere=True)
        plate = paint_where(painter, around, where, pixels=SECTION_PX, most=_MOST_TOLD)
        shown = Shown(place, QRectF(self.rect()), QRectF(plate))
        paint_lines(painter, where.lines, shown, pixels=SECTION_PX)


def quarters(box: QRectF, count: int) -> list[QRectF]:
    """Return where 2 to 4 pictures lie: halves, one half and two quarters, or quarters."""
    width = (box.width() - _GAP) / 2
    height = (box.height() - _GAP) / 2
    right, below = box.left() + width + _GAP, box.top() + height + _GAP
    whole_left = QRectF(box.left(), box.top(), width, box.height())
    top_left = QRectF(box.left(), box.top(), width, height)
    bottom_left = QRectF(box.left(), below, width, height)
    top_right = QRectF(right, box.top(), width, height)
    bottom_right = QRectF(right, below, width, height)
    if count == 2:
        return [whole_left, QRectF(right, box.top(), width, box.height())]
    if count == 3:
        return [whole_left, top_right, bottom_right]
    return [top_left, top_right, bottom_left, bottom_right]


def _draw_filling(painter: QPainter, image: QImage, box: QRectF) -> None:
    """Draw the middle of a picture so that it fills a box."""
    if image.isNull():
        return
    scale = max(box.width() / image.width(), box.height() / image.height())
    width, height = box.width() / scale, box.height() / scale
    part = QRectF((image.width() - width) / 2, (image.height() - height) / 2, width, height)
    painter.drawImage(box, image, part)


def _fitted(image: QImage, box: QRectF) -> QRectF:
    """Return where a picture lies that fits into a box and is never larger than it is."""
    if image.isNull():
        return QRectF()
    scale = min(box.width() / image.width(), box.height() / image.height(), 1.0)
    width, height = image.width() * scale, image.height() * scale
    left, top = box.center().x() - width / 2, box.center().y() - height / 2
    return QRectF(round(left), round(top), width, height)
