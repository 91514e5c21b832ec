"""The window: Qt widgets over the engine; the only place that imports PySide6."""
