"""A small icon that says something and is no button."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.icons import icon

DIM = "dim"
SIGN_SIZE = 16


class Sign(QWidget):
    """One icon, in a colour of the theme also after the theme has changed."""

    def __init__(self, name: str, token: str = DIM, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._token = token
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the icon's size."""
        return QSize(SIGN_SIZE, SIGN_SIZE)

    def show_sign(self, name: str, token: str) -> None:
        """Show another icon."""
        self._name, self._token = name, token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the icon."""
        painter = QPainter(self)
        icon(self._name, self._token).paint(painter, QRect(0, 0, SIGN_SIZE, SIGN_SIZE))
