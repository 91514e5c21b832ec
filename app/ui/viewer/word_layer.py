"""The words over a shown picture: boxes to see, lines to select with the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.ui.theme import DARK
from app.ui.viewer.line_selection import LineSelection
from app.ui.words.boxes import line_at, nearest_line, outline, part

if TYPE_CHECKING:
    from app.reading import Line
    from app.search.text import Stretch

# The viewer is dark in both themes, so its colours are the dark ones.
_EDGE: Final = QColor(DARK.accent)
_UNDER: Final = QColor(0, 0, 0, 120)
_EDGE_WIDTH: Final = 1.25
_UNDER_WIDTH: Final = 3.0
_SELECTED_ALPHA: Final = 0.42
_HIT: Final = QColor(DARK.warn)
_HIT_ALPHA: Final = 0.45


class WordLayer(QObject):
    """Draws the words of a picture wherever it lies, and knows which lines are selected."""

    changed = Signal()
    """It is to be drawn anew."""
    chosen = Signal()
    """Other lines are selected."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()
        self._marks: tuple[Sequence[Stretch], ...] = ()
        self._every = False
        self.selection = LineSelection()
        self._dragging = False

    @property
    def dragging(self) -> bool:
        """True while lines are being selected with the mouse."""
        return self._dragging

    def show_words(
        self, lines: Sequence[Line], marks: Sequence[Sequence[Stretch]], *, every: bool
    ) -> None:
        """Show words; a selection in the same ones stays.

        Args:
            lines: The lines of the picture; none shows nothing.
            marks: For each line what is sought in it; may be empty altogether.
            every: Outline every line, and let lines be selected; else only what is sought shows.
        """
        if tuple(lines) != self.lines or not every:
            self.selection.none()
            self._dragging = False
        self.lines, self._marks, self._every = tuple(lines), tuple(marks), every
        self.changed.emit()

    def choose_all(self) -> None:
        """Select every line."""
        self.selection.all(len(self.lines))
        self._tell()

    def choose_none(self) -> None:
        """Select nothing."""
        self.selection.none()
        self._tell()

    def step(self, steps: int) -> None:
        """Extend the selection by the keyboard."""
        self.selection.step(steps, len(self.lines))
        self._tell()

    def selected_text(self) -> str:
        """Return the selected lines, a newline between; all lines if none is selected."""
        chosen = self.selection.lines or range(len(self.lines))
        return "\n".join(self.lines[at].text for at in chosen)

    # Drawing

    def paint(self, painter: QPainter, place: QRectF) -> None:
        """Draw over the picture that lies at ``place``."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for at, line in enumerate(self.lines):
            if at in self.selection:
                painter.setBrush(_with_alpha(_EDGE, _SELECTED_ALPHA))
                painter.drawPolygon(outline(line, place))
        self._paint_hits(painter, place)
        if self._every:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            shapes = [outline(line, place) for line in self.lines]
            _draw(painter, shapes, _EDGE)
        painter.restore()

    def _paint_hits(self, painter: QPainter, place: QRectF) -> None:
        hits = [
            part(line, mark, place)
            for line, marks in zip(self.lines, self._marks, strict=bool(self._marks))
            for mark in marks
        ]
        painter.setBrush(_with_alpha(_HIT, _HIT_ALPHA))
        for hit in hits:
            painter.drawPolygon(hit)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _draw(painter, hits, _HIT)

    # The mouse

    def at(self, point: QPointF, place: QRectF) -> int | None:
        """Return the line at a point that can be selected there."""
        return line_at(self.lines, place, point) if self._every else None

    def press(self, point: QPointF, place: QRectF, held: Qt.KeyboardModifier) -> bool:
        """Begin to select at a point; False if no line is there (and then none is selected)."""
        at = self.at(point, place)
        if at is None:
            if self.selection.lines:
                self.choose_none()
            return False
        if held & Qt.KeyboardModifier.ShiftModifier:
            self.selection.extend(at)
        elif held & Qt.KeyboardModifier.ControlModifier:
            self.selection.toggle(at)
        else:
            self.selection.only(at)
        self._dragging = True
        self._tell()
        return True

    def drag(self, point: QPointF, place: QRectF) -> None:
        """Select up to the line nearest to a point."""
        at = nearest_line(self.lines, place, point)
        if self._dragging and at is not None and at != self.selection.current:
            self.selection.extend(at)
            self._tell()

    def release(self) -> None:
        """The mouse let go."""
        self._dragging = False

    def _tell(self) -> None:
        self.chosen.emit()
        self.changed.emit()


def _draw(painter: QPainter, shapes: Sequence[QPolygonF], edge: QColor) -> None:
    """Draw thin outlines that can be seen on a light and on a dark picture."""
    for color, width in ((_UNDER, _UNDER_WIDTH), (edge, _EDGE_WIDTH)):
        pen = QPen(color, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for shape in shapes:
            painter.drawPolygon(shape)


def _with_alpha(color: QColor, alpha: float) -> QColor:
    found = QColor(color)
    found.setAlphaF(alpha)
    return found
