"""Another name for a label of the user's own, or its end: the questions that come before."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app.library.errors import NameTakenError
from app.search.vocabulary import Vocabulary
from app.ui import theme
from app.ui.wording import counted

_WIDTH: Final = 360


class NameDialog(QDialog):
    """Asks for another name, and says at once where one is taken."""

    named = Signal(str)

    def __init__(self, key: str, name: str, vocabulary: Vocabulary, parent: QWidget) -> None:
        super().__init__(parent)
        self._key, self._name, self._vocabulary = key, name, vocabulary
        self.setWindowTitle(self.tr("Rename label"))
        self.setMinimumWidth(_WIDTH)
        says = QLabel(self.tr("Another name for “{label}”:").replace("{label}", name), self)
        says.setWordWrap(True)
        self.field = QLineEdit(name, self)
        self.field.setAccessibleName(self.tr("Name of the label"))
        self.field.selectAll()
        self.field.textChanged.connect(self._check)
        self.problem = QLabel(self)
        self.problem.setProperty("role", "dim")
        self.problem.setWordWrap(True)
        self.problem.setMinimumHeight(theme.ROW_HEIGHT)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.accept_button = buttons.addButton(
            self.tr("Rename"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        buttons.accepted.connect(self._finish)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.GAP)
        for widget in (says, self.field, self.problem, buttons):
            layout.addWidget(widget)
        self._check(name)

    def _check(self, text: str) -> None:
        others = [key for key in self._vocabulary.find(text) if key != self._key]
        taken = str(NameTakenError(self._vocabulary.labels[others[0]].name)) if others else ""
        self.problem.setText(taken)
        fresh = bool(text.strip()) and " ".join(text.split()) != self._name
        self.accept_button.setEnabled(fresh and not taken)

    def _finish(self) -> None:
        self.accept()
        self.named.emit(self.field.text())


class OwnLabels(QObject):
    """Asks how a label shall be called, and whether one shall go."""

    renamed = Signal(str, str)
    """A label's key, and what it is to be called."""
    deleted = Signal(str)
    """A label's key."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent

    def ask_name(self, key: str, name: str, vocabulary: Vocabulary) -> NameDialog:
        """Ask for another name; return the open question."""
        dialog = NameDialog(key, name, vocabulary, self._parent.window())
        dialog.named.connect(lambda text: self.renamed.emit(key, text))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def ask_to_delete(self, key: str, name: str, photos: int) -> QMessageBox:
        """Ask whether a label shall go from all photos; return the open question."""
        box = QMessageBox(self._parent.window())
        box.setWindowTitle(self.tr("Delete label"))
        box.setText(self.tr("Delete the label “{label}”?").replace("{label}", name))
        taken = counted(self.tr("It is taken from {n} photo(s).", "", photos), photos)
        kept = self.tr("No picture is changed or deleted. Ctrl+Z brings the label back.")
        box.setInformativeText(f"{taken} {kept}" if photos else kept)
        delete = box.addButton(self.tr("Delete label"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setEscapeButton(cancel)
        delete.clicked.connect(lambda: self.deleted.emit(key))
        box.finished.connect(box.deleteLater)
        box.open()
        return box
