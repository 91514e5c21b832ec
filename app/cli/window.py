"""`lumitag` with no command opens the window; `lumitag screenshot` draws it without a display."""

import argparse
import os
import sys

from app.cli.output import print_problem

_NO_DISPLAY = (
    "There is no display to open a window on; lumitag index, lumitag search, lumitag label and "
    "lumitag screenshot work without one."
)


def open_window(asked: argparse.Namespace) -> int:
    """Open the window on the library, with folders to add."""
    if not has_display():
        print_problem(_NO_DISPLAY)
        return 2
    from app.ui.app import run

    return run(library=asked.library, device=asked.device, folders=asked.folders)


def run_screenshot(asked: argparse.Namespace) -> int:
    """Draw the real window into a PNG file."""
    from app.engine import Engine
    from app.ui.screenshot import save

    with Engine.open(asked.library, device=asked.device) as engine:
        save(engine, asked.output, query=asked.query, size=asked.size, scheme=asked.theme)
    return 0


def has_display() -> bool:
    """Return whether a window can be opened here."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
