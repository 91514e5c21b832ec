"""Where the user goes: places, their results, and the way back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from app.search.errors import QueryError
from app.ui.background import Background, Latest
from app.ui.browse import Browse, History

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.engine import Engine
    from app.search.results import SearchResult
    from app.ui.browse import Page

# A query typed with pauses is one place to come back to, not one per pause.
_TYPING_SECONDS: Final = 4.0


class Navigation(QObject):
    """Knows the present place, asks for its photos, and tells who shows them."""

    place_changed = Signal(Browse)
    """The user is somewhere else now; its result follows."""
    result_came = Signal(object)
    """A SearchResult for the present place (also when only its photos have changed)."""
    less_sure_came = Signal(object)
    """The LessSure photos to the result before, some time after it."""
    query_failed = Signal(object)
    """A QueryError: the present query cannot be read."""

    def __init__(self, engine: Engine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._latest = Latest(background)
        self._latest_less_sure = Latest(background)
        self._history = History(Browse())
        self._typed_at = 0.0
        self.result: SearchResult | None = None

    @property
    def place(self) -> Browse:
        """Where the user is."""
        return self._history.current

    @property
    def can_go(self) -> tuple[bool, bool]:
        """Whether there is a place before, and one after."""
        return self._history.can_go_back, self._history.can_go_forward

    @property
    def waiting(self) -> bool:
        """True while the photos of the present place are asked for."""
        return self._latest.waiting or self._latest_less_sure.waiting

    def search(self, query: str) -> None:
        """Go to the photos of a query; an empty one leads to Explore."""
        self._go(Browse("photos", query) if query.strip() else Browse())

    def typed(self, query: str) -> None:
        """As ``search``, for a query on its way through the keyboard."""
        now = time.monotonic()
        typing_on = now - self._typed_at < _TYPING_SECONDS and self.place.page == "photos"
        self._typed_at = now
        if typing_on and query.strip() and self.place.query:
            self._history.amend(Browse("photos", query))
            self._arrive()
        else:
            self.search(query)
            self._typed_at = now

    def open_page(self, page: Page) -> None:
        """Go to a page; ``photos`` shows all of them."""
        self._go(Browse(page))

    def back(self) -> None:
        """Go to the place before."""
        self._step(self._history.back)

    def forward(self) -> None:
        """Go to the place after, where ``back`` came from."""
        self._step(self._history.forward)

    def rewrite(self, write: Callable[[str], str]) -> None:
        """Write the queries of the present place, and of those before and after it, anew."""
        before = self.place
        self._history.rewrite(write)
        if self.place != before:
            self._arrive()

    def refresh(self) -> None:
        """Photos or labels have changed: ask again for the present place."""
        self._ask()

    def _step(self, step: Callable[[], Browse]) -> None:
        before = self.place
        step()
        if self.place != before:
            self._typed_at = 0.0
            self._arrive()

    def _go(self, place: Browse) -> None:
        self._typed_at = 0.0
        if place != self.place:
            self._history.visit(place)
            self._arrive()

    def _arrive(self) -> None:
        self.result = None
        self.place_changed.emit(self.place)
        self._ask()

    def _ask(self) -> None:
        self._latest_less_sure.forget()
        if self.place.page != "photos":
            self._latest.forget()
            return
        query = self.place.query
        self._latest.run(lambda: self._engine.search(query), self._take, self._fail, owner=self)

    def _take(self, result: SearchResult) -> None:
        self.result = result
        self.result_came.emit(result)
        if result.asked_labels:
            self._latest_less_sure.run(
                lambda: self._engine.less_sure(result),
                self.less_sure_came.emit,
                self._fail,
                owner=self,
            )

    def _fail(self, error: Exception) -> None:
        if isinstance(error, QueryError):
            self.query_failed.emit(error)
        else:
            self._background.failed.emit(self._background.sentence(error))
