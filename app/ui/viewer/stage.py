"""The ground on which the viewer shows a picture: drawn, zoomed and dragged here."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui.theme import BODY_PX, MARGIN, font
from app.ui.viewer.pictures import First, Sharp
from app.ui.viewer.zoom import STEP, Zoom
from app.ui.where.caption import TEXT, paint_caption
from app.ui.where.maps import NOWHERE, Where
from app.ui.wording import percent

# The viewer is dark in both themes: nothing beside the picture should shine.
GROUND: Final = QColor(12, 13, 16)
_DIM: Final = QColor(170, 178, 190)
_FOOT: Final = 72
_SHADE: Final = 200
_NOTCH: Final = 120


class Stage(QWidget):
    """One picture, fitted or zoomed, with a line of words at its foot."""

    zoom_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self._first: First | None = None
        self._sharp: Sharp | None = None
        self._place = ""
        self._where = NOWHERE
        self._dragged: QPointF | None = None
        self.zoom: Zoom | None = None

    @property
    def shorter(self) -> int:
        """The shorter side in device pixels: what a fitted picture needs."""
        window = self._window()
        return round(min(window.width(), window.height()))

    @property
    def zoomed_in(self) -> bool:
        """True while the picture is larger than fitted."""
        return self.zoom is not None and self.zoom.scale is not None

    def begin(self) -> None:
        """Another picture comes: it is fitted at first."""
        self._first = self._sharp = self.zoom = None
        self.unsetCursor()

    def show_picture(self, first: First | None, sharp: Sharp | None, place: str) -> None:
        """Show what is here of a picture, and where it stands ("3 of 186")."""
        self._first, self._sharp, self._place = first, sharp, place
        if first is not None and self.zoom is None:
            self.zoom = Zoom(QSizeF(max(first.width, 1), max(first.height, 1)), self._window())
        self.update()

    def show_where(self, where: Where) -> None:
        """Lay over the picture where a label was seen; ``NOWHERE`` takes it away."""
        if where.spoken and where.spoken != self._where.spoken:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, where.spoken))
        self._where = where
        self.update()

    def zoom_by(self, factor: float) -> None:
        """Zoom around the middle."""
        if self.zoom is not None:
            self._set(self.zoom.zoomed(factor, self._middle()))

    def zoom_to_fit(self) -> None:
        """Show the whole picture."""
        if self.zoom is not None:
            self._set(self.zoom.fitted())

    def zoom_to_pixels(self) -> None:
        """Show one pixel of the picture on one of the screen."""
        if self.zoom is not None:
            self._set(self.zoom.actual(self._middle()))

    def _set(self, zoom: Zoom) -> None:
        self.zoom = zoom
        if zoom.scale is None:
            self.unsetCursor()
        else:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.zoom_changed.emit()
        self.update()

    def _window(self) -> QSizeF:
        ratio = self.devicePixelRatioF()
        return QSizeF(max(self.width(), 1) * ratio, max(self.height(), 1) * ratio)

    def _middle(self) -> QPointF:
        window = self._window()
        return QPointF(window.width() / 2, window.height() / 2)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the picture, its name and where it stands."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), GROUND)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.zoom is not None:
            self._paint_picture(painter, self.zoom.place)
        self._paint_foot(painter)
        # Why there is only a thumbnail is also why nothing can be pointed at.
        problem = self._sharp.problem if self._sharp is not None else ""
        room = self.rect().adjusted(_FOOT, _FOOT, -_FOOT, -_FOOT)
        paint_caption(painter, room, problem or self._where.caption, pixels=BODY_PX)
        painter.end()

    def _paint_picture(self, painter: QPainter, place: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        target = QRectF(place.topLeft() / ratio, place.size() / ratio)
        if self._sharp is not None and not self._sharp.problem:
            painter.drawImage(target, self._sharp.image)
        elif self._first is not None and not self._first.thumbnail.isNull():
            painter.drawImage(target, self._first.thumbnail)
        painter.drawImage(target, self._where.image)

    def _paint_foot(self, painter: QPainter) -> None:
        foot = QRect(0, self.height() - _FOOT, self.width(), _FOOT)
        shade = QLinearGradient(QPointF(0, foot.top()), QPointF(0, self.height()))
        shade.setColorAt(0, QColor(0, 0, 0, 0))
        shade.setColorAt(1, QColor(0, 0, 0, _SHADE))
        painter.fillRect(foot, shade)
        line = foot.adjusted(MARGIN, _FOOT // 2 - 4, -MARGIN, -4)
        middle = Qt.AlignmentFlag.AlignVCenter
        if self._first is not None:
            painter.setFont(font(bold=True))
            painter.setPen(TEXT)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | middle), self._first.name)
        facts = self._place
        if self.zoom is not None:
            facts = f"{percent(self.zoom.effective_scale)}   {facts}"
        painter.setFont(font())
        painter.setPen(_DIM)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | middle), facts)

    # The mouse

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the view in the new size."""
        if self.zoom is not None:
            self.zoom = self.zoom.resized(self._window())
        self.zoom_changed.emit()

    def _device(self, point: QPointF) -> QPointF:
        return point * self.devicePixelRatioF()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom at the mouse."""
        if self.zoom is not None and event.angleDelta().y():
            factor = STEP ** (event.angleDelta().y() / _NOTCH)
            self._set(self.zoom.zoomed(factor, self._device(event.position())))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = event.position()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag the picture."""
        if self._dragged is not None and self.zoom is not None:
            moved = self._device(event.position() - self._dragged)
            self._dragged = event.position()
            if self.zoomed_in:
                self._set(self.zoom.moved(moved))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._dragged = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Change between the whole picture and its own pixels."""
        if self.zoom is not None and event.button() == Qt.MouseButton.LeftButton:
            at = self._device(event.position())
            self._set(self.zoom.fitted() if self.zoomed_in else self.zoom.actual(at))
