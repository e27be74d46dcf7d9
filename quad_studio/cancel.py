"""Stopping work from another thread or a signal handler."""

import threading

from quad_studio.errors import Cancelled


class CancelToken:
    """A flag that any thread may set and the running stage polls."""

    def __init__(self) -> None:
        """Start unset."""
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop; returns at once."""
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Return whether someone asked to stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise Cancelled if someone asked to stop."""
        if self._event.is_set():
            raise Cancelled("stopped by the user")

    def wait(self, timeout_s: float) -> bool:
        """Sleep up to `timeout_s`, less when cancelled; return whether it was cancelled."""
        return self._event.wait(timeout_s)
