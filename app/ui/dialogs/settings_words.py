"""The page of the settings on the words in pictures: what is read, and how to erase it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QWidget

from app.ui import theme
from app.ui.dialogs.settings_pages import Choice, ScrolledPage, heading, words
from app.ui.wording import counted

if TYPE_CHECKING:
    from app.engine import Engine
    from app.library.records import WordsCount

KINDS: Final = "kinds"
EVERY: Final = "every"
OFF: Final = "off"


@dataclass(frozen=True, slots=True)
class StoredWords:
    """What the page shows.

    Attributes:
        chosen: ``KINDS``, ``EVERY`` or ``OFF``.
        count: Of what was read.
        refusal: Why no picture can be read; empty if nothing is wrong.
    """

    chosen: str
    count: WordsCount
    refusal: str


def stored_words(engine: Engine) -> StoredWords:
    """Ask for what the page shows; not on the GUI thread."""
    chosen = OFF
    if engine.words.enabled():
        chosen = EVERY if engine.words.everything() else KINDS
    return StoredWords(chosen, engine.words.count(), engine.words.refusal())


def choose_words(engine: Engine, chosen: str) -> None:
    """Remember what was chosen; not on the GUI thread."""
    if chosen != OFF:
        engine.words.set_everything(chosen == EVERY)
    engine.words.set_enabled(chosen != OFF)


class WordsPage(ScrolledPage):
    """What is read, and the way to erase it all."""

    chosen = Signal(str)
    """``KINDS``, ``EVERY`` or ``OFF``."""
    erase_requested = Signal()
    """The user has confirmed it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = 0
        self.choice = Choice(
            self.tr("Words in pictures"),
            (
                (KINDS, self.tr("Read the words in posters, screenshots and documents")),
                (EVERY, self.tr("Read every picture")),
                (OFF, self.tr("Read single pictures only, when I ask for it")),
            ),
            self,
        )
        self.choice.chosen.connect(self.chosen)
        self.says = words("", self)
        self.refusal = words("", self, "warn")
        self.refusal.hide()
        self.erase_button = QPushButton(self.tr("Erase all words that were read…"), self)
        self.erase_button.clicked.connect(lambda: self.ask_to_erase())
        self.erase_button.setEnabled(False)
        self._arrange()

    def _arrange(self) -> None:
        cost = self.tr(
            "Receipts, charts, drawings and memes are read, too, also where that is only what they "
            "probably are. Reading comes after labelling. Every picture takes up to a second on "
            "the processor: ten thousand photos, up to three hours."
        )
        private = self.tr(
            "What was read lies in the library on this computer and nowhere else. Screenshots may "
            "hold passwords, receipts numbers: erasing leaves no trace of them in the library."
        )
        row = QHBoxLayout()
        row.addWidget(self.erase_button)
        row.addStretch(1)
        layout = self.column
        layout.addWidget(heading(self.tr("Words in pictures"), self))
        layout.addWidget(self.choice)
        layout.addWidget(words(cost, self))
        layout.addWidget(self.refusal)
        layout.addSpacing(theme.MARGIN)
        layout.addWidget(heading(self.tr("What was read"), self))
        layout.addWidget(self.says)
        layout.addWidget(words(private, self))
        layout.addLayout(row)
        layout.addStretch(1)

    def show_stored(self, stored: StoredWords) -> None:
        """Show what is chosen and how much was read."""
        self.choice.set_value(stored.chosen)
        self.refusal.setText(stored.refusal)
        self.refusal.setVisible(bool(stored.refusal))
        self._read = stored.count.read
        if self._read:
            read = counted(
                self.tr("{n} picture(s) read,", "", stored.count.read), stored.count.read
            )
            found = counted(
                self.tr("{n} of them with words.", "", stored.count.with_words),
                stored.count.with_words,
            )
            self.says.setText(f"{read} {found}")
        else:
            self.says.setText(self.tr("Nothing yet."))
        self.erase_button.setEnabled(stored.count.read + stored.count.waiting > 0)

    def show_problem(self, sentence: str) -> None:
        """Say what went wrong, as that traces are left."""
        self.refusal.setText(sentence)
        self.refusal.show()

    def ask_to_erase(self) -> QMessageBox:
        """Ask whether all that was read shall be erased; return the open question."""
        box = QMessageBox(self.window())
        box.setWindowTitle(self.tr("Erase all words"))
        box.setText(
            counted(self.tr("Erase the words of {n} picture(s)?", "", self._read), self._read)
        )
        box.setInformativeText(
            self.tr(
                "The pictures stay as they are, but are not found by their words any more. "
                "Reading is switched off; switch it on to have them read again."
            )
        )
        erase = box.addButton(self.tr("Erase"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setEscapeButton(cancel)
        erase.clicked.connect(self.erase_requested)
        box.finished.connect(box.deleteLater)
        box.open()
        return box
