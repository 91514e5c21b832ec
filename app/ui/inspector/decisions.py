"""Carries decisions to the library, one after the other, and says what became of them."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.library.records import Operation, Verdict
from app.ui.wording import counted

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.background import Background


@dataclass(frozen=True, slots=True)
class Wish:
    """A decision on its way.

    Attributes:
        ids: The photos.
        label: A label's key, or a word that is to become one.
        name: What the label is called.
        verdict: The user's word; None takes it back.
    """

    ids: tuple[int, ...]
    label: str
    name: str
    verdict: Verdict | None


class Decisions(QObject):
    """A queue: accepting and taking back in quick succession must arrive in this order."""

    done = Signal(Wish, Operation)
    failed = Signal(Wish, str)
    """The library could not store it; one sentence says why."""

    def __init__(self, engine: Engine, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._waiting: deque[Wish] = deque()
        self._running: Wish | None = None
        self._begun = threading.Event()

    @property
    def pending(self) -> bool:
        """True while a decision has not reached the library."""
        return self._running is not None or bool(self._waiting)

    def decide(self, ids: Sequence[int], label: str, name: str, verdict: Verdict | None) -> None:
        """Store a decision when those before it are stored."""
        self._waiting.append(Wish(tuple(ids), label, name, verdict))
        self._next()

    def finish(self) -> None:
        """Store what has not been begun, now and here: the window is closing.

        Call it when the background work has been closed: nothing of it can begin any more.

        Raises:
            LumitagError: The library could not store a decision.
        """
        if self._running is not None and not self._begun.is_set():
            self._waiting.appendleft(self._running)
        while self._waiting:
            wish = self._waiting.popleft()
            self._engine.decisions.decide(wish.ids, wish.label, wish.verdict)

    def _next(self) -> None:
        if self._running is not None or not self._waiting:
            return
        wish = self._running = self._waiting.popleft()
        begun = self._begun = threading.Event()

        def work() -> Operation:
            begun.set()
            return self._engine.decisions.decide(wish.ids, wish.label, wish.verdict)

        def done(operation: Operation) -> None:
            self._running = None
            self.done.emit(wish, operation)
            self._next()

        def failed(error: Exception) -> None:
            self._running = None
            self.failed.emit(wish, self._background.sentence(error))
            self._next()

        self._background.run(work, done, failed, owner=self)


def decided_text(name: str, verdict: Verdict | None, photos: int) -> str:
    """Return what was decided: "Accepted “dog” on 5 photos"."""
    tr = QCoreApplication.translate
    if verdict is Verdict.ACCEPTED:
        text = tr("inspector_decisions", "Accepted “{label}” on {n} photo(s)", "", photos)
    elif verdict is Verdict.REJECTED:
        text = tr("inspector_decisions", "Rejected “{label}” on {n} photo(s)", "", photos)
    else:
        text = tr("inspector_decisions", "No decision on “{label}” on {n} photo(s)", "", photos)
    return counted(text, photos).replace("{label}", name)


def renamed_text(before: str, after: str) -> str:
    """Return what was renamed: "“Ana” is called “Anna” now"."""
    text = QCoreApplication.translate("inspector_decisions", "“{before}” is called “{after}” now")
    return text.replace("{before}", before).replace("{after}", after)


def undone_text(name: str, operation: Operation) -> str:
    """Return what Ctrl+Z took back: "Took back: drama accepted on 5 photos"."""
    tr = QCoreApplication.translate
    if operation.renamed is not None:
        text = tr("inspector_decisions", "Took back: “{after}” is called “{label}” again")
        text = text.replace("{after}", operation.renamed.after)
        return text.replace("{label}", operation.renamed.before)
    photos = len(operation.photo_ids)
    if operation.verdict is Verdict.ACCEPTED:
        text = tr("inspector_decisions", "Took back: {label} accepted on {n} photo(s)", "", photos)
    elif operation.verdict is Verdict.REJECTED:
        text = tr("inspector_decisions", "Took back: {label} rejected on {n} photo(s)", "", photos)
    else:
        text = tr("inspector_decisions", "Decided again: {label} on {n} photo(s)", "", photos)
    return counted(text, photos).replace("{label}", name)
