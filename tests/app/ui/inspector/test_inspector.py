"""What is known of one or many photos is seen, and leads on to photos, files and the viewer."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.library.records import Verdict
from tests.support.inspecting import add_photo, jpeg
from tests.support.inspector_scene import Scene
from tests.support.libraries import MadePack, fill

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

FEW_LABELS = MadePack("made", ("drama", "comedy", "horror"))


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
    (tmp_path / "Backup").mkdir()
    backup = library.folders.add(tmp_path / "Backup")
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
