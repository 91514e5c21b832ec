"""A message over the pictures: what the user just asked for did not work."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from app.ui.announce import Announcer
from app.ui.icons import icon
from app.ui.theme import GAP, MARGIN, color
from app.ui.top_bar.sign import Sign


class Banner(QFrame):
    """One sentence with a way to put it away; hidden while there is nothing to say."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_button = QToolButton(self)
        self.close_button.setIcon(icon("close"))
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.setAccessibleName(self.tr("Put the message away"))
        self.close_button.setToolTip(self.tr("Put the message away"))
        self.close_button.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, GAP, GAP, GAP)
        row.setSpacing(GAP)
        row.addWidget(Sign("warning", "warn", self))
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button)
        self.announcer = Announcer(self)
        self.hide()

    def say(self, sentence: str) -> None:
        """Show a sentence until it is put away."""
        self.text.setText(sentence)
        self.setAccessibleName(sentence)
        self.announcer.say(sentence)
        self.show()

    def dismiss(self) -> None:
        """Put the sentence away."""
        self.announcer.say("")
        self.hide()
        self.dismissed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape puts it away too."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ground and a line below."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, color("line"))
        painter.fillRect(0, 0, 3, self.height(), color("warn"))
        painter.end()
