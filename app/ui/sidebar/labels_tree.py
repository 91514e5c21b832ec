"""The sidebar's labels: filter field, groups, labels with counts under the present query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.search.edit import terms, with_term
from app.search.syntax import word_text
from app.search.vocabulary import OWN, Vocabulary
from app.ui import theme
from app.ui.icons import icon
from app.ui.sidebar.labels_rows import MUTED_GROUP, Listing, Word, label_rows
from app.ui.sidebar.own_labels import OwnLabels
from app.ui.sidebar.rows import Row
from app.ui.sidebar.tree import RowTree

if TYPE_CHECKING:
    from app.search.edit import TermState


class LabelsTree(QWidget):
    """Labels to click on: wanted, then off again; with Ctrl excluded."""

    query_changed = Signal(str)
    mute_wanted = Signal(str, bool)
    """A label's key, and whether it is never to be seen."""
    folded_changed = Signal()

    def __init__(self, packs: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._packs = packs
        self._opened: set[str] = set()
        self._vocabulary = Vocabulary(())
        self._totals: Mapping[str, int] = {}
        self._counts: Mapping[str, int] | None = None
        self._muted: frozenset[str] = frozenset()
        self._query = ""
        self._wanted: frozenset[str] = frozenset()
        self._excluded: frozenset[str] = frozenset()
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText(self.tr("Filter labels"))
        self.filter.setAccessibleName(self.tr("Filter labels"))
        self.filter.setToolTip(self.tr("Show only labels that contain this"))
        self.filter.setStyleSheet("QLineEdit { min-height: 26px; }")
        self.filter.textChanged.connect(self._on_filter)
        self.filter.installEventFilter(self)
        self.tree = RowTree(self)
        self.tree.setAccessibleName(self.tr("Labels"))
        self.tree.shut_at_first([MUTED_GROUP])
        self.tree.wanted.connect(lambda row: self._ask(row, "wanted"))
        self.tree.excluded.connect(lambda row: self._ask(row, "excluded"))
        self.tree.alone.connect(self._ask_alone)
        self.tree.menu_wanted.connect(self._show_menu)
        self.own = OwnLabels(self)
        self.tree.rename_wanted.connect(self._ask_name)
        self.tree.delete_wanted.connect(self._ask_to_delete)
        self.tree.folded_changed.connect(self.folded_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        field = QVBoxLayout()
        field.setContentsMargins(theme.MARGIN, 2, theme.MARGIN, 2)
        field.addWidget(self.filter)
        layout.addLayout(field)
        self.nothing = QLabel(self)
        self.nothing.setProperty("role", "dim")
        self.nothing.setWordWrap(True)
        self.nothing.setContentsMargins(theme.MARGIN, 4, theme.MARGIN, 4)
        self.nothing.hide()
        layout.addWidget(self.nothing)
        layout.addWidget(self.tree, 1)

    def set_labels(
        self, vocabulary: Vocabulary, totals: Mapping[str, int], muted: frozenset[str]
    ) -> None:
        """Show these labels; ``totals`` are their photos in the whole library."""
        self._vocabulary, self._totals, self._muted = vocabulary, totals, muted
        self._wanted, self._excluded = asked_for(self._query, vocabulary)
        self._show_rows()

    def set_query(self, query: str) -> None:
        """Mark the labels that the query wants or excludes."""
        if query != self._query:
            self._query = query
            self._wanted, self._excluded = asked_for(query, self._vocabulary)
            listed = {key for row in self._labels() for key in _word(row).keys}
            if not self._wanted | self._excluded <= listed:
                self._show_rows()
            self._mark()

    def set_counts(self, counts: Mapping[str, int] | None) -> None:
        """Show how many photos of the result have each label; None for the whole library."""
        self._counts = counts
        self._mark()

    # Rows

    def _labels(self) -> list[Row]:
        return [row for row in self.tree.rows.rows() if row.kind == "label"]

    def _show_rows(self) -> None:
        text = self.filter.text().strip()
        listing = Listing(
            self._totals,
            self._muted,
            asked_for=self._wanted | self._excluded,
            containing=text,
            opened=self._opened,
            packs=self._packs,
        )
        rows = label_rows(self._vocabulary, listing)
        self.nothing.setVisible(not rows)
        says = self.tr("No label contains “{text}”.").replace("{text}", text)
        self.nothing.setText(says if text else self.tr("There are no labels yet."))
        if self._must_replace(rows):
            self.tree.set_rows(rows)
            self.tree.show_all_open(bool(text))
        self._mark()

    def _must_replace(self, rows: Sequence[Row]) -> bool:
        """Whether other rows are to be listed; their order alone waits while the mouse is there."""
        new = [_line(row) for row in _all(rows)]
        old = [_line(row) for row in self.tree.rows.rows()]
        return sorted(new) != sorted(old) or (new != old and not self.tree.underMouse())

    def _mark(self) -> None:
        counts = self._totals if self._counts is None else self._counts
        changed = []
        for row in self._labels():
            word = _word(row)
            count = word.count(counts)
            state = self._state(word)
            if (count, state) != (row.count, row.state):
                row.count, row.state, row.faded = count, state, count == 0 and state == "off"
                changed.append(row)
        self.tree.rows.touch(changed)

    def _state(self, word: Word) -> TermState:
        if not self._excluded.isdisjoint(word.keys):
            return "excluded"
        return "off" if self._wanted.isdisjoint(word.keys) else "wanted"

    # What the user does

    def _on_filter(self) -> None:
        self._show_rows()
        self.tree.verticalScrollBar().setValue(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Go from the filter to the labels by key: Down, Enter for the first, Escape to clear."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        labels = self._labels()
        match event.key():
            case Qt.Key.Key_Down if labels:
                self.tree.setCurrentIndex(self.tree.rows.index_of(labels[0]))
                self.tree.setFocus(Qt.FocusReason.TabFocusReason)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if labels and self.filter.text().strip():
                self._ask(labels[0], "wanted")
            case Qt.Key.Key_Escape if self.filter.text():
                self.filter.clear()
            case _:
                return super().eventFilter(watched, event)
        return True

    def _ask(self, row: Row, state: TermState) -> None:
        """Want or exclude a label; what is so already is taken back."""
        if row.kind == "muted":
            self.mute_wanted.emit(str(row.payload), False)
        elif row.kind == "more":
            self._opened ^= {str(row.payload)}
            self._show_rows()
        elif row.kind == "label":
            back = row.state == state or (row.state != "off" and state == "wanted")
            self._edit(row, "off" if back else state)

    def _edit(self, row: Row, state: TermState) -> None:
        word = _word(row).name
        self.query_changed.emit(with_term(self._query, word, state, self._vocabulary))

    def _ask_alone(self, row: Row) -> None:
        if row.kind != "label":
            self._ask(row, "wanted")
        else:
            self.query_changed.emit(word_text(_word(row).name))

    def _show_menu(self, row: Row, at: QPoint) -> None:
        menu = self.menu_for(row)
        if menu is not None:
            menu.popup(at)

    def menu_for(self, row: Row) -> QMenu | None:
        """Return the menu of a row; None where there is nothing to choose."""
        if row.kind not in ("label", "muted"):
            return None
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if row.kind == "muted":
            again = menu.addAction(icon("eye"), self.tr("Show again"))
            again.triggered.connect(lambda: self.mute_wanted.emit(str(row.payload), False))
            return menu
        only = menu.addAction(icon("search"), self.tr("Search only this\tEnter"))
        only.triggered.connect(lambda: self._ask_alone(row))
        want = self.tr("No longer want\tSpace") if row.state == "wanted" else self.tr("Want\tSpace")
        menu.addAction(icon("accept"), want).triggered.connect(lambda: self._ask(row, "wanted"))
        out = row.state == "excluded"
        exclude = self.tr("No longer exclude\tDel") if out else self.tr("Exclude\tDel")
        menu.addAction(icon("exclude"), exclude).triggered.connect(
            lambda: self._edit(row, "off" if out else "excluded")
        )
        menu.addSeparator()
        if _is_own(row):
            rename = menu.addAction(icon("rename"), self.tr("Rename…\tF2"))
            rename.triggered.connect(lambda: self._ask_name(row))
            delete = menu.addAction(icon("remove"), self.tr("Delete…\tShift+Del"))
            delete.triggered.connect(lambda: self._ask_to_delete(row))
        mute = menu.addAction(icon("mute"), self.tr("Mute: never show this label"))
        mute.triggered.connect(lambda: self._mute(row))
        return menu

    def _ask_name(self, row: Row) -> None:
        if _is_own(row):
            word = _word(row)
            self.own.ask_name(word.keys[0], word.name, self._vocabulary)

    def _ask_to_delete(self, row: Row) -> None:
        if _is_own(row):
            word = _word(row)
            self.own.ask_to_delete(word.keys[0], word.name, word.count(self._totals))

    def _mute(self, row: Row) -> None:
        for key in _word(row).keys:
            self.mute_wanted.emit(key, True)


def asked_for(query: str, vocabulary: Vocabulary) -> tuple[frozenset[str], frozenset[str]]:
    """Return the keys of the labels that a query wants, and of those that it excludes.

    Only plain words at the top level count; ``drama>0.7`` and ``(drama OR comedy)`` do not.
    """
    wanted: set[str] = set()
    excluded: set[str] = set()
    for term in terms(query, vocabulary) if query.strip() else ():
        if vocabulary.find(term.text):
            (excluded if term.negated else wanted).update(term.keys)
    return frozenset(wanted), frozenset(excluded)


def _word(row: Row) -> Word:
    return row.payload if isinstance(row.payload, Word) else Word(row.text, ())


def _is_own(row: Row) -> bool:
    """Whether the row is one label that the user made."""
    keys = _word(row).keys
    return row.kind == "label" and len(keys) == 1 and keys[0].startswith(f"{OWN}/")


def _line(row: Row) -> tuple[str, str, str, int]:
    return row.parent.key if row.parent else "", row.key, row.text, row.depth


def _all(rows: Sequence[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        found.append(row)
        for child in row.children:
            child.parent = row
            found.append(child)
    return found
