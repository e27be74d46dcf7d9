"""What happens when something breaks that should not: it is written down, said, and survived.

A fault of the interpreter (a segmentation fault) goes to a file by `faulthandler` and is shown at
the next start. An exception that nobody caught, in whatever thread, goes to the same folder and is
shown once a traceback.
"""

import contextlib
import faulthandler
import html
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from platformdirs import user_log_path
from PySide6.QtCore import QLockFile, QObject, Signal, Slot

logger = logging.getLogger(__name__)
FAULTS = "faults"


def log_folder() -> Path:
    """Return the folder for logs and crash reports; made if that is possible."""
    folder = user_log_path("quad-studio", appauthor=False)
    with contextlib.suppress(OSError):  # a full disk or a read-only home must not stop the window
        folder.mkdir(parents=True, exist_ok=True)
    return folder


class CrashReports(QObject):
    """Catches what escapes; owns the file that faults are written to.

    Args:
        folder: Where reports go.
        show: Called in the GUI thread with a report, once a traceback.
    """

    _happened = Signal(str, str)

    def __init__(self, folder: Path, show: Callable[[str], None]) -> None:
        """Prepare; nothing is caught before `install`. Call in the GUI thread."""
        super().__init__()
        self._folder, self._show = folder, show
        self._seen: set[str] = set()
        self._busy = False
        self._faults: IO[str] | None = None
        self._lock: QLockFile | None = None
        self._before, self._before_in_threads = sys.excepthook, threading.excepthook
        self._happened.connect(self._on_happened)  # from another thread this is a queued call

    def previous_faults(self) -> str:
        """Return what windows that are gone left behind, and forget it; empty when all is well."""
        found = []
        for path in sorted(self._folder.glob(f"{FAULTS}*.txt")):
            lock = _lock_of(path)
            if not lock.tryLock(0):
                continue  # a window that is open writes to it
            with contextlib.suppress(OSError):
                found.append(path.read_text(encoding="utf-8", errors="replace").strip())
                path.unlink()
            lock.unlock()
        return "\n\n".join(filter(None, found))

    def install(self) -> None:
        """Begin to catch."""
        path = self._folder / f"{FAULTS}-{os.getpid()}.txt"
        with contextlib.suppress(OSError):  # a read-only home: faults go to stderr only
            self._lock = _lock_of(path)
            self._lock.tryLock(0)
            self._faults = path.open("w", encoding="utf-8")
            faulthandler.enable(self._faults)
        self._before, self._before_in_threads = sys.excepthook, threading.excepthook
        sys.excepthook = self.on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Stop catching; that there is no fault file says that the window ended well."""
        sys.excepthook, threading.excepthook = self._before, self._before_in_threads
        faulthandler.disable()
        if self._faults is not None:
            self._faults.close()
            Path(self._faults.name).unlink(missing_ok=True)
            self._faults = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Log the exception; write and show it where its place is new. For any thread."""
        report = "".join(traceback.format_exception(kind, error, trace))
        logger.error("not caught: %s", report)
        if not issubclass(kind, KeyboardInterrupt):
            places = "".join(traceback.format_tb(trace))
            if error.__cause__ is not None:  # what a worker process raised has its place in there
                places += str(error.__cause__)
            self._happened.emit(report, places)

    def _on_thread_exception(self, happened: threading.ExceptHookArgs) -> None:
        error = happened.exc_value or happened.exc_type()
        self.on_exception(happened.exc_type, error, happened.exc_traceback)

    @Slot(str, str)
    def _on_happened(self, report: str, places: str) -> None:
        if self._busy or places in self._seen:
            return
        self._seen.add(places)
        self._busy = True  # an error while showing one must not show another
        try:
            self._write(report)
            self._show(report)
        finally:
            self._busy = False

    def _write(self, report: str) -> None:
        stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        name = f"crash-{stamp}-{os.getpid()}-{len(self._seen)}.txt"
        with contextlib.suppress(OSError):
            (self._folder / name).write_text(report, encoding="utf-8")


def _lock_of(path: Path) -> QLockFile:
    """Return the lock that the window which writes to `path` holds while it lives."""
    lock = QLockFile(f"{path}.lock")
    lock.setStaleLockTime(0)  # it counts as left behind only when its process is gone
    return lock


def as_html(report: str) -> str:
    """Return a report that a text view shows as it is."""
    return f"<pre>{html.escape(report)}</pre>"
