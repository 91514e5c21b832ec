"""The window: puts the parts together and tells each what the others did."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.indexing.events import Committed, Summary
from app.ui import shortcuts
from app.ui.dialogs.dialogs import Dialogs
from app.ui.drops import Dropped, DropTarget
from app.ui.following import Following
from app.ui.grid.keys import typed_text
from app.ui.inspector.inspector import Inspector
from app.ui.library_actions import LibraryActions
from app.ui.looks import Looks
from app.ui.navigation import Navigation
from app.ui.pages.pages import Pages
from app.ui.panels import Panels
from app.ui.place_views import PlaceViews
from app.ui.refreshing import Refreshing
from app.ui.sidebar.sidebar import Sidebar
from app.ui.status.line import StatusLine
from app.ui.top_bar.top_bar import TopBar
from app.ui.viewer.viewer import Viewer
from app.ui.window_memory import WindowMemory

if TYPE_CHECKING:
    from app.engine import Engine
    from app.indexing.events import Event
    from app.labeling.device import DeviceReport
    from app.ui.background import Background

# The sidebar counts whole folder trees; while indexing runs that need not be done every second.
_SIDEBAR_MS: Final = 2500
# Networks and watchers are loaded when the pictures are on the screen; at last, also without.
_WORK_MS: Final = 300
_WORK_AT_LAST_MS: Final = 15_000
CLOSE_SECONDS: Final = 1.5
_SMALLEST: Final = (640, 420)


class MainWindow(QWidget):
    """Top bar, sidebar, pages, inspector and status line over one engine."""

    def __init__(
        self, engine: Engine, background: Background, *, memory: WindowMemory | None = None
    ) -> None:
        super().__init__()
        self._engine = engine
        self._background = background
        self.memory = memory or WindowMemory()
        self._device: DeviceReport | None = None
        self._started = False
        self._follow = False
        self._labels_expected = False
        self.setWindowTitle("Lumitag")
        self.setMinimumSize(*_SMALLEST)
        self.navigation = Navigation(engine, background, self)
        self.following = Following(engine, self)
        self.refreshing = Refreshing(engine, background, self)
        self.library = LibraryActions(engine, background, self)
        self.dialogs = Dialogs(engine, background, self)
        self.drops = DropTarget(self, background)
        self.top_bar = TopBar(engine, background)
        self.sidebar = Sidebar(engine, background)
        self.pages = Pages(engine, background)
        self.inspector = Inspector(engine, background)
        self.status = StatusLine()
        self.panels = Panels(self.sidebar, self.pages, self.inspector, self.memory)
        self.viewer = Viewer(engine, background, self)
        self.places = PlaceViews(
            self.navigation,
            top_bar=self.top_bar,
            sidebar=self.sidebar,
            pages=self.pages,
            panels=self.panels,
            inspector=self.inspector,
        )
        self.looks = Looks(
            self.memory,
            top_bar=self.top_bar,
            grid=self.pages.grid,
            dialogs=self.dialogs,
            parent=self,
        )
        self._sidebar_due = QTimer(self, singleShot=True, interval=_SIDEBAR_MS)
        self._sidebar_due.timeout.connect(self.sidebar.reload)
        self._work_due = QTimer(self, singleShot=True)
        self._work_due.timeout.connect(self._begin_work)
        self._arrange()
        self._connect_photos()
        self._connect_library()
        self._connect_work()
        self._install_keys()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.panels, 1)
        column.addWidget(self.status)
        self.panels.allow_right(False)

    def _connect_photos(self) -> None:
        grid, library = self.pages.grid, self.library
        grid.selection_changed.connect(self.inspector.show_photos)
        grid.open_requested.connect(self._open_viewer)
        grid.menu.open_file_chosen.connect(library.open_files)
        grid.menu.reveal_chosen.connect(library.reveal)
        grid.menu.copy_path_chosen.connect(library.copy_paths)
        grid.menu.decide_chosen.connect(library.decide)
        self.inspector.open_requested.connect(self._open_photo)
        self.viewer.closed.connect(self._viewer_closed)

    def _connect_library(self) -> None:
        library, dialogs, sidebar, bar = self.library, self.dialogs, self.sidebar, self.top_bar
        for asked in (
            bar.add_folder_requested,
            sidebar.add_folder_requested,
            self.pages.empty.add_folder_requested,
        ):
            asked.connect(dialogs.choose_folder)
        dialogs.folders_chosen.connect(library.add_folders)
        sidebar.remove_folder_requested.connect(library.remove_folder)
        sidebar.rescan_requested.connect(self._rescan)
        bar.try_requested.connect(dialogs.try_pictures)
        self.pages.empty.try_requested.connect(dialogs.try_pictures)
        self.drops.held.connect(self.pages.empty.set_inviting)
        self.drops.dropped.connect(self._take_drop)
        sidebar.rename_label_requested.connect(library.rename_label)
        sidebar.delete_label_requested.connect(library.delete_label)
        library.label_called.connect(self.places.call_label)
        library.label_called.connect(self._expect_labels)
        library.refused.connect(self.pages.banner.say)
        library.folder_added.connect(self._folder_added)
        library.folder_removed.connect(self._library_changed)
        for changed in (library.folder_added, library.folder_removed):
            changed.connect(dialogs.look_at_folders)
        library.decided.connect(self.refreshing.now)
        library.decided.connect(self.inspector.refresh)
        self.inspector.decided.connect(self.refreshing.now)
        sidebar.mute_changed.connect(self.refreshing.now)
        dialogs.mute_changed.connect(self._library_changed)
        bar.settings_requested.connect(dialogs.settings)
        bar.help_requested.connect(dialogs.help)
        bar.about_requested.connect(dialogs.about)

    def _connect_work(self) -> None:
        status, following = self.status, self.following
        following.event_came.connect(self._show_event)
        following.failed.connect(status.show_message)
        following.running_changed.connect(self.refreshing.watch)
        following.running_changed.connect(status.set_running)
        self.refreshing.changed.connect(self._refreshed)
        status.pause_toggled.connect(following.pause)
        status.stop_requested.connect(following.stop)
        status.device_help_requested.connect(self._explain_device)
        self.dialogs.query_chosen.connect(self.navigation.search)
        status.problems_requested.connect(lambda: self.navigation.open_page("problems"))
        for said in (
            self.library.said,
            self.inspector.said,
            self.pages.problems.said,
            self._background.failed,
        ):
            said.connect(status.show_message)
        self.panels.shown_changed.connect(self.top_bar.set_panels)
        self.top_bar.toggle_left.connect(self.panels.toggle_left)
        self.top_bar.toggle_right.connect(self.panels.toggle_right)

    def _install_keys(self) -> None:
        self.keys = shortcuts.install(
            self,
            {
                "search": self.top_bar.focus_search,
                "undo": self.library.undo,
                "redo": self.library.redo,
                "add folder": self.dialogs.choose_folder,
                "try": self.dialogs.try_pictures,
                "rescan": lambda: self._rescan(None),
                "full screen": lambda: _toggle_full_screen(self.window()),
                "help": self.dialogs.help,
                "left panel": self.panels.toggle_left,
                "right panel": self.panels.toggle_right,
                "settings": self.dialogs.settings,
                "back": self.navigation.back,
                "forward": self.navigation.forward,
                "larger": lambda: self.top_bar.step_cell_size(1),
                "smaller": lambda: self.top_bar.step_cell_size(-1),
                "add label": self.inspector.focus_field,
                "less sure": self.pages.toggle_less_sure,
                "quit": lambda: self.window().close(),
            },
        )

    # Beginning and end

    def start(self, *, follow: bool = True) -> None:
        """Show the library, and (``follow``) keep it in step with the disk from now on."""
        self._started = True
        self.pages.setFocus()
        self.places.begin()
        self.refreshing.now()
        self._follow = follow
        self._work_due.start(_WORK_AT_LAST_MS)

    def _begin_work(self) -> None:
        if self._follow:
            self.following.start()
        self._background.run(self._engine.device, self._show_device)

    @property
    def settled(self) -> bool:
        """True when everything that was asked for is on the screen."""
        quiet = not (self.navigation.waiting or self.refreshing.waiting or self.inspector.pending)
        begun = self._started and not self._work_due.isActive()
        return begun and quiet and self._background.idle and self.pages.settled

    def shut_down(self) -> bool:
        """End all work for good and remember the window's looks.

        Returns:
            False if the indexing could not end within a moment: call ``following.finish`` again
            before the engine is closed.
        """
        end = time.monotonic() + CLOSE_SECONDS
        self._work_due.stop()
        self.following.stop()
        self.memory.store()
        self._background.close()
        self.inspector.finish()
        return self.following.finish(max(end - time.monotonic(), 0))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End the work when the window is closed on its own."""
        if self._started:
            self._started = False
            self.hide()
            self.shut_down()
        super().closeEvent(event)

    # The viewer

    def _open_viewer(self, index: int) -> None:
        self.viewer.setGeometry(self.rect())
        grid = self.pages.grid
        self.viewer.show_photo(grid.ids, index, grid.terms)
        if self.viewer.isVisible():
            for action in self.keys.values():
                action.setEnabled(action in (self.keys["full screen"], self.keys["quit"]))

    def _open_photo(self, photo_id: int) -> None:
        index = self.pages.grid.position(photo_id)
        if index is not None:
            self._open_viewer(index)

    def _viewer_closed(self, index: int) -> None:
        for action in self.keys.values():
            action.setEnabled(True)
        self.pages.grid.go_to(index)
        if self.pages.current is self.pages.grid:
            self.pages.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        else:  # the photos went away meanwhile
            self.pages.take_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The viewer covers the whole window."""
        super().resizeEvent(event)
        self.viewer.setGeometry(self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Letters that nobody else wants begin a search; all that can be selected are pictures."""
        text, grid = typed_text(event), self.pages.grid
        if text and not self.viewer.isVisible():
            self.places.type_on(text)
        elif event.matches(QKeySequence.StandardKey.SelectAll) and grid.isVisible():
            grid.setFocus(Qt.FocusReason.ShortcutFocusReason)
            grid.select_all()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go back and forward with the mouse's side buttons."""
        if event.button() == Qt.MouseButton.BackButton:
            self.navigation.back()
        elif event.button() == Qt.MouseButton.ForwardButton:
            self.navigation.forward()

    # The library

    def _refreshed(self, total: int, any_folder: bool) -> None:
        self.status.set_photo_count(total)
        self.sidebar.set_total(total)
        self.places.show_library(empty=not any_folder)
        self.pages.refresh()
        self.inspector.refresh()
        self.viewer.look_again()
        if self._work_due.isActive():
            self.sidebar.reload()
            self._work_due.start(_WORK_MS)
        elif self._labels_expected or not self._sidebar_due.isActive():
            self._sidebar_due.start(0 if self._labels_expected else _SIDEBAR_MS)
        self._labels_expected = False

    def _expect_labels(self) -> None:
        """A label was renamed or deleted: the eye is on the sidebar, which must not be late."""
        self._labels_expected = True

    def _show_event(self, event: Event) -> None:
        self.status.set_progress(event)
        if isinstance(event, Summary):
            self._library_changed()
        elif isinstance(event, Committed):
            # Thumbnails that were lost and made again change nothing that search would know of.
            self.pages.grid.look_again()

    def _library_changed(self) -> None:
        self.sidebar.reload()
        self.refreshing.now()

    def _folder_added(self) -> None:
        self.following.start()
        self.pages.banner.hide()
        self.navigation.open_page("photos")
        self._library_changed()

    def _rescan(self, folder_id: int | None) -> None:
        if not self.following.running:
            self.following.start()
            return
        self._background.run(lambda: self._engine.rescan(folder_id), lambda _: None)
        if self.status.paused:
            self.status.show_message(
                self.tr("Paused: your folders are looked through again once you press Resume")
            )

    def _take_drop(self, dropped: Dropped) -> None:
        self.library.add_folders(dropped.folders)
        if dropped.files:
            self.dialogs.try_pictures(dropped.files)

    def _show_device(self, report: DeviceReport) -> None:
        self._device = report
        self.status.set_device(report)

    def _explain_device(self) -> None:
        if self._device is not None:
            self.dialogs.device(self._device)


def _toggle_full_screen(window: QWidget) -> None:
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)
