"""What keeps pictures from being labelled or read, told once and not with every batch."""

from collections.abc import Iterator

from app.errors import LumitagError
from app.indexing.events import Notice
from app.labeling.labeler import Labeler


class Notices:
    """Notices about label packs and reading; the same is not told again until ``begin_anew``."""

    def __init__(self, labeler: Labeler) -> None:
        self._labeler = labeler
        self._told: set[str] = set()

    def begin_anew(self) -> None:
        """Tell everything again that is still so: somebody asked."""
        self._told.clear()

    def fresh(self, trouble: LumitagError | None = None) -> Iterator[Notice]:
        """What was not told yet.

        Args:
            trouble: Why a batch has no labels, if so.
        """
        messages = [str(error) for error in tuple(self._labeler.errors)]
        if trouble is not None:
            messages.append(f"{trouble} The pictures are stored and will be labelled later.")
        for message in messages:
            yield from self.once(message)

    def once(self, message: str) -> Iterator[Notice]:
        """Tells a sentence unless it was told."""
        if message not in self._told:
            self._told.add(message)
            yield Notice(message)
