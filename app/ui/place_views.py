"""Shows the present place in all parts of the window, and hears where the user wants to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from app.search.edit import sort_of, terms, with_name, with_sort, without_label
from app.ui.top_bar.orders import DEFAULT_ORDER

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.search.errors import QueryError
    from app.search.results import SearchResult
    from app.search.vocabulary import Vocabulary
    from app.ui.browse import Browse
    from app.ui.inspector.inspector import Inspector
    from app.ui.navigation import Navigation
    from app.ui.pages.pages import Pages
    from app.ui.panels import Panels
    from app.ui.sidebar.sidebar import Sidebar
    from app.ui.top_bar.top_bar import TopBar


class PlaceViews(QObject):
    """Joins ``Navigation`` to the widgets that show a place or lead to another."""

    def __init__(
        self,
        navigation: Navigation,
        *,
        top_bar: TopBar,
        sidebar: Sidebar,
        pages: Pages,
        panels: Panels,
        inspector: Inspector,
    ) -> None:
        super().__init__(navigation)
        self._navigation = navigation
        self._top_bar = top_bar
        self._sidebar = sidebar
        self._pages = pages
        self._panels = panels
        self._inspector = inspector
        self._empty = False
        navigation.place_changed.connect(self._show_place)
        navigation.result_came.connect(self._show_result)
        navigation.less_sure_came.connect(pages.show_less_sure)
        navigation.query_failed.connect(self._show_error)
        top_bar.query_submitted.connect(navigation.typed)
        top_bar.search_left.connect(pages.take_focus)
        top_bar.back.connect(navigation.back)
        top_bar.forward.connect(navigation.forward)
        top_bar.sort_changed.connect(self._sort)
        sidebar.query_changed.connect(navigation.search)
        sidebar.page_requested.connect(navigation.open_page)
        pages.explore.tile_chosen.connect(navigation.search)
        pages.nothing.query_chosen.connect(self._go_where_offered)
        pages.grid.typed.connect(self.type_on)
        inspector.query_requested.connect(navigation.search)

    def begin(self) -> None:
        """Show the first place."""
        self._show_place(self._navigation.place)

    def show_library(self, *, empty: bool) -> None:
        """Say whether there is any folder, and show the present place anew."""
        self._empty = empty
        self._sidebar.set_empty(empty)
        self._pages.set_empty(empty, self._navigation.place.page)
        self._allow_inspector()
        self._navigation.refresh()

    def call_label(self, key: str, name: str, vocabulary: Vocabulary) -> None:
        """Ask for a label by its new name wherever a query asks for it; an empty one is gone."""
        if name:
            self._navigation.rewrite(lambda query: with_name(query, key, name, vocabulary))
            return
        query = without_label(self._navigation.place.query, key, vocabulary)
        if query != self._navigation.place.query:
            self._navigation.search(query)

    def _allow_inspector(self) -> None:
        self._panels.allow_right(self._navigation.place.page == "photos" and not self._empty)

    def _show_place(self, place: Browse) -> None:
        bar = self._top_bar
        bar.set_query(place.query)
        bar.set_result(None)
        bar.set_sort(sort_of(place.query) or DEFAULT_ORDER)
        bar.set_label_searched(any(term.kind == "label" for term in terms(place.query)))
        bar.set_can_go(*self._navigation.can_go)
        self._sidebar.set_page(place.page)
        self._sidebar.set_query(place.query)
        self._pages.open_page(place.page)
        self._allow_inspector()

    def _show_result(self, result: SearchResult) -> None:
        self._top_bar.set_result(result)
        self._top_bar.set_words_searched(bool(result.terms))
        self._sidebar.set_result(result)
        self._inspector.mark_words(result.terms)
        self._pages.show_result(result)

    def _show_error(self, error: QueryError) -> None:
        """What was found before stays; the search field points at the place."""
        self._top_bar.set_error(error)

    def _sort(self, sort: str) -> None:
        query = with_sort(self._navigation.place.query, None if sort == DEFAULT_ORDER else sort)
        if query:
            self._navigation.search(query)
        else:
            self._navigation.open_page("photos")

    def _go_where_offered(self, query: str) -> None:
        if query:
            self._navigation.search(query)
        else:
            self._navigation.open_page("photos")

    def type_on(self, text: str) -> None:
        """Letters typed over the pictures begin a search, or go on with it."""
        self._top_bar.focus_search()
        field: QWidget | None = QApplication.focusWidget()
        if field is not None:
            press = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, text)
            QApplication.sendEvent(field, press)
