"""What happens when something breaks that should not: it is written down, said, and survived.

A fault of the interpreter (a segmentation fault) goes to a file by `faulthandler` and is shown at
the next start. An exception that nobody caught goes to the same folder and is shown once a
traceback.
"""

import contextlib
import faulthandler
import html
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from platformdirs import user_log_path

logger = logging.getLogger(__name__)
FAULTS = "faults.txt"


def log_folder() -> Path:
    """Return the folder for logs and crash reports; made if missing."""
    folder = user_log_path("quad-studio", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class CrashReports:
    """Catches what escapes; owns the file that faults are written to.

    Args:
        folder: Where reports go.
        show: Called in the GUI thread with a report, once a traceback.
    """

    def __init__(self, folder: Path, show: Callable[[str], None]) -> None:
        """Prepare; nothing is caught before `install`."""
        self._folder, self._show = folder, show
        self._seen: set[str] = set()
        self._busy = False
        self._faults: IO[str] | None = None
        self._before = sys.excepthook

    def previous_faults(self) -> str:
        """Return what the last start left behind, empty when it ended well."""
        path = self._folder / FAULTS
        try:
            return path.read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""

    def install(self) -> None:
        """Begin to catch."""
        with contextlib.suppress(OSError):  # a read-only home: faults go to stderr only
            self._faults = (self._folder / FAULTS).open("w", encoding="utf-8")
            faulthandler.enable(self._faults)
        self._before = sys.excepthook
        sys.excepthook = self.on_exception

    def remove(self) -> None:
        """Stop catching; an empty fault file says that the window ended well."""
        sys.excepthook = self._before
        faulthandler.disable()
        if self._faults is not None:
            self._faults.close()
            self._faults = None

    def on_exception(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Log the exception; write and show it where it is new and in the GUI thread."""
        report = "".join(traceback.format_exception(kind, error, trace))
        logger.error("not caught: %s", report)
        if issubclass(kind, KeyboardInterrupt) or self._busy:
            return
        places = "".join(traceback.format_tb(trace))
        if places in self._seen or threading.current_thread() is not threading.main_thread():
            return
        self._seen.add(places)
        self._busy = True  # an error while showing one must not show another
        try:
            self._write(report)
            self._show(report)
        finally:
            self._busy = False

    def _write(self, report: str) -> None:
        name = datetime.now().astimezone().strftime("crash-%Y%m%d-%H%M%S.txt")
        with contextlib.suppress(OSError):
            (self._folder / name).write_text(report, encoding="utf-8")


def as_html(report: str) -> str:
    """Return a report that a text view shows as it is."""
    return f"<pre>{html.escape(report)}</pre>"
