"""Explore: what is in the pictures, as tiles to start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QWidget

from app.search.edit import with_term
from app.ui.background import Background, Latest
from app.ui.grid.cells import paint_edge, paint_head, paint_shade, placeholder_color
from app.ui.grid.thumbnails import Shape, Thumbnails
from app.ui.theme import BIG_PX, MARGIN, color, font
from app.ui.wording import counted, number

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.results import Tile

TILE_HEIGHT: Final = 132
TILE_GAP: Final = 12
HEAD_HEIGHT: Final = 40
_TILE_WIDTH: Final = 270
_TILE_RADIUS: Final = 8
_TILE_EDGE: Final = 12
_COUNT_PX: Final = 11
_SHADE: Final = 84
_HOVER_ALPHA: Final = 0.08
# Tiles of these packs stand under a head of their own.
_POSTER_PACK: Final = "genres"
_POSTER_LABEL: Final = "photos/poster"


@dataclass(frozen=True, slots=True)
class Shelf:
    """Tiles under one head: "Film posters  6,153"."""

    title: str
    facts: str
    tiles: tuple[Tile, ...]


class TileButton(QAbstractButton):
    """A label with its best picture and how many photos have it."""

    def __init__(self, tile: Tile, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self.tile = tile
        self._thumbnails = thumbnails
        self.setText(tile.name)
        self.setAccessibleName(tile.name)
        self.setAccessibleDescription(counted(self.tr("{n} photo(s)", "", tile.count), tile.count))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the usual size of a tile."""
        return QSize(_TILE_WIDTH, TILE_HEIGHT)

    def shape(self) -> Shape:
        """Return the shape of the picture on it."""
        ratio = self.devicePixelRatioF()
        return Shape(self.width(), self.height(), ratio, fill=True, radius=_TILE_RADIUS)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw picture, shade, name and count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect()
        image = self._thumbnails.get(self.tile.content_hash, self.shape())
        if image is not None:
            painter.drawImage(box, image)
            paint_edge(painter, box, _TILE_RADIUS)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(placeholder_color())
            painter.drawRoundedRect(QRectF(box), _TILE_RADIUS, _TILE_RADIUS)
        paint_shade(painter, box, _SHADE, _TILE_RADIUS)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent", _HOVER_ALPHA * 2))
            painter.drawRoundedRect(QRectF(box), _TILE_RADIUS, _TILE_RADIUS)
        self._paint_words(painter, box)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color("accent"), 3))
            ring = QRectF(box).adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawRoundedRect(ring, _TILE_RADIUS - 1, _TILE_RADIUS - 1)
        painter.end()

    def _paint_words(self, painter: QPainter, box: QRect) -> None:
        painter.setPen(Qt.GlobalColor.white)
        line = QRect(_TILE_EDGE, box.height() - 32, box.width() - 2 * _TILE_EDGE, 24)
        small = font(_COUNT_PX)
        count = number(self.tile.count)
        count_width = QFontMetrics(small).horizontalAdvance(count)
        painter.setFont(small)
        painter.drawText(
            line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), count
        )
        bold = font(bold=True)
        painter.setFont(bold)
        room = line.width() - count_width - TILE_GAP
        name = QFontMetrics(bold).elidedText(self.tile.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(
            line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), name
        )


class ShelvesPage(QWidget):
    """The tiles in rows that fill the width, each shelf under its head."""

    chosen = Signal(object)

    def __init__(self, thumbnails: Thumbnails, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._thumbnails = thumbnails
        self._shelves: tuple[Shelf, ...] = ()
        self._loaded = False
        self._heads: list[QRect] = []
        self.buttons: list[TileButton] = []
        self.columns = 1
        thumbnails.arrived.connect(self._repaint_tiles)

    def set_shelves(self, shelves: Sequence[Shelf]) -> None:
        """Show these shelves; nothing is disturbed where they are the same."""
        if self._loaded and tuple(shelves) == self._shelves:
            return
        self._loaded = True
        focused = next((b.tile.key for b in self.buttons if b.hasFocus()), None)
        for button in self.buttons:
            button.hide()
            button.deleteLater()
        self._shelves = tuple(shelves)
        tiles = [tile for shelf in shelves for tile in shelf.tiles]
        self.buttons = [TileButton(tile, self._thumbnails, self) for tile in tiles]
        for button in self.buttons:
            button.clicked.connect(lambda _=False, tile=button.tile: self.chosen.emit(tile))
            if button.tile.key == focused:
                button.setFocus()
        self.arrange()

    def arrange(self) -> None:
        """Place heads and tiles for the present width, and ask for their pictures."""
        # The scroll bar lies in the margin: tiles stay put when it comes and goes.
        room = max(self._area.width() - 2 * MARGIN, 1)
        self.columns = max(1, round((room + TILE_GAP) / (_TILE_WIDTH + TILE_GAP)))
        self._heads = []
        buttons = iter(self.buttons)
        y = 0
        for shelf in self._shelves:
            self._heads.append(QRect(MARGIN, y, room, HEAD_HEIGHT))
            y += HEAD_HEIGHT
            # A last row that is not full is left out: the labels beside it have them all.
            seen = len(shelf.tiles) // self.columns * self.columns or len(shelf.tiles)
            for index in range(len(shelf.tiles)):
                button = next(buttons)
                button.setGeometry(self._place(index, y, room))
                button.setVisible(index < seen)
            y += -(-seen // self.columns) * (TILE_HEIGHT + TILE_GAP) - TILE_GAP
        self.setMinimumHeight(y + MARGIN if self._shelves else 0)
        if self.buttons:
            shape = self.buttons[0].shape()
            hashes = [b.tile.content_hash for b in self.buttons if not b.isHidden()]
            self._thumbnails.want(hashes, shape)
        self.update()

    def _place(self, index: int, top: int, room: int) -> QRect:
        """Return where a tile lies; all are of one width, the gaps take what is left over."""
        row, column = divmod(index, self.columns)
        width = (room + TILE_GAP) // self.columns - TILE_GAP
        spare = room - width * self.columns - TILE_GAP * (self.columns - 1)
        x = MARGIN + column * (width + TILE_GAP)
        x += spare * column // (self.columns - 1) if self.columns > 1 else 0
        return QRect(x, top + row * (TILE_HEIGHT + TILE_GAP), width, TILE_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Arrange for the new width."""
        self.arrange()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ground and the heads."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), color("bg"))
        if self._loaded and not self._shelves:
            self._paint_nothing(painter)
        for head, shelf in zip(self._heads, self._shelves, strict=True):
            paint_head(painter, head, shelf.title, shelf.facts)
        painter.end()

    def _paint_nothing(self, painter: QPainter) -> None:
        """Say what will be here."""
        middle = self.rect().adjusted(MARGIN, 0, -MARGIN, -self.height() // 5)
        flags = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
        painter.setFont(font(BIG_PX, bold=True))
        painter.setPen(color("text"))
        painter.drawText(middle, flags, self.tr("Nothing labelled yet"))
        painter.setFont(font())
        painter.setPen(color("dim"))
        below = middle.translated(0, HEAD_HEIGHT)
        painter.drawText(
            below, flags, self.tr("What is in your pictures appears here as they are looked at.")
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Move between tiles with the arrows; Enter chooses as Space does."""
        seen = [button for button in self.buttons if not button.isHidden()]
        here = next((i for i, button in enumerate(seen) if button.hasFocus()), None)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns,
            Qt.Key.Key_Down: self.columns,
        }
        if here is not None and event.key() in steps:
            there = min(max(here + steps[Qt.Key(event.key())], 0), len(seen) - 1)
            seen[there].setFocus(Qt.FocusReason.TabFocusReason)
        elif here is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            seen[here].click()
        else:
            super().keyPressEvent(event)

    def _repaint_tiles(self) -> None:
        for button in self.buttons:
            button.update()


class ExploreView(QScrollArea):
    """The most frequent labels, each with its best picture and its count."""

    tile_chosen = Signal(str)
    """The query that a tile stands for."""

    def __init__(
        self, engine: Engine, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._latest = Latest(background)
        self._thumbnails = Thumbnails(engine.thumbnails, background, parent=self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Explore"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.page = ShelvesPage(self._thumbnails, self)
        self.page.chosen.connect(self._choose)
        self.setWidget(self.page)

    @property
    def settled(self) -> bool:
        """True when tiles and pictures are as they will be."""
        return not self._latest.waiting and self._thumbnails.settled

    def reload(self) -> None:
        """Ask what is in the pictures now."""
        self._latest.run(self._ask, self.page.set_shelves)

    def _ask(self) -> list[Shelf]:
        tiles = self._engine.explore()
        everything = self._engine.search("")
        labels = sum(1 for count in everything.counts.values() if count)
        ordinary = tuple(tile for tile in tiles if not _is_genre(tile))
        genres = tuple(tile for tile in tiles if _is_genre(tile))
        total = everything.library_total
        facts = self.tr("{photos}, {labels}").format(
            photos=counted(self.tr("{n} photo(s)", "", total), total),
            labels=counted(self.tr("{n} label(s)", "", labels), labels),
        )
        posters = everything.counts.get(_POSTER_LABEL, 0)
        shelves = [
            Shelf(self.tr("What is in your pictures"), facts, ordinary),
            Shelf(self.tr("Film posters"), number(posters) if posters else "", genres),
        ]
        return [shelf for shelf in shelves if shelf.tiles]

    def _choose(self, tile: Tile) -> None:
        self.tile_chosen.emit(with_term("", tile.name, "wanted"))

    def take_focus(self) -> None:
        """Put the focus on the first tile."""
        if self.page.buttons:
            self.page.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)


def _is_genre(tile: Tile) -> bool:
    return tile.key.startswith(f"{_POSTER_PACK}/")
