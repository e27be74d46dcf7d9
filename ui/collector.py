"""Python's cyclic collector, in the UI thread only, and never over what is many.

By itself it starts in whatever thread makes an object. In a worker it may then end a Qt object,
which belongs to the UI thread; and a full collection looks at every object there is: with the rows
of 10,000 pairs in memory 60 to 90 ms, in which no thread runs Python.
"""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer, Slot

BEAT_MS = 2000
FULL_EVERY = 15


class _Many:
    """How many blocks are making many objects now."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.blocks = 0
        self.is_managed = False


_many = _Many()


@contextmanager
def many_objects() -> Iterator[None]:
    """Make many objects that form no cycle, such as rows; the collector never looks at them.

    They go when nobody refers to them any more. For any thread; nothing happens where no
    `Collector` works.
    """
    with _many.lock:
        _many.blocks += 1
    try:
        yield
    finally:
        with _many.lock:
            _many.blocks -= 1
            if _many.blocks == 0 and _many.is_managed:
                gc.freeze()


class Collector(QObject):
    """Collects between two events of the UI thread: often the young objects, seldom all."""

    def __init__(self, parent: QObject) -> None:
        """Wait for `start`."""
        super().__init__(parent)
        self._beats = 0
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)

    @Slot()
    def start(self) -> None:
        """Take over from Python; modules and windows made so far are never looked at again."""
        gc.disable()
        gc.freeze()
        _many.is_managed = True
        self._timer.start()

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        _many.is_managed = False
        gc.enable()

    @Slot()
    def _on_beat(self) -> None:
        with _many.lock:
            if _many.blocks:
                return
            self._beats += 1
            gc.collect(2 if self._beats % FULL_EVERY == 0 else 1)
