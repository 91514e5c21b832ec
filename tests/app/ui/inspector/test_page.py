"""The page of the inspector keeps room for its scroll bar."""

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.files import FileActions
from app.ui.inspector.page import InspectorPage


class _Undecided(InspectorPage):
    """With the bar the content fits, without it it does not."""

    turns = 0

    def setViewportMargins(self, *sides: int) -> None:  # type: ignore[override]  # noqa: N802
        super().setViewportMargins(*sides)
        self.turns += 1
        bar = self.verticalScrollBar()
        if self.turns < 50:
            bar.setRange(0, 0 if bar.maximum() else 10)


def test_a_content_that_fits_only_beside_the_bar_does_not_go_to_and_fro(qtbot: QtBot) -> None:
    window = QWidget()
    page = _Undecided(FileActions(), window)
    qtbot.addWidget(window)
    page.turns = 0
    page.verticalScrollBar().setRange(0, 7)
    assert page.turns < 5
