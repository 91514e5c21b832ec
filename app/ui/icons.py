"""The icons, by meaning: one set (Phosphor), drawn in a colour of the theme."""

from typing import Final

import qtawesome
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from app.ui.theme import color

ICONS: Final = {
    "accept": "ph.check",
    "add-folder": "ph.folder-plus",
    "all": "ph.squares-four",
    "back": "ph.arrow-left",
    "close": "ph.x",
    "closed": "ph.caret-right",
    "copy": "ph.copy",
    "device": "ph.cpu",
    "exclude": "ph.minus",
    "explore": "ph.compass",
    "eye": "ph.eye",
    "fill": "ph.frame-corners",
    "fit": "ph.image",
    "folder": "ph.folder-simple",
    "forward": "ph.arrow-right",
    "help": "ph.question",
    "info": "ph.info",
    "large": "ph.square",
    "left-panel": "ri.layout-left-2-line",
    "more": "ph.dots-three",
    "mute": "ph.eye-slash",
    "offline": "ph.eject",
    "open": "ph.arrow-square-out",
    "opened": "ph.caret-down",
    "pause": "ph.pause",
    "picture": "ph.image-square",
    "play": "ph.play",
    "plus": "ph.plus",
    "problem": "ph.warning-circle",
    "redo": "ph.arrow-u-up-right",
    "reject": "ph.x",
    "remove": "ph.trash",
    "rescan": "ph.arrows-clockwise",
    "reveal": "ph.folder-open",
    "right-panel": "ri.layout-right-2-line",
    "search": "ph.magnifying-glass",
    "settings": "ph.gear-six",
    "small": "ph.grid-four",
    "sort": "ph.sort-ascending",
    "stop": "ph.stop",
    "tag": "ph.tag",
    "try": "ph.magic-wand",
    "undo": "ph.arrow-u-up-left",
    "warning": "ph.warning",
    "zoom-in": "ph.magnifying-glass-plus",
    "zoom-out": "ph.magnifying-glass-minus",
}
"""Meaning → name in qtawesome."""

_DISABLED_OPACITY = 0.4


def icon(name: str, tint: str = "dim") -> QIcon:
    """Return an icon that takes its colour from the theme each time it is drawn.

    Args:
        name: A key of ``ICONS``.
        tint: A field of ``theme.Tokens``, or ``#rrggbb`` where the theme does not matter.

    Raises:
        KeyError: There is no such icon.
    """
    return QIcon(_Glyph(ICONS[name], tint))


class _Glyph(QIconEngine):
    """Draws one glyph of an icon font: sharp at any size, recoloured with the theme.

    ``qtawesome.icon`` fixes the colour when the icon is made; this does not.
    """

    def __init__(self, glyph: str, tint: str) -> None:
        super().__init__()
        self._glyph = glyph
        self._tint = tint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        prefix, _, _ = self._glyph.partition(".")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(qtawesome.font(prefix, rect.height()))
        painter.setPen(QColor(self._tint) if self._tint.startswith("#") else color(self._tint))
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(_DISABLED_OPACITY)
        painter.drawText(
            QRectF(rect), int(Qt.AlignmentFlag.AlignCenter), qtawesome.charmap(self._glyph)
        )
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _Glyph(self._glyph, self._tint)
