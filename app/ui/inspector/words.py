"""The inspector's part about the words in one photo: read, marked, selected, copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.icons import icon
from app.ui.inspector.label_row import EDGE
from app.ui.inspector.text import TextLink
from app.ui.theme import MARGIN
from app.ui.wording import counted
from app.ui.words.text_view import EDGE as VIEW_EDGE
from app.ui.words.text_view import GAP_LINE, LinesView
from app.ui.words.wording import copied_text, read_text, reason_text, state_text

if TYPE_CHECKING:
    from app.ui.words.shown import ShownWords

FEW: Final = 6
"""Lines of a photo that are shown folded."""
_NOT_WORTH_FOLDING: Final = 2


class WordsPart(QWidget):
    """Head, lines, what there is to say, and what can be done; hidden without a photo."""

    read_wanted = Signal()
    """Read the photo, or read it again."""
    said = Signal(str)
    """One sentence for the status line; never any of the words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: ShownWords | None = None
        self._texts: tuple[str, ...] = ()
        self.setAccessibleName(self.tr("Words in the picture"))
        self._section = QLabel(self.tr("WORDS"), self)
        self._section.setProperty("role", "section")
        self.copy = TextLink(self.tr("Copy"), parent=self)
        self.copy.setAccessibleName(self.tr("Copy all words"))
        self.copy.setToolTip(self.tr("Put all lines on the clipboard"))
        self.copy.clicked.connect(self._copy)
        self.lines = LinesView(self)
        self.lines.setAccessibleName(self.tr("Words in the picture"))
        self.fold = TextLink(tint="dim", parent=self)
        self.fold.setCheckable(True)
        self.fold.toggled.connect(lambda _: self._show_lines())
        self.state = _sentence(self)
        self.reason = _sentence(self)
        self.read = TextLink(parent=self)
        self.read.clicked.connect(self.read_wanted)
        self._arrange()
        self.hide()

    def _arrange(self) -> None:
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(EDGE, MARGIN, EDGE, 2)
        head.addWidget(self._section)
        head.addStretch(1)
        head.addWidget(self.copy)
        lines = QHBoxLayout()
        beside = max(EDGE - VIEW_EDGE, 0)
        lines.setContentsMargins(beside, 0, beside, 0)
        lines.addWidget(self.lines)
        says = QVBoxLayout()
        says.setContentsMargins(EDGE, 2, EDGE, 0)
        says.setSpacing(2)
        says.addWidget(self.state)
        says.addWidget(self.reason)
        foot.setContentsMargins(EDGE, 4, EDGE, 0)
        foot.setSpacing(MARGIN)
        foot.addWidget(self.fold)
        foot.addWidget(self.read)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (head, lines, says, foot):
            column.addLayout(part)

    def show_words(self, shown: ShownWords | None) -> None:
        """Show the words of a photo; None hides the part."""
        another = shown is None or self._shown is None or shown.photo_id != self._shown.photo_id
        self._shown = shown
        self._texts = () if shown is None else tuple(line.text for line in shown.lines or ())
        if shown is None:
            self.hide()
            return
        if another:
            self.fold.setChecked(False)
        self._say(self.state, state_text(shown))
        self._say(self.reason, reason_text(shown))
        self.copy.setVisible(bool(self._texts))
        self.read.setText(read_text(shown))
        self.read.setVisible(not shown.waiting and not shown.refusal)
        self.read.updateGeometry()
        self._show_lines()
        self.show()

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))

    def _show_lines(self) -> None:
        shown, total = self._shown, len(self._texts)
        if shown is None:
            return
        folds = total > FEW + _NOT_WORTH_FOLDING
        self.fold.setVisible(folds)
        self.fold.setText(
            self.tr("Show fewer lines")
            if self.fold.isChecked()
            else counted(self.tr("Show all {n} lines", "", total), total)
        )
        self.fold.setIcon(icon("opened" if self.fold.isChecked() else "closed"))
        self.fold.updateGeometry()
        folded = folds and not self.fold.isChecked()
        chosen = foremost(total, shown.hits) if folded else range(total)
        lines: list[str] = []
        marks: list[Sequence[tuple[int, int]]] = []
        last = -1
        for at in chosen:
            if at > last + 1:
                lines.append(GAP_LINE)
                marks.append(())
            lines.append(self._texts[at])
            marks.append(shown.marks[at] if shown.marks else ())
            last = at
        self.lines.show_lines(lines, marks)
        self.lines.setVisible(bool(lines))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._texts))
        self.said.emit(copied_text(len(self._texts)))


def foremost(total: int, hits: Sequence[int]) -> list[int]:
    """Return the positions of the few lines to show folded, ascending: hits before others.

    Args:
        total: How many lines there are.
        hits: The positions of those with something marked, ascending.
    """
    chosen = set(hits[:FEW])
    for at in range(total):
        if len(chosen) >= FEW:
            break
        chosen.add(at)
    return sorted(chosen)


def _sentence(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", "dim")
    label.setWordWrap(True)
    label.hide()
    return label
