"""Beside the light the preview shows which words raised a label, and which lowered it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.library.records import Verdict
from app.ui.background import Background
from app.ui.inspector.preview import _fitted
from app.ui.theme import DARK
from app.ui.where.lines import boxes_of
from app.ui.where.maps import NOWHERE, Where, Wish
from tests.support.inspector_scene import InspectorScene, open_inspector
from tests.support.telling import POSTER, open_told, store_words

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.usefixtures("english"),
]

SOON_MS = 10_000
HORROR = "genres/horror"


class Scene(InspectorScene):
    """An inspector over four posters: one with words, one not read, one without, one dull."""

    def hold(self, photo: int) -> Where:
        """Ask where a photo's horror is; return what is shown in the end."""
        self.inspector.show_photos([photo])
        self.qtbot.waitUntil(lambda: not self.inspector.pending, timeout=SOON_MS)
        row = self.inspector.rows.row("horror")
        self.qtbot.keyClick(row, Qt.Key.Key_W)
        self.settle()
        return self.shown

    def settle(self) -> None:
        maps = self.inspector.where.maps
        self.qtbot.waitUntil(lambda: maps.wish is not None and not maps.waiting, timeout=SOON_MS)

    @property
    def shown(self) -> Where:
        return self.inspector.preview.where


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, background: Background) -> Iterator[Scene]:
    with (
        open_told(tmp_path) as (engine, photos),
        open_inspector(qtbot, engine, background) as inspector,
    ):
        yield Scene(inspector, engine, photos, qtbot)


def near(one: QColor, other: str) -> bool:
    pairs = zip(one.getRgb()[:3], QColor(other).getRgb()[:3], strict=True)
    return all(abs(a - b) < 60 for a, b in pairs)


def count(scene: Scene, box: QRectF, color: str) -> int:
    """How many pixels in a box of the preview are about of a colour."""
    image = scene.inspector.preview.grab().toImage()
    inside = box.adjusted(-3, -3, 3, 3).toRect() & image.rect()
    return sum(
        near(image.pixelColor(x, y), color)
        for x in range(inside.left(), inside.right() + 1)
        for y in range(inside.top(), inside.bottom() + 1)
    )


def test_lines_that_raise_and_lower_are_outlined_beside_the_light(scene: Scene) -> None:
    shown = scene.hold(scene.photos[0])
    assert not shown.image.isNull()
    assert shown.caption.startswith("Where Lumitag saw “horror” (")
    assert shown.note == "All words in it together: +50 %"
    assert shown.lines[0].line.text == "HORROR"
    assert {round(100 * each.share) for each in shown.lines} == {50, 25, -25}
    preview = scene.inspector.preview
    place = _fitted(preview.images[0], QRectF(preview.rect()))
    boxes = dict(zip([e.line.text for e in shown.lines], boxes_of(shown.lines, place), strict=True))
    raised, lowered = boxes["HORROR"], boxes[POSTER[2].text]
    assert count(scene, raised, DARK.ok) > raised.width()
    assert count(scene, lowered, DARK.no) > lowered.width() / 2


def test_who_cannot_see_the_boxes_hears_the_words(scene: Scene) -> None:
    scene.hold(scene.photos[0])
    spoken = scene.inspector.preview.accessibleDescription()
    assert "“HORROR” +50 %" in spoken
    assert "“One kiss is all it takes” −25 %" in spoken


def test_escape_takes_lines_and_light_away(scene: Scene) -> None:
    scene.hold(scene.photos[0])
    row = scene.inspector.rows.row("horror")
    scene.inspector.activateWindow()
    row.setFocus(Qt.FocusReason.TabFocusReason)
    scene.qtbot.keyClick(row, Qt.Key.Key_Escape)
    assert scene.shown is NOWHERE


@pytest.mark.parametrize(
    ("at", "note"),
    [
        (1, "The words in it were not read."),
        (2, "No words were found in it."),
        (3, "The words in it change nothing."),
    ],
)
def test_without_telling_words_it_says_why_there_are_none(scene: Scene, at: int, note: str) -> None:
    shown = scene.hold(scene.photos[at])
    assert (shown.note, shown.lines) == (note, ())
    assert not shown.image.isNull()
    scene.inspector.preview.grab()


def test_words_that_arrive_while_it_is_held_are_shown(scene: Scene) -> None:
    scene.hold(scene.photos[1])
    store_words(scene.engine, scene.photos[1], POSTER)
    scene.inspector.refresh()
    scene.qtbot.waitUntil(lambda: len(scene.shown.lines) == 3, timeout=SOON_MS)
    scene.engine.words.erase()
    scene.inspector.refresh()
    wanted = "The words in it were not read."
    scene.qtbot.waitUntil(lambda: scene.shown.note == wanted, timeout=SOON_MS)
    assert scene.shown.lines == ()


def test_the_light_comes_before_the_words_are_weighed(scene: Scene) -> None:
    shown: list[Where] = []
    maps = scene.inspector.where.maps
    maps.changed.connect(lambda: shown.append(maps.shown))
    scene.hold(scene.photos[0])
    assert [bool(each.note) for each in shown if not each.image.isNull()] == [False, True]


def test_slow_weighing_is_announced_and_the_light_stays(scene: Scene) -> None:
    maps = scene.inspector.where.maps
    scene.hold(scene.photos[3])
    with scene.engine.evidence._one_at_a_time:
        store_words(scene.engine, scene.photos[3], POSTER)
        maps.show(Wish(scene.photos[3], HORROR, "horror", 0.5))
        scene.qtbot.waitUntil(lambda: scene.shown.caption == "Looking for “horror”…")
    scene.settle()
    with scene.engine.evidence._one_at_a_time:
        maps._answered = None
        maps._set(maps._lit or NOWHERE)
        maps._weigh(Wish(scene.photos[3], HORROR, "horror", 0.5))
        scene.qtbot.waitUntil(lambda: scene.shown.note == "Weighing the words in it…")
        assert not scene.shown.image.isNull()
    scene.settle()
    assert len(scene.shown.lines) == 3


def test_another_photo_ends_the_weighing(scene: Scene) -> None:
    captions: list[str] = []
    maps = scene.inspector.where.maps
    scene.hold(scene.photos[3])
    with scene.engine.evidence._one_at_a_time:
        maps.show(Wish(scene.photos[0], HORROR, "horror"))
        maps.show(Wish(scene.photos[1], HORROR, "horror"))
        maps.changed.connect(lambda: captions.append(maps.shown.note))
    scene.settle()
    assert not any("together" in each for each in captions)


def test_a_damaged_text_model_is_told_and_the_light_stays(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "packs" / "genres" / "words.onnx").write_bytes(b"nothing")
    shown = scene.hold(scene.photos[0])
    assert "words.onnx is damaged" in shown.note
    assert not shown.image.isNull()
    scene.inspector.preview.grab()


def test_a_pack_that_cannot_say_where_still_shows_the_words(
    qtbot: QtBot, tmp_path: Path, background: Background
) -> None:
    with (
        open_told(tmp_path, evidence=False) as (engine, photos),
        open_inspector(qtbot, engine, background) as inspector,
    ):
        shown = Scene(inspector, engine, photos, qtbot).hold(photos[0])
        assert shown.caption.startswith("Why “horror” (")
        assert shown.image.isNull()
        assert len(shown.lines) == 3
        inspector.preview.grab()


def test_a_label_of_ones_own_has_no_words_either(scene: Scene) -> None:
    scene.engine.decisions.decide([scene.photos[0]], "holiday", Verdict.ACCEPTED)
    scene.inspector.show_photos([scene.photos[0]])
    scene.qtbot.waitUntil(lambda: not scene.inspector.pending)
    scene.qtbot.keyClick(scene.inspector.rows.row("holiday"), Qt.Key.Key_W)
    scene.settle()
    assert "your own label" in scene.shown.caption
    assert scene.shown.note == ""
