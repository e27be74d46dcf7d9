"""Flip between two 4K pictures in place: time to draw, against pyqtgraph's ImageItem.

    python -m benchmarks.window_flip [--flips 60]

Both show 3840 x 2160 pictures in a window of that size, so nothing is scaled, and once in a window
of a third, where the Studio shows area averages that were made before the key went down. Measured
is from the key to the end of painting, on the CPU. One frame at 60 Hz is 16.7 ms.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from time import perf_counter, thread_time
from typing import Any

import numpy as np
from PySide6.QtCore import Qt

from benchmarks._window import application, pause

FRAME_MS = 1000 / 60
SIZE = (3840, 2160)


def pictures() -> tuple[Any, Any]:
    """Return two 4K pictures that differ everywhere."""
    rng = np.random.default_rng(0)
    first = rng.integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
    return first, 255 - first


def timed(act: Callable[[int], None], count: int) -> list[tuple[float, float]]:
    """Return the ms of each act and those of CPU, the first two acts left out.

    On a machine that has other things to do, the second number is the one to read.
    """
    times = []
    for at in range(count + 2):
        start, start_cpu = perf_counter(), thread_time()
        act(at)
        times.append((1000 * (perf_counter() - start), 1000 * (thread_time() - start_cpu)))
    return times[2:]


def measure_studio(shown: tuple[int, int], flips: int) -> list[tuple[float, float]]:
    """Flip with the space bar on the Studio's canvas."""
    from ui.models.view_state import ViewState
    from ui.theme import ThemeSwitch
    from ui.widgets.compare_canvas import CompareCanvas
    from ui.widgets.frame import Frame

    ThemeSwitch(application(), "dark").choose("dark")
    canvas = CompareCanvas(ViewState())
    canvas.resize(*shown)
    canvas.show()
    first, second = pictures()
    canvas.show_frames(Frame(first), Frame(second))
    pause(50)

    def flip(at: int) -> None:
        canvas.hold_a(at % 2 == 0)
        canvas.repaint()

    times = timed(flip, flips)
    canvas.close()
    return times


def measure_pyqtgraph(shown: tuple[int, int], flips: int) -> list[tuple[float, float]]:
    """Flip by setting the other picture, the usual way."""
    import pyqtgraph

    pyqtgraph.setConfigOptions(imageAxisOrder="row-major")
    view = pyqtgraph.GraphicsView()
    box = pyqtgraph.ViewBox(enableMenu=False)
    view.setCentralItem(box)
    item = pyqtgraph.ImageItem()
    box.addItem(item)
    view.resize(*shown)
    view.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)
    view.show()
    both = pictures()
    item.setImage(both[0], levels=(0, 255))
    pause(50)

    def flip(at: int) -> None:
        item.setImage(both[at % 2], levels=(0, 255), autoLevels=False)
        view.viewport().repaint()

    times = timed(flip, flips)
    view.close()
    return times


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a flip takes longer than a frame and --strict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--flips", type=int, default=60)
    parser.add_argument("--strict", action="store_true", help="fail above one frame")
    given = parser.parse_args(arguments)
    application()
    head = ("median ms", "p95", "worst", "CPU ms")
    print(f"{'window':<14} {'canvas':<12} " + " ".join(f"{one:>9}" for one in head))
    slow = False
    for shown in (SIZE, (SIZE[0] // 3, SIZE[1] // 3)):
        for name, measure in (("QUAD Studio", measure_studio), ("pyqtgraph", measure_pyqtgraph)):
            times = measure(shown, given.flips)
            wall, cpu = zip(*times, strict=True)
            cpu_ms = statistics.median(cpu)
            slow |= name == "QUAD Studio" and cpu_ms > FRAME_MS
            numbers = (statistics.median(wall), float(np.percentile(wall, 95)), max(wall), cpu_ms)
            place = f"{shown[0]} x {shown[1]}"
            print(f"{place:<14} {name:<12} " + " ".join(f"{one:>9.2f}" for one in numbers))
    print(f"one frame at 60 Hz: {FRAME_MS:.1f} ms")
    return 1 if slow and given.strict else 0


if __name__ == "__main__":
    sys.exit(main())
