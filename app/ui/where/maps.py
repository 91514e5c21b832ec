"""Asks why photos have labels, one question at a time, and keeps only the newest answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from app.imaging.spotlight import lit_boxes, spotlight
from app.ui.where.words import (
    found_text,
    line_text,
    nothing_text,
    place_text,
    told_text,
    waiting_text,
    weighing_text,
    why_text,
)

if TYPE_CHECKING:
    from app.engine import Engine, Sighting, Told, ToldLine
    from app.ui.background import Background

_SLOW_MS: Final = 200
"""After this long without an answer a word says that one is on its way."""
_MOST_LINES: Final = 5
"""Lines that are shown of those that raise or lower a label: more would hide the picture."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shown.

    Attributes:
        photo_id: The photo.
        key: The label's key.
        name: What people read.
        probability: 0..1, as it stands beside the label; None where no pack told one.
    """

    photo_id: int
    key: str
    name: str
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """What to lay over a photo.

    Attributes:
        image: The overlay, to be stretched over the whole photo; null where there is none.
        lit: Boxes in shares of the photo (left, top, width, height) that together hold what the
            light falls on.
        caption: One sentence to write below it; may be empty.
        spoken: The same for those who cannot see the overlay: it names the place, too.
        note: One sentence about the words in the photo; empty for labels of packs that do not read.
        lines: The few lines that raise or lower the label most, the strongest first.
    """

    image: QImage = field(default_factory=QImage)
    caption: str = ""
    spoken: str = ""
    note: str = ""
    lines: tuple[ToldLine, ...] = ()
    lit: tuple[tuple[float, float, float, float], ...] = ()


NOWHERE: Final = Where()


class WhereMaps(QObject):
    """Turns a wish into what is laid over the photo.

    The light comes first; where the label's pack reads, what the words do to it follows. The engine
    is asked one question at a time: while it works, newer wishes replace each other, and an answer
    that nobody wishes for any more is dropped. What is shown always belongs to the photo wished
    for; on the same photo the last label stays until the next is ready, so nothing flickers.
    """

    changed = Signal()
    """``shown`` is something else now."""

    def __init__(
        self, engine: Engine, background: Background, parent: QObject, *, longest: int
    ) -> None:
        """Ask about an engine's photos.

        Args:
            engine: Answers.
            background: Where it does.
            parent: As for any QObject.
            longest: Of the overlays' longer sides, in pixels.
        """
        super().__init__(parent)
        self._engine = engine
        self._background = background
        self._longest = longest
        self._wish: Wish | None = None
        self._asked: Wish | None = None
        self._answered: Wish | None = None
        self._lit: Where | None = None
        self.shown = NOWHERE
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_MS)
        self._slow.timeout.connect(self._say_slow)

    @property
    def wish(self) -> Wish | None:
        """What is to be shown; None for nothing."""
        return self._wish

    @property
    def waiting(self) -> bool:
        """True while the answer to the newest wish is not here."""
        return self._wish is not None and self._wish != self._answered

    def show(self, wish: Wish) -> None:
        """Show where a label was seen as soon as that is known."""
        if wish == self._wish:
            return
        before, self._wish = self._wish, wish
        self._lit = None
        if before is None or before.photo_id != wish.photo_id:
            self._set(NOWHERE)
        refusal = self._engine.evidence.refusal(wish.key)
        if refusal is not None:
            self._answer(wish, Where(caption=refusal, spoken=refusal))
            return
        self._slow.start()
        self._ask()

    def drop(self) -> None:
        """Show nothing, at once."""
        self._wish = self._answered = self._lit = None
        self._slow.stop()
        self._set(NOWHERE)

    def look_again(self) -> None:
        """The words of the photo may have been read, or erased, in the meantime."""
        wish = self._wish
        if wish is not None and wish == self._answered and self._reads(wish):
            self._answered = None
            self._weigh(wish)

    def _ask(self) -> None:
        if self._asked is not None or self._wish is None:
            return
        wish = self._asked = self._wish

        def work() -> Where | None:
            # Read from another thread: an outdated answer only means one step more of work.
            seen = self._engine.evidence.of_photo(
                wish.photo_id, wish.key, lambda: self._wish != wish
            )
            return None if seen is None else drawn(seen, wish, self._longest)

        self._background.run(work, self._take, self._fail, owner=self)

    def _take(self, where: Where | None) -> None:
        asked, self._asked = self._asked, None
        if where is None or asked is None or asked != self._wish:
            self._go_on()
        elif self._engine.evidence.reads(asked.key):
            self._lit = where
            self._set(where)
            self._weigh(asked)
        else:
            self._answer(asked, where)

    def _fail(self, error: Exception) -> None:
        asked, self._asked = self._asked, None
        if asked is not None and asked == self._wish:
            sentence = self._background.sentence(error)
            self._answer(asked, Where(caption=sentence, spoken=sentence))
        else:
            self._go_on()

    def _reads(self, wish: Wish) -> bool:
        return self._lit is not None and self._engine.evidence.reads(wish.key)

    def _weigh(self, wish: Wish) -> None:
        self._asked = wish
        self._slow.start()

        def work() -> Told | None:
            return self._engine.evidence.words_of_photo(
                wish.photo_id, wish.key, lambda: self._wish != wish
            )

        self._background.run(work, self._take_told, self._fail_told, owner=self)

    def _take_told(self, told: Told | None) -> None:
        self._tell(None if told is None else lambda lit: with_words(lit, told))

    def _fail_told(self, error: Exception) -> None:
        sentence = self._background.sentence(error)
        self._tell(lambda lit: replace(lit, note=sentence, spoken=f"{lit.spoken}. {sentence}"))

    def _tell(self, add: Callable[[Where], Where] | None) -> None:
        asked, self._asked = self._asked, None
        if add is not None and asked is not None and asked == self._wish and self._lit is not None:
            self._answer(asked, add(self._lit))
        else:
            self._go_on()

    def _go_on(self) -> None:
        if self.waiting:
            self._ask()

    def _answer(self, wish: Wish, where: Where) -> None:
        self._answered = wish
        self._slow.stop()
        self._set(where)

    def _say_slow(self) -> None:
        if self._wish is None:
            return
        if self._lit is None:
            text = waiting_text(self._wish.name)
            self._set(Where(caption=text, spoken=text))
        elif not self.shown.note:
            self._set(replace(self.shown, note=weighing_text()))

    def _set(self, where: Where) -> None:
        if where != self.shown:
            self.shown = where
            self.changed.emit()


def drawn(seen: Sighting, wish: Wish, longest: int) -> Where:
    """Return what to lay over the photo; for the background.

    Args:
        seen: Where the label was seen.
        wish: What was asked for.
        longest: The overlay's longer side in pixels.
    """
    if seen.evidence is None:
        text = why_text(wish.name, wish.probability)
        return Where(caption=text, spoken=text)
    spot = seen.spot
    if spot is None:
        text = nothing_text(wish.name)
        return Where(caption=text, spoken=text)
    scale = longest / max(seen.width, seen.height)
    width, height = max(round(seen.width * scale), 1), max(round(seen.height * scale), 1)
    overlay = spotlight(seen.evidence, height=height, width=width)
    kind = QImage.Format.Format_RGBA8888
    image = QImage(overlay.tobytes(), width, height, 4 * width, kind)
    # Qt draws this format fastest; the copy also keeps the pixels alive.
    ready = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    text = found_text(wish.name, wish.probability)
    spoken = f"{text}: {place_text(seen, spot)}"
    return Where(ready, text, spoken, lit=lit_boxes(seen.evidence))


def with_words(lit: Where, told: Told) -> Where:
    """Return what to lay over a photo with what its words do to the label.

    Args:
        lit: The light.
        told: What the words do.
    """
    lines, note = told.lines[:_MOST_LINES], told_text(told)
    said = [lit.spoken, note, *map(line_text, lines)]
    return replace(lit, note=note, lines=lines, spoken=". ".join(s.rstrip(".") for s in said))
