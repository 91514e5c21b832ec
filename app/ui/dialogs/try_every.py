"""Every label of every pack for a tried picture, likeliest first, gate or no gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import ROW_HEIGHT, color, font
from app.ui.wording import percent

if TYPE_CHECKING:
    from app.engine import TriedLabel

Index = QModelIndex | QPersistentModelIndex

_EDGE: Final = 8
_VALUE_WIDTH: Final = 44
_BAR_WIDTH: Final = 72
_BAR_HEIGHT: Final = 3
_ROOT: Final = QModelIndex()


class TriedModel(QAbstractListModel):
    """The labels; ``UserRole`` gives the label itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._labels: tuple[TriedLabel, ...] = ()

    def set_labels(self, labels: Sequence[TriedLabel]) -> None:
        """Show these labels."""
        self.beginResetModel()
        self._labels = tuple(labels)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Return how many labels there are."""
        return 0 if parent.isValid() else len(self._labels)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name, what a screen reader says, or the label."""
        label = self._labels[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return label.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{label.name}, {percent(label.probability)}"
        return label if role == Qt.ItemDataRole.UserRole else None


class _Row(QStyledItemDelegate):
    """Name, bar and probability in one line; what is below its threshold is dim."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        label: TriedLabel = index.data(Qt.ItemDataRole.UserRole)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(color("chip"))
            painter.drawRoundedRect(box, 4, 4)
        right = box.right() - _EDGE
        value = QRect(right - _VALUE_WIDTH, box.top(), _VALUE_WIDTH, box.height())
        bar_top = box.center().y() - _BAR_HEIGHT // 2
        bar = QRectF(value.left() - _EDGE - _BAR_WIDTH, bar_top, _BAR_WIDTH, _BAR_HEIGHT)
        name = QRect(box.left() + _EDGE, box.top(), 0, box.height())
        name.setRight(int(bar.left()) - _EDGE)
        known = label.sure and not label.gated
        painter.setBrush(color("line"))
        painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.setBrush(color("accent" if known else "dim"))
        bar.setWidth(max(bar.width() * label.probability, _BAR_HEIGHT))
        painter.drawRoundedRect(bar, 1.5, 1.5)
        painter.setFont(font())
        painter.setPen(color("text" if known else "dim"))
        text = painter.fontMetrics().elidedText(
            label.name, Qt.TextElideMode.ElideRight, name.width()
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.setPen(color("dim"))
        end = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(value, end, percent(label.probability))
        painter.restore()


class EveryLabel(QWidget):
    """The filter and the two lists: what applies to the picture, and what a gate keeps back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(self.tr("Filter labels"))
        self.filter.setAccessibleName(self.tr("Filter labels"))
        self.filter.setClearButtonEnabled(True)
        self.note = QLabel(self)
        self.note.setProperty("role", "dim")
        self.note.setWordWrap(True)
        self._applying, self.applying = self._list(self.tr("All labels"))
        self._kept_back, self.kept_back = self._list(self.tr("Labels that are not shown normally"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.filter)
        column.addWidget(self.applying, 3)
        column.addWidget(self.note)
        column.addWidget(self.kept_back, 2)

    def _list(self, name: str) -> tuple[TriedModel, QListView]:
        model = TriedModel(self)
        proxy = QSortFilterProxyModel(self)
        proxy.setSourceModel(model)
        proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.filter.textChanged.connect(proxy.setFilterFixedString)
        view = QListView(self)
        view.setModel(proxy)
        view.setItemDelegate(_Row(view))
        view.setUniformItemSizes(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(name)
        return model, view

    def set_labels(self, labels: Sequence[TriedLabel], note: str) -> None:
        """Show all labels of a picture.

        Args:
            labels: Every label, likeliest first.
            note: Why those behind a gate are not shown normally; "" if there are none.
        """
        kept_back = [label for label in labels if label.gated]
        self._applying.set_labels([label for label in labels if not label.gated])
        self._kept_back.set_labels(kept_back)
        self.note.setText(note)
        self.note.setVisible(bool(kept_back))
        self.kept_back.setVisible(bool(kept_back))
