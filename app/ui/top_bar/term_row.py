"""The inside of the search field: committed terms as chips, with a line of text among them.

The query is ``before`` + text + ``after``: chips left of the text, the text being written, chips
right of it. Each chip keeps its own stretch of the query, blanks included, so that what was set is
read back unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.search.edit import terms, without
from app.ui.top_bar.chips import CHIP_HEIGHT, Chip, Piece, cut, flipped
from app.ui.top_bar.strip import Strip
from app.ui.top_bar.term_edit import TermEdit

if TYPE_CHECKING:
    from app.search.vocabulary import Vocabulary

_LONGEST_IN_CHIPS = 2_000
_MOST_CHIPS = 60
"""A longer query, pasted perhaps, stays text: reading it for each word typed would be felt."""


class TermRow(QWidget):
    """Chips and text of one query; scrolls sideways so that the place of work stays in sight."""

    edited = Signal()
    """The user changed the query, by a key or by a click on a chip."""
    committed = Signal()
    """The user took out, flipped or finished a term: nothing more is being typed."""
    caret_moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._vocabulary: Vocabulary | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CHIP_HEIGHT + 4)
        self._before: list[Chip] = []
        self._after: list[Chip] = []
        self._placeholder = ""
        self.edit = TermEdit(self)
        self._strip = Strip(self, self.edit)
        self.setFocusProxy(self.edit)
        self.edit.textEdited.connect(self._on_text_edited)
        self.edit.cursorPositionChanged.connect(lambda *_: self.caret_moved.emit())
        self.edit.walked.connect(lambda by: self._strip.walk(self.edit, by))
        self.edit.backspaced.connect(self._open_left)
        self.edit.deleted.connect(self._remove_right)
        self.edit.everything_wanted.connect(self.select_everything)
        self.edit.installEventFilter(self)

    # The query

    def query(self) -> str:
        """Return the whole query."""
        left = "".join(chip.raw for chip in self._before)
        return left + self.edit.truth() + "".join(chip.raw for chip in self._after)

    def set_query(self, query: str) -> None:
        """Show a query: every term a chip if it parses, else all of it as text."""
        pieces = self._cut(query)
        if pieces:
            self._show(pieces, "", [], 0)
        else:
            self._show([], query, [], len(query))

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Say which words are labels; chips that were cut without knowing are cut again."""
        known = self._vocabulary
        self._vocabulary = vocabulary
        same = known is not None and known.labels == vocabulary.labels
        busy = self.edit.truth() or any(chip.hasFocus() for chip in self.chips)
        if not same and not busy:
            self.set_query(self.query())

    @property
    def offset(self) -> int:
        """Where the text begins in the query."""
        return sum(len(chip.raw) for chip in self._before)

    @property
    def caret(self) -> int:
        """Where the caret stands in the query."""
        return self.offset + self.edit.cursorPosition()

    @property
    def chips(self) -> list[Chip]:
        """The chips from left to right, those on both sides of the text."""
        return [*self._before, *self._after]

    def replace(self, start: int, end: int, text: str) -> None:
        """Put ``text`` in the place of a stretch of the query, then make chips of what is whole."""
        query = self.query()
        self._place(query[:start] + text + query[end:], start + len(text))
        self.edit.setFocus()
        self.edited.emit()

    def commit(self) -> None:
        """Make chips of all that parses; the text goes on at the end."""
        query = self.query()
        if self.edit.truth() and self._cut(query):
            self._place(query, len(query), closing=True)

    def select_everything(self) -> None:
        """Turn all chips into text and select it, ready to be copied or written over."""
        query = self.query()
        self._show([], query, [], len(query))
        self.edit.setFocus()
        self.edit.selectAll()

    def set_placeholder(self, text: str) -> None:
        """Set the hint that an empty query shows."""
        self._placeholder = text
        self._arrange()

    def set_wrong(self, stretch: tuple[int, int] | None) -> None:
        """Mark the place in the query where it fails, in chips and text; None takes marks away."""
        start, end = (-1, -1) if stretch is None else (stretch[0], max(stretch[1], stretch[0] + 1))
        at = 0
        for chip in self._before:
            chip.set_wrong(start < at + len(chip.raw) and end > at)
            at += len(chip.raw)
        text = len(self.edit.text())
        inside = stretch is not None and (start < at + text or not self._after) and end > at
        self.edit.set_wrong((max(start - at, 0), min(end - at, text)) if inside else None)
        at += text
        for chip in self._after:
            chip.set_wrong(start < at + len(chip.raw) and end > at)
            at += len(chip.raw)

    def _cut(self, query: str) -> list[Piece]:
        if len(query) > _LONGEST_IN_CHIPS:
            return []
        pieces = cut(query, self._vocabulary)
        return pieces if len(pieces) <= _MOST_CHIPS else []

    def _place(self, query: str, caret: int, *, closing: bool = False) -> None:
        """Show ``query`` with the text at ``caret``.

        A term that the caret stands in, or at the end of, is text; the others are chips. With
        ``closing`` a term that ends at the caret is a chip, too.
        """
        pieces = self._cut(query)
        before: list[Piece] = []
        after: list[Piece] = []
        text, at = ("", caret) if pieces else (query, 0)
        for piece in pieces:
            start, end = piece.core
            if start < caret and (caret < end or (caret == end and not closing)):
                text, at = piece.raw, piece.start
            elif caret >= end:
                before.append(piece)
            else:
                after.append(piece)
        self._show(before, text, after, caret - at if text else 0)

    def _show(self, before: list[Piece], text: str, after: list[Piece], caret: int) -> None:
        # In a window that is not active, too, or keys would still come to a chip that is gone.
        if self.window().focusWidget() in self.chips:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        for chip in self.chips:
            chip.hide()
            chip.deleteLater()
        self._before = [self._chip(piece) for piece in before]
        self._after = [self._chip(piece) for piece in after]
        self._strip.set_stops([*self._before, self.edit, *self._after])
        self.edit.set_truth(text, caret)
        self._arrange()

    def _chip(self, piece: Piece) -> Chip:
        chip = Chip(piece, self)
        chip.installEventFilter(self)
        chip.edit_wanted.connect(lambda: self.open_chip(chip))
        chip.removed.connect(lambda: self.remove_chip(chip))
        chip.flipped.connect(lambda: self.flip_chip(chip))
        chip.walked.connect(lambda by: self._strip.walk(chip, by))
        chip.typed.connect(self._type_on)
        chip.show()
        return chip

    # What the user does

    def _on_text_edited(self) -> None:
        text = self.edit.truth()
        caret = self.edit.cursorPosition()
        if text and self._before and not self._before[-1].raw[-1:].isspace():
            self._before[-1].raw += " "
        if text and self._after and not text[-1].isspace():
            first = self._after[0]
            first.raw = first.raw if first.raw[:1].isspace() else " " + first.raw
        finished = text[:caret].rstrip() != text[:caret] and not text[caret:].strip()
        if finished and text.strip() and self._cut(self.query()):
            self._place(self.query(), self.offset + caret, closing=True)
        self._arrange()
        self.edited.emit()

    def open_chip(self, chip: Chip) -> None:
        """Turn a chip back into text, the caret at its end."""
        self._place(self.query(), self._start_of(chip) + len(chip.raw.rstrip()))
        self._drop_blank_after_text()
        self.edit.setFocus()
        self.caret_moved.emit()

    def remove_chip(self, chip: Chip) -> None:
        """Take a term out of the query; its neighbour on the right is marked next."""
        index = self.chips.index(chip)
        start = self._start_of(chip)
        query = self.query()
        rest = query[:start] + query[start + len(chip.raw) :]
        if rest.strip() and not self._cut(rest):
            # An AND is left over, or what is being written does not parse yet.
            vocabulary = self._vocabulary
            whole = [term for term in terms(query, vocabulary) if start <= term.start]
            rest = without(query, whole[0], vocabulary) if whole else rest
        self._place(rest, len(rest), closing=True)
        self._mark(index)
        self.edited.emit()
        self.committed.emit()

    def flip_chip(self, chip: Chip) -> None:
        """Exclude a wanted term, or want an excluded one."""
        query = self.query()
        at = self._start_of(chip)
        piece = next((piece for piece in self._cut(query) if piece.end > at), None)
        if piece is None:
            return
        text = flipped(query, piece)
        start, end = piece.core
        self._place(query[:start] + text + query[end:], start + len(text), closing=True)
        self.edited.emit()
        self.committed.emit()

    def _open_left(self) -> None:
        if self._before:
            self.open_chip(self._before[-1])
            self.edited.emit()

    def _remove_right(self) -> None:
        if self._after:
            self.remove_chip(self._after[0])
            self.edit.setFocus()

    def _type_on(self, text: str) -> None:
        self.edit.setFocus()
        self.edit.insert(text)
        self._on_text_edited()

    def _mark(self, index: int) -> None:
        widget = self.chips[index] if index < len(self.chips) else self.edit
        widget.setFocus(Qt.FocusReason.TabFocusReason)

    def _drop_blank_after_text(self) -> None:
        if not self._after:
            text = self.edit.truth().rstrip()
            self.edit.set_truth(text, self.edit.cursorPosition())
            self._arrange()

    def _start_of(self, chip: Chip) -> int:
        chips = self.chips
        at = sum(len(each.raw) for each in chips[: chips.index(chip)])
        return at + (len(self.edit.truth()) if chip in self._after else 0)

    # Where things stand

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the place of work in sight."""
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Follow the focus, so that a marked chip is seen."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._arrange()
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        hint = self._placeholder if not self.chips else ""
        if self.edit.placeholderText() != hint:
            self.edit.setPlaceholderText(hint)
        self._strip.arrange()


def hint(metrics: QFontMetrics, room: int) -> str:
    """Return the longest of three hints that fits into ``room`` pixels."""
    texts = (
        QCoreApplication.translate(
            "TermRow",
            "Search by label, word, folder, date: dog beach, -horror, text:total, taken:2021",
        ),
        QCoreApplication.translate("TermRow", "Search by label, word, folder, date"),
        QCoreApplication.translate("TermRow", "Search"),
    )
    return next((text for text in texts if metrics.horizontalAdvance(text) <= room), texts[-1])
