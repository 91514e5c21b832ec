"""Says to those who hear the window what others see change."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


class Announcer:
    """Says a sentence when there is a new one: the same again, redrawn, is no news."""

    def __init__(self, speaker: QWidget) -> None:
        self._speaker = speaker
        self.said = ""

    def say(self, sentence: str) -> None:
        """Say a sentence as soon as a screen reader is silent; an empty one ends the last."""
        if sentence and sentence != self.said:
            event = QAccessibleAnnouncementEvent(self._speaker, sentence)
            QAccessible.updateAccessibility(event)
        self.said = sentence
