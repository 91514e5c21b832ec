"""A section of the sidebar: a small head that folds what is below it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QToolButton, QWidget

from app.ui import theme
from app.ui.icons import icon

_BUTTON = 24
_LETTER_SPACING = 0.5


class FoldButton(QAbstractButton):
    """The head's words; a click folds the section."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setChecked(True)
        self.setFixedHeight(theme.ROW_HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self._name)
        self._name()

    def _name(self) -> None:
        tip = self.tr("Fold") if self.isChecked() else self.tr("Unfold")
        self.setToolTip(tip)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(tip)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the row's size."""
        return QSize(theme.SIDEBAR_WIDTH // 2, theme.ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the words, and the arrow where it matters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font(theme.SECTION_PX, bold=True)
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, _LETTER_SPACING)
        painter.setFont(font)
        lit = self.underMouse() or self.hasFocus()
        painter.setPen(theme.color("text" if lit else "dim"))
        area = self.rect().adjusted(theme.MARGIN, 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.text())
        if lit or not self.isChecked():
            left = area.left() + painter.fontMetrics().horizontalAdvance(self.text().upper()) + 8
            arrow = QRect(left, (self.height() - 12) // 2, 12, 12)
            icon("opened" if self.isChecked() else "closed").paint(painter, arrow)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent"), 1))
            ring = QRectF(self.rect()).adjusted(8.5, 2.5, -0.5, -2.5)
            painter.drawRoundedRect(ring, theme.RADIUS, theme.RADIUS)


class SidebarSection(QWidget):
    """A head, its buttons, and what it folds."""

    folded = Signal(bool)

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = body
        self.head = FoldButton(title, self)
        self.head.toggled.connect(self._on_toggled)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, theme.GAP, 12, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.head, 1)
        self.setFixedHeight(theme.GAP + theme.ROW_HEIGHT)

    def add_button(self, icon_name: str, name: str, tip: str) -> QToolButton:
        """Add a small button at the right end of the head."""
        button = QToolButton(self)
        button.setIcon(icon(icon_name))
        button.setIconSize(QSize(14, 14))
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(name)
        button.setToolTip(tip)
        self._row.addWidget(button)
        return button

    @property
    def open(self) -> bool:
        """Whether the body is seen."""
        return self.head.isChecked()

    def set_open(self, opened: bool) -> None:
        """Fold or unfold the body."""
        self.head.setChecked(opened)

    def set_shown(self, shown: bool) -> None:
        """Show or hide the section, head and body."""
        self.setVisible(shown)
        self.body.setVisible(shown and self.open)

    def _on_toggled(self, opened: bool) -> None:
        self.body.setVisible(opened and not self.isHidden())
        self.folded.emit(not opened)
