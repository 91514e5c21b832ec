"""The pages of the settings that show choices and facts: general, label packs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui import files, theme
from app.ui.magnify import PERCENTS
from app.ui.wording import counted, printable

if TYPE_CHECKING:
    from app.labeling.pack import Pack, PackError

MODEL_CARD = "MODEL_CARD.md"
_RING = 14
_DOT = 3.5


def heading(text: str, parent: QWidget) -> QLabel:
    """Return a section's head."""
    label = QLabel(text, parent)
    label.setProperty("role", "strong")
    return label


def words(text: str, parent: QWidget, role: str = "dim") -> QLabel:
    """Return a paragraph that wraps."""
    label = QLabel(text, parent)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


class RadioButton(QRadioButton):
    """A radio button in the theme's colours, which the platform's style draws too faint."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw ring, dot and text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(1.5, (self.height() - _RING) / 2, _RING, _RING)
        on = self.isChecked()
        lit = on or self.hasFocus() or self.underMouse()
        painter.setPen(QPen(theme.color("accent" if lit else "dim"), 1.5))
        painter.setBrush(theme.color("raised"))
        painter.drawEllipse(ring)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(ring.adjusted(_DOT, _DOT, -_DOT, -_DOT))
        painter.setPen(theme.color("text"))
        text = self.rect().adjusted(_RING + 10, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 1))
            width = painter.fontMetrics().horizontalAdvance(self.text())
            focus = QRectF(text.left() - 4.5, 1.5, width + 9, self.height() - 3)
            painter.drawRoundedRect(focus, 4, 4)


class Choice(QWidget):
    """One of a few, all in sight: below each other, or (``beside``) in one line."""

    chosen = Signal(str)

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]],
        parent: QWidget,
        *,
        beside: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.buttons: dict[str, RadioButton] = {}
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self) if beside else QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for value, text in options:
            button = RadioButton(text, self)
            button.setAccessibleDescription(name)
            button.setMinimumHeight(24)
            button.clicked.connect(lambda _=False, value=value: self.chosen.emit(value))
            self._group.addButton(button)
            layout.addWidget(button)
            self.buttons[value] = button

    def set_value(self, value: str) -> None:
        """Show what is chosen; an unknown value is taken for the first."""
        first = next(iter(self.buttons.values()))
        self.buttons.get(value, first).setChecked(True)


class ScrolledPage(QScrollArea):
    """A page of the settings that scrolls where the screen is low."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what can be chosen has it, and is brought up
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.inside = QWidget(self)
        self.setWidget(self.inside)
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(0, 4, theme.GAP, 0)
        self.column.setSpacing(theme.GAP)


class GeneralPage(ScrolledPage):
    """Appearance, device, and where the library lies."""

    theme_chosen = Signal(str)
    percent_chosen = Signal(int)
    device_chosen = Signal(str)

    def __init__(self, library: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.appearance = Choice(
            self.tr("Appearance"),
            (
                ("system", self.tr("As the system")),
                ("light", self.tr("Light")),
                ("dark", self.tr("Dark")),
            ),
            self,
        )
        dressed = QApplication.instance()
        found = dressed.findChild(theme.Theme) if dressed is not None else None
        self.appearance.set_value("system" if found is None else found.scheme)
        self.appearance.chosen.connect(self.theme_chosen)
        sizes = [(str(percent), f"{percent} %") for percent in PERCENTS[1:]]
        self.percent = Choice(
            self.tr("Size of words and buttons"),
            ((str(PERCENTS[0]), self.tr("As usual")), *sizes),
            self,
            beside=True,
        )
        self.percent.chosen.connect(self._choose_size)
        self.later = words(self.tr("Takes effect when Lumitag is started again."), self)
        self.later.hide()
        self.device = Choice(
            self.tr("Pictures are labelled on"),
            (
                ("auto", self.tr("The graphics card where it works, else the processor")),
                ("cuda", self.tr("The graphics card (NVIDIA)")),
                ("cpu", self.tr("The processor")),
            ),
            self,
        )
        self.device.chosen.connect(self._choose_device)
        self.restart = words(self.tr("Takes effect when Lumitag is started again."), self)
        self.restart.hide()
        self._arrange(library)

    def _arrange(self, library: Path) -> None:
        where = words(printable(str(library)), self)
        where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reveal_button = QPushButton(self.tr("Show in file manager"), self)
        self.reveal_button.clicked.connect(lambda: files.reveal(library))
        row = QHBoxLayout()
        row.addWidget(self.reveal_button)
        row.addStretch(1)
        layout = self.column
        layout.addWidget(heading(self.tr("Appearance"), self))
        layout.addWidget(self.appearance)
        layout.addSpacing(theme.MARGIN)
        layout.addWidget(heading(self.tr("Size of words and buttons"), self))
        layout.addWidget(self.percent)
        layout.addWidget(self.later)
        layout.addSpacing(theme.MARGIN)
        layout.addWidget(heading(self.tr("Pictures are labelled on"), self))
        layout.addWidget(self.device)
        layout.addWidget(self.restart)
        layout.addSpacing(theme.MARGIN)
        layout.addWidget(heading(self.tr("The library"), self))
        says = self.tr(
            "What Lumitag knows of your pictures, and what you decided, lies in this file. "
            "Thumbnails lie beside it."
        )
        layout.addWidget(words(says, self))
        layout.addWidget(where)
        layout.addLayout(row)
        layout.addStretch(1)

    def set_percent(self, percent: int) -> None:
        """Show how large everything is drawn from the next start on."""
        self.percent.set_value(str(percent))

    def _choose_size(self, percent: str) -> None:
        self.later.show()
        self.percent_chosen.emit(int(percent))

    def set_device(self, device: str) -> None:
        """Show the device that is chosen: "auto", "cuda" or "cpu"."""
        self.device.set_value(device)

    def _choose_device(self, device: str) -> None:
        self.restart.show()
        self.device_chosen.emit(device)


class PacksPage(ScrolledPage):
    """The label packs in use, and those that were refused."""

    def __init__(
        self,
        packs: Sequence[Pack],
        errors: Sequence[PackError],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # nothing here has it: the keys scroll
        inside, layout = self.inside, self.column
        layout.setSpacing(theme.MARGIN)
        if not packs and not errors:
            layout.addWidget(words(self.tr("No label pack was found."), inside))
        for pack in packs:
            layout.addWidget(self._pack(pack, inside))
        for error in errors:
            layout.addWidget(words(f"! {error}", inside, "warn"))
        layout.addStretch(1)

    def _pack(self, pack: Pack, parent: QWidget) -> QWidget:
        box = QWidget(parent)
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(heading(pack.title, box))
        version = self.tr("Version {version}").replace("{version}", pack.version)
        licence = self.tr("licence {licence}").replace("{licence}", pack.license)
        labels = counted(self.tr("{n} label(s)", "", len(pack.labels)), len(pack.labels))
        layout.addWidget(words(" · ".join((version, labels, licence)), box))
        layout.addWidget(words(pack.description, box, ""))
        card = pack.directory / MODEL_CARD
        if card.is_file():
            link = QPushButton(self.tr("Model card"), box)
            link.setProperty("role", "link")
            link.setStyleSheet("QPushButton { margin-left: -5px; }")  # it stands in a column
            says = self.tr("Model card of {pack}").replace("{pack}", pack.title)
            link.setAccessibleName(says)
            link.setToolTip(self.tr("How it was made, and how good it is"))
            link.clicked.connect(lambda: files.open_file(card))
            row = QHBoxLayout()
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(link)
            row.addStretch(1)
            layout.addLayout(row)
        return box
