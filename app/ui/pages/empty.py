"""The pages that stand where no pictures are: nothing added yet, nothing found, nothing to open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.search.edit import Term, terms, without
from app.search.results import Note, SearchResult
from app.search.vocabulary import fold
from app.ui.pages.flow_layout import FlowLayout
from app.ui.paragraph import Paragraph
from app.ui.theme import GAP, MARGIN, color
from app.ui.wording import counted

_CARD_WIDTH: Final = 520
_CARD_HEIGHT: Final = 300
_CARD_RADIUS: Final = 16
_TEXT_WIDTH: Final = 430
_MOST_TERMS: Final = 8
_MOST_SUGGESTIONS: Final = 6
_DASH: Final = 4.0
_HOVER_ALPHA: Final = 0.06


class InvitationCard(QWidget):
    """The dashed frame that pictures are dropped on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(_CARD_WIDTH, _CARD_HEIGHT)
        self._inviting = False

    def set_inviting(self, inviting: bool) -> None:
        """Light up while something is held over the window."""
        self._inviting = inviting
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(color("accent" if self._inviting else "line"), 2)
        pen.setDashPattern([_DASH, _DASH * 0.75])
        painter.setPen(pen)
        if self._inviting:
            painter.setBrush(color("accent", _HOVER_ALPHA))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(1, 1, -1, -1), _CARD_RADIUS, _CARD_RADIUS
        )
        painter.end()


class EmptyLibrary(QWidget):
    """The one big invitation: add a folder, or try one picture."""

    add_folder_requested = Signal()
    try_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.card = InvitationCard(self)
        title = _label(self.tr("Add a folder of pictures"), "big")
        self.setAccessibleName(title.text())
        promise = Paragraph(
            _TEXT_WIDTH,
            self.tr(
                "Lumitag labels them on this computer and nowhere else, and never changes a file."
            ),
        )
        self.choose = QPushButton(self.tr("Choose a folder"))
        self.choose.setProperty("role", "primary")
        self.choose.setToolTip(self.tr("Choose a folder (Ctrl+O)"))
        self.choose.clicked.connect(self.add_folder_requested)
        self.attempt = QPushButton(self.tr("Try it on one picture"))
        self.attempt.setProperty("role", "link")
        self.attempt.setToolTip(self.tr("Labels for a picture that is not added (Ctrl+T)"))
        self.attempt.clicked.connect(self.try_requested)
        column = QVBoxLayout(self.card)
        column.setSpacing(0)
        column.addStretch()
        column.addWidget(title)
        column.addSpacing(10)
        column.addWidget(promise, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(14)
        column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(10)
        column.addWidget(self.attempt, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        row = QVBoxLayout(self)
        row.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)

    def set_inviting(self, inviting: bool) -> None:
        """Light up while something is held over the window."""
        self.card.set_inviting(inviting)


class NothingFound(QWidget):
    """Says why nothing was found, and offers what might find something."""

    query_chosen = Signal(str)
    less_sure_wanted = Signal()
    """The photos that may be what is looked for shall be shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._result: SearchResult | None = None
        self.title = _label("", "big")
        self.reason = Paragraph(_TEXT_WIDTH)
        self.show_less_sure = QPushButton(self)
        self.show_less_sure.setProperty("role", "primary")
        self.show_less_sure.setToolTip(self.tr("Show the less sure photos (Ctrl+Shift+L)"))
        self.show_less_sure.clicked.connect(self.less_sure_wanted)
        self.show_less_sure.hide()
        self._last_offer = self.show_less_sure
        self.offers = QWidget(self)
        self.offers.setMaximumWidth(_TEXT_WIDTH)
        self._offer_rows = QVBoxLayout(self.offers)
        self._offer_rows.setContentsMargins(0, 0, 0, 0)
        self._offer_rows.setSpacing(GAP)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.offers, _TEXT_WIDTH)  # nearly all there is, up to its width
        middle.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.reason, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(MARGIN)
        column.addWidget(self.show_less_sure, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(middle)
        column.addStretch(3)

    def show_for(self, result: SearchResult) -> None:
        """Explain why a query found nothing, and offer what may find something."""
        self._result = result
        query, notes = result.query, result.notes
        asked = terms(query)
        self.offer_less_sure(0)
        self._clear_offers()
        if not asked:
            return
        likely = [(note, name) for note in notes for name in note.suggestions][:_MOST_SUGGESTIONS]
        if likely:
            self._offer(
                self.tr("Did you mean"),
                [(name, _replaced(query, note, name)) for note, name in likely],
            )
        if len(asked) > 1:
            self._offer(
                self.tr("Search without"),
                [(_written(term), without(query, term)) for term in asked[:_MOST_TERMS]],
            )
        self._offer("", [(self.tr("Show all photos"), "")], role="link")

    def take_focus(self) -> None:
        """Put the focus on the first thing that is offered."""
        for button in (self.show_less_sure, *self.offers.findChildren(QPushButton)):
            if button.isVisible():
                button.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def offer_less_sure(self, count: int) -> None:
        """Say how many photos the query nearly finds, and offer to show them."""
        self.show_less_sure.setVisible(count > 0)
        if self._result is not None:
            self._explain(self._result, count)
            self.setAccessibleName(f"{self.title.text()}. {self.reason.text()}")

    def _explain(self, result: SearchResult, count: int) -> None:
        asked, labels = terms(result.query), dict.fromkeys(result.asked_labels)
        if not count:
            self.title.setText(self.tr("Nothing found") if asked else self.tr("No photos yet"))
            self.reason.setText(self._why(asked, result.notes))
            return
        words = ", ".join(f"“{label}”" for label in labels)
        # A label of several words may stand there without quotes.
        alone = len(asked) == 1 or fold(result.query) in map(fold, labels)
        if alone and len(labels) == 1:
            self.title.setText(self.tr("No photo is surely {word}").format(word=words))
            reason = self.tr("{n} may be.", "", count)
        else:
            self.title.setText(self.tr("Nothing found for sure"))
            reason = self.tr(
                "{n} photo(s) may meet it all, but Lumitag is not sure of {words}.", "", count
            )
        self.reason.setText(counted(reason, count).replace("{words}", words))
        self.show_less_sure.setText(counted(self.tr("Show (it|them)", "", count), count))

    def _why(self, asked: Sequence[Term], notes: Sequence[Note]) -> str:
        if notes:
            words = ", ".join(f"“{note.word}”" for note in notes)
            return self.tr(
                "No label is called {words}, and it stands in no picture or file name."
            ).format(words=words)
        if len(asked) > 1:
            return self.tr("No photo meets all of these conditions at once.")
        if asked:
            return self.tr("No photo meets “{term}”.").format(term=_written(asked[0]))
        return self.tr("Pictures appear here as they are found in your folders.")

    def _clear_offers(self) -> None:
        self._last_offer = self.show_less_sure
        while (item := self._offer_rows.takeAt(0)) is not None:
            row = item.widget()
            if row is not None:
                row.hide()
                row.deleteLater()

    def _offer(self, head: str, choices: Sequence[tuple[str, str]], role: str = "chip") -> None:
        row = QWidget(self.offers)
        flow = FlowLayout(row, gap=GAP, centred=True)
        if head:
            flow.addWidget(_label(head, "dim"))
        for text, query in choices:
            button = QPushButton(text.replace("&", "&&"))
            button.setProperty("role", role)
            button.setAccessibleName(f"{head} {text}".strip())
            button.clicked.connect(lambda _=False, query=query: self.query_chosen.emit(query))
            flow.addWidget(button)
            self.setTabOrder(self._last_offer, button)
            self._last_offer = button
        self._offer_rows.addWidget(row)


def _label(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _written(term: Term) -> str:
    return f"−{term.text}" if term.negated else term.text


def _replaced(query: str, note: Note, name: str) -> str:
    quoted = f'"{name}"' if " " in name else name
    return query[: note.start] + quoted + query[note.end :]
