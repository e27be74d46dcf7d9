"""Scores what a session has made, and hands it over as a run."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from quad_studio.cancel import CancelToken
from quad_studio.events import Emit, LogLine, RunFailed, StageProgress
from ui.services import SessionService
from ui.views.session_view import SessionView
from ui.worker import LongRun


class SessionScoring(QObject):
    """Runs the scoring in a thread of its own and shows how far it is.

    Signals:
        run_ready: The run folder (Path) of what the session made, scored.
        logged: A line and its level.
        idle: Nothing is being scored any more.
    """

    run_ready = Signal(object)
    logged = Signal(str, str)
    idle = Signal()

    def __init__(self, view: SessionView, service: SessionService | None, parent: QObject) -> None:
        """Show on `view` what `service` does."""
        super().__init__(parent)
        self._view, self._service = view, service
        self._run = LongRun(self)
        self._run.reported.connect(self._on_event)
        self._run.idle.connect(self.idle)

    @property
    def is_active(self) -> bool:
        """Return whether images are being scored."""
        return self._run.is_active

    def start(self) -> None:
        """Score what there is."""
        service = self._service
        if service is None:
            return

        def work(emit: Emit, cancel: CancelToken) -> None:
            emit(service.judge(emit, cancel))  # type: ignore[arg-type]

        self._view.banner.show_state(self.tr("Scoring the images…"), "info")
        self._run.start(work)

    def cancel(self) -> None:
        """Stop after the current image."""
        self._run.cancel()

    def shutdown(self) -> None:
        """Stop, and wait for the thread."""
        self._run.shutdown()

    @Slot(object)
    def _on_event(self, event: object) -> None:
        match event:
            case Path():
                self._view.banner.show_state("")
                self.run_ready.emit(event)
            case StageProgress(done=done, total=total):
                words = self.tr("{0} of {1} images are scored").format(done, total)
                self._view.request.show_progress(done, total, words)
            case RunFailed(message=message, exit_code=code):
                kind = "info" if code == 130 else "bad"
                self._view.banner.show_state(message, kind)
                self.logged.emit(message, "error" if kind == "bad" else "info")
            case LogLine(message=message, level=level):
                self.logged.emit(message, level)
