"""The program's icon, drawn: no file to lose, sharp at every size."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QLinearGradient, QPainter, QPixmap

SIZES: Final = (16, 24, 32, 48, 64, 128, 256, 512)
_FROM: Final = QColor("#6f9bff")
_TO: Final = QColor("#4fb985")


def app_icon() -> QIcon:
    """Return the icon in all sizes that desktops ask for."""
    found = QIcon()
    for size in SIZES:
        found.addPixmap(draw(size))
    return found


def draw(size: int) -> QPixmap:
    """Draw the mark: a picture with a label's hole, on the two colours of the brand."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    edge = size / 16
    box = QRectF(edge, edge, size - 2 * edge, size - 2 * edge)
    ground = QLinearGradient(box.topLeft(), box.bottomRight())
    ground.setColorAt(0, _FROM)
    ground.setColorAt(1, _TO)
    painter.setBrush(QBrush(ground))
    painter.drawRoundedRect(box, size * 0.24, size * 0.24)
    painter.setBrush(QColor(255, 255, 255, 235))
    painter.drawEllipse(QPointF(size * 0.68, size * 0.32), size * 0.09, size * 0.09)
    painter.end()
    return pixmap
