import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.engine import Engine
from app.library.records import Verdict
from app.ui.background import Background
from app.ui.sidebar.labels_rows import MUTED_GROUP
from app.ui.sidebar.rows import Row
from app.ui.sidebar.sidebar import Sidebar
from app.ui.sidebar.tree import RowTree
from tests.support.finding import add_failure

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def sidebar(engine: Engine, background: Background, qtbot: QtBot) -> Iterator[Sidebar]:
    sidebar = shown(engine, background, qtbot)
    yield sidebar
    sidebar.close()


def shown(engine: Engine, background: Background, qtbot: QtBot) -> Sidebar:
    """Open a sidebar beside nothing: what it asks for is done to itself."""
    sidebar = Sidebar(engine, background)
    qtbot.addWidget(sidebar)
    sidebar.resize(248, 900)
    sidebar.show()
    sidebar.query_changed.connect(lambda query: ask(engine, sidebar, query))
    reload(sidebar, qtbot)
    sidebar.set_page("photos")
    return sidebar


def ask(engine: Engine, sidebar: Sidebar, query: str) -> None:
    sidebar.set_query(query)
    sidebar.set_result(engine.search(query))


def reload(sidebar: Sidebar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sidebar.loaded):
        sidebar.reload()


def row(tree: RowTree, text: str) -> Row:
    return next(row for row in tree.rows.rows() if row.text == text)


def texts(tree: RowTree) -> list[str]:
    return [row.text for row in tree.rows.rows()]


def click(
    qtbot: QtBot,
    tree: RowTree,
    text: str,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    *,
    x: int = 100,
) -> None:
    index = tree.rows.index_of(row(tree, text))
    tree.scrollTo(index)
    place = tree.visualRect(index)
    assert place.isValid()
    at = QPoint(x, place.center().y())
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, modifier, at)


def go_to(tree: RowTree, text: str) -> None:
    tree.setCurrentIndex(tree.rows.index_of(row(tree, text)))


def test_the_library_lists_its_pages_with_counts(sidebar: Sidebar, qtbot: QtBot) -> None:
    assert [(row.text, row.count) for row in sidebar.library.rows.rows()] == [
        ("All photos", 7),
        ("Explore", None),
    ]
    sidebar.set_total(12)
    assert row(sidebar.library, "All photos").count == 12
    with qtbot.waitSignal(sidebar.page_requested) as heard:
        click(qtbot, sidebar.library, "Explore")
    assert heard.args == ["explore"]


def test_files_that_could_not_be_read_have_a_page_only_if_there_are_any(
    sidebar: Sidebar, engine: Engine, qtbot: QtBot
) -> None:
    add_failure(engine)
    reload(sidebar, qtbot)
    assert row(sidebar.library, "Could not be read").count == 1
    with qtbot.waitSignal(sidebar.page_requested) as heard:
        click(qtbot, sidebar.library, "Could not be read")
    assert heard.args == ["problems"]


def test_the_page_in_the_middle_is_marked(sidebar: Sidebar, engine: Engine) -> None:
    assert row(sidebar.library, "All photos").state == "wanted"
    ask(engine, sidebar, "dog")
    assert row(sidebar.library, "All photos").state == "off"
    sidebar.set_page("explore")
    assert row(sidebar.library, "Explore").state == "wanted"


def test_a_click_on_a_label_searches_it_and_another_click_no_longer(
    sidebar: Sidebar, qtbot: QtBot
) -> None:
    heard: list[str] = []
    sidebar.query_changed.connect(heard.append)
    click(qtbot, sidebar.labels.tree, "dog")
    click(qtbot, sidebar.labels.tree, "beach")
    click(qtbot, sidebar.labels.tree, "dog")
    assert heard == ["dog", "dog beach", "beach"]
    assert row(sidebar.labels.tree, "beach").state == "wanted"
    assert row(sidebar.labels.tree, "dog").state == "off"


def test_ctrl_click_excludes_a_label(sidebar: Sidebar, qtbot: QtBot) -> None:
    heard: list[str] = []
    sidebar.query_changed.connect(heard.append)
    click(qtbot, sidebar.labels.tree, "science fiction", CTRL)
    assert heard == ['-"science fiction"']
    assert row(sidebar.labels.tree, "science fiction").state == "excluded"
    click(qtbot, sidebar.labels.tree, "science fiction")
    assert heard[-1] == ""


def test_labels_are_wanted_and_excluded_by_keyboard(sidebar: Sidebar, qtbot: QtBot) -> None:
    heard: list[str] = []
    sidebar.query_changed.connect(heard.append)
    tree = sidebar.labels.tree
    go_to(tree, "person")
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    qtbot.keyClick(tree, Qt.Key.Key_Up)
    qtbot.keyClick(tree, Qt.Key.Key_Up)
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert heard == ["-person", "-person snow", "snow"]
    go_to(tree, "People")
    qtbot.keyClick(tree, Qt.Key.Key_Left)
    assert not tree.isExpanded(tree.currentIndex())


def test_counts_are_those_of_the_present_query_and_zero_fades(
    sidebar: Sidebar, engine: Engine
) -> None:
    labels = sidebar.labels.tree
    resets: list[None] = []
    labels.rows.modelReset.connect(lambda: resets.append(None))
    assert (row(labels, "dog").count, row(labels, "beach").count) == (2, 2)
    ask(engine, sidebar, "beach")
    assert (row(labels, "dog").count, row(labels, "cat").count) == (1, 0)
    assert row(labels, "cat").faded
    assert not row(labels, "dog").faded
    sidebar.set_page("explore")
    assert row(labels, "cat").count == 1
    assert resets == []


def test_an_alias_in_the_query_marks_its_label(sidebar: Sidebar, engine: Engine) -> None:
    ask(engine, sidebar, "puppy -sci-fi")
    assert row(sidebar.labels.tree, "dog").state == "wanted"
    assert row(sidebar.labels.tree, "science fiction").state == "excluded"


def test_a_label_that_nothing_has_appears_when_it_is_asked_for(
    sidebar: Sidebar, engine: Engine
) -> None:
    assert "poodle" not in texts(sidebar.labels.tree)
    ask(engine, sidebar, "-poodle")
    assert row(sidebar.labels.tree, "poodle").state == "excluded"


def test_the_filter_finds_labels_and_enter_wants_the_first(sidebar: Sidebar, qtbot: QtBot) -> None:
    qtbot.keyClicks(sidebar.labels.filter, "pood")
    assert texts(sidebar.labels.tree) == ["Animals", "poodle"]
    with qtbot.waitSignal(sidebar.query_changed) as heard:
        qtbot.keyClick(sidebar.labels.filter, Qt.Key.Key_Return)
    assert heard.args == ["poodle"]
    sidebar.labels.filter.setText("xyz")
    assert sidebar.labels.nothing.isVisible()
    qtbot.keyClick(sidebar.labels.filter, Qt.Key.Key_Escape)
    assert "cat" in texts(sidebar.labels.tree)
    assert not sidebar.labels.nothing.isVisible()


def test_labels_that_no_photo_has_are_listed_on_request(
    sidebar: Sidebar, engine: Engine, qtbot: QtBot
) -> None:
    names = [f"thing {number}" for number in range(6)]
    for name in names:
        engine.decisions.decide([1], name, Verdict.ACCEPTED)
        engine.decisions.decide([1], name, Verdict.REJECTED)
    engine.refresh()
    reload(sidebar, qtbot)
    tree = sidebar.labels.tree
    click(qtbot, tree, "6 more")
    assert set(names) <= set(texts(tree))
    go_to(tree, "Fewer")
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert not set(names) & set(texts(tree))


def test_a_folded_group_stays_folded_also_tomorrow(
    sidebar: Sidebar, engine: Engine, background: Background, qtbot: QtBot
) -> None:
    tree = sidebar.labels.tree
    click(qtbot, tree, "Animals")
    assert not tree.isExpanded(tree.rows.index_of(row(tree, "Animals")))
    sidebar.folders_section.set_open(False)
    reload(sidebar, qtbot)
    assert not tree.isExpanded(tree.rows.index_of(row(tree, "Animals")))
    qtbot.waitUntil(lambda: background.idle)
    again = shown(engine, background, qtbot)
    tree = again.labels.tree
    assert not tree.isExpanded(tree.rows.index_of(row(tree, "Animals")))
    assert tree.isExpanded(tree.rows.index_of(row(tree, "Places")))
    assert not again.folders.isVisible()
    again.close()


def test_a_muted_label_is_gone_until_it_is_brought_back(
    sidebar: Sidebar, engine: Engine, qtbot: QtBot
) -> None:
    tree = sidebar.labels.tree
    menu = sidebar.labels.menu_for(row(tree, "person"))
    assert menu is not None
    mute = next(action for action in menu.actions() if action.text().startswith("Mute"))
    with qtbot.waitSignals([sidebar.mute_changed, sidebar.loaded]):
        mute.trigger()
    assert engine.decisions.muted() == {"photos/person"}
    assert "People" not in texts(tree)
    group = next(each for each in tree.rows.rows() if each.key == MUTED_GROUP)
    assert not tree.isExpanded(tree.rows.index_of(group))
    click(qtbot, tree, "Muted labels (1)")
    with qtbot.waitSignals([sidebar.mute_changed, sidebar.loaded]):
        click(qtbot, tree, "person")
    assert engine.decisions.muted() == frozenset()
    assert "People" in texts(tree)


def test_folders_stand_as_a_tree_with_counts(sidebar: Sidebar) -> None:
    assert [(row.text, row.count, row.depth) for row in sidebar.folders.tree.rows.rows()] == [
        ("Pictures", 5, 0),
        ("2021", 3, 1),
        ("Posters", 2, 0),
    ]


def test_a_click_on_a_folder_shows_its_photos_only(
    sidebar: Sidebar, engine: Engine, qtbot: QtBot
) -> None:
    heard: list[str] = []
    sidebar.query_changed.connect(heard.append)
    ask(engine, sidebar, "person")
    click(qtbot, sidebar.folders.tree, "2021")
    assert heard[-1] == "person folder:Pictures/2021"
    assert len(engine.search(heard[-1]).ids) == 2
    assert row(sidebar.folders.tree, "2021").state == "wanted"
    click(qtbot, sidebar.folders.tree, "Posters")
    assert heard[-1] == "person folder:Posters"
    click(qtbot, sidebar.folders.tree, "Posters")
    assert heard[-1] == "person"


def test_the_arrow_of_a_folder_folds_it_also_while_it_is_searched(
    sidebar: Sidebar, qtbot: QtBot
) -> None:
    heard: list[str] = []
    sidebar.query_changed.connect(heard.append)
    tree = sidebar.folders.tree
    click(qtbot, tree, "Pictures")
    click(qtbot, tree, "Pictures", x=24)
    assert heard == ["folder:Pictures"]
    assert not tree.isExpanded(tree.rows.index_of(row(tree, "Pictures")))
    assert tree.height() == 2 * 28


def test_in_the_smallest_window_nothing_lies_on_another(
    sidebar: Sidebar, engine: Engine, tmp_path: Path, qtbot: QtBot
) -> None:
    for number in range(5):
        (tmp_path / f"more {number}").mkdir()
        engine.add_folder(tmp_path / f"more {number}")
    add_failure(engine)
    reload(sidebar, qtbot)
    sidebar.setFixedHeight(332)
    sections = (sidebar.library_section, sidebar.folders_section, sidebar.labels_section)
    parts = [part for section in sections for part in (section, section.body)]

    def apart() -> bool:
        boxes = [part.geometry() for part in parts]
        within = boxes[-1].bottom() < sidebar.height() == 332
        return within and all(a.bottom() < b.top() for a, b in pairwise(boxes))

    qtbot.waitUntil(apart)
    assert sidebar.library.height() == sidebar.library.content_height()
    assert sidebar.folders.tree.height() == sidebar.folders.height() >= 28


def test_an_offline_folder_is_dimmed_and_says_why(
    sidebar: Sidebar, engine: Engine, qtbot: QtBot
) -> None:
    folder = engine.library.folders.all()[1]
    engine.library.folders.set_offline(folder.id, True)
    reload(sidebar, qtbot)
    offline = row(sidebar.folders.tree, "Posters (offline)")
    assert offline.faded
    assert offline.icon == "offline"
    assert "Nothing is lost" in offline.tip
    menu = sidebar.folders.menu_for(offline)
    enabled = {action.text(): action.isEnabled() for action in menu.actions()}
    assert not enabled["Look through it again"]
    assert enabled["Remove from library…"]


def test_removing_a_folder_is_asked_first_and_says_that_no_file_is_deleted(
    sidebar: Sidebar, qtbot: QtBot
) -> None:
    removed: list[int] = []
    sidebar.remove_folder_requested.connect(removed.append)
    place = row(sidebar.folders.tree, "Posters").payload
    box = sidebar.folders.ask_to_remove(place)  # type: ignore[arg-type]
    assert "Posters" in box.text()
    said = "Its 2 photos are no longer shown, unless another folder has them too."
    assert said in box.informativeText()
    assert "Nothing is deleted from the disk" in box.informativeText()
    answer(qtbot, box, QMessageBox.ButtonRole.RejectRole)
    assert removed == []
    box = sidebar.folders.ask_to_remove(place)  # type: ignore[arg-type]
    answer(qtbot, box, QMessageBox.ButtonRole.DestructiveRole)
    assert removed == [2]


def answer(qtbot: QtBot, box: QMessageBox, role: QMessageBox.ButtonRole) -> None:
    buttons: list[QAbstractButton] = [b for b in box.buttons() if box.buttonRole(b) is role]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def test_the_folder_menu_asks_for_a_rescan(sidebar: Sidebar, qtbot: QtBot) -> None:
    menu = sidebar.folders.menu_for(row(sidebar.folders.tree, "2021"))
    with qtbot.waitSignal(sidebar.rescan_requested) as heard:
        next(a for a in menu.actions() if a.text() == "Look through it again").trigger()
    assert heard.args == [1]
    assert "Remove from library…" not in [action.text() for action in menu.actions()]


def test_new_photos_change_counts_without_closing_what_is_open(
    sidebar: Sidebar, engine: Engine, qtbot: QtBot, tmp_path: Path
) -> None:
    tree = sidebar.folders.tree
    go_to(tree, "2021")
    shutil.rmtree(tmp_path / "Posters")
    engine.remove_folder(2)
    engine.refresh()
    reload(sidebar, qtbot)
    assert texts(tree) == ["Pictures", "2021"]
    current = tree.rows.row_at(tree.currentIndex())
    assert current is not None
    assert current.text == "2021"
    assert row(sidebar.labels.tree, "drama").count == 0


def test_an_empty_library_shows_only_the_way_to_a_first_folder(
    sidebar: Sidebar, qtbot: QtBot
) -> None:
    sidebar.set_empty(True)
    assert not sidebar.library.isVisible()
    assert not sidebar.labels.isVisible()
    assert sidebar.folders_section.isVisible()
    with qtbot.waitSignal(sidebar.add_folder_requested):
        qtbot.mouseClick(sidebar.add_button, Qt.MouseButton.LeftButton)
    sidebar.set_empty(False)
    assert sidebar.library.isVisible()
    assert sidebar.labels.isVisible()


def test_everything_in_the_sidebar_has_a_name_for_screen_readers(sidebar: Sidebar) -> None:
    reachable = [
        widget
        for widget in sidebar.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
    ]
    assert len(reachable) >= 7
    assert [widget for widget in reachable if not widget.accessibleName()] == []
    dog = sidebar.labels.tree.rows.index_of(row(sidebar.labels.tree, "dog"))
    assert dog.data(Qt.ItemDataRole.AccessibleTextRole) == "dog, 2 photos"
