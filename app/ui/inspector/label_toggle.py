"""The ✓ and ✕ of a label: off, on, or on for some of the selected photos."""

from __future__ import annotations

from enum import Enum
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.icons import icon
from app.ui.theme import RADIUS, color

SIZE: Final = 24
_ICON: Final = 14
_HOVER: Final = 0.08
_SOME_FILL: Final = 0.16


class Share(Enum):
    """On how many of the selected photos a decision stands."""

    NONE = 0
    SOME = 1
    ALL = 2

    @classmethod
    def of(cls, count: int, total: int) -> Share:
        """Return the share that ``count`` of ``total`` photos make."""
        if count == 0:
            return cls.NONE
        return cls.ALL if count >= total else cls.SOME


class LabelToggle(QAbstractButton):
    """A square button that is filled where the decision stands on all photos.

    It takes no focus of its own: its row is focusable and has a key for it.
    """

    def __init__(self, icon_name: str, token: str, parent: QWidget | None = None) -> None:
        """Make a toggle.

        Args:
            icon_name: Its sign, a name of ``icons.ICONS``.
            token: The colour it is filled with, a name of ``theme.Tokens``.
            parent: The row.
        """
        super().__init__(parent)
        self._token = token
        self._icons = {
            Share.NONE: icon(icon_name, "dim"),
            Share.SOME: icon(icon_name, token),
            Share.ALL: icon(icon_name, "bg"),
        }
        self._hovered = icon(icon_name, "text")
        self._share = Share.NONE
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedSize(SIZE, SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def share(self) -> Share:
        """On how many of the photos the decision stands."""
        return self._share

    def set_share(self, share: Share) -> None:
        """Show the decision as standing on none, some or all of the photos."""
        self._share = share
        self.setChecked(share is Share.ALL)
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802
        """Leave the look to ``set_share``: what a click means is decided by the row."""

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the fixed size."""
        return QSize(SIZE, SIZE)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        """Brighten under the pointer."""
        super().enterEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the ground and the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        hovered = self.underMouse() and self.isEnabled()
        painter.setPen(Qt.PenStyle.NoPen)
        if self._share is Share.ALL:
            painter.setBrush(color(self._token))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        elif self._share is Share.SOME:
            painter.setBrush(color(self._token, _SOME_FILL))
            painter.setPen(QPen(color(self._token), 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        elif hovered:
            painter.setBrush(color("text", _HOVER))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        sign = self._icons[self._share]
        if hovered and self._share is Share.NONE:
            sign = self._hovered
        edge = (SIZE - _ICON) // 2
        sign.paint(painter, self.rect().adjusted(edge, edge, -edge, -edge))
