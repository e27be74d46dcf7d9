"""Starts the window on the core, and ends it in order."""

import functools
import gc
import os
import signal
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QApplication

from quad_studio import __version__
from quad_studio.demo_run import demo_run_place
from quad_studio.runs import is_run
from quad_studio.workers.process import kill_workers
from ui.app import Studio
from ui.collector import Collector
from ui.core_services import core_services
from ui.crash_report import CrashReports, log_folder
from ui.services import Services
from ui.translations import install_translator
from ui.window_state import WindowState

FRAME = QSize(16, 56)
"""What a window manager's frame takes of the screen, about."""
PATIENCE_S, MERCY_S = 0.8, 0.4
"""What a signal leaves to work until its processes are killed, and then until the window goes."""


def main(run: Path | None = None, services: Services | None = None) -> int:
    """Open the window on `run` and return the exit status.

    Args:
        run: A run folder, a bundle, or a project file.
        services: The core behind the work panels; None makes them of the core.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(app, QApplication):
        return 5
    app.setApplicationName("QUAD Studio")
    app.setApplicationVersion(__version__)
    app.setOrganizationName("QUAD Studio")
    app.setDesktopFileName("quad-studio")
    gc.disable()  # until the collector takes over: the start makes much and leaves no garbage
    state = WindowState()
    install_translator(app, state.text("language", "system"))
    # Without a timer, Ctrl-C in the terminal would wait until the window gets an event.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _quit_on_signal)
    heartbeat = QTimer()
    heartbeat.start(250)
    root = Path.cwd() / "out"
    studio = Studio(app, root=root, services=services or core_services())
    reports = CrashReports(log_folder(), studio.help.show_crash)
    faults = reports.previous_faults()
    reports.install()
    room = app.primaryScreen().availableSize() - FRAME
    studio.window.resize(studio.window.size().boundedTo(room))  # unless it is remembered
    studio.show()
    studio.warm_up.start()
    collector = Collector(studio)
    QTimer.singleShot(0, collector.start)  # after the first paint, with all that the window needs
    shown = run or next((p for p in (*state.recent("run"), root / "demo/run") if is_run(p)), None)
    if shown is not None:
        studio.open_path(shown)
    else:
        studio.runs.open_demo(demo_run_place())
    if faults:
        studio.help.show_crash(faults, earlier=True)
    elif state.text("tour_seen") != "yes":
        studio.tour.start()
    code = app.exec()
    heartbeat.stop()
    collector.stop()
    if code > 128:
        _hurry(code)
    studio.end()  # a signal leaves the event loop without closing the window
    reports.remove()
    return code


def _quit_on_signal(number: int, frame: object) -> None:
    """Leave the event loop, also one that has not begun yet; a second signal kills."""
    signal.signal(number, signal.SIG_DFL)
    app = QApplication.instance()
    if app is not None:
        QTimer.singleShot(0, app, functools.partial(app.exit, 128 + number))


def _hurry(code: int) -> None:
    """End this process soon, also where something does not stop: a signal wants no waiting.

    Rows and finished stages are on the disk. A child ends with the pipes that this process holds.
    """

    def watch() -> None:
        time.sleep(PATIENCE_S)
        kill_workers()
        time.sleep(MERCY_S)
        os._exit(code)

    threading.Thread(target=watch, name="leaving", daemon=True).start()
