"""The middle of the window: one page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from app.ui.announce import Announcer
from app.ui.banner import Banner
from app.ui.grid.view import GridView
from app.ui.pages.empty import EmptyLibrary, NothingFound
from app.ui.pages.explore import ExploreView
from app.ui.pages.problems import ProblemsView

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.results import LessSure, SearchResult
    from app.ui.background import Background
    from app.ui.browse import Page


class Pages(QWidget):
    """Explore, the grid, what could not be read, and what stands there when there is nothing."""

    def __init__(self, engine: Engine, background: Background) -> None:
        super().__init__()
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.banner = Banner(self)
        self.explore = ExploreView(engine, background)
        self.grid = GridView(engine, background)
        self.problems = ProblemsView(engine, background)
        self.empty = EmptyLibrary()
        self.nothing = NothingFound()
        self.blank = QWidget()
        self._stack = QStackedWidget(self)
        self.grid.fold_changed.connect(self._show_found)
        self.nothing.less_sure_wanted.connect(self._unfold)
        for page in self._all():
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self._stack, 1)
        self._is_empty = False
        self.announcer = Announcer(self)
        self._stack.setCurrentWidget(self.blank)

    def _all(self) -> tuple[QWidget, ...]:
        return (
            self.blank,
            self.explore,
            self.grid,
            self.problems,
            self.empty,
            self.nothing,
        )

    @property
    def current(self) -> QWidget:
        """The page that is seen."""
        return self._stack.currentWidget() or self.blank

    @property
    def settled(self) -> bool:
        """True when everything on the page is drawn as it will be."""
        if self.current is self.grid:
            return self.grid.settled
        return self.current is not self.blank and self.explore.settled

    def set_empty(self, empty: bool, page: Page) -> None:
        """Say whether there is any folder; without one there is only the invitation."""
        if empty == self._is_empty and self.current is not self.blank:
            return
        self._is_empty = empty
        if empty:
            self._show(self.empty)
        elif page != "photos" or self.current is self.empty:
            self.open_page(page)

    def open_page(self, page: Page) -> None:
        """Show a page; photos are shown when their result is there."""
        if self._is_empty:
            return
        if page == "explore":
            self.explore.reload()
            self._show(self.explore)
        elif page == "problems":
            self.problems.reload()
            self._show(self.problems)
        elif self.current in (self.empty, self.blank):
            self._show(self.grid)

    def show_result(self, result: SearchResult) -> None:
        """Show photos, or why there are none."""
        if self._is_empty:
            return
        self.grid.set_result(result)
        if not len(result.ids):
            self.nothing.show_for(result)
        self._show_found()

    def show_less_sure(self, less_sure: LessSure) -> None:
        """Offer what the query of the result nearly finds."""
        if not self._is_empty:
            self.grid.set_less_sure(less_sure)
            self._show_found()

    def toggle_less_sure(self) -> None:
        """Unfold the less sure photos, or fold them away, if there are any."""
        if self.current in (self.grid, self.nothing) and self.grid.less_sure_count:
            self.grid.toggle_less_sure()

    def _show_found(self) -> None:
        self.nothing.offer_less_sure(self.grid.less_sure_count)
        found = bool(len(self.grid.ids))
        self._show(self.grid if found else self.nothing)
        self.announcer.say("" if found else self.nothing.accessibleName())
        self.setAccessibleName(self.current.accessibleName())

    def _unfold(self) -> None:
        """Show the less sure photos where there are no others, ready for the arrows."""
        self.grid.toggle_less_sure()
        self.take_focus()

    def refresh(self) -> None:
        """Show on the page that is seen what has changed (photos come with their result)."""
        if self.current is self.explore:
            self.explore.reload()
        elif self.current is self.problems:
            self.problems.reload()
        self.grid.look_again()

    def take_focus(self) -> None:
        """Put the focus where the arrows do something."""
        if self.current is self.explore:
            self.explore.take_focus()
        elif self.current is self.grid:
            self.grid.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.current is self.problems:
            self.problems.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.current is self.empty:
            self.empty.choose.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.current is self.nothing:
            self.nothing.take_focus()

    def _show(self, page: QWidget) -> None:
        if page is self.current:
            return
        # Qt would hand the focus of a page that goes to whatever comes next in the window.
        focused = QApplication.focusWidget()
        had_focus = focused is not None and (focused is self or self.isAncestorOf(focused))
        self._stack.setCurrentWidget(page)
        self.setAccessibleName(page.accessibleName())
        if had_focus:
            (page if page is self.grid else self).setFocus(Qt.FocusReason.OtherFocusReason)
