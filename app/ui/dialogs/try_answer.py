"""What Lumitag says of a tried picture: always something, and honest about how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.dialogs.try_every import EveryLabel
from app.ui.icons import icon
from app.ui.inspector.text import TextLink
from app.ui.theme import BODY_PX, TITLE_PX, color, font
from app.ui.wording import percent

if TYPE_CHECKING:
    from app.engine import TriedLabel, TriedPicture

_ROW_HEIGHT: Final = 44
_NAME_HEIGHT: Final = 22
_BAR_TOP: Final = 28
_BAR_HEIGHT: Final = 4
_SIGN: Final = 16


class AnswerRow(QWidget):
    """One label with its probability, and whether that is enough to be sure."""

    def __init__(self, label: TriedLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = label
        self.setFixedHeight(_ROW_HEIGHT)
        said = [label.name, percent(label.probability)]
        self.setAccessibleName(", ".join([*said, *([] if label.sure else [self.tr("unsure")])]))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a row as wide as the answer."""
        return QSize(280, _ROW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw name, doubt, probability and bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sure = self.label.sure
        end = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        line = QRect(0, 2, self.width(), _NAME_HEIGHT)
        value = percent(self.label.probability)
        if not sure:
            value = self.tr("unsure, {p}").replace("{p}", value)
        painter.setFont(font(BODY_PX))
        painter.setPen(color("dim"))
        painter.drawText(line, end, value)
        room = line.width() - painter.fontMetrics().horizontalAdvance(value) - 16
        painter.setFont(font(TITLE_PX, bold=sure))
        painter.setPen(color("text"))
        name = painter.fontMetrics().elidedText(self.label.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        bar = QRectF(0, _BAR_TOP, self.width(), _BAR_HEIGHT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("line"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(color("accent" if sure else "dim"))
        bar.setWidth(max(bar.width() * self.label.probability, _BAR_HEIGHT))
        painter.drawRoundedRect(bar, 2, 2)


class Answer(QWidget):
    """The right half of the dialog for one picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign = QLabel(self)
        self.sentence = QLabel(self)
        self.sentence.setWordWrap(True)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._head = QHBoxLayout()
        self._head.setSpacing(8)
        self._head.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addWidget(self.sentence, 1)
        self.rows: list[AnswerRow] = []
        self._has_more = False
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.words = QLabel(self)
        self.words.setProperty("role", "dim")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.more = TextLink(self.tr("Show all labels"), parent=self)
        self.more.setCheckable(True)
        self.more.toggled.connect(self._more_toggled)
        self.every = EveryLabel(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(self._head)
        column.addLayout(self._rows)
        column.addWidget(self.words)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.every, 1)
        self._filler = QWidget(self)
        column.addWidget(self._filler, 1)
        self.say("", attention=False)

    def say(self, sentence: str, *, attention: bool) -> None:
        """Show a sentence and no labels: still looking, or unreadable."""
        self._set_head(sentence, attention=attention)
        self._set_rows(())
        self.show_words("")
        self._has_more = False
        self._more_toggled(self.more.isChecked())

    def show_tried(self, tried: TriedPicture, note: str) -> None:
        """Show what was found.

        Args:
            tried: The picture and its labels.
            note: Why labels behind a gate are not shown normally.
        """
        found = tried.likeliest
        if not found:
            self.say(self.tr("No label pack looked at this picture."), attention=True)
        elif tried.sure:
            self._set_head(self.tr("IN THIS PICTURE"), attention=False, section=True)
        else:
            self._set_head(self.tr("Unsure. The best guesses are:"), attention=True)
        self._set_rows(found)
        self.every.set_labels(tried.every, note)
        self._has_more = bool(tried.every)
        self._more_toggled(self.more.isChecked())

    def show_words(self, note: str) -> None:
        """Say one sentence about the words in the picture; empty says nothing."""
        if note and note != self.words.text() and self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.words, note))
        self.words.setText(note)
        self.words.setVisible(bool(note))

    def _set_head(self, sentence: str, *, attention: bool, section: bool = False) -> None:
        self.sentence.setText(sentence)
        self.sentence.setProperty("role", "section" if section else "")
        self.sentence.style().polish(self.sentence)
        self.sign.setPixmap(icon("problem", "warn").pixmap(_SIGN, _SIGN))
        self.sign.setVisible(attention)

    def _set_rows(self, labels: tuple[TriedLabel, ...]) -> None:
        for row in self.rows:
            self._rows.removeWidget(row)
            row.deleteLater()
        self.rows = [AnswerRow(label, self) for label in labels]
        for row in self.rows:
            self._rows.addWidget(row)

    def _more_toggled(self, opened: bool) -> None:
        self.more.setText(self.tr("Show fewer labels") if opened else self.tr("Show all labels"))
        self.more.updateGeometry()
        self.more.setVisible(self._has_more)
        self.every.setVisible(self._has_more and opened)
        self._filler.setVisible(not (self._has_more and opened))
