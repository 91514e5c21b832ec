"""Pause, resume and cancel, from any thread, for work that runs in another."""

import threading
from collections.abc import Callable


class Control:
    """The switch of one run. Cancelling is for good; a cancelled run is not paused."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._paused = False
        self._cancelled = False
        self._pauses = 0
        self._listeners: list[Callable[[], None]] = []

    @property
    def paused(self) -> bool:
        """Whether the run waits."""
        return self._paused and not self._cancelled

    @property
    def cancelled(self) -> bool:
        """Whether the run is to end."""
        return self._cancelled

    @property
    def pauses(self) -> int:
        """How often the run was paused so far."""
        return self._pauses

    def pause(self) -> None:
        """Let the run wait; what is being computed is finished, nothing new is begun."""
        self._change(paused=True)

    def resume(self) -> None:
        """Let the run go on."""
        self._change(paused=False)

    def cancel(self) -> None:
        """End the run; everything that was stored stays."""
        self._change(cancelled=True)

    def wait_while_paused(self) -> None:
        """Returns at once unless paused; else when resumed or cancelled."""
        with self._condition:
            self._condition.wait_for(lambda: not self.paused)

    def add_listener(self, listener: Callable[[], None]) -> None:
        """Calls ``listener`` after each change, in the thread that made it."""
        with self._condition:
            self._listeners.append(listener)

    def remove_listener(self, listener: Callable[[], None]) -> None:
        """Undoes ``add_listener``."""
        with self._condition:
            self._listeners.remove(listener)

    def _change(self, *, paused: bool | None = None, cancelled: bool = False) -> None:
        with self._condition:
            if paused is not None:
                self._pauses += paused and not self._paused
                self._paused = paused
            self._cancelled = self._cancelled or cancelled
            self._condition.notify_all()
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener()
