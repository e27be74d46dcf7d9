"""Ends what works in the background, while the window is gone from the screen already."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

BEAT_MS = 20


class Part(Protocol):
    """A controller with threads."""

    @property
    def is_idle(self) -> bool:
        """Return whether nothing of it runs any more."""

    def stop(self) -> None:
        """Ask everything to end; at once."""


class Farewell(QObject):
    """Asks every part to stop at the same time, and says when the last one has.

    A device that is lost answers after its time limit; whoever closes the window waits for none.

    Signals:
        over: No part has anything left to do.
    """

    over = Signal()

    def __init__(self, parts: Sequence[Part], parent: QObject) -> None:
        """End `parts`."""
        super().__init__(parent)
        self._parts = parts
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_over(self) -> bool:
        """Return whether every part is idle."""
        return all(part.is_idle for part in self._parts)

    def start(self) -> None:
        """Ask every part to stop; `over` may come before this returns."""
        self.ask()
        self._timer.start()
        self._look()

    def ask(self) -> None:
        """Ask every part to stop, and say nothing when the last one has."""
        for part in self._parts:
            part.stop()

    def give_up(self) -> None:
        """Say nothing any more: somebody ends the parts by waiting for them."""
        self._timer.stop()

    @Slot()
    def _look(self) -> None:
        if self._timer.isActive() and self.is_over:
            self._timer.stop()
            self.over.emit()
