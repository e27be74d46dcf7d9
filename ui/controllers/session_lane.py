"""One device of a session and the thread that uses it."""

from PySide6.QtCore import QObject, Signal, Slot

from ui.services import SessionHandle
from ui.worker import LongRun


class SessionLane(QObject):
    """One device of the session: its handle and the thread that uses it."""

    reported = Signal(str, object)
    idle = Signal(str)

    def __init__(self, target: str, parent: QObject) -> None:
        super().__init__(parent)
        self.target = target
        self.handle: SessionHandle | None = None
        self.run = LongRun(self)
        self.run.reported.connect(self._on_reported)
        self.run.idle.connect(self._on_idle)

    @Slot(object)
    def _on_reported(self, event: object) -> None:
        self.reported.emit(self.target, event)

    @Slot()
    def _on_idle(self) -> None:
        self.idle.emit(self.target)
