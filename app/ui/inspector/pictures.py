"""Fills the preview: thumbnails at once, on fine screens the photo itself a moment later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from app.library.records import PhotoDetails
from app.ui.background import Latest
from app.ui.inspector.preview import HEIGHT, Preview
from app.ui.inspector.questions import Facts, ask_sharper

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.background import Background

SETTLED_MS: Final = 150
"""A picture is decoded once the user rests on it, not while walking past."""


class PreviewPictures(QObject):
    """Decides which pictures the preview shows."""

    def __init__(self, engine: Engine, background: Background, preview: Preview) -> None:
        super().__init__(preview)
        self._engine = engine
        self._preview = preview
        self._latest = Latest(background)
        self._one: PhotoDetails | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._sharpen)

    def show(self, facts: Facts) -> None:
        """Show the photos; one that is shown already keeps its sharp picture."""
        if facts.one is not None and facts.one == self._one and self._preview.images:
            return
        self.clear()
        self._one = facts.one
        self._preview.set_images(facts.images)
        if facts.one is not None:
            self._settled.start()

    def clear(self) -> None:
        """Show no picture."""
        self._one = None
        self._latest.forget()
        self._settled.stop()
        self._preview.set_images(())

    def _sharpen(self) -> None:
        """Replace the thumbnail where it is missing, or too small for the screen's pixels."""
        ratio = self._preview.devicePixelRatioF()
        if self._one is None or (self._preview.images and ratio <= 1.0):
            return

        def sharper(image: QImage) -> None:
            self._preview.set_images([image])

        def kept(error: Exception) -> None:
            """Leave the thumbnail: the file may be away, and the head says so."""

        work = ask_sharper(self._engine, self._one.card.id, round(HEIGHT * ratio))
        self._latest.run(work, sharper, kept, owner=self)
