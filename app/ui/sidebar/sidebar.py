"""The left side: library, folders, labels. Clicks edit the query; the window does the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.background import Background, Latest
from app.ui.sidebar.folder_rows import folder_rows
from app.ui.sidebar.folders_tree import FoldersTree
from app.ui.sidebar.labels_tree import LabelsTree
from app.ui.sidebar.rows import Row
from app.ui.sidebar.section import SidebarSection
from app.ui.sidebar.tree import RowTree

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.results import SearchResult
    from app.search.vocabulary import Vocabulary

LAYOUT_SETTING = "sidebar"
_FOLDERS_SHARE = 0.4
_LEAST_WIDTH = 220
_TOP_EDGE = 12
_LEAST_FOLDERS = 4 * theme.ROW_HEIGHT


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the sidebar shows, asked for in the background."""

    folders: list[Row]
    failures: int
    vocabulary: Vocabulary
    muted: frozenset[str]
    total: int
    counts: Mapping[str, int]
    layout: dict[str, Any]


class Sidebar(QFrame):
    """Library, folders and labels."""

    query_changed = Signal(str)
    page_requested = Signal(str)
    add_folder_requested = Signal()
    remove_folder_requested = Signal(int)
    rescan_requested = Signal(int)
    mute_changed = Signal()
    rename_label_requested = Signal(str, str)
    """A label's key, and what it is to be called."""
    delete_label_requested = Signal(str)
    loaded = Signal()
    """What ``reload`` asked for is shown."""

    def __init__(self, engine: Engine, background: Background, parent: QWidget | None = None):
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._newest = Latest(background)
        self._query = ""
        self._page = "explore"
        self._restored = False
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Folders and labels"))
        self._build_library()
        self._build_folders()
        self._build_labels()
        self._arrange()

    def _build_library(self) -> None:
        self._all = Row("photos", self.tr("All photos"), "page", count=0, icon="all")
        self._explore = Row("explore", self.tr("Explore"), "page", icon="explore")
        self._problems = Row(
            "problems", self.tr("Could not be read"), "page", count=0, icon="problem"
        )
        self.library = RowTree(self)
        self.library.setAccessibleName(self.tr("Library"))
        self.library.hug_content()
        self.library.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.library.set_rows([self._all, self._explore])
        for signal in (self.library.wanted, self.library.alone, self.library.excluded):
            signal.connect(lambda row: self.page_requested.emit(row.key))
        self.library_section = SidebarSection(self.tr("Library"), self.library, self)

    def _build_folders(self) -> None:
        self.folders = FoldersTree(self)
        self.folders.query_changed.connect(self.query_changed)
        self.folders.remove_requested.connect(self.remove_folder_requested)
        self.folders.rescan_requested.connect(self.rescan_requested)
        self.folders_section = SidebarSection(self.tr("Folders"), self.folders, self)
        self.add_button = self.folders_section.add_button(
            "plus", self.tr("Add a folder"), self.tr("Add a folder (Ctrl+O)")
        )
        self.add_button.clicked.connect(self.add_folder_requested)

    def _build_labels(self) -> None:
        self.labels = LabelsTree([pack.id for pack in self._engine.packs], self)
        self.labels.query_changed.connect(self.query_changed)
        self.labels.mute_wanted.connect(self._set_muted)
        self.labels.own.renamed.connect(self.rename_label_requested)
        self.labels.own.deleted.connect(self.delete_label_requested)
        self.labels_section = SidebarSection(self.tr("Labels"), self.labels, self)

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, _TOP_EDGE, 0, 0)
        layout.setSpacing(0)
        for section in self._sections().values():
            layout.addWidget(section)
            layout.addWidget(section.body)
            section.folded.connect(self._share_height)
            section.folded.connect(self._remember)
        layout.setStretchFactor(self.labels, 1)
        layout.addStretch(0)
        self.folders.folded_changed.connect(self._share_height)
        self.folders.folded_changed.connect(self._remember)
        self.labels.folded_changed.connect(self._remember)

    def _sections(self) -> dict[str, SidebarSection]:
        return {
            "library": self.library_section,
            "folders": self.folders_section,
            "labels": self.labels_section,
        }

    # What the window tells

    def set_query(self, query: str) -> None:
        """Mark what the query wants and excludes."""
        self._query = query
        self.folders.set_query(query)
        self.labels.set_query(query)
        self._mark_page()

    def set_page(self, page: str) -> None:
        """Mark the page in the middle: "photos", "explore" or "problems"."""
        self._page = page
        self._mark_page()
        if page != "photos":
            self.labels.set_counts(None)

    def set_result(self, result: SearchResult | None) -> None:
        """Show counts under the present query; None for those of the whole library."""
        self.labels.set_counts(None if result is None else result.counts)

    def set_total(self, total: int) -> None:
        """Show at once how many photos the library has; the other numbers need ``reload``."""
        self._all.count = total
        self.library.rows.touch([self._all])

    def set_empty(self, empty: bool) -> None:
        """Show nothing but the way to a first folder while there is none."""
        self.library_section.set_shown(not empty)
        self.labels_section.set_shown(not empty)
        self.folders.setVisible(not empty and self.folders_section.open)

    def reload(self) -> None:
        """Ask anew for folders, labels and what could not be read, in the background."""
        self._newest.run(self._gather, self._show, owner=self)

    # Facts

    def _gather(self) -> _Facts:
        engine = self._engine
        everything = engine.search("")
        stored = engine.library.settings.get(LAYOUT_SETTING, None)
        return _Facts(
            folder_rows(engine.folders()),
            len(engine.failures()),
            engine.searcher.vocabulary,
            engine.decisions.muted(),
            everything.library_total,
            everything.counts,
            stored if isinstance(stored, dict) else {},
        )

    def _show(self, facts: _Facts) -> None:
        self._all.count = facts.total
        self._problems.count = facts.failures
        pages = [self._all, self._explore, *([self._problems] if facts.failures else [])]
        if pages != self.library.rows.roots:
            self.library.set_rows(pages)
        self.library.rows.touch(pages)
        self.folders.set_folders(facts.folders)
        self._share_height()
        self.labels.set_labels(facts.vocabulary, facts.counts, facts.muted)
        if not self._restored:
            self._restored = True
            self._restore(facts.layout)
        self.loaded.emit()

    def _set_muted(self, key: str, muted: bool) -> None:
        def done(_: None) -> None:
            self.mute_changed.emit()
            self.reload()

        self._background.run(
            lambda: self._engine.decisions.set_muted(key, muted=muted), done, owner=self
        )

    def _mark_page(self) -> None:
        for row in (self._all, self._explore, self._problems):
            active = row.key == self._page and not (row is self._all and self._query.strip())
            row.state = "wanted" if active else "off"
        self.library.rows.touch(self.library.rows.roots)

    # Folding is remembered with the library

    def _restore(self, layout: dict[str, Any]) -> None:
        shut = layout.get("sections", [])
        for name, section in self._sections().items():
            section.head.setChecked(name not in shut)
        for name, tree in (("folders", self.folders.tree), ("labels", self.labels.tree)):
            if isinstance(layout.get(name), list):
                tree.set_folded(layout[name])
        self._share_height()

    def _remember(self) -> None:
        if not self._restored:
            return
        layout = {
            "sections": [name for name, each in self._sections().items() if not each.open],
            "folders": self.folders.tree.folded(),
            "labels": self.labels.tree.folded(),
        }
        settings = self._engine.library.settings
        self._background.run(
            lambda: settings.set(LAYOUT_SETTING, layout), lambda _: None, owner=self
        )

    # Looks

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the height anew."""
        super().resizeEvent(event)
        self._share_height()

    def _share_height(self) -> None:
        """Give folders the room they need, but leave most of it to the labels.

        The library's rows are few and do not scroll: none of them gives way.
        """
        self.library.setFixedHeight(self.library.content_height())
        share = _FOLDERS_SHARE if self.labels_section.open else 1.0
        most = max(round(self.height() * share), _LEAST_FOLDERS)
        left = max(self.height() - self._others_height(), theme.ROW_HEIGHT)
        self.folders.setFixedHeight(min(self.folders.tree.content_height(), most, left))

    def _others_height(self) -> int:
        """Return how high all but the folders must be for nothing to lie on another."""
        library = self.library.content_height() if self.library_section.open else 0
        labels = self.labels.minimumSizeHint().height() if self.labels_section.open else 0
        heads = sum(section.height() for section in self._sections().values())
        return _TOP_EDGE + heads + library + labels

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the design's width."""
        return QSize(theme.SIDEBAR_WIDTH, 600)
