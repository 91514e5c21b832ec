"""Any picture gets an answer, honest about how sure it is, and nothing is added to the library."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QLocale, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.ui.background import Background
from app.ui.dialogs.try_every import EveryLabel
from app.ui.dialogs.try_picture import TryDialog
from tests.support.packs import GREEN, MAGENTA, Colour, ColourLabel, write_pack, write_packs

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@dataclass
class Scene:
    dialog: TryDialog
    engine: Engine
    folder: Path
    qtbot: QtBot

    def picture(self, name: str, colour: Colour) -> Path:
        path = self.folder / name
        Image.new("RGB", (400, 300), colour).save(path)
        return path

    def answer(self, *paths: Path) -> list[tuple[str, bool]]:
        """Try pictures; return name and certainty of each label that is answered with."""
        self.dialog.try_paths(paths)
        self.qtbot.waitUntil(lambda: all(path in self.dialog._found for path in paths))
        return [(row.label.name, row.label.sure) for row in self.dialog.answer.rows]

    def every(self) -> EveryLabel:
        return self.dialog.answer.every


def scene_with(packs: Path, folder: Path, qtbot: QtBot) -> Iterator[Scene]:
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    with Engine.open(folder / "library.db", device="cpu", pack_folders=[packs]) as engine:
        background = Background()
        dialog = TryDialog(engine, background)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        yield Scene(dialog, engine, folder, qtbot)
        assert background.close()
    QLocale.setDefault(before)


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Iterator[Scene]:
    yield from scene_with(write_packs(tmp_path / "packs"), tmp_path, qtbot)


@pytest.fixture
def doubtful(qtbot: QtBot, tmp_path: Path) -> Iterator[Scene]:
    labels = (
        ColourLabel("red", (0.4, 0, 0), threshold=0.9),
        ColourLabel("green", (0, 0.6, 0), threshold=0.9),
        ColourLabel("blue", (0, 0, 0.2), threshold=0.9),
        ColourLabel("never", (0, 0.1, 0), threshold=None),
    )
    write_pack(tmp_path / "packs" / "photos", labels)
    yield from scene_with(tmp_path / "packs", tmp_path, qtbot)


def test_it_begins_with_an_invitation(scene: Scene) -> None:
    assert scene.dialog.zone.isVisible()
    assert not scene.dialog.add_folder.isVisible()


def test_a_sure_picture_is_named_with_the_best_guesses_marked(scene: Scene) -> None:
    answered = scene.answer(scene.picture("meadow.png", GREEN))
    assert len(answered) == 3
    assert set(answered[:2]) == {("green", True), ("photo", True)}
    assert answered[2][1] is False
    assert not scene.dialog.answer.sign.isVisible()
    assert scene.dialog.name.text() == "meadow.png · 400 × 300"
    assert "unsure" in scene.dialog.answer.rows[2].accessibleName()


def test_an_unsure_picture_gets_its_three_likeliest_labels(doubtful: Scene) -> None:
    answered = doubtful.answer(doubtful.picture("grey.png", (255, 255, 255)))
    assert answered == [("green", False), ("red", False), ("blue", False)]
    assert doubtful.dialog.answer.sign.isVisible()
    assert doubtful.dialog.answer.sentence.text() == "Unsure. The best guesses are:"
    assert doubtful.dialog.answer.rows[0].accessibleName() == "green, 60 %, unsure"


def test_all_labels_of_all_packs_are_there_on_request(scene: Scene) -> None:
    scene.answer(scene.picture("poster.png", MAGENTA))
    assert not scene.every().isVisible()
    scene.qtbot.mouseClick(scene.dialog.answer.more, Qt.MouseButton.LeftButton)
    assert scene.every().isVisible()
    assert scene.every().applying.model().rowCount() == 13
    assert not scene.every().kept_back.isVisible()
    scene.qtbot.keyClicks(scene.every().filter, "DRA")
    assert scene.every().applying.model().rowCount() == 1


def test_genres_of_what_is_no_poster_are_there_too_and_say_so(scene: Scene) -> None:
    scene.answer(scene.picture("meadow.png", GREEN))
    scene.qtbot.mouseClick(scene.dialog.answer.more, Qt.MouseButton.LeftButton)
    every = scene.every()
    assert every.kept_back.isVisible()
    assert every.kept_back.model().index(0, 0).data() in ("horror", "N/A")
    assert every.note.text() == "Not a poster, so not shown normally:"
    assert "horror" not in [row.label.name for row in scene.dialog.answer.rows]


def test_an_unreadable_file_is_one_sentence(scene: Scene) -> None:
    empty = scene.folder / "empty.jpg"
    empty.write_bytes(b"")
    assert scene.answer(empty) == []
    assert scene.dialog.answer.sign.isVisible()
    assert scene.dialog.answer.sentence.text().count(".") == 1
    assert not scene.dialog.answer.more.isVisible()


def test_several_pictures_are_walked_through(scene: Scene) -> None:
    paths = [scene.picture("a.png", GREEN), scene.picture("b.png", MAGENTA)]
    assert not scene.dialog.list.isVisible()
    answered = scene.answer(*paths)
    assert scene.dialog.list.isVisible()
    assert ("green", True) in answered
    scene.qtbot.keyClick(scene.dialog.list, Qt.Key.Key_Down)
    assert scene.dialog.current == paths[1]
    assert ("poster", True) in [(r.label.name, r.label.sure) for r in scene.dialog.answer.rows]


def test_a_picture_can_be_dropped(scene: Scene) -> None:
    path = scene.picture("dropped.png", GREEN)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    scene.dialog.dropEvent(event)
    scene.qtbot.waitUntil(lambda: path in scene.dialog._found)
    assert scene.dialog.answer.rows


def test_it_is_not_added_but_its_folder_can_be(scene: Scene) -> None:
    path = scene.picture("meadow.png", GREEN)
    scene.answer(path)
    assert scene.engine.library.photos.count() == 0
    assert scene.dialog.promise.text() == "Not added to your library."
    with scene.qtbot.waitSignal(scene.dialog.add_folder_requested) as asked:
        scene.qtbot.mouseClick(scene.dialog.add_folder, Qt.MouseButton.LeftButton)
    assert asked.args == [scene.folder]


def test_a_folder_that_is_in_the_library_is_not_offered_again(scene: Scene, tmp_path: Path) -> None:
    deep = tmp_path / "photos" / "2024"
    deep.mkdir(parents=True)
    scene.engine.add_folder(tmp_path / "photos")
    known, stranger = deep / "known.png", scene.picture("stranger.png", GREEN)
    Image.new("RGB", (40, 30), MAGENTA).save(known)
    scene.answer(known, stranger)
    assert scene.dialog.current == known
    assert not scene.dialog.add_folder.isVisible()
    assert scene.dialog.promise.text() == "Its folder is in your library."
    scene.qtbot.keyClick(scene.dialog.list, Qt.Key.Key_Down)
    assert scene.dialog.add_folder.isVisible()
    assert scene.dialog.promise.text() == "Not added to your library."


def test_the_same_picture_again_is_shown_not_listed_twice(scene: Scene) -> None:
    path = scene.picture("meadow.png", GREEN)
    scene.answer(path)
    scene.answer(path)
    assert scene.dialog.list.count() == 1


def test_without_any_label_pack_it_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    for scene in scene_with(tmp_path / "none", tmp_path, qtbot):
        assert scene.answer(scene.picture("meadow.png", GREEN)) == []
        assert scene.dialog.answer.sentence.text() == "No label pack looked at this picture."
