"""The view of sidebar rows: keyboard, folding that is remembered, rows that stay where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QSizePolicy,
    QTreeView,
    QWidget,
)

from app.ui import theme
from app.ui.sidebar.rows import ICON_LEFT, STEP, TEXT_LEFT, Row, RowDelegate, RowModel

_SCREENFUL = 60
_SECOND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class RowTree(QTreeView):
    """A tree of rows. Rows that have children are open unless the user has folded them."""

    wanted = Signal(object)
    """A row was clicked, or Space pressed on it."""
    excluded = Signal(object)
    """A row was clicked with Ctrl or Alt, or Delete or Minus pressed on it."""
    alone = Signal(object)
    """Enter was pressed on a row: this and nothing else."""
    rename_wanted = Signal(object)
    """F2 was pressed on a row."""
    delete_wanted = Signal(object)
    """Delete was pressed on a row with Shift."""
    stepped = Signal(object)
    """The keyboard moved to a row."""
    menu_wanted = Signal(object, QPoint)
    folded_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = RowModel(self)
        self._delegate = RowDelegate(self.rows, self)
        self._closed: set[str] = set()
        self._shut_at_first: set[str] = set()
        self._open_all = False
        self._restoring = False
        self._pressed = 0.0
        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(theme.ROW_HEIGHT)
        self.clicked.connect(self._on_clicked)
        self.expanded.connect(lambda index: self._on_folded(index, closed=False))
        self.collapsed.connect(lambda index: self._on_folded(index, closed=True))

    # Rows

    def set_rows(self, roots: Sequence[Row]) -> None:
        """Replace the rows; scroll position, current row and folding stay."""
        current = self.rows.row_at(self.currentIndex())
        at = self.verticalScrollBar().value()
        self._restoring = True
        self.rows.set_rows(roots)
        self._fold()
        self._restoring = False
        if current is not None:
            same = next((row for row in self.rows.rows() if row.key == current.key), None)
            if same is not None:
                self.setCurrentIndex(self.rows.index_of(same))
        self.verticalScrollBar().setValue(at)
        self.updateGeometry()

    def show_all_open(self, show: bool) -> None:
        """Open every row while a filter is typed; the user's own folding comes back after."""
        self._open_all = show
        self._restoring = True
        self._fold()
        self._restoring = False

    def shut_at_first(self, keys: Sequence[str]) -> None:
        """Name rows that are folded until the user opens them."""
        self._shut_at_first.update(keys)
        self._closed.update(keys)

    def folded(self) -> list[str]:
        """Return which rows the user has folded, to be remembered."""
        return sorted(self._closed)

    def set_folded(self, folded: Sequence[str]) -> None:
        """Fold what ``folded`` named once."""
        self._closed = set(folded)
        self._restoring = True
        self._fold()
        self._restoring = False

    def _fold(self) -> None:
        for row in self.rows.rows():
            if row.children:
                self.setExpanded(
                    self.rows.index_of(row), self._open_all or row.key not in self._closed
                )

    def _on_folded(self, index: QModelIndex, *, closed: bool) -> None:
        row = self.rows.row_at(index)
        if row is not None and not self._restoring and not self._open_all:
            (self._closed.add if closed else self._closed.discard)(row.key)
            self.folded_changed.emit()
        self.updateGeometry()

    # What the user does

    def _on_clicked(self, index: QModelIndex) -> None:
        row = self.rows.row_at(index)
        if row is None:
            return
        if (row.children and self._pressed_arrow(row)) or row.kind == "group":
            self.setExpanded(index, not self.isExpanded(index))
        elif QApplication.keyboardModifiers() & _SECOND:
            self.excluded.emit(row)
        else:
            self.wanted.emit(row)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where it was: on the arrow or beside it."""
        self._pressed = event.position().x()
        super().mousePressEvent(event)

    def _pressed_arrow(self, row: Row) -> bool:
        return ICON_LEFT - STEP <= self._pressed - STEP * row.depth < TEXT_LEFT

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Want, exclude and search by keyboard; the rest is the tree's own."""
        if event.matches(QKeySequence.StandardKey.SelectAll):
            event.ignore()  # one row at a time is chosen here: all means all pictures
            return
        row = self.rows.row_at(self.currentIndex())
        if row is None or row.kind == "group":
            if row is not None and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
                self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
                return
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Space:
                self.wanted.emit(row)
            case Qt.Key.Key_F2:
                self.rename_wanted.emit(row)
            case Qt.Key.Key_Delete if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.delete_wanted.emit(row)
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace | Qt.Key.Key_Minus:
                self.excluded.emit(row)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.alone.emit(row)
            case _:
                super().keyPressEvent(event)
                now = self.rows.row_at(self.currentIndex())
                if now is not row:
                    self.stepped.emit(now)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu of the row under the mouse, or of the current one by keyboard."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        row = self.rows.row_at(index)
        if row is not None:
            at = self.visualRect(index).bottomLeft() + QPoint(TEXT_LEFT, 0)
            here = at if by_key else event.pos()
            self.menu_wanted.emit(row, self.viewport().mapToGlobal(here))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Begin at the first row, so that there is a mark to move."""
        super().focusInEvent(event)
        by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )
        if by_key and not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(0, 0))

    # Size

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep counts in one column whether or not there is a scroll bar."""
        self._delegate.gutter = self.width() - self.viewport().width()
        super().resizeEvent(event)

    def content_height(self) -> int:
        """Return the height in pixels of the rows that are not folded away, up to a screenful."""
        return theme.ROW_HEIGHT * len(list(islice(self._seen(self.rows.roots), _SCREENFUL)))

    def _seen(self, rows: Sequence[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            if row.children and self.isExpanded(self.rows.index_of(row)):
                yield from self._seen(row.children)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the sidebar's width and the height of all rows."""
        return QSize(theme.SIDEBAR_WIDTH, self.content_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return room for two rows."""
        return QSize(0, min(self.content_height(), 2 * theme.ROW_HEIGHT))

    def hug_content(self) -> None:
        """Be no higher than the rows, lower where there is no room."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
