"""The search field: a query written as chips and text, with completion, count and errors.

The query text is the truth; chips are a way to show it. Typing asks again after a short pause,
Enter at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app.search.syntax import word_text
from app.ui import theme
from app.ui.announce import Announcer
from app.ui.background import Background, Latest
from app.ui.icons import icon
from app.ui.top_bar.completion import CompletionPopup
from app.ui.top_bar.offers import Offer, offers
from app.ui.top_bar.query_message import QueryMessage
from app.ui.top_bar.sign import Sign
from app.ui.top_bar.term_row import TermRow, hint
from app.ui.wording import number

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.errors import QueryError
    from app.search.results import Completion, Note, SearchResult

DEBOUNCE_MS = 150
COUNT_STAYS_MS = 300
MESSAGE_DELAY_MS = 600
"""An error met while typing is only marked; it is said after a pause (at once after Enter)."""

WIDEST = 620
_HALO = 3
_SHORT_COUNT_BELOW = 480


class SearchField(QWidget):
    """Where the query is written."""

    submitted = Signal(str)
    left = Signal()
    """Escape in an empty field, or Down without completions: the focus may go to the pictures."""

    def __init__(self, engine: Engine, background: Background, parent: QWidget | None = None):
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._completions = Latest(background)
        self._result: SearchResult | None = None
        self._error: QueryError | None = None
        self._typing = False
        self._submitted = ""
        self._counted: str | None = None
        self.announcer = Announcer(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.SEARCH_HEIGHT + 2 * _HALO)
        self.setMaximumWidth(WIDEST + 2 * _HALO)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self._build()
        self.popup = CompletionPopup(self, self.row.edit, _HALO)
        self.popup.chosen.connect(self._accept)
        self.message = QueryMessage(self, _HALO)
        self.message.suggestion_chosen.connect(self._replace_noted)
        self._debounce = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._debounce.timeout.connect(self._submit)
        self._say = QTimer(self, singleShot=True, interval=MESSAGE_DELAY_MS)
        self._say.timeout.connect(self._show_message)
        self._forget = QTimer(self, singleShot=True, interval=COUNT_STAYS_MS)
        self._forget.timeout.connect(self._forget_result)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)
        self._learn_words()

    def _build(self) -> None:
        sign = Sign("search", parent=self)
        self.row = TermRow(self)
        self.row.edit.setAccessibleName(self.tr("Search"))
        self._tip = self.tr("Search (Ctrl+F)")
        self.row.edit.setToolTip(self._tip)
        self.setFocusProxy(self.row)
        self.row.edit.installEventFilter(self)
        self.row.edited.connect(self._on_edited)
        self.row.committed.connect(self.submit)
        self.count = QLabel(self)
        self.count.setProperty("role", "dim")
        self.count.setCursor(Qt.CursorShape.ArrowCursor)
        self.clear_button = QToolButton(self)
        self.clear_button.setIcon(icon("close"))
        self.clear_button.setIconSize(QSize(14, 14))
        self.clear_button.setFixedSize(26, 26)
        self.clear_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.clear_button.setAccessibleName(self.tr("Clear the search"))
        self.clear_button.setToolTip(self.tr("Clear the search (Esc)"))
        self.clear_button.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_HALO + 12, 0, _HALO + 6, 0)
        layout.setSpacing(theme.GAP)
        layout.addWidget(sign)
        layout.addWidget(self.row, 1)
        layout.addWidget(self.count)
        layout.addWidget(self.clear_button)
        self._dress()

    # The query

    def query(self) -> str:
        """Return the query as it is written now."""
        return self.row.query()

    def set_query(self, query: str) -> None:
        """Show a query; nothing is asked. The same query again disturbs nobody who is typing."""
        self._submitted = query
        if query == self.query():
            return
        self._debounce.stop()
        self._completions.forget()
        self.popup.hide()
        self._typing = False
        self.row.set_query(query)
        self.set_result(None)

    def set_result(self, result: SearchResult | None) -> None:
        """Show how many photos were found, and take back an error.

        None says that it is being asked; the count before stays for a moment, so that it does not
        flicker while one types.
        """
        if result is None:
            self._forget.start()
        else:
            self._forget.stop()
            self._result = result
            self._learn_words()
        self.set_error(None)
        if result is not None and result.query != self._counted:
            # While pictures come in the count changes all the time; that is shown, not said.
            self._counted = result.query
            self.announcer.say(self._found() if len(result.ids) else "")

    def _forget_result(self) -> None:
        self._result = None
        self._dress()

    def _learn_words(self) -> None:
        """Ask which words are labels: chips of other words look different."""
        searcher = self._engine.searcher
        self._background.run(lambda: searcher.vocabulary, self.row.set_vocabulary)

    def set_error(self, error: QueryError | None) -> None:
        """Mark the place where the query fails and say why; None takes both back."""
        self._error = error
        self.row.set_wrong(None if error is None else (error.start, error.end))
        self.row.edit.setAccessibleDescription(self._found() if error is None else str(error))
        self.row.edit.setToolTip(self._tip if error is None else str(error))
        self._dress()
        self.message.hide()
        self._say.stop()
        if self._has_message():
            if self._typing:
                self._say.start()
            else:
                self._show_message()

    def submit(self) -> None:
        """Ask now, without waiting for a pause; what is whole becomes a chip."""
        self.row.commit()
        self._typing = False
        self._completions.forget()  # they would come late, over what there is to say
        self._submit(again=True)

    def clear(self) -> None:
        """Empty the field and ask for everything."""
        self.row.set_query("")
        self.row.edit.setFocus()
        self.popup.hide()
        self.set_result(None)
        self.submit()

    def take_focus(self) -> None:
        """Put the focus here, ready to write over the query or to go on with it."""
        self.row.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _submit(self, *, again: bool = False) -> None:
        self._debounce.stop()
        query = self.query()
        if again or query.strip() != self._submitted.strip():
            self._submitted = query
            self.submitted.emit(query)

    def _on_edited(self) -> None:
        self._typing = True
        self._say.stop()
        self.message.hide()
        self._dress()
        self._debounce.start()
        if self.row.edit.hasFocus():
            self._complete()

    # Completion

    def _complete(self, *, asked_for: bool = False) -> None:
        query, caret = self.query(), self.row.caret
        word = self.row.edit.text()[: self.row.edit.cursorPosition()]
        if not asked_for and (not word or word[-1].isspace()):
            self._completions.forget()
            self.popup.hide()
            return

        def show(items: list[Offer]) -> None:
            here = query == self.query() and caret == self.row.caret
            self.popup.offer(items if here and self.row.edit.hasFocus() else [])

        self._completions.run(lambda: offers(self._engine, query, caret), show, owner=self)

    def _accept(self, item: Completion) -> None:
        whole = item.kind != "field" and not item.text.endswith(":")
        at_end = item.end >= len(self.query().rstrip())
        self.row.replace(item.start, item.end, item.text + (" " if whole and at_end else ""))
        if whole:
            self.submit()
        else:
            self._complete(asked_for=True)

    def _replace_noted(self, name: str) -> None:
        note = self._note()
        if note is not None:
            self.row.replace(note.start, note.end, word_text(name))
            self.submit()

    # Errors and notes

    def _note(self) -> Note | None:
        result = self._result
        if result is None or not result.notes or result.query != self.query():
            return None
        # Where nothing is found, the page itself says so and offers the same.
        return result.notes[0] if len(result.ids) else None

    def _has_message(self) -> bool:
        return self._error is not None or self._note() is not None

    def _show_message(self) -> None:
        if self.popup.isVisible() or not self._has_focus():
            return
        note = self._note()
        if self._error is not None:
            self.message.show_error(str(self._error))
        elif note is not None:
            self.message.show_note(note)
        self.announcer.say(self.message.accessibleName())

    # Looks and keys

    def _has_focus(self) -> bool:
        now = QApplication.focusWidget()
        return now is not None and self.isAncestorOf(now)

    def _found(self) -> str:
        """Return how many photos were found of how many; empty where nothing was asked."""
        result = self._result
        if result is None or not self.query():
            return ""
        says = self.tr("{found} of {total}")
        says = says.replace("{found}", number(len(result.ids)))
        return self.tr("{n} photos found").replace(
            "{n}", says.replace("{total}", number(result.library_total))
        )

    def _dress(self) -> None:
        self.clear_button.setVisible(bool(self.query()))
        result = self._result
        self.count.setVisible(result is not None and bool(self.query()) and self._error is None)
        if result is not None:
            found, total = number(len(result.ids)), number(result.library_total)
            says = self.tr("{found} of {total}")
            says = says.replace("{found}", found).replace("{total}", total)
            self.count.setText(says if self.width() >= _SHORT_COUNT_BELOW else found)
            self.count.setToolTip(self._found())
        self.row.set_placeholder(hint(self.fontMetrics(), self.row.width() - theme.GAP))
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take the keys of the completion list and of the field before the text does."""
        match event.type():
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent):
                return self.popup.press(event) or self._press(event)
            case _:
                return super().eventFilter(watched, event)

    def _on_focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        """Close what floats when the focus goes elsewhere, and make chips of what is whole."""
        if now is not self.row.edit:
            self.popup.hide()
        if now is None or not self.isAncestorOf(now):
            self.message.hide()
            if now is not None and old is not None and self.isAncestorOf(old):
                self.row.commit()
        self.update()

    def _press(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.popup.hide()
                self.submit()
            case Qt.Key.Key_Escape if self.message.isVisible():
                self.message.hide()
            case Qt.Key.Key_Escape if self.query():
                self.clear()
            case Qt.Key.Key_Escape:
                self.left.emit()
            case Qt.Key.Key_Space if control:
                self._complete(asked_for=True)
            case Qt.Key.Key_Down if self.row.edit.text():
                self._complete(asked_for=True)
            case Qt.Key.Key_Down:
                self.left.emit()
            case _:
                return False
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Write, wherever in the field the click was."""
        self.row.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Shorten hint and count where there is little room."""
        super().resizeEvent(event)
        self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the field, its border, and a ring around it while one writes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(_HALO, _HALO, -_HALO, -_HALO)
        focused = self._has_focus()
        radius = theme.SEARCH_RADIUS
        if focused:
            halo = area.adjusted(-1.5, -1.5, 1.5, 1.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent", 0.25), 3))
            painter.drawRoundedRect(halo, radius + 1.5, radius + 1.5)
        painter.setBrush(theme.color("raised"))
        border = theme.color("no" if self._error else "accent" if focused else "line")
        painter.setPen(QPen(border, 1))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
