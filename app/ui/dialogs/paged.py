"""Pages with their names at the left: the inside of the settings and of the help."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from app.ui import theme
from app.ui.sidebar.rows import Row
from app.ui.sidebar.tree import RowTree

_NAMES_WIDTH = 176


class Paged(QWidget):
    """A list of names; the page of the chosen one is seen."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self.names = RowTree(self)
        self.names.setAccessibleName(name)
        self.names.setFixedWidth(_NAMES_WIDTH)
        self.names.wanted.connect(self._choose)
        self.names.alone.connect(self._choose)
        self.names.stepped.connect(self._choose)
        self.stack = QStackedWidget(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.MARGIN)
        layout.addWidget(self.names)
        layout.addWidget(self.stack, 1)

    def add(self, icon_name: str, text: str, page: QWidget) -> None:
        """Add a page; the first one is seen at first."""
        self._rows.append(Row(text, text, "page", icon=icon_name, payload=page))
        self.stack.addWidget(page)
        page.setAccessibleName(text)
        self.names.set_rows(self._rows)
        if len(self._rows) == 1:
            self.show_page(page)
        self.names.rows.touch(self._rows)

    def show_page(self, page: QWidget) -> None:
        """Go to a page."""
        self.stack.setCurrentWidget(page)
        for row in self._rows:
            row.state = "wanted" if row.payload is page else "off"
        self.names.rows.touch(self._rows)

    def _choose(self, row: Row) -> None:
        if isinstance(row.payload, QWidget):
            self.show_page(row.payload)
