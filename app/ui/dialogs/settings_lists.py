"""The pages of the settings that are lists: names that are left out, muted labels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.indexing.exclusion import DEFAULT_EXCLUDED
from app.ui import theme
from app.ui.dialogs.settings_pages import words
from app.ui.wording import printable

_VALUE = Qt.ItemDataRole.UserRole


class NameList(QListWidget):
    """A bordered list; Delete takes the marked rows out."""

    delete_pressed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setStyleSheet(
            "QListWidget { background: palette(base); border: 1px solid palette(mid);"
            " border-radius: 6px; padding: 4px; }"
            "QListWidget:focus { border-color: palette(highlight); }"
            "QListWidget::item { padding: 0 4px; border-radius: 4px; }"
        )

    def set_entries(self, entries: Sequence[tuple[str, str]]) -> None:
        """Show other entries, (value, text) each."""
        if entries == [(item.data(_VALUE), item.text()) for item in self._items()]:
            return
        self.clear()
        for value, text in entries:
            item = QListWidgetItem(text, self)
            item.setData(_VALUE, value)
            item.setSizeHint(QSize(0, theme.ROW_HEIGHT))

    def values(self) -> list[str]:
        """Return the values of all rows."""
        return [str(item.data(_VALUE)) for item in self._items()]

    def marked(self) -> list[str]:
        """Return the values of the marked rows."""
        return [str(item.data(_VALUE)) for item in self.selectedItems()]

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(row) for row in range(self.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take Delete and Backspace."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)


class ExcludedPage(QWidget):
    """Names of files and folders that are not looked at."""

    changed = Signal(object)
    """The new list of names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        says = words(
            self.tr(
                "Files and folders with these names are left out, in every folder of the library. "
                "* stands for anything."
            ),
            self,
        )
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("A name, such as *.tmp or Previews"))
        self.field.setAccessibleName(self.tr("Name to leave out"))
        self.field.returnPressed.connect(self._add)
        self.field.textChanged.connect(self._dress)
        self.add_button = QPushButton(self.tr("Add"), self)
        self.add_button.clicked.connect(self._add)
        self.names = NameList(self.tr("Names that are left out"), self)
        self.names.delete_pressed.connect(self._remove)
        self.names.itemSelectionChanged.connect(self._dress)
        self.remove_button = QPushButton(self.tr("Remove"), self)
        self.remove_button.setToolTip(self.tr("Look at these again (Del)"))
        self.remove_button.clicked.connect(self._remove)
        self.reset_button = QPushButton(self.tr("Back to the usual names"), self)
        self.reset_button.setProperty("role", "link")
        self.reset_button.clicked.connect(lambda: self.changed.emit(list(DEFAULT_EXCLUDED)))
        adding = QHBoxLayout()
        adding.setSpacing(theme.GAP)
        adding.addWidget(self.field, 1)
        adding.addWidget(self.add_button)
        acting = QHBoxLayout()
        acting.addWidget(self.remove_button)
        acting.addStretch(1)
        acting.addWidget(self.reset_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(says)
        layout.addLayout(adding)
        layout.addWidget(self.names, 1)
        layout.addLayout(acting)
        self._dress()

    def set_names(self, names: Sequence[str]) -> None:
        """Show the names in use; there is a way back where they are not the usual ones."""
        self.names.set_entries([(name, printable(name)) for name in names])
        self.reset_button.setVisible(set(names) != set(DEFAULT_EXCLUDED))
        self._dress()

    def _add(self) -> None:
        name = self.field.text().strip()
        if name and name not in self.names.values():
            self.changed.emit([*self.names.values(), name])
        self.field.clear()

    def _remove(self) -> None:
        marked = set(self.names.marked())
        if marked:
            self.changed.emit([name for name in self.names.values() if name not in marked])

    def _dress(self) -> None:
        self.add_button.setEnabled(bool(self.field.text().strip()))
        self.remove_button.setEnabled(bool(self.names.marked()))


class MutedPage(QWidget):
    """Labels that are never shown, and the way to see them again."""

    shown_again = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.says = words("", self)
        self.labels = NameList(self.tr("Muted labels"), self)
        self.labels.delete_pressed.connect(self._show_again)
        self.labels.itemSelectionChanged.connect(self._dress)
        self.again_button = QPushButton(self.tr("Show again"), self)
        self.again_button.clicked.connect(self._show_again)
        acting = QHBoxLayout()
        acting.addWidget(self.again_button)
        acting.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self.says)
        layout.addWidget(self.labels, 1)
        layout.addLayout(acting)
        layout.addStretch(0)
        self.set_labels(())

    def set_labels(self, labels: Sequence[tuple[str, str]]) -> None:
        """Show the muted labels, (key, name) each."""
        self.labels.set_entries(list(labels))
        self.labels.setVisible(bool(labels))
        self.again_button.setVisible(bool(labels))
        self.says.setText(
            self.tr("These labels are never shown. They can still be searched for.")
            if labels
            else self.tr(
                "No label is muted. To never see a label again, right-click it in the sidebar "
                "and choose Mute."
            )
        )
        self._dress()

    def _show_again(self) -> None:
        for key in self.labels.marked():
            self.shown_again.emit(key)

    def _dress(self) -> None:
        self.again_button.setEnabled(bool(self.labels.marked()))
