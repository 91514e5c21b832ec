"""The viewer's "Where": a light on what a label was seen in, and the labels to choose from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.labeling.label import KIND
from app.library.records import Verdict
from app.ui.background import Latest
from app.ui.inspector.flow import Flow
from app.ui.theme import DARK, font
from app.ui.where.caption import TEXT
from app.ui.where.maps import NOWHERE, Where, WhereMaps, Wish

if TYPE_CHECKING:
    from app.engine import Engine
    from app.search.results import PhotoLabel
    from app.ui.background import Background

_LONGEST: Final = 960
"""Of the overlay, in pixels: it is smooth, so a large screen shows no more of it."""
_MOST: Final = 8
"""Labels to choose from: a photo shows three to eight."""
CHIP_HEIGHT: Final = 28
_CHIP_EDGE: Final = 12
_CHIP_LONGEST: Final = 180
_CHIPS_APART: Final = 6
_CHIP: Final = QColor(0, 0, 0, 150)
_CHIP_HOVER: Final = QColor(60, 66, 78, 220)


class LabelChip(QAbstractButton):
    """A label to choose, on the dark ground."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFont(font())
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return room for the name."""
        text = min(QFontMetrics(font()).horizontalAdvance(self.text()), _CHIP_LONGEST)
        return QSize(text + 2 * _CHIP_EDGE, CHIP_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw a plate, light for the chosen label, and the name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        painter.setPen(QPen(TEXT, 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(
            QColor(DARK.accent) if chosen else _CHIP_HOVER if self.underMouse() else _CHIP
        )
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(QColor(DARK.on_accent) if chosen else TEXT)
        painter.setFont(self.font())
        room = self.rect().adjusted(_CHIP_EDGE, 0, -_CHIP_EDGE, 0)
        text = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width() + 1
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


class LabelChips(QWidget):
    """A row of labels, one of them chosen; in a narrow window it goes on below."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.chips: list[LabelChip] = []
        self._row = Flow(apart=_CHIPS_APART, below=_CHIPS_APART)
        self.setLayout(self._row)
        self.hide()

    def set_labels(self, names: tuple[str, ...], chosen: int) -> None:
        """Show these labels, ``chosen`` (a position) as the chosen one."""
        while len(self.chips) < len(names):
            self._add()
        for at, chip in enumerate(self.chips):
            chip.setVisible(at < len(names))
            if at < len(names):
                chip.setText(names[at])
                chip.setAccessibleName(self.tr("Where is “{label}”").replace("{label}", names[at]))
                chip.setChecked(at == chosen)
                chip.updateGeometry()

    def fit(self, width: int) -> None:
        """Take as much room as the labels need, and no more than a width."""
        wide = min(self._row.sizeHint().width(), max(width, 1))
        self.resize(wide, self._row.heightForWidth(wide))

    def _add(self) -> None:
        chip = LabelChip(self)
        at = len(self.chips)
        chip.clicked.connect(lambda: self.chosen.emit(at))
        self.chips.append(chip)
        self._row.addWidget(chip)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is known of a photo.

    Attributes:
        labels: Those that it shows, in the order in which they are listed.
        written: Whether words were found in it.
    """

    labels: tuple[PhotoLabel, ...]
    written: bool


class ViewerWhere(QObject):
    """Knows whether "Where" is on, for which photo and for which of its labels.

    A label that was chosen stays for the photos that show it; else a photo begins with the one
    that is asked for most: see ``_begin_with``.
    """

    changed = Signal()
    """``where``, ``on`` or the labels are different now."""

    def __init__(
        self, engine: Engine, background: Background, chips: LabelChips, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._latest = Latest(background)
        self._chips = chips
        self._photo: int | None = None
        self._labels: tuple[PhotoLabel, ...] = ()
        self._key = ""
        self._by_hand = False
        self._nothing = ""
        self.on = False
        self.maps = WhereMaps(engine, background, self, longest=_LONGEST)
        self.maps.changed.connect(self.changed)
        chips.chosen.connect(self._prefer)

    @property
    def where(self) -> Where:
        """What to lay over the photo."""
        if not self.on:
            return NOWHERE
        if self._nothing:
            return Where(caption=self._nothing, spoken=self._nothing)
        return self.maps.shown

    @property
    def known(self) -> bool:
        """True when the labels to choose from are here, or that there are none."""
        return bool(self._labels or self._nothing)

    @property
    def settled(self) -> bool:
        """True when what was asked for is here."""
        return not (self._latest.waiting or self.maps.waiting)

    def look_at(self, photo_id: int) -> None:
        """Another photo is looked at; the light goes at once, and comes back for the new one."""
        self._photo = photo_id
        self._forget()
        if self.on:
            self._ask()

    def look_again(self) -> None:
        """The words of the photo may have been read in the meantime."""
        if self.on:
            self.maps.look_again()

    def toggle(self) -> None:
        """Turn it on or off."""
        if self.on:
            self.end()
        elif self._photo is not None:
            self.on = True
            self._ask()

    def next(self) -> None:
        """Go to the next label, and from the last to the first; turn it on if it is off."""
        if not self.on:
            self.toggle()
        elif self._labels:
            keys = [label.key for label in self._labels]
            at = keys.index(self._key) if self._key in keys else -1
            self._prefer((at + 1) % len(keys))

    def end(self) -> None:
        """Turn it off, at once."""
        self.on = False
        if not self._by_hand:
            self._key = ""
        self._forget()

    def _forget(self) -> None:
        self._latest.forget()
        self._labels = ()
        self._nothing = ""
        self._chips.hide()
        self.maps.drop()
        self.changed.emit()

    def _ask(self) -> None:
        photo = self._photo
        if photo is None:
            return
        self._latest.run(_ask_labels(self._engine, photo), self._take)
        self.changed.emit()

    def _take(self, asked: _Asked) -> None:
        labels = asked.labels
        refusals = [self._engine.evidence.refusal(label.key) for label in labels]
        self._labels = tuple(
            label for label, refusal in zip(labels, refusals, strict=True) if refusal is None
        )[:_MOST]
        if not self._labels:
            self._nothing = (refusals[0] if refusals else None) or self.tr(
                "Nothing was recognised here for sure, so there is nothing to point at."
            )
            self.changed.emit()
            return
        at = self._at_before()
        self._choose(_begin_with(self._labels, self._reads(asked)) if at is None else at)

    def _at_before(self) -> int | None:
        """Return where the label of the photo before stands; None: begin anew.

        A kind of picture only stays where somebody chose it: it is begun with for want of better.
        """
        stays = (at for at, each in enumerate(self._labels) if each.key == self._key)
        at = next(stays, None)
        if at is None or self._by_hand or self._labels[at].group != KIND:
            return at
        return None

    def _reads(self, asked: _Asked) -> frozenset[str]:
        """Return the labels of packs for which the words in this photo count."""
        if not asked.written:
            return frozenset()
        keys = (label.key for label in self._labels)
        return frozenset(key for key in keys if self._engine.evidence.reads(key))

    def _prefer(self, at: int) -> None:
        self._by_hand = True
        self._choose(at)

    def _choose(self, at: int) -> None:
        label = self._labels[at]
        if self._photo is None:
            return
        self._key = label.key
        self._chips.set_labels(tuple(each.name for each in self._labels), at)
        self._chips.show()
        self.maps.show(Wish(self._photo, label.key, label.name, label.probability))
        self.changed.emit()


def _begin_with(labels: Sequence[PhotoLabel], reads: Collection[str]) -> int:
    """Return where the label stands that a photo begins with.

    That of a poster is asked for its genre: whoever wonders about a label hardly wonders why a
    poster is one.

    Args:
        labels: At least one, in the order in which they are listed.
        reads: The keys of those to which the words in the photo say something.
    """

    def rank(at: int) -> int:
        if labels[at].group == KIND:
            return 2
        return 0 if labels[at].key in reads else 1

    # Of equals the first.
    return min(range(len(labels)), key=rank)


def _ask_labels(engine: Engine, photo_id: int) -> Callable[[], _Asked]:
    """Return the work that finds the labels a photo shows, and whether words were found in it."""

    def work() -> _Asked:
        engine.refresh()
        [found] = engine.labels_of([photo_id])
        shown = (label for label in found.labels if label.shown)
        labels = tuple(label for label in shown if label.verdict is not Verdict.REJECTED)
        return _Asked(labels, written=bool(engine.words.of(photo_id).lines))

    return work
