"""What the keys do in the grid."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.ui.grid.layout import GridLayout

_KEY = Qt.Key
_ROWS: Final = {_KEY.Key_Up: -1, _KEY.Key_Down: 1}
_PAGES: Final = {_KEY.Key_PageUp: -1, _KEY.Key_PageDown: 1}
_STEPS: Final = {_KEY.Key_Left: -1, _KEY.Key_Right: 1}


def destination(
    key: int, layout: GridLayout, current: int | None, height: int, *, mirrored: bool = False
) -> int | None:
    """Return the photo that a key moves to, or None if the key does not move.

    Args:
        key: A ``Qt.Key``.
        layout: Where the photos lie; it has at least one.
        current: The photo with the focus; from None every moving key but End goes to the first.
        height: Of the viewport, in pixels.
        mirrored: The window is laid out from right to left.
    """
    pressed = _KEY(key)
    last = layout.total - 1
    if pressed == _KEY.Key_Home:
        return 0
    if pressed == _KEY.Key_End:
        return last
    if pressed not in _STEPS and pressed not in _ROWS and pressed not in _PAGES:
        return None
    if current is None:
        return 0
    if pressed in _STEPS:
        step = -_STEPS[pressed] if mirrored else _STEPS[pressed]
        return min(max(current + step, 0), last)
    rows = _ROWS.get(pressed) or _PAGES[pressed] * layout.rows_in(height)
    return layout.below(current, rows)


def typed_text(event: QKeyEvent) -> str:
    """Return what a key press writes, if it belongs into the search field; else nothing."""
    text = event.text()
    commanding = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    if event.modifiers() & commanding or not text.isprintable() or text.isspace():
        return ""
    return text
