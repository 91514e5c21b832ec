"""An inspector over a real library, and what a user does with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.ui.background import Background
from app.ui.inspector.inspector import Inspector
from app.ui.inspector.label_row import LabelRow
from tests.support.inspecting import RecordedFiles


@contextmanager
def open_inspector(
    qtbot: QtBot, engine: Engine, background: Background, files: RecordedFiles | None = None
) -> Iterator[Inspector]:
    """Open the inspector by itself; no photo is shown yet."""
    made = Inspector(engine, background, files=None if files is None else files.actions())
    qtbot.addWidget(made)
    made.resize(320, 900)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.show_photos([])
    assert background.close()  # while there is an engine


@dataclass
class InspectorScene:
    """An inspector over the photos of a real library."""

    inspector: Inspector
    engine: Engine
    photos: list[int]
    qtbot: QtBot

    def show(self, *photos: int) -> None:
        self.inspector.show_photos(photos)
        self.wait()

    def wait(self) -> None:
        self.qtbot.waitUntil(lambda: not self.inspector.pending)

    def row(self, name: str) -> LabelRow:
        return self.inspector.rows.row(name)


@dataclass
class Scene(InspectorScene):
    """Three photos, of which labels are decided."""

    files: RecordedFiles

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
