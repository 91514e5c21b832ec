"""Pointing at a label, walking to it or asking for it shows over the photo where it was seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.ui.background import Background
from app.ui.inspector.label_row import LabelRow
from app.ui.inspector.label_toggle import Share
from app.ui.where.maps import NOWHERE, WhereMaps, Wish
from tests.support.inspector_scene import InspectorScene, open_inspector
from tests.support.where import BLUE_BOX, RED_BOX, SIDE, open_spotted

# The offscreen platform cannot hand size limits to a window manager, and says so each time.
pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.usefixtures("english"),
]

SOON_MS = 10_000


class Scene(InspectorScene):
    """An inspector over three photos: red at the right, blue at the left, red at the left."""

    def point(self, row: LabelRow) -> None:
        at = QPointF(5, 5)
        QApplication.sendEvent(row, QEnterEvent(at, at, QPointF(row.mapToGlobal(at.toPoint()))))

    def leave(self, row: LabelRow) -> None:
        QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))

    @property
    def caption(self) -> str:
        return self.inspector.preview.where.caption

    @property
    def spoken(self) -> str:
        return self.inspector.preview.accessibleDescription()

    def until_lit(self, name: str) -> None:
        wanted = f"Where Lumitag saw “{name}”"
        self.qtbot.waitUntil(lambda: self.caption.startswith(wanted), timeout=SOON_MS)

    @property
    def bare(self) -> bool:
        return self.inspector.preview.where is NOWHERE


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, background: Background) -> Iterator[Scene]:
    with (
        open_spotted(tmp_path) as (engine, photos),
        open_scene(qtbot, engine, background, photos) as made,
    ):
        yield made


@contextmanager
def open_scene(
    qtbot: QtBot, engine: Engine, background: Background, photos: list[int]
) -> Iterator[Scene]:
    with open_inspector(qtbot, engine, background) as inspector:
        made = Scene(inspector, engine, photos, qtbot)
        made.show(photos[0])
        yield made


def veil(image: QImage, box: tuple[int, int, int, int]) -> int:
    """How opaque the overlay is in the middle of a box of the picture, 0..255."""
    x = (box[0] + box[2]) * image.width() // (2 * SIDE[0])
    y = (box[1] + box[3]) * image.height() // (2 * SIDE[1])
    return image.pixelColor(x, y).alpha()


def test_pointing_at_a_label_shows_where_it_is(scene: Scene) -> None:
    scene.point(scene.row("red"))
    assert scene.bare
    scene.until_lit("red")
    image = scene.inspector.preview.where.image
    assert veil(image, RED_BOX) < 40 < 100 < veil(image, BLUE_BOX)
    assert scene.caption.endswith(" %)")
    assert scene.spoken == f"{scene.caption}: at the upper right"
    scene.inspector.preview.grab()


def test_passing_over_a_label_reads_nothing(scene: Scene) -> None:
    scene.point(scene.row("red"))
    scene.leave(scene.row("red"))
    scene.qtbot.wait(400)
    assert scene.inspector.where.maps.wish is None
    assert scene.bare


def test_it_goes_when_the_pointer_leaves(scene: Scene) -> None:
    scene.point(scene.row("red"))
    scene.until_lit("red")
    scene.leave(scene.row("red"))
    scene.qtbot.waitUntil(lambda: scene.bare)
    assert scene.spoken == ""


def test_from_row_to_row_nothing_blinks(scene: Scene) -> None:
    scene.inspector.rows.fold.setChecked(True)
    scene.point(scene.row("red"))
    scene.until_lit("red")
    shown: list[str] = []
    scene.inspector.where.maps.changed.connect(lambda: shown.append(scene.caption))
    scene.leave(scene.row("red"))
    scene.point(scene.row("light"))
    scene.qtbot.waitUntil(lambda: "light" in scene.caption, timeout=SOON_MS)
    assert "" not in shown


def test_walking_to_a_label_with_the_keyboard_shows_it(scene: Scene) -> None:
    row = scene.row("red")
    row.setFocus(Qt.FocusReason.TabFocusReason)
    scene.until_lit("red")
    scene.inspector.field.setFocus(Qt.FocusReason.TabFocusReason)
    scene.qtbot.waitUntil(lambda: scene.bare)


def test_the_button_and_w_hold_it_until_asked_again(scene: Scene) -> None:
    row = scene.row("red")
    scene.point(row)
    row.where_toggle.show()
    scene.qtbot.mouseClick(row.where_toggle, Qt.MouseButton.LeftButton)
    scene.until_lit("red")
    scene.leave(row)
    scene.qtbot.wait(100)
    assert not scene.bare
    assert row.where_toggle.share is Share.ALL
    assert row.where_toggle.accessibleName() == "Show it no longer"
    scene.qtbot.keyClick(row, Qt.Key.Key_W)
    assert scene.bare
    assert row.where_toggle.share is Share.NONE
    assert row.where_toggle.accessibleName() == "Show where “red” was seen"


def test_escape_takes_it_away_at_once(scene: Scene) -> None:
    row = scene.row("red")
    scene.inspector.activateWindow()
    row.setFocus(Qt.FocusReason.TabFocusReason)
    scene.qtbot.keyClick(row, Qt.Key.Key_W)
    scene.until_lit("red")
    scene.point(row)
    scene.qtbot.keyClick(row, Qt.Key.Key_Escape)
    assert scene.bare
    scene.qtbot.mouseMove(row, row.rect().center())
    scene.qtbot.wait(400)
    assert scene.bare


def test_the_menu_offers_it(scene: Scene) -> None:
    texts = [action.text() for action in scene.row("red").menu().actions()]
    assert "Show where “red” was seen" in texts
    scene.engine.decisions.decide([scene.photos[0]], "holiday", Verdict.ACCEPTED)
    scene.show(scene.photos[0])
    own = [action.text() for action in scene.row("holiday").menu().actions()]
    assert not any("was seen" in text for text in own)


def test_an_own_label_says_why_it_cannot_be_pointed_at(scene: Scene) -> None:
    scene.engine.decisions.decide([scene.photos[0]], "holiday", Verdict.ACCEPTED)
    scene.show(scene.photos[0])
    row = scene.row("holiday")
    scene.point(row)
    assert not row.where_toggle.isVisible()
    scene.qtbot.wait(350)
    assert scene.bare  # pointing by chance is no question
    scene.qtbot.keyClick(row, Qt.Key.Key_W)
    assert "your own label" in scene.caption
    scene.inspector.preview.grab()


def test_another_photo_is_bare_from_the_first_moment(scene: Scene) -> None:
    scene.qtbot.keyClick(scene.row("red"), Qt.Key.Key_W)
    scene.until_lit("red")
    scene.inspector.show_photos([scene.photos[1]])
    assert scene.bare
    scene.qtbot.waitUntil(lambda: not scene.inspector.pending)
    scene.qtbot.wait(100)
    assert scene.bare


def test_a_photo_left_while_it_is_looked_at_never_shows(scene: Scene) -> None:
    captions: list[str] = []
    scene.inspector.where.maps.changed.connect(lambda: captions.append(scene.caption))
    scene.qtbot.keyClick(scene.row("red"), Qt.Key.Key_W)
    scene.inspector.show_photos([scene.photos[1]])
    scene.qtbot.waitUntil(lambda: not scene.inspector.pending)
    scene.qtbot.keyClick(scene.row("blue"), Qt.Key.Key_W)
    scene.until_lit("blue")
    assert not any("red" in caption for caption in captions)


def test_several_photos_offer_nothing(scene: Scene) -> None:
    scene.show(*scene.photos)
    row = scene.row("red")
    scene.point(row)
    assert not row.where_toggle.isVisible()
    scene.qtbot.keyClick(row, Qt.Key.Key_W)
    scene.qtbot.wait(350)
    assert scene.bare


def test_a_file_that_is_gone_is_told_at_the_place(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "Pictures" / "a red.png").unlink()
    scene.point(scene.row("red"))
    scene.qtbot.waitUntil(lambda: scene.caption not in ("", "Looking for “red”…"), timeout=SOON_MS)
    assert scene.caption.endswith(".")
    assert scene.inspector.preview.where.image.isNull()


def test_a_damaged_pack_is_told_at_the_place(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "packs" / "photos" / "evidence.onnx").write_bytes(b"nothing")
    scene.qtbot.keyClick(scene.row("red"), Qt.Key.Key_W)
    scene.qtbot.waitUntil(lambda: "evidence.onnx is damaged" in scene.caption, timeout=SOON_MS)
    scene.inspector.preview.grab()


def test_a_label_that_is_nowhere_says_so(scene: Scene) -> None:
    scene.inspector.where.maps.show(Wish(scene.photos[0], "photos/green", "green"))
    scene.qtbot.waitUntil(lambda: "stands out for “green”" in scene.caption, timeout=SOON_MS)


def test_a_slow_answer_is_announced(scene: Scene) -> None:
    maps = scene.inspector.where.maps
    with scene.engine.evidence._one_at_a_time:
        scene.qtbot.keyClick(scene.row("red"), Qt.Key.Key_W)
        scene.qtbot.waitUntil(lambda: scene.caption == "Looking for “red”…")
        assert maps.waiting
    scene.until_lit("red")


def test_only_the_newest_of_many_wishes_is_worked_on(
    scene: Scene, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = scene.engine.evidence.of_photo

    def noted(photo_id: int, *rest: object) -> object:
        asked.append(photo_id)
        return real(photo_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.engine.evidence, "of_photo", noted)
    maps: WhereMaps = scene.inspector.where.maps
    with scene.engine.evidence._one_at_a_time:
        for photo in (*scene.photos, scene.photos[1]):
            maps.show(Wish(photo, "photos/blue", "blue"))
        qtbot.wait(50)
    qtbot.waitUntil(lambda: not maps.waiting, timeout=SOON_MS)
    assert asked == [scene.photos[0], scene.photos[1]]


def test_without_evidence_nothing_is_offered(
    qtbot: QtBot, tmp_path: Path, background: Background
) -> None:
    with (
        open_spotted(tmp_path, evidence=False) as (engine, photos),
        open_scene(qtbot, engine, background, photos) as scene,
    ):
        row = scene.row("red")
        scene.point(row)
        assert not row.where_toggle.isVisible()
        scene.qtbot.keyClick(row, Qt.Key.Key_W)
        assert "“photos” cannot say where" in scene.caption
