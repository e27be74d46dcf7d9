"""Time from starting the process to a usable window, against a bare PySide6 + pyqtgraph window.

    python -m benchmarks.window_startup [--repeats 7]

Each start is a process of its own; the two take turns. Usable means: painted, and the event loop
has come round once with nothing left to do. The Studio starts with its real services and opens a
recorded run; the bare window shows one plot and one empty image. The goal is a ratio below 1.5.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks._window import write_gallery

GOAL = 1.5
ROOT = Path(__file__).parents[1]
BARE = """
import time
from benchmarks._window import application, bare_window
app = application()
window = bare_window()
from PySide6.QtCore import QTimer
def usable():
    print(time.monotonic())
    app.quit()
QTimer.singleShot(0, usable)
app.exec()
"""
STUDIO = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import ui.app
import ui.start
app = QApplication([])
def usable():
    print(time.monotonic())
    app.quit()
original = ui.app.Studio.show
def show(self, *arguments):
    original(self, *arguments)
    self.window.repaint()
    QTimer.singleShot(0, usable)
ui.app.Studio.show = show
sys.exit(ui.start.main(Path(sys.argv[1])))
"""


def start(script: str, folder: Path, *arguments: str) -> float:
    """Return the seconds from starting the process to the moment it says it is usable."""
    places = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")
    env = {**os.environ, "PYTHONPATH": str(ROOT)} | dict.fromkeys(places, str(folder))
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    # As installed: with compiled modules, those of pyqtgraph and ours alike.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    begun = time.monotonic()  # the same clock in every process of a machine
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        env=env,
        cwd=folder,
        check=True,
    )
    return float(done.stdout.split()[0]) - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both in turns and print the ratio; 1 where the goal is missed and --strict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--strict", action="store_true", help="fail above the goal")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="quad-window-") as name:
        folder = Path(name)
        run = write_gallery(folder / "out" / "run", 100)
        times: dict[str, list[float]] = {"bare": [], "studio": []}
        for at in range(given.repeats + 1):
            for kind, script, more in (("bare", BARE, ()), ("studio", STUDIO, (str(run),))):
                seconds = start(script, folder, *more)
                if at:  # the first round compiles, and warms the disk's cache
                    times[kind].append(seconds)
    bare, ours = (statistics.median(times[kind]) for kind in ("bare", "studio"))
    print(f"{'window':<36} {'median s':>9} {'least':>7} {'most':>7}")
    for kind, title in (("bare", "PySide6 + pyqtgraph, bare"), ("studio", "QUAD Studio on a run")):
        low, high = min(times[kind]), max(times[kind])
        print(f"{title:<36} {statistics.median(times[kind]):>9.2f} {low:>7.2f} {high:>7.2f}")
    print(f"ratio {ours / bare:.2f}, the goal is below {GOAL}")
    return 1 if given.strict and ours / bare >= GOAL else 0


if __name__ == "__main__":
    sys.exit(main())
