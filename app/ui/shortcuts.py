"""The keys of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

KEYS: Mapping[str, tuple[str, ...]] = {
    "search": ("Ctrl+F", "/"),
    "undo": ("Ctrl+Z",),
    "redo": ("Ctrl+Shift+Z", "Ctrl+Y"),
    "add folder": ("Ctrl+O",),
    "try": ("Ctrl+T",),
    "rescan": ("F5",),
    "full screen": ("F11",),
    "help": ("F1",),
    "left panel": ("F8", "Ctrl+B"),
    "right panel": ("F9", "Ctrl+I"),
    "settings": ("Ctrl+,",),
    "back": ("Alt+Left",),
    "forward": ("Alt+Right",),
    "larger": ("Ctrl++", "Ctrl+="),
    "smaller": ("Ctrl+-",),
    "add label": ("Ctrl+L",),
    "less sure": ("Ctrl+Shift+L",),
    "quit": ("Ctrl+Q",),
}
"""What the window does, and its keys; the first is the one that tooltips name."""


def install(window: QWidget, actions: Mapping[str, Callable[[], object]]) -> dict[str, QAction]:
    """Give the window its keys.

    Args:
        window: The keys work anywhere in its window.
        actions: What to do, by the names of ``KEYS``.

    Returns:
        The actions by name, so that one can be switched off.
    """
    installed = {}
    for name, call in actions.items():
        action = QAction(name, window)
        action.setShortcuts([QKeySequence(keys) for keys in KEYS[name]])
        action.triggered.connect(lambda _checked=False, call=call: call())
        window.addAction(action)
        installed[name] = action
    return installed
