"""The files that could not be read, as a table: what happened, in plain words, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from app.imaging.errors import Reason
from app.ui.icons import icon
from app.ui.wording import printable

if TYPE_CHECKING:
    from app.library.records import Failure

Index = QModelIndex | QPersistentModelIndex

NAME, FOLDER, REASON, ADVICE = range(4)
_ROOT: Final = QModelIndex()


def reason_word(reason: str) -> str:
    """Return the kind of trouble in a word or two, "Cut off"."""
    tr = QCoreApplication.translate
    words = {
        Reason.EMPTY: tr("problems", "Empty"),
        Reason.TRUNCATED: tr("problems", "Cut off"),
        Reason.NOT_A_PICTURE: tr("problems", "Not a picture"),
        Reason.UNSUPPORTED: tr("problems", "Unknown format"),
        Reason.TOO_LARGE: tr("problems", "Too large"),
        Reason.NO_PERMISSION: tr("problems", "No permission"),
        Reason.MISSING: tr("problems", "Gone"),
    }
    return words.get(_known(reason), tr("problems", "Unreadable"))


def advice(reason: str) -> str:
    """Return what the user can do about it."""
    tr = QCoreApplication.translate
    copy_again = tr("problems", "Copy it again from where it came, then try again.")
    words = {
        Reason.EMPTY: copy_again,
        Reason.TRUNCATED: copy_again,
        Reason.NOT_A_PICTURE: tr("problems", "Give it the right ending, or leave it as it is."),
        Reason.UNSUPPORTED: tr("problems", "Save it as JPEG or PNG with another program."),
        Reason.TOO_LARGE: tr("problems", "Save a smaller copy of it with another program."),
        Reason.NO_PERMISSION: tr("problems", "Allow your account to read it, then try again."),
        Reason.MISSING: tr("problems", "It was moved while it was read: try again."),
    }
    damaged = tr("problems", "Copy it again, or check its drive, then try again.")
    return words.get(_known(reason), damaged)


def _known(reason: str) -> Reason:
    return Reason(reason) if reason in tuple(Reason) else Reason.UNREADABLE


class ProblemsModel(QAbstractTableModel):
    """One row a file; ``UserRole`` gives the failure itself."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._failures: tuple[Failure, ...] = ()
        self._icon = icon("problem", "warn")

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All files that could not be read."""
        return self._failures

    def set_failures(self, failures: Sequence[Failure]) -> None:
        """Show these files."""
        self.beginResetModel()
        self._failures = tuple(failures)
        self.endResetModel()

    def counts(self) -> list[tuple[str, int]]:
        """Return how many files there are of each kind of trouble, most first."""
        return Counter(reason_word(failure.reason) for failure in self._failures).most_common()

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Return how many files there are."""
        return 0 if parent.isValid() else len(self._failures)

    def columnCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Return the number of columns."""
        return 0 if parent.isValid() else 4

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """Return a column's name."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        names = (self.tr("File"), self.tr("Folder"), self.tr("Reason"), self.tr("What to do"))
        return names[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, icon or tooltip, or the failure."""
        failure = self._failures[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return failure
        if role == Qt.ItemDataRole.DecorationRole and index.column() == NAME:
            return self._icon
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(failure, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            if index.column() in (NAME, FOLDER):
                return printable(str(failure.path))
            return self._text(failure, index.column())
        return None

    def _text(self, failure: Failure, column: int) -> str:
        if column == NAME:
            return printable(failure.path.name)
        if column == FOLDER:
            return printable(str(failure.path.parent))
        if column == REASON:
            return failure.message
        if failure.offline:
            return self.tr("Plug its drive in, then try again.")
        return advice(failure.reason)


class ProblemsFilter(QSortFilterProxyModel):
    """Sorts as people do, and shows one kind of trouble or all."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._word = ""
        self.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setSortLocaleAware(True)

    def show_only(self, word: str) -> None:
        """Show one kind of trouble by its word; "" shows all."""
        self.beginFilterChange()
        self._word = word
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:  # noqa: N802
        """Return whether a row is of the kind that is shown."""
        if not self._word:
            return True
        index = self.sourceModel().index(row, NAME, parent)
        return reason_word(index.data(Qt.ItemDataRole.UserRole).reason) == self._word
