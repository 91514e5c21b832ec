"""Help: how to search, with examples to try, and every key."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.dialogs.paged import Paged
from app.ui.shortcuts import KEYS

_SIZE = QSize(800, 640)
_FIRST_COLUMN = 200


def examples() -> tuple[tuple[str, str], ...]:
    """Return queries, each with what it finds."""

    def says(text: str) -> str:
        return QCoreApplication.translate("Help", text)

    return (
        ("dog beach", says("both labels; AND may stand between them")),
        ("drama OR comedy", says("one of them, or both; OR binds less than AND")),
        ("-horror", says("without this label; NOT horror says the same")),
        ("(dog OR cat) -snow", says("parentheses keep together what belongs together")),
        ('"science fiction"', says("several words, one label; its other names count, too")),
        ("drama>0.7", says("how sure the network is; also >=, <, <= and 70%")),
        ("label:drama", says("the label for certain, never a file name")),
        ("folder:Pictures/2021", says("in this folder and below")),
        ("name:*.png", says("the file name; * for anything, ? for one letter")),
        (
            'text:"black stallion"',
            says("words in the picture; stall* begins so, *tall* has it anywhere"),
        ),
        ("taken:2019..2021-06", says("taken from then till then; a year, month or day")),
        ("added:2024", says("when it came into the library")),
        ("is:unlabelled", says("no label was found")),
        ("is:decided", says("you accepted or rejected a label")),
        ("is:read", says("words were found in it")),
        (
            "dog sort:name",
            says("in order of taken, name, added, probability or match; -name turns round"),
        ),
    )


def keys() -> tuple[tuple[str, str], ...]:
    """Return keys (several apart by a blank), each with what they do."""

    def says(text: str) -> str:
        return QCoreApplication.translate("Help", text)

    return (
        (f"{_key('search')} /", says("Go to the search field")),
        ("Esc", says("Close, clear, or leave the search field")),
        ("Tab Return", says("Take a completion")),
        (f"{_key('back')} {_key('forward')}", says("Back and forward")),
        ("Left Right Up Down", says("Walk over the pictures; with Shift select on the way")),
        ("Ctrl+A", says("Select all pictures")),
        ("Space Return", says("Open the picture in full size")),
        ("+ - 0", says("In full size: nearer, further, fit")),
        ("W Shift+W", says("In full size: where a label was seen; the next label")),
        ("T Shift+T", says("In full size: show the words; read them, or read them again")),
        ("Ctrl+A Ctrl+C", says("In full size, over the words: select all lines; copy them")),
        (_key("less sure"), says("Show the less sure pictures, or fold them away")),
        (f"{_key('larger')} {_key('smaller')}", says("Larger and smaller pictures")),
        ("A R", says("On a label in the details: accept it, reject it")),
        ("W", says("On a label in the details: show where it was seen; Esc ends it")),
        (_key("add label"), says("Add a label to the selected pictures")),
        (f"{_key('undo')} {_key('redo')}", says("Take a decision back, and decide it again")),
        ("Space Del", says("In the sidebar: want a label, exclude it; Return searches only it")),
        ("F2 Shift+Del", says("In the sidebar, on a label of your own: rename it, delete it")),
        (
            f"{_key('left panel')} {_key('right panel')}",
            says("Fold folders and labels, or the details, away"),
        ),
        (_key("full screen"), says("Full screen")),
        (_key("add folder"), says("Add a folder")),
        (_key("rescan"), says("Look through all folders again")),
        (_key("try"), says("Try a picture")),
        (_key("settings"), says("Settings")),
        (_key("help"), says("This help")),
        (_key("quit"), says("Quit")),
    )


def _key(name: str) -> str:
    return KEYS[name][0]


class HelpDialog(QDialog):
    """Two pages: searching, keys."""

    query_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Searching and keys"))
        self.resize(_SIZE)
        self.pages = Paged(self.tr("Help"), self)
        self.searching = self._searching()
        self.keys = self._keys()
        self.pages.add("search", self.tr("Searching"), self.searching)
        self.pages.add("help", self.tr("Keys"), self.keys)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.MARGIN)
        layout.addWidget(self.pages, 1)
        layout.addWidget(buttons)

    def _searching(self) -> QWidget:
        page, grid = _page()
        intro = QLabel(
            self.tr(
                "Type labels. A word that is no label is looked for in pictures and file names. "
                "Upper and lower case are the same. Click an example to try it."
            ),
            page,
        )
        intro.setWordWrap(True)
        grid.addWidget(intro, 0, 0, 1, 2)
        self.examples: list[QPushButton] = []
        for row, (query, meaning) in enumerate(examples(), start=1):
            button = QPushButton(query.replace("&", "&&"), page)
            button.setProperty("role", "chip")
            button.setAutoDefault(False)
            button.setToolTip(self.tr("Try it"))
            button.setAccessibleName(query)
            button.setAccessibleDescription(meaning)
            button.clicked.connect(lambda _=False, query=query: self._try(query))
            self.examples.append(button)
            grid.addWidget(button, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(_meaning(meaning, page), row, 1)
        return _scrolled(page, grid)

    def _keys(self) -> QWidget:
        page, grid = _page()
        for row, (shortcuts, meaning) in enumerate(keys()):
            shown = "   ".join(_native(shortcut) for shortcut in shortcuts.split(" "))
            name = QLabel(shown, page)
            name.setProperty("role", "strong")
            name.setMinimumHeight(theme.ROW_HEIGHT)
            grid.addWidget(name, row, 0)
            grid.addWidget(_meaning(meaning, page), row, 1)
        return _scrolled(page, grid)

    def _try(self, query: str) -> None:
        self.accept()
        self.query_chosen.emit(query)


def _page() -> tuple[QWidget, QGridLayout]:
    page = QWidget()
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 4, theme.MARGIN, 0)
    grid.setHorizontalSpacing(theme.MARGIN)
    grid.setVerticalSpacing(theme.GAP)
    grid.setColumnMinimumWidth(0, _FIRST_COLUMN)
    grid.setColumnStretch(1, 1)
    return page, grid


def _meaning(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", "dim")
    label.setWordWrap(True)
    return label


def _scrolled(page: QWidget, grid: QGridLayout) -> QScrollArea:
    grid.setRowStretch(grid.rowCount(), 1)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(page)
    return area


def _native(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText) or shortcut
