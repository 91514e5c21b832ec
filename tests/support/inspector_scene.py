"""An inspector over a real library, and what a user does with it."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.ui.background import Background
from app.ui.inspector.inspector import Inspector
from app.ui.inspector.label_row import LabelRow
from tests.support.inspecting import RecordedFiles


@dataclass
class Scene:
    """An inspector over a real library of three photos."""

    inspector: Inspector
    engine: Engine
    background: Background
    files: RecordedFiles
    photos: list[int]
    qtbot: QtBot

    def show(self, *photos: int) -> None:
        self.inspector.show_photos(photos)
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.inspector.pending)

    def row(self, name: str) -> LabelRow:
        return self.inspector.rows.row(name)

    def names(self) -> list[str]:
        return [row.state.name for row in self.inspector.rows.rows()]

    def verdicts(self, photo: int) -> dict[str, Verdict]:
        decided = self.engine.library.decisions.of([photo]).get(photo, [])
        return {decision.label: decision.verdict for decision in decided}

    def click(self, toggle: object) -> None:
        self.qtbot.mouseClick(toggle, Qt.MouseButton.LeftButton)
        self.wait()

    def press(self, row: LabelRow, key: Qt.Key) -> None:
        self.qtbot.keyClick(row, key)
        self.wait()

    def type_label(self, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
        self.inspector.focus_field()
        self.qtbot.waitUntil(lambda: not self.inspector._choices.waiting)
        self.qtbot.keyClicks(self.inspector.field, text)
        self.qtbot.keyClick(self.inspector.field, key)
        self.wait()
