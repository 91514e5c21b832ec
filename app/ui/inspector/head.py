"""Name, place, facts and the ways to a photo's file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.library.records import PhotoDetails, PhotoPath
from app.ui.files import FileActions
from app.ui.inspector.facts import (
    Sum,
    date_source,
    facts,
    folder_query,
    place,
    summed_facts,
    summed_place,
)
from app.ui.inspector.flow import Flow
from app.ui.inspector.text import ElidedLabel, FactsLabel, TextLink
from app.ui.wording import counted, printable

MOST_COPIES = 3


class Head(QWidget):
    """What is known of the selection's files, and what can be done with them."""

    query_requested = Signal(str)
    said = Signal(str)
    """One sentence for the status line."""

    def __init__(self, files: FileActions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = files
        self._paths: tuple[Path, ...] = ()
        self._query = ""
        self._many = False
        self.name = ElidedLabel("title", self)
        self.place = TextLink(tint="dim", parent=self)
        self.place.clicked.connect(lambda: self.query_requested.emit(self._query))
        self.facts = FactsLabel(self)
        self.camera = ElidedLabel("dim", self)
        self.copies = [ElidedLabel("dim", self) for _ in range(MOST_COPIES + 2)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(self.place, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.facts, self.camera, *self.copies):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addLayout(self._actions())

    def _actions(self) -> Flow:
        row = Flow(apart=16, below=0)
        self.open = self._link(self.tr("Open"), self.tr("Open with the system's program for it"))
        self.open.clicked.connect(self._open)
        self.reveal = self._link(
            self.tr("Show in file manager"), self.tr("Show the file where it lies")
        )
        self.reveal.clicked.connect(self._reveal)
        self.copy = self._link(self.tr("Copy path"), self.tr("Put the path on the clipboard"))
        self.copy.clicked.connect(self._copy)
        for button in (self.open, self.reveal, self.copy):
            row.addWidget(button)
        return row

    def _link(self, text: str, tip: str) -> TextLink:
        button = TextLink(text, parent=self)
        button.setToolTip(tip)
        button.setAccessibleDescription(tip)
        return button

    # Showing

    def show_one(self, details: PhotoDetails) -> None:
        """Show one photo."""
        self._paths = tuple(path.path for path in details.paths)
        self._many = False
        first = details.paths[0] if details.paths else None
        self.name.setText(printable(details.card.name) or self.tr("No file any more"))
        self.name.setToolTip(printable(str(first.path)) if first else "")
        self._set_place(place(first) if first else "", folder_query(first) if first else "")
        self.facts.set_facts(facts(details))
        self.facts.setToolTip(date_source(details.taken_from))
        self.camera.setText(printable(details.camera or ""))
        self.camera.setVisible(bool(details.camera))
        self._say_copies(details.paths)
        self._offer(there=first is not None and not first.offline)

    def show_many(self, total: Sum, paths: Sequence[Path]) -> None:
        """Show several photos: how many, from when to when, how much.

        Args:
            total: Their facts together.
            paths: One path of each, for the clipboard.
        """
        self._paths = tuple(paths)
        self._many = True
        n = total.count
        self.name.setText(counted(self.tr("{n} selected", "", n), n))
        self.name.setToolTip("")
        self._set_place(summed_place(total), "")
        self.facts.set_facts(summed_facts(total))
        self.facts.setToolTip("")
        self.camera.hide()
        self._say_copies(())
        self._offer(there=False)

    def show_waiting(self, n: int) -> None:
        """Say how many are selected while nothing else is known of them."""
        self.show_many(Sum(count=n), ())
        self.copy.hide()

    def _set_place(self, text: str, query: str) -> None:
        self._query = query
        self.place.setText(text)
        self.place.setVisible(bool(text))
        self.place.setEnabled(bool(query))
        tip = self.tr("Find all photos of this folder")
        self.place.setToolTip(f"{text}\n{tip}" if query else "")
        self.place.setAccessibleDescription(tip if query else "")
        self.place.updateGeometry()

    def _say_copies(self, paths: Sequence[PhotoPath]) -> None:
        lines = []
        if paths and paths[0].offline:
            lines.append(self.tr("Its folder is away. Plug in its drive, or put it back."))
        others = [printable(str(path.path)) for path in paths[1:]]
        also = self.tr("Also at {path}")
        lines += [also.replace("{path}", path) for path in others[:MOST_COPIES]]
        n = len(others) - MOST_COPIES
        if n > 0:
            lines.append(counted(self.tr("and at {n} more place(s)", "", n), n))
        for at, label in enumerate(self.copies):
            label.setVisible(at < len(lines))
            label.setText(lines[at] if at < len(lines) else "")
            label.setToolTip("\n".join(others))

    def _offer(self, *, there: bool) -> None:
        for button in (self.open, self.reveal):
            button.setVisible(not self._many)
            button.setEnabled(there)
        self.copy.show()
        self.copy.setEnabled(bool(self._paths))
        self.copy.setText(self.tr("Copy paths") if self._many else self.tr("Copy path"))
        self.copy.updateGeometry()

    # Doing

    def _open(self) -> None:
        path = self._paths[0]
        if not self._files.open(path):
            sentence = self.tr("No program on this computer would open {file}.")
            self.said.emit(sentence.replace("{file}", printable(path.name)))

    def _reveal(self) -> None:
        path = self._paths[0]
        if not self._files.reveal(path):
            sentence = self.tr("No file manager would show {file}.")
            self.said.emit(sentence.replace("{file}", printable(path.name)))

    def _copy(self) -> None:
        paths = self._paths if self._many else self._paths[:1]
        self._files.copy(paths)
        n = len(paths)
        self.said.emit(counted(self.tr("Copied {n} path(s)", "", n), n))
