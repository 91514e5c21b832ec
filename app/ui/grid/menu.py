"""The menu of the selected photos."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.library.records import Verdict
from app.ui.background import Background, Latest
from app.ui.icons import icon

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.results import PhotoLabel, PhotoLabels

# Labels are read of so many photos at most; a menu of more helps nobody.
_PHOTOS_ASKED: Final = 200
_MOST_LABELS: Final = 16


class GridMenu(QObject):
    """Shows the menu and tells what was chosen."""

    open_chosen = Signal()
    open_file_chosen = Signal(list)
    reveal_chosen = Signal(list)
    copy_path_chosen = Signal(list)
    decide_chosen = Signal(list, str, object)

    def __init__(self, engine: Engine, background: Background, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._engine = engine
        self._latest = Latest(background)

    def show(self, ids: list[int], place: QPoint) -> QMenu:
        """Open the menu for some photos at a place on the screen."""
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add(menu, "eye", self.tr("Look at it"), self.open_chosen.emit, "Space")
        self._add(
            menu, "open", self.tr("Open in its program"), lambda: self.open_file_chosen.emit(ids)
        )
        self._add(
            menu, "reveal", self.tr("Show in file manager"), lambda: self.reveal_chosen.emit(ids)
        )
        self._add(menu, "copy", self.tr("Copy path"), lambda: self.copy_path_chosen.emit(ids))
        menu.addSeparator()
        accept = menu.addMenu(icon("accept", "ok"), self.tr("Accept label"))
        reject = menu.addMenu(icon("reject", "no"), self.tr("Reject label"))
        for submenu in (accept, reject):
            submenu.setEnabled(False)
        asked = ids[:_PHOTOS_ASKED]
        self._latest.run(
            lambda: self._engine.labels_of(asked),
            lambda photos: self._fill(accept, reject, ids, photos),
            owner=menu,
        )
        menu.popup(place)
        return menu

    def _add(
        self, menu: QMenu, name: str, text: str, chosen: Callable[[], None], key: str = ""
    ) -> None:
        action = menu.addAction(icon(name), text)
        action.triggered.connect(lambda _checked=False: chosen())
        if key:
            action.setShortcut(key)

    def _fill(
        self, accept: QMenu, reject: QMenu, ids: list[int], photos: list[PhotoLabels]
    ) -> None:
        labels = frequent_labels(photos)
        for label in labels:
            self._decide_action(accept, ids, label, Verdict.ACCEPTED)
            self._decide_action(reject, ids, label, Verdict.REJECTED)
        for submenu in (accept, reject):
            submenu.setEnabled(bool(labels))

    def _decide_action(
        self, menu: QMenu, ids: list[int], label: PhotoLabel, verdict: Verdict
    ) -> None:
        action = menu.addAction(label.name.replace("&", "&&"))
        action.triggered.connect(
            lambda _checked=False: self.decide_chosen.emit(ids, label.key, verdict)
        )


def frequent_labels(photos: list[PhotoLabels]) -> list[PhotoLabel]:
    """Return the labels that most of the photos show, each once."""
    found: dict[str, tuple[int, PhotoLabel]] = {}
    for photo in photos:
        for label in photo.labels:
            if label.shown:
                times, _ = found.get(label.key, (0, label))
                found[label.key] = (times + 1, label)
    ranked = sorted(found.values(), key=lambda entry: (-entry[0], entry[1].name))
    return [label for _, label in ranked[:_MOST_LABELS]]
