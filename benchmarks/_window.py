"""What the window's benchmarks share: a bare window as the peer, and runs to look at."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow


def application() -> QApplication:
    """Return the application, offscreen unless QT_QPA_PLATFORM says otherwise."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication([])


def bare_window() -> QMainWindow:
    """Return the peer: a PySide6 window with one pyqtgraph plot and one image view, shown."""
    import pyqtgraph

    window = QMainWindow()
    window.resize(1480, 920)
    view = pyqtgraph.GraphicsLayoutWidget()
    plot = view.addPlot()
    plot.plot(np.sin(np.linspace(0, 20, 500)))
    box = view.addViewBox()
    window.image = pyqtgraph.ImageItem(np.zeros((512, 512, 3), np.uint8))  # type: ignore[attr-defined]
    box.addItem(window.image)  # type: ignore[attr-defined]
    window.setCentralWidget(view)
    window.show()
    return window


def studio(folder: Path, services: Any = None) -> Any:
    """Return the Studio with settings of its own below `folder`, shown."""
    from ui.app import Studio
    from ui.collector import Collector
    from ui.services import Services

    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    made = Studio(
        application(), root=folder / "out", settings=settings, services=services or Services()
    )
    made.show()
    made.warm_up.start()  # this too as `ui.start.main` does
    QTimer.singleShot(0, Collector(made).start)
    return made


def pause(milliseconds: int) -> None:
    """Let the event loop run, and other threads too: `QTest.qWait` would keep Python's lock."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait(condition: Callable[[], bool], seconds: float = 600) -> None:
    """Let the event loop run until `condition()` holds."""
    end = perf_counter() + seconds
    while not condition():
        if perf_counter() > end:
            raise TimeoutError("the window did not get there")
        pause(10)


def write_gallery(folder: Path, pairs: int, *, pictures: int = 16, size: int = 256) -> Path:
    """Write a run of `pairs` pairs that share a few pictures."""
    rng = np.random.default_rng(0)
    names = []
    for kind in ("reference", "candidate"):
        (folder / "images" / kind).mkdir(parents=True, exist_ok=True)
    for at in range(pictures):
        base = rng.integers(0, 256, (size // 8, size // 8, 3), dtype=np.uint8)
        image = Image.fromarray(base).resize((size, size), Image.Resampling.BICUBIC)
        noisy = np.clip(np.asarray(image, np.int16) + rng.integers(-6, 7, (size, size, 3)), 0, 255)
        names.append(f"{at:03d}.png")
        image.save(folder / "images/reference" / names[-1])
        Image.fromarray(noisy.astype(np.uint8)).save(folder / "images/candidate" / names[-1])
    manifest = {
        "schema": "quad-studio/run/1",
        "run_id": "gallery",
        "name": f"{pairs} pairs",
        "created_at": "2026-01-01T00:00:00+00:00",
        "targets": [{"name": "host", "kind": "host", "label": "host CPU"}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    rows, scores = [], []
    for at in range(pairs):
        key = hashlib.sha256(str(at).encode()).hexdigest()[:32]
        name = names[at % pictures]
        rows.append(json.dumps(gallery_row(at, key, name)))
        metrics = {"psnr_db": 30 + float(rng.random() * 10), "ssim": float(rng.random())}
        scores.append(
            json.dumps(
                {
                    "schema": "quad-studio/score/1",
                    "key": key,
                    "metrics": metrics,
                    "unavailable": {},
                    "metric_context": {},
                }
            )
        )
    (folder / "results.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "scores.jsonl").write_text("\n".join(scores) + "\n", "utf-8")
    return folder


def gallery_row(at: int, key: str, picture: str) -> dict[str, Any]:
    """Return one row of the gallery."""
    return {
        "schema": "quad-studio/row/1",
        "key": key,
        "index": at,
        "target": "host",
        "target_kind": "host",
        "provider": "cpu",
        "label": "host CPU",
        "emulated": False,
        "graph_sha256": "0" * 64,
        "adapter": "transform",
        "adapters": [{"name": "transform", "strength": 1.0, "sha256": "1" * 64}],
        "use_case": ("transform", "object_removal", "sticker")[at % 3],
        "sampler": "ddim",
        "steps": 8,
        "guidance": 1.0,
        "strength": 1.0,
        "seed": at,
        "input_id": f"in-{at:05d}",
        "prompt": "a red fox in noto style",
        "split": "heldout",
        "repeat": 0,
        "warmup": False,
        "status": "ok",
        "error": None,
        "images": {
            "reference": f"images/reference/{picture}",
            "candidate": f"images/candidate/{picture}",
        },
        "timing_ms": {"unet_step_ms": [43.0 + at % 7] * 8, "end_to_end_ms": 400.0 + at % 31},
        "memory": {"peak_ram_mb": 210.0},
        "started_at": "2026-01-01T00:00:00+00:00",
        "finished_at": "2026-01-01T00:00:01+00:00",
    }


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder that is the working directory during the block."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="quad-window-") as name:
        os.chdir(name)
        try:
            yield Path(name)
        finally:
            os.chdir(before)
