"""The only threads of the window: one for a long run, one queue for short jobs.

Receivers of these signals are bound methods of QObjects: a lambda or a plain function connected
to a worker's signal would run in the worker's thread (tests/unit/ui/test_house_rules.py holds
that).
"""

import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from quad_studio.cancel import CancelToken
from quad_studio.errors import Cancelled
from quad_studio.events import Event, RunFailed

logger = logging.getLogger(__name__)

SWITCH_S = 0.00005


def favour_ui_thread() -> None:
    """Let the UI thread have Python's lock soon while a worker computes.

    A repaint asks for the lock hundreds of times, and by default each time may wait 5 ms.
    """
    sys.setswitchinterval(SWITCH_S)


RunFn = Callable[[Callable[[Event], None], CancelToken], None]


class RunWorker(QObject):
    """Lives in a QThread; touches no widget.

    Signals:
        reported: One core event, delivered in the receiver's thread.
        done: The run function has returned; nothing follows.
    """

    reported = Signal(object)
    done = Signal()

    def __init__(self, run: RunFn, cancel: CancelToken) -> None:
        """Hold the work; nothing starts yet."""
        super().__init__()
        self._run, self._cancel = run, cancel

    @Slot()
    def start(self) -> None:
        """Do the work. The core reports its own failures; what escapes it is a bug."""
        try:
            self._run(self.reported.emit, self._cancel)
        except Cancelled:
            self.reported.emit(RunFailed(stage="", message="Stopped.", exit_code=130))
        except Exception as exc:  # noqa: BLE001 -- the thread's last line of defence
            self.reported.emit(_failure(exc))
        finally:
            self.done.emit()


def _failure(exc: Exception) -> RunFailed:
    """Return what is said of `exc`; the errors of all our packages have an exit code."""
    code = getattr(exc, "exit_code", None)
    if isinstance(code, int):
        return RunFailed(stage="", message=str(exc), exit_code=code)
    if isinstance(exc, OSError):
        return RunFailed(stage="", message=str(exc), exit_code=5)
    _report_bug(exc)
    return RunFailed(stage="internal", message=f"Internal error: {exc!r}")


def _report_bug(exc: Exception) -> None:
    """Hand what is nobody's mistake but ours to the crash reports, from this thread."""
    sys.excepthook(type(exc), exc, exc.__traceback__)


class LongRun(QObject):
    """Runs one RunFn at a time in a thread of its own.

    Signals:
        reported: One core event, in the thread that owns this object.
        idle: No run is active any more, and its thread has ended.
    """

    reported = Signal(object)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        """Start idle."""
        super().__init__(parent)
        self._thread: QThread | None = None
        self._worker: RunWorker | None = None
        self._cancel = CancelToken()

    @property
    def is_active(self) -> bool:
        """Return whether a run is going on."""
        return self._thread is not None

    def start(self, run: RunFn) -> bool:
        """Start `run`; return False when one is active already."""
        if self._thread is not None:
            return False
        self._cancel = CancelToken()
        self._thread = QThread(self)
        self._worker = RunWorker(run, self._cancel)
        self._worker.moveToThread(self._thread)
        self._thread.started.connect(self._worker.start)
        self._worker.reported.connect(self._on_reported)
        self._worker.done.connect(self._thread.quit)
        self._thread.finished.connect(self._on_finished)
        self._thread.start()
        return True

    @Slot()
    def cancel(self) -> None:
        """Set the token directly: the worker's own event loop is busy."""
        self._cancel.cancel()

    def shutdown(self) -> None:
        """Stop the run and wait for its thread; the window calls this as it closes."""
        if self._thread is not None:
            self._cancel.cancel()
            self._thread.quit()
            self._thread.wait()

    @Slot(object)
    def _on_reported(self, event: object) -> None:
        self.reported.emit(event)

    @Slot()
    def _on_finished(self) -> None:
        self._thread = None
        self._worker = None
        self.idle.emit()


class _JobWorker(QObject):
    """Takes jobs in its own thread; skips those that nobody wants any more."""

    finished = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, is_wanted: Callable[[int], bool], count_down: Callable[[], None]) -> None:
        super().__init__()
        self._is_wanted, self._count_down = is_wanted, count_down

    @Slot(int, object, object)
    def run(self, number: int, key: object, job: Callable[[], Any]) -> None:
        if self._is_wanted(number):
            self._do(key, job)
        self._count_down()

    def _do(self, key: object, job: Callable[[], Any]) -> None:
        try:
            result = job()
        except Cancelled:
            return  # nobody waits for it any more
        except Exception as exc:  # noqa: BLE001 -- the thread's last line of defence
            logger.debug("job %r failed", key, exc_info=True)
            if isinstance(getattr(exc, "exit_code", None), int) or isinstance(exc, OSError):
                self.failed.emit(key, str(exc) or type(exc).__name__)
            else:
                _report_bug(exc)
                self.failed.emit(key, f"Internal error: {exc!r}")
        else:
            self.finished.emit(key, result)


class Jobs(QObject):
    """Runs short jobs one after another in one thread that lives as long as this object.

    A job that raises `Cancelled` ends without a word.

    Signals:
        finished: A job's key and its result.
        failed: A job's key and one line that says why.
    """

    finished = Signal(object, object)
    failed = Signal(object, str)
    _requested = Signal(int, object, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Prepare the thread; it starts with the first job."""
        super().__init__(parent)
        self._lock = threading.Lock()
        self._next = 0
        self._oldest_wanted = 0
        self._is_shut = False
        self._waiting = 0
        self._thread = QThread(self)
        self._thread.setObjectName(name)
        self._worker = _JobWorker(self._is_wanted, self._count_down)
        self._worker.moveToThread(self._thread)
        self._requested.connect(self._worker.run)
        self._worker.finished.connect(self._on_finished)
        self._worker.failed.connect(self._on_failed)

    @property
    def is_active(self) -> bool:
        """Return whether a job runs or waits."""
        return self._waiting > 0

    def submit(self, key: object, job: Callable[[], Any]) -> None:
        """Queue `job`; its result arrives with `key`. After `shutdown` nothing is done."""
        if self._is_shut:  # a thread that starts now would outlive the window
            return
        if not self._thread.isRunning():
            self._thread.start()
        with self._lock:
            number = self._next
            self._next += 1
            self._waiting += 1
        self._requested.emit(number, key, job)

    def drop_pending(self) -> None:
        """Forget every job that has not started."""
        with self._lock:
            self._oldest_wanted = self._next

    def stop(self) -> None:
        """Take no more jobs and forget what waits; at once, what runs already goes on."""
        self._is_shut = True
        self.drop_pending()

    def shutdown(self) -> None:
        """Forget what waits and end the thread."""
        self.stop()
        self._thread.quit()
        self._thread.wait()

    def _is_wanted(self, number: int) -> bool:
        with self._lock:
            return number >= self._oldest_wanted

    def _count_down(self) -> None:
        with self._lock:
            self._waiting -= 1

    @Slot(object, object)
    def _on_finished(self, key: object, result: object) -> None:
        self.finished.emit(key, result)

    @Slot(object, str)
    def _on_failed(self, key: object, message: str) -> None:
        self.failed.emit(key, message)
