"""A scroll bar that glides to where the wheel sends it, and says where it is dragged to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEasingCurve, QObject, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QStyle, QWidget

from app.ui.theme import GAP, MARGIN, RADIUS, color, font

_GLIDE_MS: Final = 160
# One notch of a wheel in QWheelEvent.angleDelta.
_NOTCH: Final = 120
_NOTCH_PIXELS: Final = 110
_SIGN_HEIGHT: Final = 32


class SmoothScroll(QObject):
    """Moves a scroll bar with the wheel: gliding with a wheel of notches, directly with a pad."""

    def __init__(self, bar: QScrollBar) -> None:
        super().__init__(bar)
        self._bar = bar
        self._target = 0
        self._glide = QVariantAnimation(self)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._step)

    def wheel(self, event: QWheelEvent) -> None:
        """Follow a wheel event."""
        exact = event.pixelDelta().y()
        if exact:
            self.stop()
            self._bar.setValue(self._bar.value() - exact)
        else:
            self._glide_by(-event.angleDelta().y() * _NOTCH_PIXELS // _NOTCH)
        event.accept()

    def stop(self) -> None:
        """End a glide where it is: something else moves the bar now."""
        self._glide.stop()

    def _glide_by(self, distance: int) -> None:
        gliding = self._glide.state() == QVariantAnimation.State.Running
        start = self._target if gliding else self._bar.value()
        self._target = min(max(start + distance, self._bar.minimum()), self._bar.maximum())
        # Desktops that ask for no animation say 0 here.
        duration = self._bar.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
        self._glide.stop()
        if duration == 0:
            self._bar.setValue(self._target)
            return
        self._glide.setStartValue(float(self._bar.value()))
        self._glide.setEndValue(float(self._target))
        self._glide.setDuration(_GLIDE_MS)
        self._glide.start()

    def _step(self, value: float) -> None:
        self._bar.setValue(round(value))


class ScrollSign(QWidget):
    """Says beside the scroll bar, while it is dragged, what is passing by: "August 2021"."""

    def __init__(self, area: QAbstractScrollArea, text: Callable[[], str]) -> None:
        super().__init__(area)
        self._area = area
        self._ask = text
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        bar = area.verticalScrollBar()
        bar.sliderPressed.connect(self._follow)
        bar.sliderMoved.connect(self._follow)
        bar.sliderReleased.connect(self.hide)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def _follow(self) -> None:
        self._text = self._ask()
        if not self._text:
            self.hide()
            return
        bar = self._area.verticalScrollBar()
        width = QFontMetrics(font(bold=True)).horizontalAdvance(self._text) + 2 * MARGIN
        room = self._area.height() - _SIGN_HEIGHT
        share = bar.value() / bar.maximum() if bar.maximum() else 0.0
        x = self._area.width() - bar.width() - GAP - width
        self.setGeometry(x, round(room * share), width, _SIGN_HEIGHT)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("line"), 1))
        painter.setBrush(color("raised"))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        painter.setPen(color("text"))
        painter.setFont(font(bold=True))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._text)
        painter.end()
