"""One device of a session and the thread that uses it."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from quad_studio.cancel import CancelToken
from quad_studio.events import Emit
from ui.models.bundle_stamp import bundle_stamp
from ui.services import Ask, SessionHandle, SessionService
from ui.worker import LongRun


class SessionLane(QObject):
    """One device of the session: its handle and the thread that uses it."""

    reported = Signal(str, object)
    idle = Signal()

    def __init__(self, target: str, parent: QObject) -> None:
        super().__init__(parent)
        self.target = target
        self.handle: SessionHandle | None = None
        self.run = LongRun(self)
        self.run.reported.connect(self._on_reported)
        self.run.idle.connect(self._on_idle)
        self._is_leaving = False
        self._stamp: float | None = None

    def make(self, service: SessionService, bundle: Path, ask: Ask) -> None:
        """Make one image, with a new runner where there is none."""

        def work(emit: Emit, cancel: CancelToken) -> None:
            if self.handle is None:
                self._stamp = bundle_stamp(bundle)
                self.handle = service.start_session(bundle, self.target, emit, cancel)
            emit(self.handle.generate(ask, emit, cancel))  # type: ignore[arg-type]

        self.run.start(work)

    def is_outdated(self, bundle: Path) -> bool:
        """Return whether the runner holds an earlier build of `bundle`."""
        return self.handle is not None and self._stamp != bundle_stamp(bundle)

    def leave(self) -> None:
        """Stop, then end the runner in this lane's thread; returns at once."""
        self._is_leaving = True
        self.run.cancel()
        if not self.run.is_active:
            self._close_handle()

    def _close_handle(self) -> None:
        if self.handle is None:
            return
        handle = self.handle

        def work(emit: Emit, cancel: CancelToken) -> None:
            self.handle = None
            handle.close()

        self.run.start(work)

    @Slot(object)
    def _on_reported(self, event: object) -> None:
        self.reported.emit(self.target, event)

    @Slot()
    def _on_idle(self) -> None:
        if self._is_leaving:
            self._close_handle()
        self.idle.emit()
