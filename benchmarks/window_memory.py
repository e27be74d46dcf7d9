"""Memory over 1,000 pair changes, against a bare pyqtgraph image that shows the same pictures.

    python -m benchmarks.window_memory [--changes 1000] [--size 768]

The Studio keeps decoded pictures up to a budget; memory must be flat once that is full. So there
are more pictures than the budget holds, and the growth is measured over the second half.
"""

import argparse
import gc
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
from PIL import Image

from benchmarks._window import application, bare_window, pause, scratch, studio, wait, write_gallery

GOAL_MB = 16.0


def memory_mb() -> float:
    """Return the resident memory of this process, in MB."""
    gc.collect()
    return psutil.Process().memory_info().rss / 1e6


def record(change: Callable[[int], None], changes: int) -> list[float]:
    """Return the memory after each tenth of the changes."""
    found = []
    for at in range(changes):
        change(at)
        if (at + 1) % max(1, changes // 10) == 0:
            found.append(memory_mb())
    return found


def measure_studio(run: Path, folder: Path, changes: int) -> list[float]:
    """Walk through the pairs as the arrow key does, each drawn before the next."""
    window = studio(folder)
    window.open_path(run)
    wait(lambda: len(window.pairs.shown) > 0)
    canvas = window.compare_view.canvas

    def step(at: int) -> None:
        if not window.compare.walk("next"):
            window.compare.walk("first")
        pair = window.selection.pair
        wait(lambda: canvas.frame_b is not None and window.selection.pair is pair)
        pause(1)

    try:
        return record(step, changes)
    finally:
        window.end()


def measure_bare(run: Path, changes: int) -> list[float]:
    """Read and show the same pictures in a bare window."""
    import numpy as np

    window = bare_window()
    names = sorted((run / "images/candidate").glob("*.png"))

    def step(at: int) -> None:
        pixels = np.asarray(Image.open(names[at % len(names)]).convert("RGB"))
        window.image.setImage(pixels, levels=(0, 255))  # type: ignore[attr-defined]
        pause(1)

    try:
        return record(step, changes)
    finally:
        window.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where memory grew over the second half and --strict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--size", type=int, default=768)
    parser.add_argument("--pictures", type=int, default=120)
    parser.add_argument("--strict", action="store_true", help="fail above the goal")
    given = parser.parse_args(arguments)
    application()
    with scratch() as folder:
        run = write_gallery(
            folder / "run", given.pictures, pictures=given.pictures, size=given.size
        )
        tables = {
            "bare pyqtgraph image": measure_bare(run, given.changes),
            "QUAD Studio": measure_studio(run, folder, given.changes),
        }
    growth = {}
    print(
        f"{given.changes} pair changes, {given.pictures} pictures of {given.size} px; MB resident"
    )
    for name, found in tables.items():
        half = len(found) // 2
        growth[name] = found[-1] - found[half - 1] if half else 0.0
        print(f"{name:<22} {' '.join(f'{mb:.0f}' for mb in found)}")
        print(f"{'':<22} growth over the second half: {growth[name]:+.1f} MB")
    return 1 if given.strict and growth["QUAD Studio"] > GOAL_MB else 0


if __name__ == "__main__":
    sys.exit(main())
