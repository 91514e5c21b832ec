"""Pages without pictures say why, and what may help."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.search.results import Note
from app.ui.cannot_open import CannotOpen
from app.ui.pages.empty import EmptyLibrary, NothingFound

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def offered(page: NothingFound) -> list[str]:
    return [button.text() for button in buttons(page)]


def buttons(page: NothingFound) -> list[QPushButton]:
    QApplication.processEvents()  # a layout shows what is put into it a moment later
    return [button for button in page.findChildren(QPushButton) if button.isVisible()]


def show(qtbot: QtBot, query: str, *notes: Note) -> NothingFound:
    page = NothingFound()
    qtbot.addWidget(page)
    page.resize(800, 600)
    page.show()
    page.show_for(query, notes)
    return page


def test_each_condition_can_be_dropped(qtbot: QtBot) -> None:
    page = show(qtbot, "dog beach -cat")
    assert offered(page) == ["dog", "beach", "−cat", "Show all photos"]
    with qtbot.waitSignal(page.query_chosen) as chosen:
        qtbot.mouseClick(buttons(page)[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ["dog -cat"]


def test_the_nearest_labels_are_offered_for_a_word_that_is_none(qtbot: QtBot) -> None:
    page = show(qtbot, "dogg beach", Note("dogg", 0, 4, ("dog", "hot dog")))
    assert "dogg" in page.reason.text()
    assert offered(page)[:2] == ["dog", "hot dog"]
    with qtbot.waitSignal(page.query_chosen) as chosen:
        qtbot.mouseClick(buttons(page)[1], Qt.MouseButton.LeftButton)
    assert chosen.args == ['"hot dog" beach']


def test_all_photos_are_one_click_away(qtbot: QtBot) -> None:
    page = show(qtbot, "snow")
    with qtbot.waitSignal(page.query_chosen) as chosen:
        qtbot.mouseClick(buttons(page)[-1], Qt.MouseButton.LeftButton)
    assert chosen.args == [""]


def test_a_folder_without_pictures_yet_is_no_failed_search(qtbot: QtBot) -> None:
    page = show(qtbot, "")
    assert page.title.text() == "No photos yet"
    assert offered(page) == []


def test_offers_are_those_of_the_last_query(qtbot: QtBot) -> None:
    page = show(qtbot, "dog beach")
    page.show_for("cat sea", ())
    assert offered(page) == ["cat", "sea", "Show all photos"]


def test_the_invitation_lights_up_and_its_buttons_ask(qtbot: QtBot) -> None:
    page = EmptyLibrary()
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    dark = page.grab().toImage()
    page.set_inviting(True)
    assert page.grab().toImage() != dark
    with qtbot.waitSignal(page.add_folder_requested):
        qtbot.mouseClick(page.choose, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.try_requested):
        qtbot.mouseClick(page.attempt, Qt.MouseButton.LeftButton)


def test_a_library_that_cannot_be_opened_says_why(qtbot: QtBot) -> None:
    page = CannotOpen()
    qtbot.addWidget(page)
    page.show_reason("The file is not a library; choose another with --library.")
    assert "not a library" in page.message.text()
