"""The page "Could not be read": every such file, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.library.records import Failure
from app.ui.background import Latest
from app.ui.files import FileActions
from app.ui.icons import icon
from app.ui.pages.flow_layout import FlowLayout
from app.ui.pages.problems_model import (
    ADVICE,
    FOLDER,
    NAME,
    REASON,
    Index,
    ProblemsFilter,
    ProblemsModel,
)
from app.ui.paragraph import Paragraph
from app.ui.theme import GAP, MARGIN
from app.ui.wording import counted, number, printable

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.background import Background

_ROW_HEIGHT: Final = 44
_WIDTHS: Final = {NAME: 192, FOLDER: 240, REASON: 280}
_ADVICE_LEAST: Final = 208
"""Room for every advice on the two lines of a row."""
_GIVES: Final = {NAME: 0.25, FOLDER: 0.5, REASON: 0.25}
"""Where there is less room, which columns go without how much of what is missing."""
_COLUMN_LEAST: Final = 64
_SIGN: Final = 40
_TEXT_WIDTH: Final = 430
_WITH_ROW: Final = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows


class _CutInTheMiddle(QStyledItemDelegate):
    """Keeps beginning and end of names and paths in sight."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideMiddle
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.WrapText


class _Table(QTableView):
    """Shares its room among the columns, unless the user has done so."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sharing = self._by_hand = False

    def column_resized(self, section: int, _before: int, _now: int) -> None:
        """From when the user has drawn a column, it stays as it is."""
        self._by_hand |= section != ADVICE and not self._sharing

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share anew."""
        super().resizeEvent(event)
        if self._by_hand:
            return
        missing = max(sum(_WIDTHS.values()) + _ADVICE_LEAST - self.viewport().width(), 0)
        self._sharing = True
        for section, width in _WIDTHS.items():
            share = max(width - round(missing * _GIVES[section]), _COLUMN_LEAST)
            self.horizontalHeader().resizeSection(section, share)
        self._sharing = False


class ProblemsView(QWidget):
    """A sortable table with one kind of trouble, or all, and the ways out."""

    said = Signal(str)
    """One sentence for the status line."""
    count_changed = Signal(int)
    """How many files could not be read."""

    def __init__(
        self,
        engine: Engine,
        background: Background,
        parent: QWidget | None = None,
        *,
        files: FileActions | None = None,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._files = files or FileActions()
        self._latest = Latest(background)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Could not be read"))
        self.model = ProblemsModel(self)
        self._shown = ProblemsFilter(self)
        self._shown.setSourceModel(self.model)
        self.table = self._table()
        self._lay_out()
        self._show_failures([])

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Could not be read"), self)
        title.setProperty("role", "title")
        self._count = QLabel(self)
        self._count.setProperty("role", "dim")
        self.retry = self._button("rescan", self._retry)
        self.reveal = self._button("reveal", self._reveal)
        self.reveal.setText(self.tr("Show in file manager"))
        self.copy = self._button("copy", self._copy)
        told = QHBoxLayout()
        told.setSpacing(GAP)
        told.addWidget(title)
        told.addWidget(self._count)
        told.addStretch(1)
        actions = FlowLayout(gap=GAP)
        for button in (self.copy, self.reveal, self.retry):
            actions.addWidget(button)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(GAP)
        self._head.addLayout(told)
        self._head.addLayout(actions)
        self._chips = FlowLayout(gap=GAP)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, 0)
        column.setSpacing(12)
        column.addLayout(self._head)
        column.addLayout(self._chips)
        column.addWidget(self.table, 1)
        self.empty = self._nothing()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.empty)
        self._pages.addWidget(page)
        self._page = page
        self.setFocusProxy(self.table)
        self.setTabOrder(self.copy, self.reveal)
        self.setTabOrder(self.reveal, self.retry)

    def _button(self, name: str, clicked: Callable[[], None]) -> QPushButton:
        button = QPushButton(icon(name, "text"), "", self)
        button.clicked.connect(lambda _checked=False: clicked())
        return button

    def _table(self) -> QTableView:
        table = _Table(self)
        table.setModel(self._shown)
        table.setAccessibleName(self.tr("Files that could not be read"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setShowGrid(False)
        table.setStyleSheet("QTableView::item { padding: 0 5px; border: none; }")
        table.setItemDelegateForColumn(NAME, _CutInTheMiddle(table))
        table.setItemDelegateForColumn(FOLDER, _CutInTheMiddle(table))
        table.setTabKeyNavigation(False)
        table.setSortingEnabled(True)
        table.sortByColumn(FOLDER, Qt.SortOrder.AscendingOrder)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(ADVICE, QHeaderView.ResizeMode.Stretch)
        header.sectionResized.connect(table.column_resized)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._offer_menu)
        table.selectionModel().selectionChanged.connect(self._selection_changed)
        table.doubleClicked.connect(lambda _index: self._reveal())
        table.installEventFilter(self)
        return table

    def _nothing(self) -> QWidget:
        page = QWidget(self)
        sign = QLabel(page)
        sign.setPixmap(icon("accept", "ok").pixmap(_SIGN, _SIGN))
        title = QLabel(self.tr("Every picture could be read"), page)
        title.setProperty("role", "big")
        says = self.tr("Files that are damaged or protected would be listed here.")
        text = Paragraph(_TEXT_WIDTH, says, page)
        column = QVBoxLayout(page)
        column.setSpacing(GAP)
        column.addStretch(1)
        for widget in (sign, title, text):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    # Showing

    def reload(self) -> None:
        """Ask for the files again."""
        self._latest.run(self._engine.failures, self._show_failures)

    def selected(self) -> list[Failure]:
        """Return the files that are selected, from top to bottom."""
        rows = self.table.selectionModel().selectedRows(NAME)
        return [
            index.data(Qt.ItemDataRole.UserRole)
            for index in sorted(rows, key=lambda index: index.row())
        ]

    def _show_failures(self, failures: list[Failure]) -> None:
        chosen = {failure.file_id for failure in self.selected()}
        self.model.set_failures(failures)
        n = len(failures)
        self._count.setText(counted(self.tr("{n} file(s)", "", n), n))
        self._show_chips()
        for row in range(self._shown.rowCount()):
            index = self._shown.index(row, NAME)
            if index.data(Qt.ItemDataRole.UserRole).file_id in chosen:
                self.table.selectionModel().select(index, _WITH_ROW)
        self._pages.setCurrentWidget(self._page if failures else self.empty)
        self._selection_changed()
        self.count_changed.emit(n)

    def _show_chips(self) -> None:
        checked = self._group.checkedButton()
        wanted = str(checked.property("word")) if checked is not None else ""
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                self._group.removeButton(widget)  # type: ignore[arg-type]
                widget.deleteLater()
        counts = self.model.counts()
        before: QWidget = self.retry
        for word, n in counts:
            chip = QPushButton(f"{word}  {number(n)}", self)
            chip.setProperty("role", "chip")
            chip.setProperty("word", word)
            chip.setCheckable(True)
            chip.setChecked(word == wanted)
            chip.setToolTip(self.tr("Show only these"))
            chip.clicked.connect(lambda on, word=word: self._show_only(word if on else ""))
            self._group.addButton(chip)
            self._chips.addWidget(chip)
            self.setTabOrder(before, chip)
            before = chip
        self.setTabOrder(before, self.table)
        self._show_only(wanted if wanted in dict(counts) else "")

    def _show_only(self, word: str) -> None:
        for chip in self._group.buttons():
            chip.setChecked(chip.property("word") == word)
        self._shown.show_only(word)

    def _selection_changed(self) -> None:
        chosen = len(self.selected())
        n = chosen or len(self.model.failures)
        self.retry.setText(self.tr("Try again") if chosen else self.tr("Try all again"))
        self.retry.setEnabled(n > 0)
        self.reveal.setEnabled(chosen > 0)
        self.copy.setEnabled(chosen > 0)
        self.copy.setText(self.tr("Copy paths") if chosen > 1 else self.tr("Copy path"))
        self._break_head()

    def _break_head(self) -> None:
        """Where there is no room for all in one line, put the buttons below the title."""
        parts = [part for at in range(2) if (part := self._head.itemAt(at)) is not None]
        needed = sum(part.sizeHint().width() for part in parts) + GAP + 2 * MARGIN
        beside, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._head.setDirection(beside if needed <= self.width() else below)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Break the head where it must be."""
        super().resizeEvent(event)
        self._break_head()

    # Doing

    def _retry(self) -> None:
        chosen = [failure.file_id for failure in self.selected()]
        n = len(chosen) or len(self.model.failures)
        said = counted(self.tr("Trying {n} file(s) again", "", n), n)

        def retried(_: None) -> None:
            self.said.emit(said)
            self.reload()

        engine = self._engine
        self._background.run(lambda: engine.retry_failures(chosen or None), retried, owner=self)

    def _reveal(self) -> None:
        chosen = self.selected()
        if chosen and not self._files.reveal(chosen[0].path):
            sentence = self.tr("No file manager would show {file}.")
            self.said.emit(sentence.replace("{file}", printable(chosen[0].path.name)))

    def _copy(self) -> None:
        paths = [failure.path for failure in self.selected()]
        if paths:
            self._files.copy(paths)
            n = len(paths)
            self.said.emit(counted(self.tr("Copied {n} path(s)", "", n), n))

    def menu(self) -> QMenu:
        """Return what can be done with the selected files."""
        menu = QMenu(self)
        for button in (self.retry, self.reveal, self.copy):
            action = menu.addAction(button.icon(), button.text(), button.click)
            action.setEnabled(button.isEnabled())
        return menu

    def _offer_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.table.viewport().mapToGlobal(at))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Copy paths, not cells, on the copy key; show the file on Enter."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Copy):
                self._copy()
                return True
            if Qt.Key(event.key()) in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._reveal()
                return True
        return super().eventFilter(watched, event)
