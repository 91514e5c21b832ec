"""Labels are accepted, rejected, added and taken back, by mouse and by keyboard."""

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent

from app.library.errors import DiskFullError
from app.library.records import Operation, Verdict
from app.ui.background import Background
from app.ui.inspector.decisions import undone_text
from app.ui.inspector.label_toggle import Share
from tests.support.inspecting import add_photo
from tests.support.inspector_scene import Scene

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_a_click_accepts_and_a_second_takes_it_back(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    with scene.qtbot.waitSignal(scene.inspector.decided):
        scene.click(scene.row("dog").accept_toggle)
    assert scene.verdicts(photo) == {"photos/dog": Verdict.ACCEPTED}
    assert scene.row("dog").accept_toggle.share is Share.ALL
    scene.click(scene.row("dog").accept_toggle)
    assert scene.verdicts(photo) == {}
    assert scene.row("dog").accept_toggle.share is Share.NONE


def test_a_rejected_label_stays_where_it_is_until_another_photo_is_shown(scene: Scene) -> None:
    scene.show(scene.photos[0])
    scene.click(scene.row("beach").reject_toggle)
    assert scene.names() == ["dog", "beach", "sea", "running"]
    assert scene.row("beach").value() == ""
    scene.show(scene.photos[1])
    scene.show(scene.photos[0])
    assert scene.names() == ["dog", "sea", "running", "beach"]


def test_keys_walk_accept_reject_and_take_back(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    scene.inspector.rows.focus_first()
    dog, beach = scene.row("dog"), scene.row("beach")
    assert dog.hasFocus()
    scene.press(dog, Qt.Key.Key_A)
    scene.qtbot.keyClick(dog, Qt.Key.Key_Down)
    assert beach.hasFocus()
    scene.press(beach, Qt.Key.Key_Delete)
    assert scene.verdicts(photo) == {
        "photos/dog": Verdict.ACCEPTED,
        "photos/beach": Verdict.REJECTED,
    }
    scene.press(beach, Qt.Key.Key_Return)
    assert scene.verdicts(photo)["photos/beach"] is Verdict.ACCEPTED
    scene.press(beach, Qt.Key.Key_R)
    assert scene.verdicts(photo)["photos/beach"] is Verdict.REJECTED
    scene.press(beach, Qt.Key.Key_Backspace)
    assert scene.verdicts(photo) == {"photos/dog": Verdict.ACCEPTED}
    scene.qtbot.keyClick(beach, Qt.Key.Key_End)
    assert scene.row("running").hasFocus()
    scene.qtbot.keyClick(scene.row("running"), Qt.Key.Key_Home)
    assert dog.hasFocus()


def test_rows_are_one_stop_for_tab(scene: Scene) -> None:
    scene.show(scene.photos[0])
    stops = [
        row for row in scene.inspector.rows.rows() if row.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert stops == [scene.row("dog")]
    scene.row("sea").setFocus()
    assert scene.row("sea").focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not scene.row("dog").focusPolicy() & Qt.FocusPolicy.TabFocus


def test_every_action_goes_to_all_selected_photos(scene: Scene) -> None:
    scene.show(*scene.photos)
    with scene.qtbot.waitSignal(scene.inspector.said) as said:
        scene.click(scene.row("dog").accept_toggle)
    assert said.args == ["Accepted “dog” on 3 photos"]
    assert scene.row("dog").value() == "3 of 3"
    for photo in scene.photos:
        assert scene.verdicts(photo) == {"photos/dog": Verdict.ACCEPTED}
    scene.press(scene.row("dog"), Qt.Key.Key_Backspace)
    for photo in scene.photos:
        assert scene.verdicts(photo) == {}
    assert scene.row("dog").value() == "2 of 3"


def test_a_decision_on_some_of_the_photos_is_neither_on_nor_off(scene: Scene) -> None:
    scene.engine.decisions.decide([scene.photos[0]], "photos/dog", Verdict.ACCEPTED)
    scene.show(*scene.photos)
    toggle = scene.row("dog").accept_toggle
    assert toggle.share is Share.SOME
    assert "1 of 3" in toggle.toolTip()
    scene.click(toggle)
    assert toggle.share is Share.ALL
    scene.click(toggle)
    assert toggle.share is Share.NONE


def test_what_came_over_from_an_earlier_picture_is_marked(scene: Scene, tmp_path: Path) -> None:
    photo = scene.photos[0]
    scene.engine.decisions.decide([photo], "photos/dog", Verdict.ACCEPTED)
    folder = scene.engine.library.folders.all()[0]
    later = add_photo(
        scene.engine.library, folder.id, "2021 Portugal/IMG_4127.jpg", content="edited"
    )
    scene.show(later)
    assert scene.row("dog").state.carried == 1
    scene.press(scene.row("dog"), Qt.Key.Key_A)
    assert scene.row("dog").state.carried == 0
    assert scene.verdicts(later) == {"photos/dog": Verdict.ACCEPTED}


def test_quick_decisions_arrive_in_the_order_they_were_made(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    dog = scene.row("dog")
    for _ in range(5):
        scene.qtbot.keyClick(dog, Qt.Key.Key_A)
        scene.qtbot.keyClick(dog, Qt.Key.Key_R)
    scene.wait()
    assert scene.verdicts(photo) == {"photos/dog": Verdict.REJECTED}
    assert dog.reject_toggle.share is Share.ALL


def test_a_decision_that_cannot_be_stored_is_taken_off_the_screen(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.show(scene.photos[0])

    def full(*_: object) -> Operation:
        raise DiskFullError("The disk is full; free some space and try again.")

    monkeypatch.setattr(scene.engine.library.decisions, "decide", full)
    dog = scene.row("dog")
    with scene.qtbot.waitSignal(scene.inspector.said) as said:
        scene.qtbot.keyClick(dog, Qt.Key.Key_R)
        assert dog.reject_toggle.share is Share.ALL  # at once, before the library answers
    assert said.args == ["The disk is full; free some space and try again."]
    assert dog.reject_toggle.share is Share.NONE
    assert dog.value() == "98 %"
    scene.wait()
    assert dog.reject_toggle.share is Share.NONE


def test_a_decision_made_while_the_window_closes_is_kept(
    scene: Scene, background: Background
) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    scene.row("dog").decided.emit(Verdict.REJECTED)
    scene.row("sea").decided.emit(Verdict.ACCEPTED)
    background.close()
    scene.inspector.finish()
    assert scene.verdicts(photo) == {
        "photos/dog": Verdict.REJECTED,
        "photos/sea": Verdict.ACCEPTED,
    }


def test_a_long_question_is_given_up_when_the_inspector_is_hidden(scene: Scene) -> None:
    photos = scene.photos * 400
    scene.inspector.show_photos(photos)
    scene.inspector.hide()
    scene.wait()
    assert scene.inspector.photos == ()
    scene.inspector.show()
    scene.qtbot.waitUntil(lambda: scene.inspector.photos == tuple(photos), timeout=60_000)


def test_a_change_while_the_question_is_out_is_not_missed(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.inspector.show_photos([photo])
    scene.engine.decisions.decide([photo], "photos/sea", Verdict.REJECTED)
    scene.inspector.refresh()  # the first answer may be older than the decision
    scene.qtbot.waitUntil(lambda: "sea" in scene.names())
    scene.qtbot.waitUntil(lambda: scene.row("sea").reject_toggle.share is Share.ALL)


def test_undoing_elsewhere_shows_here(scene: Scene) -> None:
    scene.show(scene.photos[0])
    scene.click(scene.row("dog").reject_toggle)
    undone = scene.engine.decisions.undo()
    scene.inspector.refresh()
    scene.wait()
    assert scene.row("dog").reject_toggle.share is Share.NONE
    assert undone is not None
    assert undone_text("dog", undone).startswith("Took back: dog")


# Adding


def test_a_label_is_added_with_a_few_letters_and_enter(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    scene.type_label("sci")
    assert scene.verdicts(photo) == {"photos/science-fiction": Verdict.ACCEPTED}
    assert scene.names()[-1] == "science fiction"
    assert scene.inspector.field.text() == ""


def test_a_word_of_ones_own_becomes_a_label(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    scene.inspector.focus_field()
    scene.qtbot.waitUntil(lambda: not scene.inspector._choices.waiting)
    scene.qtbot.keyClicks(scene.inspector.field, "holiday")
    listed = scene.inspector.field.offer_list
    assert listed is not None
    assert listed.isVisible()
    assert [listed.line(offer) for offer in scene.inspector.field.offers] == [
        "Add “holiday” as a new label"
    ]
    scene.qtbot.keyClick(scene.inspector.field, Qt.Key.Key_Return)
    scene.wait()
    assert scene.verdicts(photo) == {"user/holiday": Verdict.ACCEPTED}
    assert scene.names()[-1] == "holiday"
    assert not listed.isVisible()
    scene.show(scene.photos[1])
    scene.type_label("holi")
    assert scene.verdicts(scene.photos[1]) == {"user/holiday": Verdict.ACCEPTED}


def test_behind_an_added_label_ctrl_z_is_left_to_the_decisions(scene: Scene) -> None:
    def keeps_undo() -> bool:
        key = QKeyEvent(
            QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
        )
        key.ignore()  # as Qt does before it asks
        QCoreApplication.sendEvent(field, key)
        return key.isAccepted()

    field = scene.inspector.field
    scene.show(scene.photos[0])
    scene.type_label("holiday")
    assert not keeps_undo()
    scene.qtbot.keyClicks(field, "bea")
    assert keeps_undo()


def test_the_offer_that_is_marked_is_the_one_that_is_taken(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    field = scene.inspector.field
    scene.inspector.focus_field()
    scene.qtbot.waitUntil(lambda: not scene.inspector._choices.waiting)
    scene.qtbot.keyClicks(field, "w")
    assert [offer.name for offer in field.offers] == ["wolf", "w"]
    scene.qtbot.keyClick(field, Qt.Key.Key_Up)  # goes round to the last: the new word
    scene.qtbot.keyClick(field, Qt.Key.Key_Down)
    scene.qtbot.keyClick(field, Qt.Key.Key_Return)
    scene.wait()
    assert scene.verdicts(photo) == {"photos/wolf": Verdict.ACCEPTED}
    assert "wolf" in scene.names()  # no longer among the less sure


def test_an_offer_can_be_clicked_and_escape_closes_the_list(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    field = scene.inspector.field
    scene.inspector.focus_field()
    scene.qtbot.waitUntil(lambda: not scene.inspector._choices.waiting)
    scene.qtbot.keyClicks(field, "hou")
    listed = field.offer_list
    assert listed is not None
    assert listed.line(field.offers[0]) == "dog  (hound)"
    scene.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not listed.isVisible()
    assert field.text() == "hou"
    scene.qtbot.keyClicks(field, "n")
    scene.qtbot.mouseClick(listed, Qt.MouseButton.LeftButton, pos=QPoint(40, 12))
    scene.wait()
    assert scene.verdicts(photo) == {"photos/dog": Verdict.ACCEPTED}
