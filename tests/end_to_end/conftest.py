"""The demo's project, built once by the real command, and the real command itself."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fakes.run_folder import write_run_folder

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "resources/demo"
BUILT = ROOT / "out/end_to_end"
GATES = """
schema = "quad-studio/gates/1"
[[gates]]
metric = "psnr_db"
stat = "min"
error = 30.0
[[gates]]
metric = "ssim"
stat = "min"
error = 0.93
"""


def quad_studio(*arguments, timeout_s=600, **options):
    """Run the installed command and return the finished process."""
    argv = [sys.executable, "-m", "quad_studio.cli.main", *map(str, arguments)]
    return subprocess.run(
        argv, capture_output=True, text=True, timeout=timeout_s, cwd=ROOT, check=False, **options
    )


def start(*arguments):
    """Start the installed command and return the process."""
    argv = [sys.executable, "-m", "quad_studio.cli.main", *map(str, arguments)]
    return subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


def interrupt_when(process, condition, number=signal.SIGINT, timeout_s=300):
    """Send a signal as soon as `condition()` holds; return the exit status and stderr."""
    end = time.monotonic() + timeout_s
    while not condition():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end, "the condition never came true"
        time.sleep(0.02)
    process.send_signal(number)
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors


# What the tests of the window's faults share; a module with another need has its own of the name.


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """Return a tiny bundle whose deployment takes some time."""
    from tests.end_to_end.fault_window import write_bundle

    return write_bundle(tmp_path_factory.mktemp("bundle") / "bundle")


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    """Return a scored run that nothing is wrong with."""
    return write_run_folder(tmp_path_factory.mktemp("whole") / "run", scored=True)


@pytest.fixture(scope="module")
def person(qapp, bundle, tmp_path_factory):
    """Return somebody at a window on a computer that has no adb."""
    from tests.end_to_end.fault_window import window_without_adb

    with window_without_adb(tmp_path_factory.mktemp("window"), bundle) as person:
        yield person


@contextmanager
def only_one():
    """Keep the other processes that run tests out of what is built once for all of them."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def demo_project():
    """Return the demo's project, calibrated on 2 inputs instead of 8 to save time.

    Nothing else is left out: all adapters, the choice of the anchor, the solved sampler tables.
    """
    text = (DEMO / "project.toml").read_text()
    for old, new in (
        ('path = "', f'path = "{DEMO}/'),
        ('inputs = "', f'inputs = "{DEMO}/'),
        ("samples_per_adapter = 8", "samples_per_adapter = 2"),
    ):
        assert old in text
        text = text.replace(old, new)
    text += "[olss]\nsamples = 1\n"
    path = BUILT / "project.toml"
    with only_one():
        if not path.is_file() or path.read_text() != text:
            path.write_text(text)
    return path


@pytest.fixture(scope="session")
def demo_bundle(demo_project):
    """Return that project's bundle, built if it is out of date."""
    bundle = BUILT / "bundle"
    with only_one():
        done = quad_studio("build", demo_project, "-o", bundle, timeout_s=1200)
    assert done.returncode == 0, done.stderr
    return bundle


@pytest.fixture(scope="session")
def gates(tmp_path_factory):
    """Return a gates file with the paper's levels for every single image."""
    path = tmp_path_factory.mktemp("gates") / "gates.toml"
    path.write_text(GATES)
    return path


@pytest.fixture
def plan(tmp_path, demo_project, demo_bundle, gates):
    """Return a function that writes a plan for the demo's bundle."""

    def write(tasks=("object_removal", "transform"), limit=2, **run):
        lines = ['schema = "quad-studio/plan/1"', "[plan]", 'name = "test"']
        lines += [f'project = "{demo_project}"', f'bundle = "{demo_bundle}"']
        for name in tasks:
            inputs = f"{DEMO}/inputs/{name}/inputs.jsonl"
            lines += ["[[tasks]]", f'use_case = "{name}"', f'inputs = "{inputs}"']
            lines += [f"limit = {limit}"]
        lines += ["[run]", *(f"{key} = {value!r}" for key, value in {"warmup": 0, **run}.items())]
        lines += ["[gates]", f'file = "{gates}"']
        path = tmp_path / "plan.toml"
        path.write_text("\n".join(lines).replace("'", '"'))
        return path

    return write


def environment(**values):
    """Return this process's environment with changes."""
    return {**os.environ, **values}
