"""A scroll bar that glides to where the wheel sends it."""

from typing import Final

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QScrollBar, QStyle

_GLIDE_MS: Final = 160
# One notch of a wheel in QWheelEvent.angleDelta.
_NOTCH: Final = 120
_NOTCH_PIXELS: Final = 110


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
