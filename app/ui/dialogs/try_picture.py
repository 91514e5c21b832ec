"""Try a picture: its labels, without adding it to the library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.engine import TriedPicture, Unreadable
from app.imaging.formats import PICTURE_SUFFIXES
from app.ui.dialogs.try_answer import Answer
from app.ui.dialogs.try_words import TriedWords
from app.ui.icons import icon
from app.ui.inspector.preview import Preview
from app.ui.theme import ROW_HEIGHT, color
from app.ui.wording import printable

if TYPE_CHECKING:
    from app.engine import Engine
    from app.ui.background import Background

_LIST_WIDTH: Final = 184
_ANSWER_WIDTH: Final = 304
_DASH_RADIUS: Final = 16


class DropZone(QWidget):
    """The invitation that fills the dialog while it has no picture."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Drop a picture here"), self)
        title.setProperty("role", "big")
        text = QLabel(
            self.tr(
                "Lumitag says what is in it. The picture stays where it is\n"
                "and is not added to your library."
            ),
            self,
        )
        text.setProperty("role", "dim")
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.choose = QPushButton(self.tr("Choose pictures"), self)
        self.choose.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(title, 0, Qt.AlignmentFlag.AlignCenter)
        column.addWidget(text, 0, Qt.AlignmentFlag.AlignCenter)
        column.addSpacing(8)
        column.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the dashed edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color("line"), 2, Qt.PenStyle.DashLine))
        box = self.rect().toRectF().adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, _DASH_RADIUS, _DASH_RADIUS)


class TryDialog(QDialog):
    """Drop or choose pictures; each gets an answer."""

    add_folder_requested = Signal(Path)

    def __init__(
        self, engine: Engine, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._paths: list[Path] = []
        self._found: dict[Path, TriedPicture | Unreadable] = {}
        self._at_home: set[Path] = set()  # lie in a folder of the library
        self._asking: Path | None = None
        self.words = TriedWords(engine, background, self)
        self.words.sharpened.connect(self._sharpen)
        self.words.noted.connect(self._show_note)
        self.finished.connect(self.words.stop)
        self.setWindowTitle(self.tr("Try a picture"))
        self.setAcceptDrops(True)
        self.resize(880, 600)
        self.zone = DropZone(self)
        self.zone.choose.clicked.connect(self._choose)
        self._work = self._work_page()
        self._pages = QStackedLayout()
        self._pages.addWidget(self.zone)
        self._pages.addWidget(self._work)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(self._pages, 1)
        column.addLayout(self._buttons())
        self._show_current()

    def _work_page(self) -> QWidget:
        page = QWidget(self)
        self.list = QListWidget(page)
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.setIconSize(QSize(16, 16))
        self.list.setAccessibleName(self.tr("Pictures to try"))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._row_changed)
        self.preview = Preview(page)
        self.preview.setMinimumHeight(240)
        self.preview.setMaximumHeight(16_777_215)
        self.preview.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.preview.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.name = QLabel(page)
        self.name.setProperty("role", "dim")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.answer = Answer(page)
        self.answer.setFixedWidth(_ANSWER_WIDTH)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.preview, 1)
        middle.addWidget(self.name)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.list)
        row.addLayout(middle, 1)
        row.addWidget(self.answer)
        return page

    def _buttons(self) -> QHBoxLayout:
        self.promise = QLabel(self)
        self.promise.setProperty("role", "dim")
        self.again = QPushButton(self.tr("Choose others…"), self)
        self.again.clicked.connect(self._choose)
        self.add_folder = QPushButton(icon("add-folder", "text"), self.tr("Add its folder…"), self)
        self.add_folder.setToolTip(
            self.tr("Add the folder this picture lies in to your library, and label all of it")
        )
        self.add_folder.clicked.connect(self._add_folder)
        close = QPushButton(self.tr("Close"), self)
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.promise)
        row.addStretch(1)
        for button in (self.again, self.add_folder, close):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    # Trying

    @property
    def current(self) -> Path | None:
        """The picture that is shown."""
        row = self.list.currentRow()
        return self._paths[row] if 0 <= row < len(self._paths) else None

    def try_paths(self, paths: Sequence[Path]) -> None:
        """Try these pictures; the first of them is shown at once."""
        fresh = list(dict.fromkeys(path for path in paths if path not in self._paths))
        first = next(iter(paths), None)
        if first is None:
            return
        self._paths += fresh
        for path in fresh:
            item = QListWidgetItem(icon("picture"), printable(path.name))
            item.setToolTip(printable(str(path)))
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.list.addItem(item)
        self.list.setVisible(len(self._paths) > 1)
        self.list.setCurrentRow(self._paths.index(first))
        self._show_current()
        self._ask()

    def look_at_folders(self) -> None:
        """Find out anew which pictures lie in the library: its folders have changed."""
        folders, asked = self._engine.library.folders, tuple(self._paths)

        def work() -> set[Path]:
            return {path for path in asked if folders.holding(path.parent) is not None}

        def done(at_home: set[Path]) -> None:
            self._at_home = self._at_home.difference(asked) | at_home
            self._show_place()

        self._background.run(work, done, owner=self)

    def _ask(self) -> None:
        """Ask for one picture after the other; the one looked at comes first."""
        if self._asking is not None:
            return
        waiting = [path for path in self._paths if path not in self._found]
        if not waiting:
            return
        shown = self.current
        path = shown if shown is not None and shown in waiting else waiting[0]
        self._asking = path
        engine = self._engine

        def work() -> tuple[TriedPicture | Unreadable, bool]:
            at_home = engine.library.folders.holding(path.parent) is not None
            return next(engine.try_pictures([path], every=True)), at_home

        def done(answer: tuple[TriedPicture | Unreadable, bool]) -> None:
            self._keep(*answer)

        def failed(error: Exception) -> None:
            self._keep(Unreadable(path, self._background.sentence(error)), False)

        self._background.run(work, done, failed, owner=self)

    def _keep(self, found: TriedPicture | Unreadable, at_home: bool) -> None:
        path, self._asking = found.path, None
        self._found[path] = found
        if at_home:
            self._at_home.add(path)
        if isinstance(found, Unreadable) and path in self._paths:
            self.list.item(self._paths.index(path)).setIcon(icon("problem", "warn"))
        if path == self.current:
            self._show_current()
        if isinstance(found, TriedPicture):
            self.words.want(found)
        self._ask()

    def _sharpen(self, tried: TriedPicture) -> None:
        """Its words are known: the answer stays where it is, only the labels may change."""
        self._found[tried.path] = tried
        if tried.path == self.current:
            self.answer.show_tried(tried, self._gate_note(tried))

    def _show_note(self, path: Path) -> None:
        if path == self.current and isinstance(self._found.get(path), TriedPicture):
            self.answer.show_words(self.words.note(path))

    # Showing

    def _row_changed(self, row: int) -> None:
        if 0 <= row < len(self._paths):
            self._show_current()

    def _show_current(self) -> None:
        path = self.current
        self._show_place()
        self._pages.setCurrentWidget(self.zone if path is None else self._work)
        self.words.look_at(path)
        if path is None:
            return
        found = self._found.get(path)
        self.preview.setAccessibleName(printable(path.name))
        if found is None:
            self.preview.set_images(())
            self._set_name(printable(path.name))
            self.answer.say(self.tr("Looking at the picture…"), attention=False)
        elif isinstance(found, TriedPicture):
            self.preview.set_images([_image(found)])
            self._set_name(f"{printable(path.name)} · {found.width} × {found.height}")
            self.answer.show_tried(found, self._gate_note(found))
            self.answer.show_words(self.words.note(path))
        else:
            self.preview.set_images(())
            self._set_name(printable(path.name))
            self.answer.say(found.message, attention=True)

    def _show_place(self) -> None:
        """Say whether the picture lies in the library, and offer its folder if it does not."""
        path = self.current
        at_home = path in self._at_home
        for shown in (self.again, self.promise):
            shown.setVisible(path is not None)
        self.add_folder.setVisible(path is not None and not at_home)
        self.promise.setText(
            self.tr("Its folder is in your library.")
            if at_home
            else self.tr("Not added to your library.")
        )

    def _set_name(self, text: str) -> None:
        self.name.setText(text)
        self.name.setToolTip(text)

    def _gate_note(self, tried: TriedPicture) -> str:
        """Return why the labels behind a gate are not shown normally for this picture."""
        kept_back = {label.pack for label in tried.every if label.gated}
        packs = {pack.id: pack for pack in self._engine.packs}
        for pack in (packs[each] for each in sorted(kept_back) if each in packs):
            gate = pack.gate
            if gate is None:
                continue
            key = f"{gate.pack}/{gate.label}"
            names = [label.name for label in tried.every if label.key == key]
            if names:
                text = self.tr("Not a {label}, so not shown normally:")
                return text.replace("{label}", names[0])
        return self.tr("Not shown normally for such a picture:")

    # Choosing

    def _choose(self) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(PICTURE_SUFFIXES))
        start = str(self.current.parent) if self.current is not None else ""
        names, _ = QFileDialog.getOpenFileNames(
            self,
            self.tr("Choose pictures"),
            start,
            f"{self.tr('Pictures')} ({patterns});;{self.tr('All files')} (*)",
        )
        self.try_paths([Path(name) for name in names])

    def _add_folder(self) -> None:
        if self.current is not None:
            self.add_folder_requested.emit(self.current.parent)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Try what was dropped."""
        urls = event.mimeData().urls()
        self.try_paths([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])
        event.acceptProposedAction()


def _image(tried: TriedPicture) -> QImage:
    height, width, _ = tried.pixels.shape
    kind = QImage.Format.Format_RGB888
    return QImage(tried.pixels.tobytes(), width, height, 3 * width, kind).copy()
