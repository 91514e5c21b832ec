"""The page that fills the window when there is no library to show."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.ui.paragraph import Paragraph
from app.ui.theme import GAP, MARGIN

_TEXT_WIDTH: Final = 520


class CannotOpen(QWidget):
    """Says what happened and what to do, with a way to try again."""

    retry_requested = Signal()
    quit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = QLabel(self.tr("The library cannot be opened"))
        self.title.setProperty("role", "big")
        self.message = Paragraph(_TEXT_WIDTH)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        retry = QPushButton(self.tr("Try again"))
        retry.setProperty("role", "primary")
        retry.clicked.connect(self.retry_requested)
        leave = QPushButton(self.tr("Quit"))
        leave.clicked.connect(self.quit_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addStretch()
        buttons.addWidget(retry)
        buttons.addWidget(leave)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(GAP)
        column.addWidget(self.message, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(MARGIN)
        column.addLayout(buttons)
        column.addStretch(3)

    def show_reason(self, reason: str) -> None:
        """Say what happened; the sentence also says what to do."""
        self.message.setText(reason)
