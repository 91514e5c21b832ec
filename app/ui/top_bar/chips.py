"""Committed terms of a query: how the query text is cut into them, and how one is drawn.

The query text stays the truth. :func:`cut` only says where it may be cut; joined again the pieces
are the text, character for character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from app.search.edit import sort_of, terms
from app.ui import theme

if TYPE_CHECKING:
    from app.search.vocabulary import Vocabulary

CHIP_HEIGHT = 26
CHIP_RADIUS = 6
CHIP_PADDING = 8
CHIP_WIDEST = 240
"""A chip longer than this is cut with an ellipsis; its tooltip has the whole text."""

Kind = Literal["label", "name", "field", "group"]

_SORT = re.compile(r"sort:\S+", re.IGNORECASE)
_QUOTED_VALUE = re.compile(r'^(\w+:)"([^"]*)"$')
_NEGATION = re.compile(r"(?:-|NOT\b)\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the query that is one term, with the blanks around it.

    Attributes:
        raw: The query's own characters, from the end of the piece before to the end of this one.
        start: Where ``raw`` begins in the query.
        core: Where the term itself begins and ends in the query.
        caption: What the chip reads.
        negated: The term is excluded.
        kind: "label"; "name" for a word looked for in words and file names; "field"; "group" for
            OR.
    """

    raw: str
    start: int
    core: tuple[int, int]
    caption: str
    negated: bool
    kind: Kind

    @property
    def end(self) -> int:
        """Where the piece ends in the query."""
        return self.start + len(self.raw)


def cut(query: str, vocabulary: Vocabulary | None = None) -> list[Piece]:
    """Cut a query into its top-level terms, ``sort:`` included.

    Args:
        query: Any text.
        vocabulary: Tells labels from words that are looked for in words and file names, and knows
            names of several words; without it every word counts as a label.

    Returns:
        The pieces in order; their ``raw`` texts joined are ``query``. Empty for an empty query
        and for one that does not parse: then all of it is text still being written.
    """
    spans = _spans(query, vocabulary)
    pieces: list[Piece] = []
    start = 0
    for index, (core, caption, negated, kind) in enumerate(spans):
        end = spans[index + 1][0][0] if index + 1 < len(spans) else len(query)
        pieces.append(Piece(query[start:end], start, core, caption, negated, kind))
        start = end
    return pieces


_Spans = list[tuple[tuple[int, int], str, bool, Kind]]


def _spans(query: str, vocabulary: Vocabulary | None) -> _Spans:
    spans: _Spans = []
    for term in terms(query, vocabulary):
        kind: Kind = term.kind
        if kind == "name" and query[term.start : term.end].lstrip("-").lower().startswith("name:"):
            kind = "field"
        caption = " ".join(term.text.split())
        if kind == "field":
            caption = _QUOTED_VALUE.sub(r"\1\2", caption)
        spans.append(((term.start, term.end), caption, term.negated, kind))
    if sort_of(query) is not None and (sort := _sort_span(query, spans)) is not None:
        spans.append((sort, query[sort[0] : sort[1]], False, "field"))
    return sorted(spans)


def _sort_span(query: str, spans: _Spans) -> tuple[int, int] | None:
    """Return where ``sort:`` stands between the terms; it is no condition and no term."""
    ends = [0, *(core[1] for core, *_ in spans)]
    starts = [*(core[0] for core, *_ in spans), len(query)]
    for end, start in zip(ends, starts, strict=True):
        found = _SORT.search(query, end, start)
        if found is not None:
            return found.span()
    return None


def flipped(query: str, piece: Piece) -> str:
    """Return the text that excludes a wanted term, or wants an excluded one."""
    start, end = piece.core
    core = query[start:end]
    if piece.negated:
        return _NEGATION.sub("", core, count=1)
    return f"-({core})" if piece.kind == "group" and not _enclosed(core) else f"-{core}"


def _enclosed(text: str) -> bool:
    """Whether one pair of parentheses is around all of it (in doubt: no)."""
    depths = list(accumulate((char == "(") - (char == ")") for char in text))
    return text[:1] == "(" and depths[-1] == 0 and 0 not in depths[:-1]


class Chip(QAbstractButton):
    """One committed term in the search field.

    A click or Space marks it; double click, Enter or F2 turns it back into text; Delete,
    Backspace or a click with the middle button takes it out.
    """

    edit_wanted = Signal()
    removed = Signal()
    flipped = Signal()
    walked = Signal(int)
    typed = Signal(str)

    def __init__(self, piece: Piece, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.piece = piece
        self.raw = piece.raw
        self.wrong = False
        self.setText(piece.caption)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name = self.tr("Without {term}") if piece.negated else self.tr("{term}")
        self.setAccessibleName(name.replace("{term}", piece.caption))
        self.setAccessibleDescription(self.tr("Part of the search. Enter edits, Delete removes."))
        self.setToolTip(self._tip())

    def _tip(self) -> str:
        match self.piece.kind, self.piece.negated:
            case "name", False:
                says = self.tr("“{term}” is no label; photos with this in their words or file name")
            case "name", True:
                says = self.tr(
                    "“{term}” is no label; photos without this in their words or file name"
                )
            case _, True:
                says = self.tr("Photos without {term}")
            case _:
                says = self.tr("Photos with {term}")
        says = says.replace("{term}", self.piece.caption)
        return says + "\n" + self.tr("Double-click or Enter to edit, Delete to remove")

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of the caption with its padding."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * CHIP_PADDING
        return QSize(min(width, CHIP_WIDEST), CHIP_HEIGHT)

    def set_wrong(self, wrong: bool) -> None:
        """Say that the query fails here: a wavy line under the caption."""
        if wrong != self.wrong:
            self.wrong = wrong
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw ground, caption and state."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        no_label = self.piece.kind == "name"
        painter.setBrush(QColor(0, 0, 0, 0) if no_label else theme.color("chip"))
        border = QColor(0, 0, 0, 0)
        if self.hasFocus():
            border = theme.color("accent")
        elif no_label:
            border = theme.color("dim", 0.5)
        elif self.underMouse():
            border = theme.color("line")
        painter.setPen(QPen(border, 1))
        painter.drawRoundedRect(area, CHIP_RADIUS, CHIP_RADIUS)
        font = QFont(self.font())
        font.setStrikeOut(self.piece.negated)
        painter.setFont(font)
        painter.setPen(theme.color("no" if self.piece.negated else "text"))
        inner = self.rect().adjusted(CHIP_PADDING, 0, -CHIP_PADDING, 0)
        shown = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, inner.width() + 1
        )
        place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, place, shown)
        name = shown.partition(":")[0] + ":"
        if self.piece.kind == "field" and not self.piece.negated and shown.startswith(name):
            painter.setPen(theme.color("dim"))
            painter.drawText(inner, place, name)
        if self.wrong:
            draw_wave(painter, QPointF(inner.left(), self.height() - 4.5), inner.width())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Walk, edit and remove by keyboard; a letter goes on in the text."""
        match event.key():
            case Qt.Key.Key_Left:
                self.walked.emit(-1)
            case Qt.Key.Key_Right | Qt.Key.Key_Escape:
                self.walked.emit(1)
            case Qt.Key.Key_Home:
                self.walked.emit(-(10**6))
            case Qt.Key.Key_End:
                self.walked.emit(10**6)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_F2:
                self.edit_wanted.emit()
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self.removed.emit()
            case Qt.Key.Key_Space:
                event.accept()
            case _ if event.text().isprintable() and event.text():
                self.typed.emit(event.text())
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the term out with the middle button."""
        if event.button() == Qt.MouseButton.MiddleButton:
            self.removed.emit()
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Turn the term back into text."""
        self.edit_wanted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Offer what can be done with the term."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Edit")).triggered.connect(self.edit_wanted)
        flip = self.tr("Include") if self.piece.negated else self.tr("Exclude")
        menu.addAction(flip).triggered.connect(self.flipped)
        menu.addAction(self.tr("Remove")).triggered.connect(self.removed)
        menu.popup(event.globalPos())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the mark."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Take the mark away."""
        super().focusOutEvent(event)
        self.update()


def draw_wave(painter: QPainter, start: QPointF, width: float) -> None:
    """Draw the wavy line that says "here it goes wrong" (not by its colour alone)."""
    step = 2.0
    points = [start]
    while points[-1].x() < start.x() + max(width, 4 * step):
        up = len(points) % 2
        points.append(QPointF(points[-1].x() + step, start.y() + (step if up else 0.0)))
    painter.setPen(QPen(theme.color("no"), 1.2))
    painter.drawPolyline(points)
