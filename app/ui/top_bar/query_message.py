"""One calm sentence under the search field: where the query fails, or what a word was taken for."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.ui import theme
from app.ui.top_bar.floating import Floating
from app.ui.top_bar.sign import Sign

if TYPE_CHECKING:
    from app.search.results import Note

_SUGGESTIONS = 4


class QueryMessage(Floating):
    """A sentence with a sign in front; suggestions in it can be clicked."""

    suggestion_chosen = Signal(str)

    def __init__(self, anchor: QWidget, inset: int = 0) -> None:
        super().__init__(anchor, inset)
        self._sign = Sign("info", parent=self)
        self.text = QLabel(self)
        self.text.setWordWrap(True)
        self.text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.text.linkActivated.connect(self._choose)
        self._row = layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(theme.GAP)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.text, 1)

    def wanted_height(self, width: int, most: int) -> int:
        """Return the height of the wrapped sentence."""
        return min(self._row.heightForWidth(width), most)

    def show_error(self, sentence: str) -> None:
        """Say what is wrong with the query."""
        self._say("problem", "no", sentence, escape(sentence))

    def show_note(self, note: Note) -> None:
        """Say that a word is no label and where it was looked for, with labels like it."""
        says = self.tr("“{word}” is no label, so words in pictures and file names were searched.")
        says = says.replace("{word}", note.word)
        rich = escape(says)
        names = note.suggestions[:_SUGGESTIONS]
        if names:
            like = self.tr("Labels like it:")
            says = f"{says} {like} {', '.join(names)}"
            links = (f'<a href="{_link(name)}">{escape(name)}</a>' for name in names)
            rich = f"{rich} {escape(like)} {', '.join(links)}"
        self._say("info", "dim", says, rich)

    def _say(self, sign: str, token: str, plain: str, rich: str) -> None:
        self._sign.show_sign(sign, token)
        self.text.setText(f'<span style="text-decoration:none">{rich}</span>')
        self.setAccessibleName(plain)
        self.open()

    def _choose(self, link: str) -> None:
        self.suggestion_chosen.emit(QUrl.fromPercentEncoding(link.encode()))


def _link(name: str) -> str:
    return escape(bytes(QUrl.toPercentEncoding(name).data()).decode())
