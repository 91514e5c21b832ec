"""Rows of the sidebar: the model that holds them, and the delegate that draws them.

Three lists look alike (library, folders, labels), so they share one kind of row. Counts change
often and change only data; the rows themselves are replaced when there are others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui import theme
from app.ui.icons import icon
from app.ui.wording import counted, number

Index = QModelIndex | QPersistentModelIndex
RowState = Literal["off", "wanted", "excluded"]

EDGE = 8
"""Distance of an active row's ground from the sidebar's edges."""
ICON_LEFT = 16
TEXT_LEFT = 38
STEP = 8
"""How much further right a row stands for each step down."""
RIGHT = 16
"""Distance of the counts from the sidebar's right edge."""
ICON = 16
ARROW = 12
FADED = 0.72  # leaves 3:1 on the light panel, 4:1 on the dark one
_HOVER = 0.06


@dataclass(slots=True, eq=False)
class Row:
    """One row.

    Attributes:
        key: Tells it apart from all others, also after the rows were replaced.
        text: What it reads.
        kind: What it is, for those who act on it: "group", "label", "folder" and so on.
        count: The number at the right; None for none.
        action: A word at the right in place of the number: what a click does.
        state: Whether the query wants or excludes it.
        icon: A key of ``icons.ICONS``; empty for none.
        strong: Drawn bold.
        faded: Drawn fainter: nothing of it is found, or it is away.
        tip: What the tooltip adds.
        depth: Steps to the right.
        payload: What it stands for.
        children: The rows below.
    """

    key: str
    text: str
    kind: str = "item"
    count: int | None = None
    action: str = ""
    state: RowState = "off"
    icon: str = ""
    strong: bool = False
    faded: bool = False
    tip: str = ""
    depth: int = 0
    payload: object = None
    children: list[Row] = field(default_factory=list)
    number: int = -1
    place: int = 0
    parent: Row | None = None

    def spoken(self) -> str:
        """Return the row as a screen reader says it, "dog, wanted, 1,204 photos"."""
        parts = [self.text]
        if self.state == "wanted":
            parts.append(QCoreApplication.translate("Sidebar", "wanted"))
        if self.state == "excluded":
            parts.append(QCoreApplication.translate("Sidebar", "excluded"))
        if self.count is not None:
            photos = QCoreApplication.translate("Sidebar", "{n} photo(s)", "", self.count)
            parts.append(counted(photos, self.count))
        if self.tip:
            parts.append(self.tip)
        return ", ".join(parts)


class RowModel(QAbstractItemModel):
    """A small tree of rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.roots: list[Row] = []
        self._all: list[Row] = []

    def set_rows(self, roots: Sequence[Row]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.roots = list(roots)
        self._all = []
        self._number(self.roots, None)
        self.endResetModel()

    def _number(self, rows: list[Row], parent: Row | None) -> None:
        for place, row in enumerate(rows):
            row.number, row.place, row.parent = len(self._all), place, parent
            self._all.append(row)
            self._number(row.children, row)

    def rows(self) -> Iterator[Row]:
        """Yield every row, each parent before its children."""
        yield from self._all

    def row_at(self, index: Index) -> Row | None:
        """Return the row that an index of this model stands for."""
        return self._all[int(index.internalId())] if index.isValid() else None

    def index_of(self, row: Row) -> QModelIndex:
        """Return the index of a row."""
        return self.createIndex(row.place, 0, row.number)

    def touch(self, changed: Sequence[Row]) -> None:
        """Say that the data of some rows has changed."""
        spans: dict[int, tuple[Row, Row]] = {}
        for row in changed:
            parent = -1 if row.parent is None else row.parent.number
            first, last = spans.get(parent, (row, row))
            first = row if row.place < first.place else first
            spans[parent] = (first, row if row.place > last.place else last)
        for first, last in spans.values():
            self.dataChanged.emit(self.index_of(first), self.index_of(last))

    # Qt's side

    def index(
        self,
        row: int,
        column: int,
        parent: Index = QModelIndex(),  # noqa: B008 - Qt's signature
    ) -> QModelIndex:
        """Return the index of the row at a place below ``parent``."""
        siblings = self._below(parent)
        if column != 0 or not 0 <= row < len(siblings):
            return QModelIndex()
        return self.createIndex(row, 0, siblings[row].number)

    def parent(self, child: Index) -> QModelIndex:  # type: ignore[override]  # QObject.parent() too
        """Return the index of the row above."""
        row = self.row_at(child)
        return QModelIndex() if row is None or row.parent is None else self.index_of(row.parent)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        """Return how many rows are below ``parent``."""
        return len(self._below(parent))

    def columnCount(  # noqa: N802 - Qt's name
        self,
        parent: Index = QModelIndex(),  # noqa: B008 - Qt's signature
    ) -> int:
        """Return one: a row is one cell."""
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the text, the tooltip, or what a screen reader says."""
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.text
            case Qt.ItemDataRole.ToolTipRole:
                return row.tip or None
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken()
            case _:
                return None

    def _below(self, parent: Index) -> list[Row]:
        row = self.row_at(parent)
        return self.roots if row is None else row.children


class RowDelegate(QStyledItemDelegate):
    """Draws a row of 28 px: sign or arrow, text, count."""

    def __init__(self, model: RowModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.gutter = 0
        """Width of the scroll bar beside the rows, so that counts stay in one column."""

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: Index
    ) -> QSize:
        """Return a row of the design's height."""
        return QSize(0, theme.ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row = self._model.row_at(index)
        if row is None:
            return
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, area, row, state)
        self._sign(painter, area, row, opened=bool(state & QStyle.StateFlag.State_Open))
        self._words(painter, area, row)
        painter.restore()

    def _ground(self, painter: QPainter, area: QRect, row: Row, state: QStyle.StateFlag) -> None:
        ground = QRectF(area.adjusted(EDGE, 0, -max(EDGE - self.gutter, 0), 0))
        painter.setPen(Qt.PenStyle.NoPen)
        if row.state == "wanted":
            painter.setBrush(theme.color("chip"))
            painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.color("text", _HOVER))
            painter.drawRoundedRect(ground, theme.RADIUS, theme.RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 1))
            inner = ground.adjusted(0.5, 0.5, -0.5, -0.5)
            painter.drawRoundedRect(inner, theme.RADIUS, theme.RADIUS)

    def _sign(self, painter: QPainter, area: QRect, row: Row, *, opened: bool) -> None:
        left = area.left() + ICON_LEFT + STEP * row.depth
        name, size, token = row.icon, ICON, "dim"
        if row.children:
            name, size = ("opened" if opened else "closed"), ARROW
        elif row.state != "off" and row.kind != "page":
            wanted = row.state == "wanted"
            name, token = ("accept", "text") if wanted else ("exclude", "no")
            size = 14
        if name:
            shift = (ICON - size) // 2
            top = area.top() + (area.height() - size) // 2
            painter.setOpacity(FADED if row.faded else 1.0)
            icon(name, token).paint(painter, QRect(left + shift, top, size, size))
            painter.setOpacity(1.0)

    def _words(self, painter: QPainter, area: QRect, row: Row) -> None:
        inner = area.adjusted(TEXT_LEFT + STEP * row.depth, 0, -max(RIGHT - self.gutter, 4), 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        faint = theme.color("dim", FADED)
        painter.setFont(theme.font())
        right = row.action or ("" if row.count is None else number(row.count))
        taken = painter.fontMetrics().horizontalAdvance(right)
        painter.setPen(theme.color("accent") if row.action else theme.color("dim"))
        if row.faded and not row.action:
            painter.setPen(faint)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, right)
        font = QFont(theme.font(bold=row.strong))
        font.setStrikeOut(row.state == "excluded")
        painter.setFont(font)
        painter.setPen(faint if row.faded else theme.color("text"))
        if row.state == "excluded":
            painter.setPen(theme.color("no"))
        room = inner.width() - taken - (theme.GAP if taken else 0)
        shown = painter.fontMetrics().elidedText(row.text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, shown)
