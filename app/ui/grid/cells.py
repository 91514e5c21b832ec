"""How one photo of the grid is drawn, and the head of a month."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QLinearGradient, QPainter, QPen

from app.ui.grid.found_line import found_line
from app.ui.icons import icon
from app.ui.theme import GAP, RADIUS, TITLE_PX, color, current, font
from app.ui.words.excerpt import Excerpt

RING: Final = 3
_FOCUS_RING: Final = 2
_FOCUS_AWAY: Final = 3
_TICK: Final = 20
_TICK_INSET: Final = 8
_TICK_MARK: Final = 12
_MISSING_ICON: Final = 28
_SHADE_HEIGHT: Final = 64
_SHADE_ALPHA: Final = 190
_PLATE_ALPHA: Final = 200
_LABELS_PX: Final = 12
_LABELS_HEIGHT: Final = 32
_HEAD_BASELINE: Final = 25
_EDGE_ALPHA: Final = 0.1


@dataclass(frozen=True, slots=True)
class Cell:
    """What is to be seen of a photo.

    Attributes:
        fill: The picture fills the cell (or else fits into it).
        image: Its thumbnail in the cell's shape, or None while it is on its way.
        size: Width and height of the photo for the outline of what is on its way, if known.
        missing: There is no thumbnail to wait for.
        selected: It has the ring and the tick.
        focused: It has the focus of the keyboard.
        labels: What is written over it while the mouse is there; empty for nothing.
        line: Of its words the line that the search found, written above the labels.
    """

    fill: bool
    image: QImage | None = None
    size: tuple[int, int] | None = None
    missing: bool = False
    selected: bool = False
    focused: bool = False
    labels: str = ""
    line: Excerpt | None = None


def paint_cell(painter: QPainter, place: QRect, cell: Cell) -> None:
    """Draw a photo into its square."""
    box = _picture_box(place, cell)
    if cell.image is not None:
        painter.drawImage(box, cell.image)
        paint_edge(painter, box, RADIUS)
    else:
        _paint_placeholder(painter, box, missing=cell.missing)
    if cell.labels or cell.line is not None:
        _paint_labels(painter, box, cell.labels, cell.line)
    if cell.selected:
        _paint_selection(painter, box)
    if cell.focused:
        away = _FOCUS_AWAY
        _paint_ring(
            painter,
            QRectF(box).adjusted(-away, -away, away, away),
            color("text"),
            _FOCUS_RING,
            RADIUS + away,
        )


def paint_head(painter: QPainter, place: QRect, title: str, count: str) -> None:
    """Draw "August 2021  38" over the photos of a month."""
    big = font(TITLE_PX, bold=True)
    painter.setFont(big)
    painter.setPen(color("text"))
    baseline = place.top() + _HEAD_BASELINE
    painter.drawText(place.left(), baseline, title)
    after = place.left() + QFontMetrics(big).horizontalAdvance(title) + GAP
    painter.setFont(font())
    painter.setPen(color("dim"))
    painter.drawText(after, baseline, count)


def paint_shade(painter: QPainter, box: QRect, height: int, radius: int) -> None:
    """Darken the lower part of a picture so that white words can be read on it."""
    shade = QLinearGradient(QPointF(0, box.bottom() + 1 - height), QPointF(0, box.bottom() + 1))
    shade.setColorAt(0, QColor(0, 0, 0, 0))
    shade.setColorAt(1, QColor(0, 0, 0, _SHADE_ALPHA))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawRoundedRect(QRectF(box), radius, radius)
    painter.restore()


def paint_edge(painter: QPainter, box: QRect, radius: int) -> None:
    """Draw an edge around a picture where the ground is white, as the picture may be too."""
    if not current().dark:
        edge = QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5)
        _paint_ring(painter, edge, color("text", _EDGE_ALPHA), 1, radius)


def placeholder_color() -> QColor:
    """Return what stands where a picture will be: just off the ground."""
    tokens = current()
    return QColor(tokens.raised if tokens.dark else tokens.panel)


def _picture_box(place: QRect, cell: Cell) -> QRect:
    if cell.fill:
        return place
    if cell.image is not None:
        size = cell.image.size()
    elif cell.size is not None:
        size = QSize(*cell.size)
    else:
        return place
    fitted = size.scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(8, 8))
    box = QRect(place.topLeft(), fitted)
    box.moveCenter(place.center())
    return box


def _paint_placeholder(painter: QPainter, box: QRect, *, missing: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(placeholder_color())
    painter.drawRoundedRect(QRectF(box), RADIUS, RADIUS)
    painter.restore()
    if missing:
        mark = QRect(0, 0, _MISSING_ICON, _MISSING_ICON)
        mark.moveCenter(box.center())
        icon("picture", "line" if current().dark else "dim").paint(painter, mark)


def _paint_labels(painter: QPainter, box: QRect, labels: str, found: Excerpt | None) -> None:
    laid = None if found is None else found_line(found, box.width() - 2 * GAP)
    above = 0 if laid is None else round(laid.height)
    foot = _LABELS_HEIGHT if labels else GAP
    paint_shade(painter, box, min(_SHADE_HEIGHT + above, box.height()), RADIUS)
    if laid is not None:
        _paint_plate(painter, box, above + foot + GAP // 2)
        laid.paint(painter, QPointF(box.left() + GAP, box.bottom() + 1 - foot - above))
    small = font(_LABELS_PX)
    painter.setFont(small)
    painter.setPen(Qt.GlobalColor.white)
    line = QRect(box.left() + GAP, box.bottom() + 1 - _LABELS_HEIGHT, box.width() - 2 * GAP, 0)
    line.setHeight(_LABELS_HEIGHT)
    text = QFontMetrics(small).elidedText(labels, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)


def _paint_plate(painter: QPainter, box: QRect, height: int) -> None:
    """Darken the foot of a picture wholly: where words were found, other words lie around them."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(box.adjusted(0, box.height() - height, 0, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, _PLATE_ALPHA))
    painter.drawRoundedRect(QRectF(box), RADIUS, RADIUS)
    painter.restore()


def _paint_selection(painter: QPainter, box: QRect) -> None:
    inside = RING / 2
    ring = QRectF(box).adjusted(inside, inside, -inside, -inside)
    _paint_ring(painter, ring, color("accent"), RING, RADIUS - inside)
    # Some pictures have the colour of the ring: a line of the ground inside tells them apart.
    within = QRectF(box).adjusted(RING + 0.5, RING + 0.5, -RING - 0.5, -RING - 0.5)
    _paint_ring(painter, within, color("bg"), 1, RADIUS - RING)
    tick = QRectF(box.left() + _TICK_INSET, box.top() + _TICK_INSET, _TICK, _TICK)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color("bg"), 1.5))
    painter.setBrush(color("accent"))
    painter.drawEllipse(tick)
    painter.restore()
    mark = QRect(0, 0, _TICK_MARK, _TICK_MARK)
    mark.moveCenter(tick.toRect().center())
    icon("accept", "on_accent").paint(painter, mark)


def _paint_ring(
    painter: QPainter, ring: QRectF, ring_color: QColor, width: int, radius: float
) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ring_color, width))
    painter.drawRoundedRect(ring, radius, radius)
    painter.restore()
