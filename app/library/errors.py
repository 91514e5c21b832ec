"""What can go wrong with a library, each as one sentence that says what to do."""

from app.errors import LumitagError


class LibraryError(LumitagError):
    """The library cannot be opened, read or written."""


class NotALibraryError(LibraryError):
    """The file is there, but Lumitag did not make it (or it is damaged beyond reading)."""


class DamagedLibraryError(LibraryError):
    """The file was a library, but parts of it are unreadable."""


class NewerLibraryError(LibraryError):
    """The library was made by a newer Lumitag; it is left untouched."""


class ReadOnlyLibraryError(LibraryError):
    """The library, or the folder it lies in, cannot be written."""


class LibraryBusyError(LibraryError):
    """Another program holds the library for longer than we are willing to wait."""


class DiskFullError(LibraryError):
    """No room is left on the disk; the change was not made, everything before it is safe."""


class FolderError(LibraryError):
    """A folder cannot be added: it is missing, is a file, or may not be read."""


class LabelNameError(LibraryError):
    """A label cannot be made or decided: its name is empty or its key is malformed."""


class NameTakenError(LabelNameError):
    """Another label goes by a name already."""

    def __init__(self, label: str) -> None:
        super().__init__(f"There is a label “{label}” already; choose another name.")
