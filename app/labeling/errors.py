"""What can be wrong with a label pack, and with the engine that runs it."""

from pathlib import Path

from app.errors import LumitagError


class PackError(LumitagError):
    """A label pack that cannot be used, and why.

    Attributes:
        directory: the pack's folder.
    """

    def __init__(self, directory: Path, why: str) -> None:
        self.directory = directory
        super().__init__(f"The label pack {directory} cannot be used: {why}")


class RuntimeUnavailableError(LumitagError):
    """ONNX Runtime itself cannot be loaded."""
