"""The line at the bottom: what is going on, how far, how fast, how long still, and on what."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.indexing.events import Event, FolderOffline, Idle, Notice, Progress, Scanning, Summary
from app.ui.inspector.text import ElidedLabel, TextLink
from app.ui.status import sentences as status_sentences
from app.ui.theme import MARGIN, STATUS_HEIGHT, color

if TYPE_CHECKING:
    from app.labeling.device import DeviceReport

MESSAGE_MS: Final = 8_000
"""Long enough to read a sentence twice."""
SUMMARY_MS: Final = 30_000
_EDGE: Final = 2


class StatusLine(QWidget):
    """Shows indexing events, messages and the device; its upper edge is the progress bar."""

    pause_toggled = Signal(bool)
    stop_requested = Signal()
    device_help_requested = Signal()
    problems_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos: int | None = None
        self._event: Event | None = None
        self._summary: Summary | None = None
        self._message = ""
        self._paused = self._stopping = False
        self._said_width = 0
        self._message_timer = self._timer(MESSAGE_MS, self._forget_message)
        self._summary_timer = self._timer(SUMMARY_MS, self._forget_summary)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(STATUS_HEIGHT)
        self.setAccessibleName(self.tr("Status"))
        self._lay_out()
        self._show()

    def _lay_out(self) -> None:
        cut = Qt.TextElideMode.ElideRight
        self.doing = ElidedLabel("", self, cut=cut)
        self.speed = ElidedLabel("dim", self, cut=cut)
        self.pause = self._link("dim", self._pause_clicked)
        self.stop = self._link("dim", self._stop_clicked)
        self.stop.setText(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Stop here; what is labelled stays labelled"))
        self.problems = self._link("accent", self.problems_requested.emit)
        self.problems.setText(self.tr("Show them"))
        self.problems.setToolTip(self.tr("List the files that could not be read"))
        self.device = self._link("dim", self.device_help_requested.emit)
        self.device.setToolTip(self.tr("The device that labels your pictures"))
        self.device_help = self._link("accent", self.device_help_requested.emit)
        self.device_help.setText(self.tr("What to do"))
        self.device_help.setToolTip(self.tr("How to label faster, on the GPU"))
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, _EDGE, MARGIN, 0)
        row.setSpacing(MARGIN)
        for label in (self.doing, self.speed, self.device):
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for widget in (self.doing, self.speed, self.pause, self.stop, self.problems):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.device)
        row.addWidget(self.device_help)
        self.set_device(None)

    def _link(self, tint: str, clicked: Callable[[], object]) -> TextLink:
        link = TextLink(tint=tint, parent=self)
        link.clicked.connect(lambda _checked=False: clicked())
        link.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return link

    def _timer(self, milliseconds: int, then: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(then)
        return timer

    # What others say

    def set_progress(self, event: Event) -> None:
        """Show an event of the indexing; those that say nothing to the user are passed over."""
        if isinstance(event, Scanning | Progress):
            self._event = event
            self._forget_summary()
        elif isinstance(event, Summary):
            self._event = None
            self._paused = self._stopping = False
            if status_sentences.what_changed(event):
                self._summary = event
                self._summary_timer.start()
            if event.cancelled:
                self._summary_timer.stop()  # true until somebody goes on
        elif isinstance(event, Idle):
            self._event = None
            self._paused = self._stopping = False
        elif isinstance(event, FolderOffline):
            self.show_message(status_sentences.away(event.path))
        elif isinstance(event, Notice):
            self.show_message(event.message)
        self._show()

    def set_running(self, running: bool) -> None:
        """Say that the indexing has ended, however that came about; its start shows by itself."""
        if not running:
            self._event = None
            self._paused = self._stopping = False
            self._show()

    def set_photo_count(self, photos: int) -> None:
        """Set how many photos the library holds, for when there is nothing to do."""
        self._photos = photos
        self._show()

    def set_device(self, report: DeviceReport | None) -> None:
        """Show the device in use; None while it is not known."""
        self.device.setVisible(report is not None)
        self.device_help.setVisible(report is not None and report.remedy is not None)
        if report is not None:
            self.device.setText(status_sentences.device(report))
            self.device.updateGeometry()

    def show_message(self, text: str) -> None:
        """Show a sentence for some seconds, in front of everything else."""
        self._message = text
        self._message_timer.start()
        self._show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    # What it says

    @property
    def progress(self) -> float | None:
        """How far the work is, 0..1; None while there is none or nobody knows."""
        if isinstance(self._event, Progress) and self._event.total > 0:
            return min(self._event.done / self._event.total, 1.0)
        return None

    @property
    def paused(self) -> bool:
        """True from Pause until Resume, or until there is nothing left to do."""
        return self._paused

    def text(self) -> str:
        """Return what the line says of the work, message or state."""
        if self._message:
            return self._message
        if self._stopping:
            return self.tr("Stopping…")
        if self._paused:
            event = self._event if isinstance(self._event, Progress) else None
            return status_sentences.paused(event)
        if isinstance(self._event, Scanning):
            return status_sentences.looking_through(self._event.folder, self._event.found)
        if isinstance(self._event, Progress):
            return status_sentences.how_far(self._event)
        if self._summary is not None:
            return status_sentences.what_changed(self._summary)
        return status_sentences.up_to_date(self._photos)

    def _show(self) -> None:
        working = self._event is not None and not self._stopping
        self.doing.setText(self.text())
        speed = ""
        if isinstance(self._event, Progress) and not (self._paused or self._message):
            speed = status_sentences.how_fast(self._event)
        self.speed.setText(speed)
        self.speed.setVisible(bool(speed))
        self.pause.setText(self.tr("Resume") if self._paused else self.tr("Pause"))
        self.pause.setToolTip(
            self.tr("Go on labelling") if self._paused else self.tr("Label later, from here on")
        )
        self.pause.setVisible(working)
        self.stop.setVisible(working)
        failed = self._summary is not None and self._summary.failed > 0
        self.problems.setVisible(failed and not self._message and not working)
        self.setAccessibleDescription(self.text())
        for widget in (self.doing, self.speed, self.pause):
            widget.updateGeometry()
        self._share_room()
        self.update()

    def _share_room(self) -> None:
        """Cut the device first, then the speed; what is going on keeps up to half the line.

        While work goes on, the room of both together only grows: Pause and Stop stay under the
        mouse, whatever the numbers, a message or the pause make of the words before them.
        """
        most = self.width() // 2
        doing = min(self.doing.natural_width(), most)
        if self.pause.isHidden():
            self._said_width = 0
            self.doing.setMinimumWidth(doing)
            return
        speed = 0 if self.speed.isHidden() else self.speed.natural_width() + MARGIN
        self._said_width = max(self._said_width, doing + speed)
        held = min(self._said_width, most)
        self.doing.setMinimumWidth(doing if speed else held)
        self.speed.setMinimumWidth(max(held - doing - MARGIN, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Share the room anew."""
        super().resizeEvent(event)
        self._share_room()

    def _forget_message(self) -> None:
        self._message = ""
        self._show()

    def _forget_summary(self) -> None:
        self._summary = None
        self._summary_timer.stop()
        self._show()

    # Doing

    def _pause_clicked(self) -> None:
        self._paused = not self._paused
        self._show()
        self.pause_toggled.emit(self._paused)

    def _stop_clicked(self) -> None:
        self._stopping, self._paused = True, False
        self._show()
        self.stop_requested.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the edge: a thin line, and over it how far the work is."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.fillRect(QRectF(0, 0, self.width(), 1), color("line"))
        if self.progress is not None:
            tint = "dim" if self._paused else "accent"
            painter.fillRect(QRectF(0, 0, self.width() * self.progress, _EDGE), color(tint))
