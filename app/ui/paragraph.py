"""A label of several lines in the middle of a page."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget


class Paragraph(QLabel):
    """Plain text up to a width, centred, on as many lines as it needs."""

    def __init__(self, width: int, text: str = "", parent: QWidget | None = None) -> None:
        """Make a paragraph.

        Args:
            width: Its greatest width in pixels, whatever room there is.
            text: What it says.
            parent: What it stands in.
        """
        super().__init__(text, parent)
        self.setProperty("role", "dim")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setMaximumWidth(width)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return its greatest width, which a layout that centres it cuts to the room there is."""
        return QSize(self.maximumWidth(), self.heightForWidth(self.maximumWidth()))

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Return the height at its own width: layouts ask for that of the whole page."""
        return super().heightForWidth(min(width, self.maximumWidth()))
