"""Shows over the preview why a photo has a label: the one pointed at, walked to, or held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from app.ui.inspector.preview import HEIGHT, Preview
from app.ui.where.maps import WhereMaps, Wish

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.engine import Engine
    from app.ui.background import Background
    from app.ui.inspector.label_rows import LabelRows

_REST_MS: Final = 250
"""So long the pointer or the keyboard rests on a label before a picture is read for it."""
_NEXT_MS: Final = 80
"""The same once a map is shown: the photo has been read, and the user is looking for this."""
_LEAVE_MS: Final = 40
"""The pointer is between two rows for less; without this, the map would blink there."""
_LONGEST: Final = 2 * HEIGHT


class RowWhere(QObject):
    """Decides of which label the map is shown.

    The label under the pointer wins over the one that the keyboard is at, and that over the one
    that is held (asked for by button or key). Escape ends all of it.
    """

    def __init__(
        self,
        engine: Engine,
        background: Background,
        *,
        rows: LabelRows,
        preview: Preview,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._rows = rows
        self._preview = preview
        self._photo: int | None = None
        self._pointed: str | None = None
        self._walked: str | None = None
        self._held: str | None = None
        self._ended_at: str | None = None
        self.maps = WhereMaps(engine, background, self, longest=_LONGEST)
        self.maps.changed.connect(self._show)
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._look)
        self._leave = QTimer(self, singleShot=True, interval=_LEAVE_MS)
        self._leave.timeout.connect(self._look)
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), parent)
        self._escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._escape.setEnabled(False)
        self._escape.activated.connect(self.end)
        rows.offer_where(self._can_say)
        rows.pointed.connect(self._point)
        rows.walked_to.connect(self._walk)
        rows.where_asked.connect(self._hold)

    def set_photo(self, photo_id: int | None) -> None:
        """Look at this photo from now on; None where several are selected, or none."""
        if photo_id != self._photo:
            self._photo = photo_id
            self.end()
            self._ended_at = None

    def look_again(self) -> None:
        """The labels or the words of the photo may be others now."""
        if self.maps.wish is not None:
            self._look()
            self.maps.look_again()

    def end(self) -> None:
        """Show the bare photo, until the user looks at another label."""
        self._ended_at = self._pointed
        self._pointed = self._walked = None
        self._set_held(None)
        self._look()

    @property
    def _target(self) -> str | None:
        return self._pointed or self._walked or self._held

    def _can_say(self, key: str) -> bool:
        return self._engine.evidence.refusal(key) is None

    def _point(self, key: str, here: bool) -> None:
        if not here:
            self._ended_at = None
            if self._pointed == key:
                self._pointed = None
                self._leave.start()
        elif key not in (self._pointed, self._ended_at) and self._may_rest_on(key):
            self._leave.stop()
            self._pointed = key
            self._rest_a_while()

    def _walk(self, key: str, here: bool) -> None:
        if not here and self._walked == key:
            self._walked = None
            self._leave.start()
        elif here and self._may_rest_on(key):
            self._leave.stop()
            self._walked = key
            self._rest_a_while()

    def _may_rest_on(self, key: str) -> bool:
        """A label that nothing was seen of is no reason to speak up; asked for, it says why."""
        return self._photo is not None and self._can_say(key)

    def _rest_a_while(self) -> None:
        self._rest.start(_REST_MS if self.maps.wish is None else _NEXT_MS)

    def _hold(self, key: str) -> None:
        if self._photo is None:
            return
        if self._held == key:
            self.end()
            return
        self._set_held(key)
        self._ended_at = self._pointed = self._walked = None
        self._look()

    def _set_held(self, key: str | None) -> None:
        self._held = key
        self._rows.hold_where(key)

    def _look(self) -> None:
        self._rest.stop()
        self._leave.stop()
        state = next((each for each in self._rows.states if each.key == self._target), None)
        if state is None or self._photo is None:
            self.maps.drop()
        else:
            self.maps.show(Wish(self._photo, state.key, state.name, state.probability))
        self._escape.setEnabled(self.maps.wish is not None)

    def _show(self) -> None:
        self._preview.show_where(self.maps.shown)
