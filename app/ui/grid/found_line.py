"""The line of a picture's words that a search found, written over its photo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from app.ui.theme import font
from app.ui.words.excerpt import DOTS, Excerpt, qt_length

_PX: Final = 12
_MOST_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class FoundLine:
    """An excerpt broken into the rows that fit.

    Attributes:
        rows: The text of each row.
        layout: The rows, with what was found in heavy letters.
        height: Of all rows, in pixels.
    """

    rows: tuple[str, ...]
    layout: QTextLayout
    height: float

    def paint(self, painter: QPainter, at: QPointF) -> None:
        """Write it in white; ``at`` is its upper left."""
        painter.save()
        painter.setPen(Qt.GlobalColor.white)
        self.layout.draw(painter, at)
        painter.restore()


def found_line(part: Excerpt, width: int) -> FoundLine:
    """Break an excerpt into at most three rows; what is left over goes, dots in its place.

    Args:
        part: The excerpt.
        width: Of the rows, in pixels.
    """
    laid = _laid(part, width)
    if len(laid.rows) <= _MOST_ROWS:
        return laid
    # Only so much of the text as stands in the rows, and the dots need room, too.
    kept = sum(map(len, laid.rows[:_MOST_ROWS]))
    while kept > 0:
        kept -= 1
        cut = Excerpt(
            part.text[:kept].rstrip() + DOTS,
            tuple((start, min(end, kept)) for start, end in part.marks if start < kept),
        )
        laid = _laid(cut, width)
        if len(laid.rows) <= _MOST_ROWS:
            break
    return laid


def _laid(part: Excerpt, width: int) -> FoundLine:
    layout = QTextLayout(part.text, font(_PX))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    heavy = QTextCharFormat()
    heavy.setFontWeight(QFont.Weight.Bold)
    layout.setFormats([_range(part.text, start, end, heavy) for start, end in part.marks])
    rows: list[str] = []
    height = 0.0
    step = QFontMetrics(font(_PX)).height()
    layout.beginLayout()
    while (row := layout.createLine()).isValid():
        row.setLineWidth(width)
        row.setPosition(QPointF(0, height))
        height += step
        rows.append(part.text[row.textStart() : row.textStart() + row.textLength()])
    layout.endLayout()
    return FoundLine(tuple(rows), layout, height)


def _range(text: str, start: int, end: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    first = qt_length(text[:start])
    made.start, made.length, made.format = first, qt_length(text[:end]) - first, look
    return made
