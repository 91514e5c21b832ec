"""Which lines of text are selected: a run from the line begun with, as in any text."""

from __future__ import annotations


class LineSelection:
    """Positions of lines; they are selected one by one, as a run, or all."""

    def __init__(self) -> None:
        self._chosen: set[int] = set()
        self._anchor: int | None = None
        self._current: int | None = None

    @property
    def lines(self) -> tuple[int, ...]:
        """The selected positions, ascending."""
        return tuple(sorted(self._chosen))

    @property
    def current(self) -> int | None:
        """The line chosen last."""
        return self._current

    def __contains__(self, at: object) -> bool:
        return at in self._chosen

    def none(self) -> None:
        """Select nothing."""
        self._chosen.clear()
        self._anchor = self._current = None

    def only(self, at: int) -> None:
        """Select one line; a run begins there."""
        self._chosen = {at}
        self._anchor = self._current = at

    def toggle(self, at: int) -> None:
        """Select one line more, or one less."""
        self._chosen ^= {at}
        self._anchor = self._current = at

    def extend(self, at: int) -> None:
        """Select the run from the line begun with to this one."""
        start = at if self._anchor is None else self._anchor
        self._chosen = set(range(min(start, at), max(start, at) + 1))
        self._anchor, self._current = start, at

    def all(self, total: int) -> None:
        """Select every line of so many."""
        self._chosen = set(range(total))
        self._anchor, self._current = (0, total - 1) if total else (None, None)

    def step(self, steps: int, total: int) -> None:
        """Extend the run by the keyboard; without a run begin with the first or last line."""
        if not total:
            return
        if self._current is None:
            self.only(0 if steps > 0 else total - 1)
        else:
            self.extend(min(max(self._current + steps, 0), total - 1))
