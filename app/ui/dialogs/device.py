"""Why the networks run where they run, and what can be done about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.icons import icon
from app.ui.inspector.text import TextLink
from app.ui.status import sentences as status_sentences

if TYPE_CHECKING:
    from app.labeling.device import DeviceReport

_WIDTH: Final = 520
_DETAILS_HEIGHT: Final = 120
_COMMAND = re.compile(r"^(?P<words>.*?):\s*(?P<command>(?:pip|apt-get|sudo)\b.*)$")


def steps(remedy: str) -> tuple[str, str]:
    """Split a remedy into what to do in words and the command to copy ("" for none)."""
    found = _COMMAND.match(remedy)
    if found is None:
        return remedy, ""
    return f"{found['words']}:", found["command"]


class DeviceDialog(QDialog):
    """The device, the reason, the remedy with its command, and the details folded away."""

    def __init__(self, report: DeviceReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self.setWindowTitle(self.tr("Where your pictures are labelled"))
        self.setMinimumWidth(_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 16)
        self._column.setSpacing(8)
        self._say(f"{status_sentences.device(report)}.", "title")
        self._say(self._meaning(), "dim")
        self.command: QLineEdit | None = None
        self.details: QPlainTextEdit | None = None
        if report.remedy:
            self._add_remedy(report.remedy)
        if report.details:
            self._add_details("\n".join(report.details))
        self._column.addStretch(1)
        self._column.addSpacing(8)
        self._column.addLayout(self._buttons())

    def _say(self, text: str, role: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("role", role)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(label)
        return label

    def _meaning(self) -> str:
        if self._report.device == "cuda":
            return self.tr("The graphics card labels your pictures. There is nothing to do.")
        everything = self.tr(
            "Everything works on the processor ({name}) too, with the same labels. A graphics card "
            "of NVIDIA would only be faster."
        )
        return everything.replace("{name}", self._report.name)

    def _add_remedy(self, remedy: str) -> None:
        words, command = steps(remedy)
        self._column.addSpacing(8)
        self._say(self.tr("WHAT TO DO"), "section")
        self._say(words, "")
        if not command:
            return
        self.command = QLineEdit(command, self)
        self.command.setReadOnly(True)
        self.command.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.command.setCursorPosition(0)
        self.command.setAccessibleName(self.tr("Command"))
        self.copy = QPushButton(icon("copy", "text"), self.tr("Copy"), self)
        self.copy.setToolTip(self.tr("Put the command on the clipboard"))
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.command, 1)
        row.addWidget(self.copy)
        self._column.addLayout(row)
        self._say(self.tr("Then start Lumitag again."), "dim")

    def _add_details(self, text: str) -> None:
        self._column.addSpacing(8)
        self.fold = TextLink(self.tr("Technical details"), "dim", self)
        self.fold.setIcon(icon("closed"))
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._fold_toggled)
        self._column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        self.details = QPlainTextEdit(text, self)
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setFixedHeight(_DETAILS_HEIGHT)
        self.details.setAccessibleName(self.tr("Technical details"))
        self.details.hide()
        self._column.addWidget(self.details)

    def _buttons(self) -> QHBoxLayout:
        close = QPushButton(self.tr("Close"), self)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        close.setFocus()
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _fold_toggled(self, opened: bool) -> None:
        self.fold.setIcon(icon("opened" if opened else "closed"))
        if self.details is not None:
            self.details.setVisible(opened)
        self.resize(self.width(), self._column.totalHeightForWidth(self.width()))

    def _copy(self) -> None:
        if self.command is not None:
            QGuiApplication.clipboard().setText(self.command.text())
            self.copy.setText(self.tr("Copied"))
