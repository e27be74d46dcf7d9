"""`quad-studio --help` and the batch path must not pay for torch, ONNX Runtime or Qt."""

import subprocess
import sys

import pytest

HEAVY = {
    "torch",
    "torchvision",
    "diffusers",
    "transformers",
    "onnx",
    "onnxruntime",
    "PySide6",
    "pyqtgraph",
    "skimage",
    "scipy",
    "lpips",
    "numpy",
    "PIL",
    "requests",
    "adbutils",
    "jsonschema",
}


@pytest.mark.slow
def test_that_the_command_line_starts_without_the_heavy_libraries():
    code = (
        "import sys; from quad_studio.cli.main import build_parser; build_parser();"
        "print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not HEAVY & loaded


@pytest.mark.slow
def test_that_listing_phones_brings_neither_requests_nor_pillow():
    code = "import sys, device.adb, device.discovery; device.adb.find_adb(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not {"adbutils", "requests", "PIL", "numpy"} & loaded


@pytest.mark.slow
def test_that_the_engine_starts_without_qt():
    code = "import sys, quad_studio.engine, quad_studio.batch; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not {"PySide6", "pyqtgraph", "ui"} & loaded
