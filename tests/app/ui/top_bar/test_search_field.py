"""What is typed becomes chips, is completed, and is searched."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.search.errors import QueryError
from app.ui.background import Background
from app.ui.top_bar.search_field import SearchField

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def field(engine: Engine, background: Background, qtbot: QtBot) -> Iterator[SearchField]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    layout = QVBoxLayout(window)
    field = SearchField(engine, background)
    elsewhere = QWidget()
    elsewhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout.addWidget(field)
    layout.addWidget(elsewhere, 1)
    field.setProperty("elsewhere", elsewhere)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    field.take_focus()
    qtbot.waitUntil(field.row.edit.hasFocus)
    qtbot.waitUntil(lambda: field.row._vocabulary is not None)
    yield field
    window.close()


def captions(field: SearchField) -> list[str]:
    return [chip.text() for chip in field.row.chips]


def kinds(field: SearchField) -> list[str]:
    return [chip.piece.kind for chip in field.row.chips]


def type_in(qtbot: QtBot, field: SearchField, text: str) -> None:
    qtbot.keyClicks(QGuiApplication.focusObject() or field.row.edit, text)


def press(qtbot: QtBot, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    focused = QGuiApplication.focusObject()
    assert isinstance(focused, QWidget)
    qtbot.keyClick(focused, key, *modifiers)


def ask(engine: Engine, field: SearchField) -> None:
    """Do what the window does with a submitted query."""
    try:
        field.set_result(engine.search(field.query()))
    except QueryError as error:
        field.set_error(error)


def test_a_finished_word_becomes_a_chip_and_the_query_stays_what_was_typed(
    field: SearchField, qtbot: QtBot
) -> None:
    type_in(qtbot, field, "dog -person bea")
    assert captions(field) == ["dog", "person"]
    assert field.row.chips[1].piece.negated
    assert field.row.edit.text() == "bea"
    assert field.query() == "dog -person bea"


def test_a_label_of_two_words_is_one_chip_without_quotes(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "science fiction ")
    assert captions(field) == ["science fiction"]
    assert kinds(field) == ["label"]


def test_a_word_that_is_no_label_looks_different(field: SearchField, qtbot: QtBot) -> None:
    field.set_query("dog holiday name:*.png folder:Pictures")
    assert kinds(field) == ["label", "name", "field", "field"]
    assert "file name" in field.row.chips[1].toolTip()


def test_typing_or_joins_the_words_into_one_chip(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "dog OR cat ")
    assert captions(field) == ["dog OR cat"]
    assert field.query() == "dog OR cat "


def test_a_pasted_query_with_parentheses_stays_usable(field: SearchField, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("(dog OR cat) -snow sort:name")
    press(qtbot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(field.submitted) as heard:
        press(qtbot, Qt.Key.Key_Return)
    assert heard.args == ["(dog OR cat) -snow sort:name"]
    assert captions(field) == ["(dog OR cat)", "snow", "sort:name"]
    assert kinds(field) == ["group", "label", "field"]


def test_typing_asks_once_after_a_pause_and_enter_at_once(field: SearchField, qtbot: QtBot) -> None:
    heard: list[str] = []
    field.submitted.connect(heard.append)
    type_in(qtbot, field, "dog")
    assert heard == []
    qtbot.waitUntil(lambda: heard == ["dog"])
    type_in(qtbot, field, " ")
    press(qtbot, Qt.Key.Key_Return)
    assert [text.strip() for text in heard] == ["dog", "dog"]


def test_backspace_at_the_start_turns_the_last_chip_into_text_again(
    field: SearchField, qtbot: QtBot
) -> None:
    field.set_query("dog beach ")
    press(qtbot, Qt.Key.Key_Backspace)
    assert captions(field) == ["dog"]
    assert field.row.edit.text() == "beach"
    press(qtbot, Qt.Key.Key_Backspace)
    assert field.query() == "dog beac"


def test_chips_are_walked_and_removed_by_keyboard(field: SearchField, qtbot: QtBot) -> None:
    field.set_query("dog beach -person")
    press(qtbot, Qt.Key.Key_Left)
    press(qtbot, Qt.Key.Key_Left)
    assert field.row.chips[1].hasFocus()
    with qtbot.waitSignal(field.submitted) as heard:
        press(qtbot, Qt.Key.Key_Delete)
    assert heard.args == ["dog -person"]
    assert field.row.chips[1].hasFocus()
    press(qtbot, Qt.Key.Key_Right)
    assert field.row.edit.hasFocus()


def test_a_letter_typed_on_a_chip_goes_on_in_the_text(field: SearchField, qtbot: QtBot) -> None:
    field.set_query("dog")
    press(qtbot, Qt.Key.Key_Left)
    type_in(qtbot, field, "be")
    assert field.query() == "dog be"


def test_a_chip_in_the_middle_is_edited_in_its_place(field: SearchField, qtbot: QtBot) -> None:
    field.set_query("dog beach snow")
    chip = field.row.chips[1]
    chip.setFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert (captions(field), field.row.edit.text().strip()) == (["dog", "snow"], "beach")
    field.row.edit.selectAll()
    type_in(qtbot, field, "cat")
    press(qtbot, Qt.Key.Key_Return)
    assert captions(field) == ["dog", "cat", "snow"]
    assert field.query().split() == ["dog", "cat", "snow"]


def test_a_chip_is_excluded_and_included_from_its_menu(field: SearchField, qtbot: QtBot) -> None:
    field.set_query("dog OR cat")
    field.row.flip_chip(field.row.chips[0])
    assert field.query() == "-(dog OR cat)"
    field.row.flip_chip(field.row.chips[0])
    assert field.query() == "(dog OR cat)"
    field.set_query("beach NOT dog")
    field.row.flip_chip(field.row.chips[1])
    assert field.query() == "beach dog"


def test_removing_a_term_takes_its_and_with_it(field: SearchField) -> None:
    field.set_query("dog AND beach")
    field.row.remove_chip(field.row.chips[1])
    assert field.query().strip() == "dog"


def test_select_all_makes_the_whole_query_text_to_copy(field: SearchField, qtbot: QtBot) -> None:
    field.set_query('dog -"science fiction"')
    press(qtbot, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == 'dog -"science fiction"'


def test_tab_takes_the_first_completion_and_searches(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "dog be")
    qtbot.waitUntil(field.popup.isVisible)
    with qtbot.waitSignal(field.submitted) as heard:
        press(qtbot, Qt.Key.Key_Tab)
    assert heard.args == ["dog beach "]
    assert captions(field) == ["dog", "beach"]
    assert not field.popup.isVisible()
    assert field.row.edit.hasFocus()


def test_arrows_choose_a_completion_and_enter_takes_it(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "d")
    qtbot.waitUntil(field.popup.isVisible)
    rows = [field.popup.model.index(row).data() for row in range(field.popup.model.rowCount())]
    assert rows[:2] == ["dog", "drama"]
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Return)
    assert captions(field) == ["drama"]


def test_enter_without_a_choice_searches_what_was_typed(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "dra")
    qtbot.waitUntil(field.popup.isVisible)
    with qtbot.waitSignal(field.submitted) as heard:
        press(qtbot, Qt.Key.Key_Return)
    assert heard.args == ["dra"]
    assert not field.popup.isVisible()


def test_escape_closes_the_completions_then_clears_then_leaves(
    field: SearchField, qtbot: QtBot
) -> None:
    type_in(qtbot, field, "do")
    qtbot.waitUntil(field.popup.isVisible)
    press(qtbot, Qt.Key.Key_Escape)
    assert not field.popup.isVisible()
    assert field.query() == "do"
    press(qtbot, Qt.Key.Key_Escape)
    assert field.query() == ""
    with qtbot.waitSignal(field.left):
        press(qtbot, Qt.Key.Key_Escape)


def test_a_mistyped_label_is_offered_the_nearest(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "beech")
    qtbot.waitUntil(field.popup.isVisible)
    offer = field.popup.model.index(0)
    assert offer.data() == "beach"
    assert "beech" in offer.data(Qt.ItemDataRole.AccessibleTextRole)
    press(qtbot, Qt.Key.Key_Tab)
    assert captions(field) == ["beach"]


def test_a_label_found_by_another_name_says_which(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "pup")
    qtbot.waitUntil(field.popup.isVisible)
    spoken = field.popup.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("dog, also “puppy”, ")


def test_a_field_is_completed_and_then_its_values(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "so")
    qtbot.waitUntil(field.popup.isVisible)
    press(qtbot, Qt.Key.Key_Tab)
    assert field.query() == "sort:"
    qtbot.waitUntil(lambda: field.popup.isVisible() and field.popup.model.rowCount() > 2)
    type_in(qtbot, field, "na")
    qtbot.waitUntil(lambda: field.popup.isVisible() and field.popup.model.rowCount() == 1)
    press(qtbot, Qt.Key.Key_Tab)
    assert captions(field) == ["sort:name"]


def test_the_count_says_how_many_of_how_many(
    field: SearchField, engine: Engine, qtbot: QtBot
) -> None:
    field.set_query("dog")
    ask(engine, field)
    assert field.count.isVisible()
    assert field.count.text() == "2 of 7"
    field.clear()
    assert not field.count.isVisible()


def test_an_error_points_at_its_place_and_is_said_after_enter(
    field: SearchField, engine: Engine, qtbot: QtBot
) -> None:
    field.submitted.connect(lambda _: ask(engine, field))
    type_in(qtbot, field, 'dog "beach')
    press(qtbot, Qt.Key.Key_Return)
    assert field.message.isVisible()
    assert "quote" in field.message.accessibleName()
    assert field.row.edit._wrong == (0, 6)
    type_in(qtbot, field, '"')
    assert not field.message.isVisible()
    press(qtbot, Qt.Key.Key_Return)
    assert captions(field) == ["dog", "beach"]
    assert field.row.edit._wrong is None


def test_an_error_while_typing_is_said_only_after_a_pause(
    field: SearchField, engine: Engine, qtbot: QtBot
) -> None:
    field.submitted.connect(lambda _: ask(engine, field))
    type_in(qtbot, field, "(dog)) ")
    qtbot.waitUntil(lambda: field.row.edit._wrong is not None)
    assert not field.message.isVisible()
    qtbot.waitUntil(field.message.isVisible)


def test_a_word_that_is_no_label_is_told_with_labels_like_it(
    field: SearchField, engine: Engine, qtbot: QtBot
) -> None:
    field.submitted.connect(lambda _: ask(engine, field))
    type_in(qtbot, field, "jpg OR beech")
    press(qtbot, Qt.Key.Key_Return)
    result = engine.search(field.query())
    notes = tuple(note for note in result.notes if note.word == "beech")
    field.set_result(replace(result, notes=notes))
    assert field.message.isVisible()
    assert "beach" in field.message.accessibleName()
    field.message.text.linkActivated.emit("beach")
    assert field.query().split() == ["jpg", "OR", "beach"]


def test_where_nothing_is_found_the_page_says_so_and_not_the_field_too(
    field: SearchField, engine: Engine, qtbot: QtBot
) -> None:
    field.submitted.connect(lambda _: ask(engine, field))
    type_in(qtbot, field, "dog beech")
    press(qtbot, Qt.Key.Key_Return)
    assert not field.message.isVisible()


def test_the_same_query_again_does_not_disturb_who_is_typing(
    field: SearchField, qtbot: QtBot
) -> None:
    type_in(qtbot, field, "dog be")
    field.set_query("dog be")
    assert field.row.edit.text() == "be"
    assert field.row.edit.cursorPosition() == 2


def test_leaving_the_field_makes_chips_of_what_is_whole(field: SearchField, qtbot: QtBot) -> None:
    type_in(qtbot, field, "dog beach")
    field.property("elsewhere").setFocus()
    qtbot.waitUntil(lambda: captions(field) == ["dog", "beach"])
    assert field.query() == "dog beach"


def test_many_terms_scroll_so_that_the_caret_is_seen(field: SearchField, qtbot: QtBot) -> None:
    field.set_query(" ".join(f"word{number}" for number in range(40)))
    row = field.row
    assert row.edit.geometry().right() <= row.width()
    row.chips[0].setFocus()
    assert row.chips[0].geometry().left() == 0
    inside = row.rect()
    assert not inside.contains(row.chips[-1].geometry())
    assert row.childAt(QPoint(4, row.height() // 2)) is row.chips[0]


def test_a_pasted_page_of_words_stays_text(field: SearchField, qtbot: QtBot) -> None:
    page = " ".join(f"word{number}" for number in range(1000))
    QGuiApplication.clipboard().setText(page)
    press(qtbot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    press(qtbot, Qt.Key.Key_Return)
    assert field.row.chips == []
    assert field.query() == page
