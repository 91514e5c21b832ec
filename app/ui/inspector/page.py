"""The inspector's page for selected photos, from the preview down to the words."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.ui.files import FileActions
from app.ui.inspector.add import AddLabel
from app.ui.inspector.head import Head
from app.ui.inspector.label_row import EDGE
from app.ui.inspector.label_rows import LabelRows
from app.ui.inspector.preview import Preview
from app.ui.inspector.questions import Facts
from app.ui.inspector.words import WordsPart
from app.ui.theme import GAP, MARGIN
from app.ui.wording import counted, printable

_BAR: Final = 8


class InspectorPage(QScrollArea):
    """Preview, head, labels, field and words in a column that scrolls."""

    def __init__(self, files: FileActions, parent: QWidget) -> None:
        super().__init__(parent)
        self.preview = Preview(self)
        self.head = Head(files, self)
        self.rows = LabelRows(self)
        self.rows.reached.connect(lambda row: self.ensureWidgetVisible(row, 0, GAP))
        self.field = AddLabel(self)
        self.words = WordsPart(self)
        self._section = QLabel(self.tr("LABELS"), self)
        self._section.setProperty("role", "section")
        self._section.setContentsMargins(EDGE, 0, EDGE, 0)
        self._busy = QLabel(self)
        self._busy.setProperty("role", "dim")
        self._busy.setContentsMargins(EDGE, 4, EDGE, 4)
        self._busy.hide()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._keep_width()
        self.setWidget(self._content())

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        # Rows have an inner edge of their own, so that their focus ring can stand out.
        column.setContentsMargins(MARGIN - EDGE, MARGIN, MARGIN - EDGE - _BAR, MARGIN)
        column.setSpacing(0)
        labels, above = QVBoxLayout(), QVBoxLayout()
        # Tab goes in the order of joining: from the pictures first to their labels.
        column.addLayout(labels)
        column.insertLayout(0, above)
        column.addStretch(1)
        labels.addWidget(self._section)
        labels.addSpacing(6)
        labels.addWidget(self._busy)
        labels.addWidget(self.rows)
        labels.addSpacing(GAP)
        labels.addWidget(_inset(self.field))
        labels.addWidget(self.words)
        above.addWidget(_inset(self.preview))
        above.addSpacing(12)
        above.addWidget(_inset(self.head))
        above.addSpacing(MARGIN)
        return content

    def _keep_width(self) -> None:
        """Keep room for the scroll bar while there is none: nothing moves when it comes."""
        bar = self.verticalScrollBar()
        bar.setStyleSheet(
            f"QScrollBar:vertical {{ width: {_BAR}px; }}"
            "QScrollBar::handle:vertical { border-radius: 2px; }"
        )
        bar.rangeChanged.connect(self._make_room)
        self.setViewportMargins(0, 0, _BAR, 0)

    def _make_room(self, _least: int, most: int) -> None:
        """Follow the scroll bar, but not what this itself brings about: that could have no end."""
        bar = self.verticalScrollBar()
        bar.rangeChanged.disconnect(self._make_room)
        self.setViewportMargins(0, 0, 0 if most > 0 else _BAR, 0)
        bar.rangeChanged.connect(self._make_room)

    def show_head(self, facts: Facts) -> None:
        """Show name, place and facts of one photo or of several together."""
        if facts.one is not None:
            self.head.show_one(facts.one)
            name = printable(facts.one.card.name)
            self.preview.setAccessibleName(self.tr("Preview of {name}").replace("{name}", name))
        else:
            self.head.show_many(facts.total, facts.paths)
            self.preview.setAccessibleName(self.tr("Preview of the first selected photos"))

    def show_busy(self, n: int) -> None:
        """Let the old labels go: a click on them would be meant for the new photos.

        Args:
            n: How many photos are being looked at.
        """
        text = self.tr("Looking at {n} photo(s)…", "", n)
        self._busy.setText(counted(text, n))
        self._busy.show()
        self.rows.hide()
        self.field.setEnabled(False)

    def show_ready(self) -> None:
        """Show the labels again."""
        self._busy.hide()
        self.rows.show()
        self.field.setEnabled(True)

    def scroll_up(self) -> None:
        """Begin at the top: these are other photos."""
        self.verticalScrollBar().setValue(0)


def _inset(widget: QWidget) -> QWidget:
    """Return the widget with the edge beside it that rows have inside."""
    holder = QWidget()
    row = QVBoxLayout(holder)
    row.setContentsMargins(EDGE, 0, EDGE, 0)
    row.addWidget(widget)
    return holder
