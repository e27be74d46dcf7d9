"""Ctrl-C and SIGTERM end the window as closing it does: threads first, then Qt."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.run_folder import write_run_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

ROOT = Path(__file__).parents[3]
# The signal is sent to the process itself at a moment when the KPI thread is known to be up.
SCRIPT = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QApplication
from ui.app import Studio
from ui.start import main
from ui.scenes import SceneDevices, SceneSessions
from ui.services import Services

app = QApplication([])
timer = QTimer(interval=20)

def poll():
    for studio in app.findChildren(Studio):
        threads = [t.objectName() for t in studio.findChildren(QThread) if t.isRunning()]
        threads += [t.objectName() for t in studio.window.findChildren(QThread) if t.isRunning()]
        if studio.selection.run is not None and "KPIs" in threads:
            timer.stop()
            os.kill(os.getpid(), int(sys.argv[2]))

timer.timeout.connect(poll)
timer.start()
code = main(Path(sys.argv[1]), services=Services(devices=SceneDevices(), sessions=SceneSessions()))
(studio,) = app.findChildren(Studio)
left = [t.objectName() for t in studio.window.findChildren(QThread) if t.isRunning()]
print("left running:", left)
sys.exit(code)
"""


def run_until_signal(tmp_path, number):
    run = write_run_folder(tmp_path / "run", scored=True, inputs=1, repeats=1)
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(run), str(int(number))],
        capture_output=True,
        text=True,
        timeout=110,
        cwd=tmp_path,
        env=env | dict.fromkeys(places, str(tmp_path / "home")),
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_a_signal_ends_every_thread_before_qt_goes(tmp_path, number):
    done = run_until_signal(tmp_path, number)
    assert done.returncode == 128 + number, done.stderr
    assert "left running: []" in done.stdout
    assert "QThread" not in done.stderr
    assert "Traceback" not in done.stderr
