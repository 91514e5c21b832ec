"""Pages without pictures say why, and what may help."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.search.results import Note, SearchResult
from app.ui.cannot_open import CannotOpen
from app.ui.pages.empty import EmptyLibrary, NothingFound

# What the offscreen platform cannot do, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def offered(page: NothingFound) -> list[str]:
    return [button.text() for button in buttons(page)]


def buttons(page: NothingFound) -> list[QPushButton]:
    QApplication.processEvents()  # a layout shows what is put into it a moment later
    return [button for button in page.findChildren(QPushButton) if button.isVisible()]


def nothing(
    query: str, *, notes: tuple[Note, ...] = (), labels: tuple[str, ...] = ()
) -> SearchResult:
    return SearchResult(query, np.empty(0, np.int64), 40, {}, (), notes, labels)


def show(qtbot: QtBot, query: str, *notes: Note, labels: tuple[str, ...] = ()) -> NothingFound:
    page = NothingFound()
    qtbot.addWidget(page)
    page.resize(800, 600)
    page.show()
    page.show_for(nothing(query, notes=notes, labels=labels))
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


def test_a_long_reason_is_seen_whole(qtbot: QtBot) -> None:
    word = "a label that nobody ever gave to any picture"
    page = show(qtbot, f'"{word}"', Note(word, 0, len(word) + 2, ()))
    QApplication.processEvents()
    assert page.reason.height() >= 2 * page.reason.fontMetrics().lineSpacing()
    assert page.reason.height() >= page.reason.heightForWidth(page.reason.width())
    for part in (page.reason, page.offers):
        assert abs(part.geometry().center().x() - page.rect().center().x()) <= 1


def test_a_reason_has_room_in_a_narrow_window(qtbot: QtBot) -> None:
    page = show(qtbot, "dog", Note("dog", 0, 3, ()))
    page.resize(392, 332)
    QApplication.processEvents()
    assert page.width() == 392
    assert page.rect().contains(page.offers.geometry())
    assert page.rect().contains(page.reason.geometry())
    assert page.reason.height() >= 2 * page.reason.fontMetrics().lineSpacing()


def test_all_photos_are_one_click_away(qtbot: QtBot) -> None:
    page = show(qtbot, "snow")
    with qtbot.waitSignal(page.query_chosen) as chosen:
        qtbot.mouseClick(buttons(page)[-1], Qt.MouseButton.LeftButton)
    assert chosen.args == [""]


def test_photos_that_may_be_it_are_offered(qtbot: QtBot) -> None:
    page = show(qtbot, "man", labels=("man",))
    page.offer_less_sure(12)
    assert page.title.text() == "No photo is surely “man”"
    assert page.reason.text() == "12 may be."
    assert offered(page)[0] == "Show them"
    with qtbot.waitSignal(page.less_sure_wanted):
        qtbot.mouseClick(buttons(page)[0], Qt.MouseButton.LeftButton)
    page.offer_less_sure(1)
    assert (page.reason.text(), offered(page)[0]) == ("1 may be.", "Show it")


def test_photos_that_may_meet_several_conditions_are_offered(qtbot: QtBot) -> None:
    page = show(qtbot, "man dog taken:2021", labels=("man", "dog"))
    page.offer_less_sure(3)
    assert page.title.text() == "Nothing found for sure"
    assert page.reason.text() == (
        "3 photos may meet it all, but Lumitag is not sure of “man”, “dog”."
    )
    page.show_for(nothing("science fiction", labels=("science fiction",)))
    page.offer_less_sure(2)
    assert page.title.text() == "No photo is surely “science fiction”"
    page.offer_less_sure(0)  # they were rejected
    assert page.reason.text() == "No photo meets all of these conditions at once."
    page.show_for(nothing("snow"))
    assert page.title.text() == "Nothing found"
    assert offered(page) == ["Show all photos"]


def test_a_folder_without_pictures_yet_is_no_failed_search(qtbot: QtBot) -> None:
    page = show(qtbot, "")
    assert page.title.text() == "No photos yet"
    assert offered(page) == []


def test_offers_are_those_of_the_last_query(qtbot: QtBot) -> None:
    page = show(qtbot, "dog beach")
    page.show_for(nothing("cat sea"))
    assert offered(page) == ["cat", "sea", "Show all photos"]


def test_the_keyboard_comes_to_the_first_offer_and_goes_through_all(qtbot: QtBot) -> None:
    page = show(qtbot, "dog beach")
    page.show_for(nothing("cat sea snow"))
    wanted = buttons(page)
    page.take_focus()
    for button in wanted:
        assert QApplication.focusWidget() is button
        qtbot.keyClick(button, Qt.Key.Key_Tab)
    page.offer_less_sure(3)
    page.take_focus()
    assert QApplication.focusWidget() is page.show_less_sure


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
