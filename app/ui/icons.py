"""The icons, by meaning: one set (Phosphor), drawn in a colour of the theme.

The glyphs come from the fonts that qtawesome ships. They are read as files: importing qtawesome
itself takes a fifth of a second, which the start of the window does not have.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

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
    "rename": "ph.pencil-simple",
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
    "where": "ph.crosshair",
    "words": "ph.text-aa",
    "zoom-in": "ph.magnifying-glass-plus",
    "zoom-out": "ph.magnifying-glass-minus",
}
"""Meaning → font and glyph, as qtawesome names them."""

_FONTS: Final = {"ph": "phosphor-[0-9]*", "ri": "remixicon-[0-9]*"}
_CHARMAPS: Final = {"ph": "phosphor-charmap-*", "ri": "remixicon-charmap-*"}

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
        prefix, _, name = self._glyph.partition(".")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(_font(prefix, rect.height()))
        painter.setPen(QColor(self._tint) if self._tint.startswith("#") else color(self._tint))
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(_DISABLED_OPACITY)
        painter.drawText(QRectF(rect), int(Qt.AlignmentFlag.AlignCenter), _characters(prefix)[name])
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


@cache
def _family(prefix: str) -> str:
    """Return the family of a font of icons, made known to Qt the first time."""
    path = next(_fonts_folder().glob(f"{_FONTS[prefix]}.ttf"))
    number = QFontDatabase.addApplicationFontFromData(path.read_bytes())
    return QFontDatabase.applicationFontFamilies(number)[0]


@cache
def _characters(prefix: str) -> dict[str, str]:
    """Return the characters of a font's glyphs by their names."""
    path = next(_fonts_folder().glob(f"{_CHARMAPS[prefix]}.json"))
    codes: dict[str, str] = json.loads(path.read_text("utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


def _fonts_folder() -> Path:
    package = find_spec("qtawesome")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("qtawesome, which carries the icons, is not installed")
    return Path(package.origin).parent / "fonts"


def _font(prefix: str, pixels: int) -> QFont:
    found = QFont(_family(prefix))
    found.setPixelSize(max(pixels, 1))
    return found
