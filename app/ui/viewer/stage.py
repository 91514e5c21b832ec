"""The ground on which the viewer shows a picture: drawn, zoomed and dragged here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui.theme import BODY_PX, GAP, MARGIN
from app.ui.viewer.foot import ROW, Foot
from app.ui.viewer.legend import Legend
from app.ui.viewer.pictures import First, Sharp
from app.ui.viewer.way import Way, hides, lower
from app.ui.viewer.word_layer import WordLayer
from app.ui.viewer.zoom import STEP, Zoom
from app.ui.where.lines import Shown, paint_light, paint_lines
from app.ui.where.maps import NOWHERE, Where
from app.ui.wording import percent

if TYPE_CHECKING:
    from app.reading import Line

# The viewer is dark in both themes: nothing beside the picture should shine.
GROUND: Final = QColor(12, 13, 16)
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
        self._said = self._spoken = ""
        self.words = WordLayer(self)
        self.words.changed.connect(self.update)
        self._dragged: QPointF | None = None
        self.zoom: Zoom | None = None
        self.taken: tuple[QRectF, ...] = ()
        self.arrows: tuple[QRectF, ...] = ()
        self._clear: tuple[Line, ...] | None = None
        self._lifted = False
        self._way = Way()

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
        self._first = self._sharp = self.zoom = self._clear = None
        self._lifted = False
        self.unsetCursor()

    def show_picture(self, first: First | None, sharp: Sharp | None, place: str) -> None:
        """Show what is here of a picture, and where it stands ("3 of 186")."""
        self._first, self._sharp, self._place = first, sharp, place
        if first is not None and self.zoom is None:
            size = QSizeF(max(first.width, 1), max(first.height, 1))
            self.zoom = self._way.given(Zoom(size, self._window()))
        self.update()

    def make_way(
        self, lines: tuple[Line, ...], covers: Sequence[QRectF], *, told: bool = True
    ) -> None:
        """Fit the picture between what lies over it on all sides, if that hides what matters.

        That are lines of text, and at the foot also what the light falls on. What was decided for
        some lines stays for them in this window: chips change while lines are selected, and the
        picture must not move then. Until it is said of the next picture, that one lies like the one
        before.

        Args:
            lines: That are to be read; none: the picture has the whole head of the window.
            covers: What lies over the stage at its head, in its pixels.
            told: What is said of the light is final.
        """
        if self.zoom is None:
            return
        anew, ratio = lines != self._clear, self.devicePixelRatioF()
        self._clear = lines
        way = replace(self._way, head=0.0, slack=0.0, sides=0.0) if anew else self._way
        lifted = self._lift(way) if told else way
        moved = bool(lines) and (anew or lifted.foot != self._way.foot)
        if moved and covers:
            way = lower(lifted, self.zoom, ratio, lines, covers)
            # Lower down it may lie on the foot.
            lifted = self._lift(way) if told else way
        if moved and hides(self.arrows, lines, lifted.fitted_place(self.zoom, ratio)):
            side = max(min(box.right(), self.width() - box.left()) for box in self.arrows)
            lifted = replace(lifted, sides=(side + GAP) * ratio)
        self._way = lifted
        self.zoom = lifted.given(self.zoom)
        self.update()

    def _lift(self, way: Way) -> Way:
        """Return what is left free with room for the foot; less than before only when all goes."""
        if self.zoom is None or not (self._clear or self._where.caption):
            self._lifted = False
            return replace(way, foot=0.0, rise=0.0)
        before = way.foot if self._lifted else 0.0
        self._lifted = True
        legend, ratio = self._legend(), self.devicePixelRatioF()
        place = replace(way, foot=before).fitted_place(self.zoom, ratio)
        return replace(
            way, foot=max(before, ratio * legend.lift(place)), rise=ratio * legend.rise()
        )

    def show_where(self, where: Where) -> None:
        """Lay over the picture where a label was seen; ``NOWHERE`` takes it away."""
        if where.spoken and where.spoken != self._where.spoken:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, where.spoken))
        self._where = where
        self.update()

    def say(self, text: str, spoken: str) -> None:
        """Write a sentence about the words below the picture, and tell it to screen readers."""
        if spoken and spoken != self._spoken:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))
        self._said, self._spoken = text, spoken
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
        self._dress_cursor(on_line=False)
        self.zoom_changed.emit()
        self.update()

    def _dress_cursor(self, *, on_line: bool) -> None:
        if on_line:
            self.setCursor(Qt.CursorShape.IBeamCursor)
        elif self.zoomed_in:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

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
            place = self._place_of(self.zoom)
            self._paint_picture(painter, place)
            self.words.paint(painter, place)
        self._paint_caption(painter)
        painter.end()

    def _paint_caption(self, painter: QPainter) -> None:
        place = QRectF() if self.zoom is None else self._place_of(self.zoom)
        legend = self._legend()
        legend.foot.paint(painter, place)
        plan = legend.plan(place, lowered=self.zoom is not None and self.zoom.head > 0)
        plan.paint(painter)
        seen = QRectF(self.rect()).adjusted(0, MARGIN, 0, -ROW)
        told = Shown(place, seen, QRectF(plan.place))
        paint_lines(painter, legend.where.lines, told, pixels=BODY_PX)

    def _legend(self) -> Legend:
        # Why there is only a thumbnail is also why nothing can be pointed at.
        problem = self._sharp.problem if self._sharp is not None else ""
        where = self._where
        if problem or not where.caption:
            where = Where(caption=problem or self._said)
        name = self._first.name if self._first is not None else ""
        facts = self._place
        if self.zoom is not None:
            facts = f"{percent(self.zoom.effective_scale)}   {facts}"
        return Legend(where, self._clear or (), Foot(self.rect(), name, facts), self.taken)

    def _place_of(self, zoom: Zoom) -> QRectF:
        """Return where the whole picture lies, in the stage's pixels."""
        ratio = self.devicePixelRatioF()
        return QRectF(zoom.place.topLeft() / ratio, zoom.place.size() / ratio)

    def _paint_picture(self, painter: QPainter, target: QRectF) -> None:
        if self._sharp is not None and not self._sharp.problem:
            painter.drawImage(target, self._sharp.image)
        elif self._first is not None and not self._first.thumbnail.isNull():
            painter.drawImage(target, self._first.thumbnail)
        paint_light(painter, self._where, target)

    # The mouse

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the view in the new size."""
        if self.zoom is not None:
            self.zoom = self.zoom.resized(self._window())
        self._clear = None
        self._lifted = False
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
        """Begin to select lines of text, or take hold of the picture."""
        if event.button() == Qt.MouseButton.LeftButton:
            if not self._press_words(event):
                self._dragged = event.position()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Select lines, or drag the picture."""
        if self.zoom is None:
            return
        place = self._place_of(self.zoom)
        if self.words.dragging:
            self.words.drag(event.position(), place)
            return
        if self._dragged is not None:
            moved = self._device(event.position() - self._dragged)
            self._dragged = event.position()
            if self.zoomed_in:
                self._set(self.zoom.moved(moved))
        else:
            self._dress_cursor(on_line=self.words.at(event.position(), place) is not None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        self._dragged = None
        self.words.release()

    def _press_words(self, event: QMouseEvent) -> bool:
        if self.zoom is None:
            return False
        return self.words.press(event.position(), self._place_of(self.zoom), event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Change between the whole picture and its own pixels; on text only select."""
        if self.zoom is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if not self._press_words(event):
            at = self._device(event.position())
            self._set(self.zoom.fitted() if self.zoomed_in else self.zoom.actual(at))
