"""The `lumitag` command: opens the window, or works without one."""

from app.cli.main import main, window

__all__ = ["main", "window"]
