"""The sidebar's folders: roots with their subfolders, what they hold, which are away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QMessageBox, QVBoxLayout, QWidget

from app.search.syntax import value_text
from app.search.vocabulary import fold
from app.ui import files
from app.ui.icons import icon
from app.ui.sidebar.folder_filter import folders_asked_for, with_folder
from app.ui.sidebar.folder_rows import Place, every
from app.ui.sidebar.rows import Row
from app.ui.sidebar.tree import RowTree
from app.ui.wording import counted, printable

if TYPE_CHECKING:
    from app.search.edit import TermState


_OPEN_AT_FIRST = 12
"""A root with more subfolders than this begins folded."""


class FoldersTree(QWidget):
    """Folders to click on: pictures of this one only, then of all again."""

    query_changed = Signal(str)
    remove_requested = Signal(int)
    rescan_requested = Signal(int)
    folded_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._query = ""
        self._shut: set[str] = set()
        self.tree = RowTree(self)
        self.tree.setAccessibleName(self.tr("Folders"))
        self.tree.hug_content()
        self.tree.wanted.connect(lambda row: self._ask(row, "wanted"))
        self.tree.excluded.connect(lambda row: self._ask(row, "excluded"))
        self.tree.alone.connect(self._ask_alone)
        self.tree.menu_wanted.connect(self._show_menu)
        self.tree.folded_changed.connect(self.folded_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tree)

    def set_folders(self, roots: Sequence[Row]) -> None:
        """Show these folders, as ``folder_rows`` made them."""
        shown = list(self.tree.rows.rows())
        new = list(every(roots))
        if [row.key for row in new] != [row.key for row in shown]:
            # Deep and long trees begin folded: they are longer than a sidebar.
            deep = {
                row.key
                for row in new
                if row.children and (row.depth or len(row.children) > _OPEN_AT_FIRST)
            }
            self.tree.shut_at_first(sorted(deep - self._shut))
            self._shut |= deep
            self.tree.set_rows(roots)
        else:
            changed = [old for old, row in zip(shown, new, strict=True) if _took_over(old, row)]
            self.tree.rows.touch(changed)
        self._mark()

    def set_query(self, query: str) -> None:
        """Mark the folders that the query names."""
        if query != self._query:
            self._query = query
            self._mark()

    # Rows

    def _mark(self) -> None:
        changed = []
        asked_for = folders_asked_for(self._query) if self._query.strip() else {}
        for row in self.tree.rows.rows():
            state = asked_for.get(fold(_place(row).name), "off") if asked_for else "off"
            if state != row.state:
                row.state = state
                changed.append(row)
        self.tree.rows.touch(changed)

    # What the user does

    def _ask(self, row: Row, state: TermState) -> None:
        back = row.state == state or (row.state != "off" and state == "wanted")
        name = _place(row).name
        self.query_changed.emit(with_folder(self._query, name, "off" if back else state))

    def _ask_alone(self, row: Row) -> None:
        self.query_changed.emit(f"folder:{value_text(_place(row).name)}")

    def _show_menu(self, row: Row, at: QPoint) -> None:
        self.menu_for(row).popup(at)

    def menu_for(self, row: Row) -> QMenu:
        """Return the menu of a folder."""
        place = _place(row)
        menu = QMenu(self)
        only = menu.addAction(icon("search"), self.tr("Show only this\tEnter"))
        only.triggered.connect(lambda: self._ask_alone(row))
        out = row.state == "excluded"
        exclude = self.tr("No longer exclude\tDel") if out else self.tr("Exclude\tDel")
        menu.addAction(icon("exclude"), exclude).triggered.connect(
            lambda: self._ask(row, "excluded")
        )
        menu.addSeparator()
        reveal = menu.addAction(icon("reveal"), self.tr("Show in file manager"))
        reveal.triggered.connect(lambda: files.reveal(place.path))
        rescan = menu.addAction(icon("rescan"), self.tr("Look through it again"))
        rescan.triggered.connect(lambda: self.rescan_requested.emit(place.folder_id))
        offline = row.icon == "offline"
        reveal.setEnabled(not offline)
        rescan.setEnabled(not offline)
        if place.root:
            menu.addSeparator()
            remove = menu.addAction(icon("remove"), self.tr("Remove from library…"))
            remove.triggered.connect(lambda: self.ask_to_remove(place))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def ask_to_remove(self, place: Place) -> QMessageBox:
        """Ask whether a folder shall leave the library; return the open question."""
        box = QMessageBox(self.window())
        box.setWindowTitle(self.tr("Remove from library"))
        says = self.tr("Remove “{folder}” from the library?")
        box.setText(says.replace("{folder}", printable(place.path.name or str(place.path))))
        photos = counted(
            self.tr(
                "Its {n} (photo is|photos are) no longer shown, unless another folder has "
                "(it|them) too.",
                "",
                place.count,
            ),
            place.count,
        )
        kept = self.tr(
            "Nothing is deleted from the disk. Your decisions are kept: add the folder again, "
            "and they are back."
        )
        box.setInformativeText(f"{photos} {kept}")
        remove = box.addButton(
            self.tr("Remove from library"), QMessageBox.ButtonRole.DestructiveRole
        )
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setEscapeButton(cancel)
        remove.clicked.connect(lambda: self.remove_requested.emit(place.folder_id))
        box.finished.connect(box.deleteLater)
        box.open()
        return box


def _place(row: Row) -> Place:
    if not isinstance(row.payload, Place):
        raise TypeError(f"not a folder's row: {row.text}")
    return row.payload


def _took_over(old: Row, new: Row) -> bool:
    """Give a row that stays what is new about it; return whether anything was."""
    facts = (new.text, new.count, new.faded, new.icon, new.tip, new.payload)
    if facts == (old.text, old.count, old.faded, old.icon, old.tip, old.payload):
        return False
    old.text, old.count, old.faded, old.icon, old.tip, old.payload = facts
    return True
