"""What is known of one or many photos is seen, decided and taken back, by mouse and by keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.errors import DiskFullError
from app.library.library import Library
from app.library.records import Operation, Verdict
from app.ui.background import Background
from app.ui.inspector.decisions import undone_text
from app.ui.inspector.inspector import Inspector
from app.ui.inspector.label_row import LabelRow
from app.ui.inspector.label_toggle import Share
from tests.support.inspecting import RecordedFiles, add_photo, jpeg
from tests.support.libraries import MadePack, fill

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FEW_LABELS = MadePack("made", ("drama", "comedy", "horror"))


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


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Iterator[Scene]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    library = Library.open(tmp_path / "library.db")
    folder = library.folders.add(_made(tmp_path / "Pictures"))
    photos = [
        add_photo(library, folder.id, "2021 Portugal/IMG_4127.jpg", camera="Canon EOS 80D"),
        add_photo(library, folder.id, "2021 Portugal/IMG_4128.jpg"),
        add_photo(library, folder.id, "cat.jpg", probabilities=(0.1, 0, 0, 0, 0.9, 0, 0)),
    ]
    with Engine(library, device="cpu", packs=(), pack_errors=()) as engine:
        background = Background()
        files = RecordedFiles()
        inspector = Inspector(engine, background, files=files.actions())
        qtbot.addWidget(inspector)
        inspector.resize(320, 900)
        with qtbot.waitExposed(inspector):
            inspector.show()
        yield Scene(inspector, engine, background, files, photos, qtbot)
        inspector.show_photos([])
        assert background.close()
    QLocale.setDefault(before)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


# Seeing


def test_nothing_selected_is_a_calm_page_with_the_keys(scene: Scene) -> None:
    assert scene.inspector.empty.isVisible()
    scene.show(scene.photos[0])
    assert not scene.inspector.empty.isVisible()
    scene.show()
    assert scene.inspector.empty.isVisible()


def test_a_photo_says_its_name_place_and_facts(scene: Scene) -> None:
    scene.show(scene.photos[0])
    head = scene.inspector.head
    assert head.name.text() == "IMG_4127.jpg"
    assert head.place.text() == "Pictures / 2021 Portugal"
    head.facts.resize(1000, head.facts.height())
    assert head.facts.text() == "12 August 2021, 18:42 · 4032 × 3024 · 3.4 MB"
    assert "camera" in head.facts.toolTip()
    assert head.camera.text() == "Canon EOS 80D"
    assert len(scene.inspector.preview.images) == 1
    scene.show(scene.photos[1])
    assert not head.camera.isVisible()


def test_without_a_thumbnail_the_picture_itself_is_shown(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "Pictures" / "new.jpg").write_bytes(jpeg((200, 30, 30), (640, 480)))
    library = scene.engine.library
    photo = add_photo(library, library.folders.all()[0].id, "new.jpg", thumbnail=b"")
    scene.show(photo)
    assert not scene.inspector.preview.images
    scene.qtbot.waitUntil(lambda: bool(scene.inspector.preview.images))
    assert scene.inspector.preview.images[0].pixelColor(100, 100).red() > 150


def test_a_copy_elsewhere_is_named(scene: Scene, tmp_path: Path) -> None:
    library = scene.engine.library
    backup = library.folders.add(_made(tmp_path / "Backup"))
    add_photo(library, backup.id, "x.jpg", content="2021 Portugal/IMG_4127.jpg")
    scene.show(scene.photos[0])
    said = [label.text() for label in scene.inspector.head.copies if label.isVisible()]
    assert len(said) == 1
    assert said[0].startswith("Also at ")


def test_labels_come_with_probability_the_less_sure_folded(scene: Scene) -> None:
    scene.show(scene.photos[0])
    assert scene.names() == ["dog", "beach", "sea", "running"]
    assert scene.row("dog").value() == "98 %"
    rows = scene.inspector.rows
    assert rows.fold.text() == "Less sure (3)"
    assert not scene.row("wolf").isVisible()
    scene.click(rows.fold)
    assert scene.row("wolf").isVisible()
    assert scene.names()[4] == "wolf"
    scene.qtbot.keyClick(rows.fold, Qt.Key.Key_Space)
    assert not scene.row("wolf").isVisible()


def test_facts_take_the_lines_they_need_and_none_ends_with_a_dot(scene: Scene) -> None:
    scene.show(scene.photos[0])
    facts = scene.inspector.head.facts
    whole = facts.fontMetrics().horizontalAdvance("12 August 2021, 18:42 · 4032 × 3024 · 3.4 MB")
    facts.resize(whole - 1, facts.height())
    assert facts.text() == "12 August 2021, 18:42 · 4032 × 3024\n3.4 MB"
    facts.resize(whole, facts.height())
    assert "\n" not in facts.text()


def test_a_label_cannot_be_typed_for_nothing(scene: Scene) -> None:
    scene.show()
    with scene.qtbot.waitSignal(scene.inspector.said) as said:
        scene.inspector.focus_field()
    assert "Select a picture first" in said.args[0]
    assert not scene.inspector.field.hasFocus()


def test_tab_comes_to_the_labels_first_and_through_everything(scene: Scene) -> None:
    scene.show(scene.photos[0])
    scene.inspector.rows.fold.setChecked(True)
    head, rows = scene.inspector.head, scene.inspector.rows
    seen: list[QWidget] = []
    widget = scene.inspector.nextInFocusChain()
    while widget is not scene.inspector:
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            seen.append(widget)
        widget = widget.nextInFocusChain()
    assert seen == [
        rows.rows()[0],
        rows.fold,
        scene.inspector.field,
        scene.inspector.words_part.read,
        scene.inspector.preview,
        head.place,
        head.open,
        head.reveal,
        head.copy,
    ]


def test_what_was_typed_for_other_photos_is_gone(scene: Scene) -> None:
    scene.show(scene.photos[0])
    scene.inspector.focus_field()
    scene.qtbot.keyClicks(scene.inspector.field, "holi")
    scene.show()
    scene.show(scene.photos[1])
    assert scene.inspector.field.text() == ""
    offers = scene.inspector.field.offer_list
    assert offers is None or not offers.isVisible()


def test_several_photos_say_how_many_have_each_label(scene: Scene) -> None:
    scene.show(*scene.photos)
    head = scene.inspector.head
    assert head.name.text() == "3 selected"
    assert head.place.text() == "in 2 folders"
    assert head.facts.text() == "12 August 2021 · 10.2 MB"
    assert len(scene.inspector.preview.images) == 3
    assert scene.row("dog").value() == "2 of 3"
    assert scene.row("cat").value() == "1 of 3"


def test_ten_thousand_photos_are_decided_on_at_once(scene: Scene, qtbot: QtBot) -> None:
    filled = fill(scene.engine.library, photos=10_000, packs=(FEW_LABELS,), seed=1)
    scene.engine.refresh()
    photos = list(range(filled.first, filled.last + 1))
    scene.inspector.show_photos(photos)
    qtbot.waitUntil(lambda: scene.inspector.photos == tuple(photos), timeout=60_000)
    scene.wait()
    assert scene.inspector.head.name.text() == "10,000 selected"
    rows = scene.inspector.rows.rows()
    assert len(rows) <= 60
    first = rows[0]
    scene.inspector.rows.decided.emit(first.state.key, first.state.name, Verdict.ACCEPTED)
    assert first.value() == "10,000 of 10,000"
    qtbot.waitUntil(lambda: not scene.inspector._decisions.pending, timeout=60_000)
    assert scene.verdicts(photos[-1])[first.state.key] is Verdict.ACCEPTED


def test_a_decision_never_goes_to_photos_whose_labels_are_not_shown_yet(scene: Scene) -> None:
    scene.show(scene.photos[0])
    scene.inspector.show_photos([scene.photos[2]])  # its labels are still on their way
    scene.qtbot.mouseClick(scene.row("dog").reject_toggle, Qt.MouseButton.LeftButton)
    scene.wait()
    assert scene.verdicts(scene.photos[0]) == {"photos/dog": Verdict.REJECTED}
    assert scene.verdicts(scene.photos[2]) == {}


# Deciding


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


def test_a_decision_made_while_the_window_closes_is_kept(scene: Scene) -> None:
    photo = scene.photos[0]
    scene.show(photo)
    scene.row("dog").decided.emit(Verdict.REJECTED)
    scene.row("sea").decided.emit(Verdict.ACCEPTED)
    scene.background.close()
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


# Going elsewhere


def test_a_label_and_a_folder_lead_to_their_photos(scene: Scene) -> None:
    scene.show(scene.photos[0])
    asked: list[str] = []
    scene.inspector.query_requested.connect(asked.append)
    row = scene.row("dog")
    scene.qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=row.name_rect().center())
    scene.click(scene.inspector.head.place)
    assert asked[0] == "dog"
    assert len(scene.engine.search(asked[0]).ids) == 2
    assert set(scene.engine.search(asked[1]).ids) == set(scene.photos[:2])


def test_a_click_beside_the_name_goes_nowhere(scene: Scene) -> None:
    scene.show(scene.photos[0])
    row = scene.row("dog")
    with scene.qtbot.assertNotEmitted(scene.inspector.query_requested):
        beside = QPoint(row.name_rect().right() + 40, 10)
        scene.qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=beside)


def test_the_file_is_opened_shown_and_its_path_copied(scene: Scene, tmp_path: Path) -> None:
    scene.show(scene.photos[0])
    path = scene.engine.details([scene.photos[0]])[0].paths[0].path
    head = scene.inspector.head
    for button in (head.open, head.reveal, head.copy):
        scene.click(button)
    assert scene.files.opened == [path]
    assert scene.files.revealed == [path]
    assert scene.files.copied == [path]
    scene.files.works = False
    with scene.qtbot.waitSignal(scene.inspector.said) as said:
        scene.click(head.open)
    assert said.args == ["No program on this computer would open IMG_4127.jpg."]


def test_the_paths_of_several_photos_are_copied_together(scene: Scene) -> None:
    scene.show(*scene.photos)
    head = scene.inspector.head
    assert not head.open.isVisible()
    with scene.qtbot.waitSignal(scene.inspector.said) as said:
        scene.click(head.copy)
    assert said.args == ["Copied 3 paths"]
    assert len(scene.files.copied) == 3


def test_the_preview_opens_the_viewer(scene: Scene) -> None:
    scene.show(scene.photos[0])
    with scene.qtbot.waitSignal(scene.inspector.open_requested) as opened:
        scene.qtbot.mouseDClick(scene.inspector.preview, Qt.MouseButton.LeftButton)
    assert opened.args == [scene.photos[0]]


def test_everything_has_an_accessible_name(scene: Scene) -> None:
    scene.show(scene.photos[0])
    row = scene.row("dog")
    assert row.accessibleName() == "dog, 98 %"
    scene.click(row.accept_toggle)
    assert row.accessibleName() == "dog, 98 %, accepted"
    assert row.reject_toggle.accessibleName() == "Reject “dog”"
    assert scene.inspector.field.accessibleName() == "Add a label"
    assert scene.inspector.preview.accessibleName() == "Preview of IMG_4127.jpg"


def test_the_menu_of_a_row_offers_what_its_keys_do(scene: Scene) -> None:
    scene.show(scene.photos[0])
    menu = scene.row("dog").menu()
    enabled = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert enabled == {
        "Find all photos with “dog”": True,
        "Accept": True,
        "Reject": True,
        "Take the decision back": False,
    }
    next(action for action in menu.actions() if action.text() == "Reject").trigger()
    scene.wait()
    assert scene.verdicts(scene.photos[0]) == {"photos/dog": Verdict.REJECTED}
