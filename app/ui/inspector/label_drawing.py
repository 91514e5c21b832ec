"""How a label of the inspector is drawn: its ground, its name, its bar."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from app.library.records import Verdict
from app.ui.icons import icon
from app.ui.inspector.labels import LabelState
from app.ui.theme import RADIUS, color, font
from app.ui.wording import number, percent

NAME_TOP: Final = 3
NAME_HEIGHT: Final = 18
BAR_TOP: Final = 24
BAR_HEIGHT: Final = 3
_MARK: Final = 12
_MARK_GAP: Final = 4
_HOVER: Final = 0.05


def value_text(state: LabelState) -> str:
    """Return "98 %" for one photo, "3 of 5" for several; nothing where there is no prediction."""
    if state.of > 1:
        return (
            QCoreApplication.translate("LabelRow", "{n} of {of}")
            .replace("{n}", number(state.has))
            .replace("{of}", number(state.of))
        )
    if state.probability is None or state.verdict is Verdict.REJECTED:
        return ""
    return percent(state.probability)


def bar_share(state: LabelState) -> float:
    """Return how far the bar is filled, 0..1: the number beside it, drawn."""
    if state.of > 1:
        return state.has / state.of
    if state.verdict is Verdict.REJECTED:
        return 0.0
    if state.probability is None:
        return 1.0 if state.accepted else 0.0
    return state.probability


def paint_ground(painter: QPainter, rect: QRect, *, focused: bool, hovered: bool) -> None:
    """Draw what tells that the keyboard or the pointer is here."""
    if focused:
        painter.setBrush(color("chip"))
        painter.setPen(QPen(color("accent"), 1))
    elif hovered:
        painter.setBrush(color("text", _HOVER))
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        return
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def paint_name(painter: QPainter, state: LabelState, bar: QRect, *, focused: bool) -> None:
    """Draw the name above its bar, struck through if rejected, marked if carried over."""
    rejected = state.verdict is Verdict.REJECTED
    written = font()
    written.setStrikeOut(rejected)
    painter.setFont(written)
    # Red on the focused ground would fall below 4.5:1.
    red = rejected and not focused
    painter.setPen(color("no" if red else "text" if state.sure or rejected else "dim"))
    room = bar.width() - (_MARK + _MARK_GAP if state.carried else 0)
    metrics = QFontMetrics(written)
    text = metrics.elidedText(state.name, Qt.TextElideMode.ElideRight, room)
    line = QRect(bar.left(), NAME_TOP, room + 1, NAME_HEIGHT)
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
    if state.carried:
        at = bar.left() + metrics.horizontalAdvance(text) + _MARK_GAP
        top = NAME_TOP + (NAME_HEIGHT - _MARK) // 2
        icon("problem", "warn").paint(painter, QRect(at, top, _MARK, _MARK))


def paint_bar(painter: QPainter, state: LabelState, bar: QRect) -> None:
    """Draw how likely the label is, or how many of the photos have it."""
    filled = QRectF(bar)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color("line"))
    painter.drawRoundedRect(filled, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
    share = bar_share(state)
    if share <= 0.0:
        return
    by_hand = state.of == 1 and state.probability is None
    painter.setBrush(color("ok" if by_hand else "accent" if state.sure else "dim"))
    filled.setWidth(max(filled.width() * share, BAR_HEIGHT))
    painter.drawRoundedRect(filled, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
