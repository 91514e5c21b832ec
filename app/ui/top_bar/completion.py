"""What the word being written may become: a list under the search field.

The list never takes the focus. The field hands it the keys: arrows move, Tab takes the marked row
or the first, Enter takes the marked row, Escape closes.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.top_bar.floating import Floating
from app.ui.top_bar.offers import Offer
from app.ui.wording import number

ROWS_SEEN = 10
_PADDING = 12
_FRAME = 5

Index = QModelIndex | QPersistentModelIndex
OFFER = Qt.ItemDataRole.UserRole + 1


class CompletionModel(QAbstractListModel):
    """The completions of one moment, best first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[Offer] = []

    def set_items(self, items: Sequence[Offer]) -> None:
        """Show other completions."""
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's signature
        """Return how many there are."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the label, what a screen reader says, or the completion itself."""
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return item.completion.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return item.spoken()
        return item if role == OFFER else None


class CompletionDelegate(QStyledItemDelegate):
    """Draws a row: the label, dim words behind it, the count at the right."""

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: Index
    ) -> QSize:
        """Return a row of the design's height."""
        return QSize(0, theme.ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        offer: Offer = index.data(OFFER)
        item = offer.completion
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        marked = bool(state & QStyle.StateFlag.State_Selected)
        if marked or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(theme.color("chip", 1.0 if marked else 0.5))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(area), theme.RADIUS, theme.RADIUS)
        inner = area.adjusted(_PADDING, 0, -_PADDING, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font())
        metrics = painter.fontMetrics()
        count = "" if item.count is None else number(item.count)
        room = inner.width() - metrics.horizontalAdvance(count) - (theme.GAP if count else 0)
        painter.setPen(theme.color("dim"))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, count)
        label = metrics.elidedText(item.label, Qt.TextElideMode.ElideMiddle, room)
        painter.setPen(theme.color("text"))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, label)
        used = metrics.horizontalAdvance(label) + theme.GAP
        rest = metrics.elidedText(offer.hint, Qt.TextElideMode.ElideRight, room - used)
        if room - used > 4 * _PADDING:
            painter.setPen(theme.color("dim"))
            painter.drawText(
                inner.adjusted(used, 0, 0, 0), middle | Qt.AlignmentFlag.AlignLeft, rest
            )
        painter.restore()


class CompletionPopup(Floating):
    """The list under the field."""

    chosen = Signal(object)
    """A ``Completion`` was taken."""

    def __init__(self, anchor: QWidget, speaker: QWidget, inset: int = 0) -> None:
        super().__init__(anchor, inset)
        self._speaker = speaker
        self.model = CompletionModel(self)
        self.view = QListView(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(CompletionDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setAccessibleName(self.tr("Completions"))
        self.view.clicked.connect(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_FRAME, _FRAME, _FRAME, _FRAME)
        layout.addWidget(self.view)

    def wanted_height(self, width: int, most: int) -> int:
        """Return room for the rows, at most ``ROWS_SEEN``."""
        rows = min(self.model.rowCount(), ROWS_SEEN)
        return min(rows * theme.ROW_HEIGHT + 2 * _FRAME, most)

    def offer(self, items: Sequence[Offer]) -> None:
        """Show completions; none closes the list. No row is marked, so Enter stays the field's."""
        self.model.set_items(items)
        if items:
            self.open()
        else:
            self.hide()

    def press(self, event: QKeyEvent) -> bool:
        """Take a key that the field got; return whether it was one of the list's."""
        if not self.isVisible():
            return False
        match event.key():
            case Qt.Key.Key_Down:
                self._move(1)
            case Qt.Key.Key_Up:
                self._move(-1)
            case Qt.Key.Key_PageDown:
                self._move(ROWS_SEEN)
            case Qt.Key.Key_PageUp:
                self._move(-ROWS_SEEN)
            case Qt.Key.Key_Escape:
                self.hide()
            case Qt.Key.Key_Tab:
                marked = self.view.currentIndex()
                self._take(marked if marked.isValid() else self.model.index(0))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.view.currentIndex().isValid():
                self._take(self.view.currentIndex())
            case _:
                return False
        return True

    def _move(self, by: int) -> None:
        rows = self.model.rowCount()
        now = self.view.currentIndex().row()
        if now < 0:
            row = 0 if by > 0 else rows - 1
        elif abs(by) == 1:
            row = (now + by) % rows
        else:
            row = min(max(now + by, 0), rows - 1)
        index = self.model.index(row)
        self.view.setCurrentIndex(index)
        said = QAccessibleAnnouncementEvent(self._speaker, index.data(OFFER).spoken())
        QAccessible.updateAccessibility(said)

    def _take(self, index: Index) -> None:
        offer: Offer = index.data(OFFER)
        self.hide()
        self.chosen.emit(offer.completion)
